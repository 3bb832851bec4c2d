// Words that were run together, taken apart: the twin of kb/search/splitting.py.

class Splitter {
  constructor(generation, analyzer) {
    this.generation = generation;
    this.analyzer = analyzer;
    this.noParts = new Set(generation.noParts);
  }

  // The known words that `word` was written of, in order; none when it is not made of such words.
  parts(word) {
    if (this.analyzer.isAlphabetic(word)) return this.runTogether(word);
    const { constants } = this.generation;
    const parts = this.analyzer.lettersAndDigits(word);
    const isMadeOfThese = parts.join("").length + word.split("-").length - 1 === word.length && parts.length > 1;
    const isKnown = (part) => this.isStop(part) || this.generation.numberOf(this.analyzer.stem(part)) !== undefined;
    return isMadeOfThese && parts.length <= constants.MOST_PARTS && parts.every(isKnown) ? parts : [];
  }

  // The fewest words, of these those with the fewest short ones, then the first in the alphabet.
  runTogether(word) {
    const { SHORTEST_TOGETHER, LONGEST_TOGETHER, LONGEST_PART, MOST_PARTS } = this.generation.constants;
    const letters = Array.from(word);
    if (letters.length < SHORTEST_TOGETHER || letters.length > LONGEST_TOGETHER) return [];
    const best = [{ count: 0, short: 0, parts: [] }];
    for (let end = 1; end <= letters.length; end++) {
      best[end] = null;
      for (let begin = Math.max(0, end - LONGEST_PART); begin < end; begin++) {
        const [before, part] = [best[begin], letters.slice(begin, end).join("")];
        if (!before || before.count >= MOST_PARTS || !this.mayBePart(part)) continue;
        const short = before.short + Number(this.isShort(part));
        const way = { count: before.count + 1, short, parts: [...before.parts, part] };
        if (!best[end] || compareWays(way, best[end]) < 0) best[end] = way;
      }
    }
    const found = best.at(-1);
    return found && this.isLikely(found) ? found.parts : [];
  }

  isStop(part) {
    return this.analyzer.stopWords.has(part);
  }

  mayBePart(part) {
    if (this.isStop(part)) return !this.noParts.has(part) && (lengthOf(part) > 1 || part === "i");
    return lengthOf(part) >= this.generation.constants.SHORTEST_PART && this.generation.hasWord(part);
  }

  isShort(part) {
    return this.isStop(part) ? lengthOf(part) === 2 : lengthOf(part) < this.generation.constants.LONG_PART;
  }

  isLikely({ count, short, parts }) {
    const { LONG_PART } = this.generation.constants;
    const says = parts.filter((part) => !this.isStop(part)).map(lengthOf);
    const longest = says.length ? Math.max(...says) : LONG_PART;
    return count > 1 && longest >= LONG_PART && 2 * short <= count + Number(longest > LONG_PART);
  }
}

function compareWays(one, other) {
  const byNumbers = one.count - other.count || one.short - other.short;
  if (byNumbers) return byNumbers;
  for (let at = 0; at < one.parts.length; at++) {
    const order = compareText(one.parts[at], other.parts[at]);
    if (order) return order;
  }
  return 0;
}
