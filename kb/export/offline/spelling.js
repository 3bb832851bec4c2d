// Words nobody wrote, and the words they were meant to be: the twin of kb/search/spelling.py.

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  for (let bit = 0; bit < 8; bit++) number = number & 1 ? (number >>> 1) ^ 0xedb88320 : number >>> 1;
  return number;
});

// CRC-32 (ISO 3309) of a text in UTF-8.
function checksum(text) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// Optimal string alignment distance of two lists of characters, or `most` + 1 when it is more than `most`.
function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = [];
  let previous = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    let least = row;
    for (let at = 1; at <= other.length; at++) {
      const changed = previous[at - 1] + (one[row - 1] === other[at - 1] ? 0 : 1);
      let edits = Math.min(changed, previous[at] + 1, current[at - 1] + 1);
      if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]) {
        edits = Math.min(edits, before[at - 2] + 1);
      }
      current.push(edits);
      least = Math.min(least, edits);
    }
    if (least > most) return most + 1;
    before = previous;
    previous = current;
  }
  return previous[other.length];
}

// Like Python, by code point: JavaScript's own order differs for characters beyond U+FFFF.
function compareText(one, other) {
  if (!SURROGATE.test(one + other)) return one < other ? -1 : Number(one > other);
  const [left, right] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
  }
  return left.length - right.length;
}

class Speller {
  constructor(generation, analyzer) {
    this.firsts = [...new Set(generation.words.map((word) => String.fromCodePoint(word.codePointAt(0))))];
    this.analyzer = analyzer;
    this.generation = generation;
    this.byFirst = new Map();
  }

  // The words that begin with a character: stop words, then those of the articles in order.
  wordsFrom(first) {
    if (!this.byFirst.has(first)) {
      const { SHORTEST } = this.generation.constants;
      const begins = (word) => word.startsWith(first);
      const isKnown = (word) => begins(word) && word.length > SHORTEST && this.analyzer.isAlphabetic(word);
      const known = [...this.analyzer.stopWords].filter(isKnown);
      const words = this.generation.words.filter((word) => begins(word) && lengthOf(word) >= SHORTEST - 1);
      this.byFirst.set(first, [...new Set([...known, ...words])]);
    }
    return this.byFirst.get(first);
  }

  isCommon(word) {
    const { common } = this.generation;
    const wanted = checksum(word);
    return common[firstFrom(common, wanted, (one, other) => one - other)] === wanted;
  }

  // The word most likely meant, null for one that is none or that means itself.
  correct(word, unfinished) {
    const { SHORTEST, SHORTEST_BEGUN, LONG } = this.generation.constants;
    const characters = Array.from(word);
    if (!this.analyzer.isAlphabetic(word) || this.generation.hasWord(word) || this.isCommon(word)) return null;
    const little = this.little(characters);
    if (little) return little;
    const [begun] = unfinished && characters.length >= SHORTEST_BEGUN ? this.completions(word, 1) : [];
    if (begun) return begun;
    if (characters.length < SHORTEST) return null;
    const most = characters.length < LONG ? 1 : 2;
    const candidates = this.near(characters, most);
    if (!candidates.length) candidates.push(...this.misbegun(characters).map((found) => [1, found]));
    candidates.sort(
      ([edits, one], [others, other]) =>
        edits - others ||
        this.generation.hasWord(one) - this.generation.hasWord(other) ||
        this.generation.countOfWord(other) - this.generation.countOfWord(one) ||
        compareText(one, other),
    );
    return candidates.length ? candidates[0][1] : null;
  }

  // The words of the articles that are one edit away and begin with the same letter.
  oneEditFrom(word) {
    const near = this.near(Array.from(word), 1).map(([, found]) => found);
    return near.filter((found) => this.generation.hasWord(found));
  }

  // The words and stop words so near that begin with the same letter, each with its edits.
  near(characters, most) {
    const withEdits = this.wordsFrom(characters[0]).map((found) => [distance(characters, Array.from(found), most), found]);
    return withEdits.filter(([edits]) => edits <= most);
  }

  // The stop word that a word is but for two neighbouring letters, the last ones first.
  little(characters) {
    if (characters.length < this.generation.constants.SHORTEST_SWAPPED) return null;
    for (let at = characters.length - 2; at >= 0; at--) {
      const swapped = [...characters];
      [swapped[at], swapped[at + 1]] = [characters[at + 1], characters[at]];
      if (this.analyzer.stopWords.has(swapped.join(""))) return swapped.join("");
    }
    return null;
  }

  // The words that a word is but for its first letter: another, missing, too many, or put second.
  misbegun(characters) {
    const { generation } = this;
    const [word, rest] = [characters.join(""), characters.slice(1).join("")];
    const swapped = characters[1] + characters[0] + characters.slice(2).join("");
    if (generation.hasWord(swapped)) return [swapped];
    if (characters.length < generation.constants.SHORTEST_MISBEGUN) return [];
    const begun = this.firsts.flatMap((first) => [first + rest, first + word]);
    return [...begun, rest].filter((one) => generation.hasWord(one));
  }

  // At most `limit` words that begin with `prefix`, those in most articles first.
  completions(prefix, limit) {
    if (!prefix) return [];
    const { generation } = this;
    const isFound = (word) => word.startsWith(prefix) && generation.hasWord(word);
    const found = this.wordsFrom(String.fromCodePoint(prefix.codePointAt(0))).filter(isFound);
    const most = (one, other) => generation.countOfWord(other) - generation.countOfWord(one);
    return found.sort((one, other) => most(one, other) || compareText(one, other)).slice(0, limit);
  }
}
