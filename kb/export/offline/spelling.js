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
  const [left, right] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
  }
  return left.length - right.length;
}

class Speller {
  constructor(generation, analyzer) {
    const { SHORTEST, LONG } = generation.constants;
    this.shortest = SHORTEST;
    this.long = LONG;
    this.analyzer = analyzer;
    this.generation = generation;
    this.byFirst = new Map();
    const known = [...analyzer.stopWords].filter((word) => word.length > SHORTEST && analyzer.isAlphabetic(word));
    for (const word of new Set([...known, ...generation.words.keys()])) {
      if (lengthOf(word) < SHORTEST - 1) continue;
      const first = String.fromCodePoint(word.codePointAt(0));
      if (!this.byFirst.has(first)) this.byFirst.set(first, []);
      this.byFirst.get(first).push(word);
    }
  }

  count(word) {
    const entry = this.generation.words.get(word);
    return entry ? entry.count : 0;
  }

  isCommon(word) {
    return holds(this.generation.common, checksum(word));
  }

  // The word most likely meant, null for one that is none or that means itself.
  correct(word) {
    const characters = Array.from(word);
    const { words } = this.generation;
    if (characters.length < this.shortest || !this.analyzer.isAlphabetic(word)) return null;
    if (words.has(word) || this.isCommon(word)) return null;
    const most = characters.length < this.long ? 1 : 2;
    const candidates = [];
    for (const found of this.byFirst.get(characters[0]) || []) {
      const edits = distance(characters, Array.from(found), most);
      if (edits <= most) candidates.push([edits, found]);
    }
    const swapped = characters[1] + characters[0] + characters.slice(2).join("");
    if (words.has(swapped)) candidates.push([1, swapped]);
    candidates.sort(
      ([edits, one], [others, other]) =>
        edits - others ||
        words.has(one) - words.has(other) ||
        this.count(other) - this.count(one) ||
        compareText(one, other),
    );
    return candidates.length ? candidates[0][1] : null;
  }

  // At most `limit` words that begin with `prefix`, those in most articles first.
  completions(prefix, limit) {
    if (!prefix) return [];
    const bucket = this.byFirst.get(String.fromCodePoint(prefix.codePointAt(0))) || [];
    const found = bucket.filter((word) => word.startsWith(prefix) && this.generation.words.has(word));
    const order = (one, other) => this.count(other) - this.count(one) || compareText(one, other);
    return found.sort(order).slice(0, limit);
  }
}

// Whether sorted numbers have one among them.
function holds(sorted, number) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number;
}
