// Text into terms: the twin of kb/search/analysis.py, step for step. Spans here count UTF-16 units.

const JOINERS = "['’.\\-_‐‑]";
const JOINER = new RegExp(JOINERS, "u");
const COMBINING = /[\u0300-\u036f]/g;
const SURROGATE = /[\ud800-\udfff]/;
const ASTRAL = /[\u{10000}-\u{10ffff}]/gu;
const ASCII = /^[\x00-\x7f]*$/;
const STAND_IN = "\ufffc";
const REMEMBERED = 20000;

const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACE_RUN = new RegExp(`[${SPACES}]+`, "u"); // what Python calls space; JavaScript's \s differs in six

function fold(text) {
  if (ASCII.test(text)) return text.toLowerCase(); // most text, and much faster
  return text.normalize("NFKD").replace(COMBINING, "").normalize("NFKC").toLowerCase();
}

// How many characters a text has, as Python counts them.
function lengthOf(text) {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

// The inside of a regular expression's class, from the edges of a table in characters.py.
function classOf(stream) {
  const edges = accumulate(decode(stream));
  let inside = "";
  for (let at = 0; at < edges.length; at += 2) {
    inside += `\\u{${edges[at].toString(16)}}-\\u{${(edges[at + 1] - 1).toString(16)}}`;
  }
  return inside;
}

class Analyzer {
  constructor({ characters, stopWords, ownStems, respellings, lightWords }) {
    this.wordClass = classOf(characters.word);
    this.decimalClass = classOf(characters.decimal);
    this.word = new RegExp(`[${this.wordClass}]+(?:${JOINERS}[${this.wordClass}]+)*`, "gu");
    this.digits = new RegExp(`[${classOf(characters.digit)}]`, "gu");
    const digit = this.decimalClass;
    this.runs = new RegExp(`[${digit}]+|(?:(?![${digit}])[${this.wordClass}])+`, "gu");
    this.numbered = new RegExp(`^[${digit}]+(?:-(?:(?![${digit}])[${this.wordClass}]){3,})+$`, "u");
    this.letters = new RegExp(`^[${classOf(characters.letter)}]+$`, "u");
    this.stopWords = new Set(stopWords);
    this.ownStems = new Map(Object.entries(ownStems));
    this.respellings = respellings.map(([pattern, replacement]) => [new RegExp(pattern, "u"), replacement]);
    this.lightWords = new Set(lightWords);
    this.stemmer = new EnglishStemmer();
    this.stems = new Map();
    this.written = new Map();
  }

  isAlphabetic(word) {
    return this.letters.test(word);
  }

  // Runs of digits, and of the letters between them.
  lettersAndDigits(word) {
    return word.match(this.runs) || [];
  }

  countDigits(word) {
    return (word.match(this.digits) || []).length;
  }

  stem(word) {
    return remembered(this.stems, word, () => this.freshStem(word));
  }

  freshStem(word) {
    if (this.ownStems.has(word) || this.countDigits(word)) return this.ownStems.get(word) || word;
    const astral = word.match(ASTRAL) || []; // one letter each to Python's stemmer, two to this one
    let plain = word.replace(ASTRAL, STAND_IN).replaceAll("’", "'");
    for (const [pattern, replacement] of this.respellings) plain = plain.replace(pattern, replacement);
    const stem = this.stemmer.stemWord(plain);
    return astral.length ? stem.replaceAll(STAND_IN, () => astral.shift()) : stem;
  }

  // The words of a text in order: {word, term, start, end, isStop}.
  tokens(text) {
    const found = [];
    for (const match of text.matchAll(this.word)) {
      const at = match.index;
      for (const token of remembered(this.written, match[0], () => this.tokensOf(match[0]))) {
        const { word, term, start, end, isStop } = token;
        found.push(at ? { word, term, start: at + start, end: at + end, isStop } : token);
      }
    }
    return found;
  }

  // What one written word stands for, as if the text began with it.
  tokensOf(raw) {
    return this.forms(raw).map(([word, start, end]) => {
      return { word, term: this.stem(word), start, end, isStop: this.stopWords.has(word) };
    });
  }

  terms(text) {
    return this.tokens(text).flatMap((token) => (token.isStop ? [] : [token.term]));
  }

  // All terms in order without articles, possessives, forms of "be" and apostrophes, as text: one wording asks one thing.
  wording(terms) {
    return terms.filter((term) => !this.lightWords.has(term)).join(" ").replaceAll("'", "");
  }

  // The folded words that one written word stands for, each with its span inside it.
  forms(raw) {
    const word = fold(raw).replaceAll("’", "'").replaceAll("‐", "-").replaceAll("‑", "-");
    const parts = raw.split(JOINER).filter((part) => part);
    const isNumbered = this.numbered.test(word);
    if (parts.length === 1 || (this.countDigits(word) && !isNumbered)) return [[word, 0, raw.length]];
    if (word.includes("'") && !/[-._]/.test(word)) return [[word.replace(/'s$/, ""), 0, raw.length]];
    const isNoWord = (part) => lengthOf(part) <= 2 && !this.stopWords.has(fold(part));
    if (!isNumbered && (lengthOf(parts[0]) === 1 || parts.every(isNoWord))) return [[fold(parts.join("")), 0, raw.length]];
    const spans = [];
    let at = 0;
    for (const part of parts) {
      at = raw.indexOf(part, at);
      spans.push([fold(part), at, at + part.length]);
      at += part.length;
    }
    return spans;
  }
}

function remembered(memory, key, make) {
  let value = memory.get(key);
  if (value === undefined) {
    if (memory.size >= REMEMBERED) memory.clear();
    memory.set(key, (value = make()));
  }
  return value;
}
