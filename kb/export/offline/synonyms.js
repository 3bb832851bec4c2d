// What words may stand for others: the twin of kb/search/synonyms.py, given its rules as terms.

class Synonyms {
  constructor(rules) {
    this.means = new Map(rules);
    this.longest = Math.max(0, ...rules.map(([key]) => key.split(" ").length));
  }

  // Each run words[start:end] that may stand for others, as [start, end, those].
  foundIn(words) {
    const found = [];
    for (let start = 0; start < words.length; start++) {
      const last = Math.min(words.length, start + this.longest);
      for (let end = start + 1; end <= last; end++) {
        const means = this.means.get(words.slice(start, end).join(" "));
        if (means) found.push([start, end, means]);
      }
    }
    return found;
  }
}
