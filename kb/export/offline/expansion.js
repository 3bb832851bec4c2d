// From the words of a query to the terms that count as a match for each: the twin of kb/search/expansion.py.

// The number of a query term itself, or of its correction; null when the index has neither.
function ownTerm(queryTerm) {
  const first = queryTerm.alternatives[0];
  return first && (first.way === "word" || first.way === "correction") ? first.terms[0] : null;
}

class Expander {
  constructor(generation, analyzer) {
    this.generation = generation;
    this.analyzer = analyzer;
    this.speller = new Speller(generation, analyzer);
    this.splitter = new Splitter(generation, analyzer);
    this.synonyms = new Synonyms(generation.synonyms);
    this.weakTerms = new Set(generation.weakTerms);
  }

  // {terms, pairs, asMeant} of a parsed query; `typing`: the last word may be unfinished.
  expand(query, { typing = false, repair = true } = {}) {
    query = this.split(this.withoutOwn(query));
    const { content } = query;
    const found = new Map();
    const unfinished = typing ? content.at(-1) : null; // not misspelt while words begin like it
    for (const token of content) {
      if (found.has(token.term)) continue;
      const isWhole = token !== unfinished || !this.speller.completions(token.word, 1).length;
      found.set(token.term, this.queryTerm(token, repair && isWhole ? query : null));
    }
    if (unfinished) this.addCompletions(found.get(unfinished.term));
    this.addJoined(content.map((token) => found.get(token.term)));
    const asMeant = query.tokens.map((token) => this.asMeant(token, found));
    this.addSynonyms(query, asMeant, found);
    const pairs = new Set();
    for (let at = 1; at < asMeant.length; at++) {
      const pair = this.generation.numberOf(`${asMeant[at - 1]} ${asMeant[at]}`);
      if (pair !== undefined) pairs.add(pair);
    }
    if (typing && query.tokens.length && query.tokens.every(({ isStop }) => isStop)) {
      for (const pair of this.begunPairs(query.tokens.slice(-2))) pairs.add(pair);
    }
    return { terms: [...found.values()], pairs: [...pairs], asMeant };
  }

  // Pairs that begin like the last two words, or with the only one: "where i", "how".
  begunPairs(tokens) {
    const { terms, constants } = this.generation;
    const begin = tokens.map(({ word }) => word).join(" ") + (tokens.length === 1 ? " " : "");
    const first = firstFrom(terms, begin, compareText);
    const numbers = Array.from({ length: constants.BEGUN_LIMIT }, (_, at) => first + at);
    return numbers.filter((number) => terms[number]?.startsWith(begin) && terms[number].includes(" "));
  }

  // A word of the query that is to be `repaired`, if any is.
  queryTerm({ word, term }, repaired) {
    const { constants } = this.generation;
    const percent = this.weakTerms.has(term) ? constants.WEAK_PERCENT : 100;
    const rarity = this.generation.rarestRarity;
    const queryTerm = { word, term, percent, rarity, alternatives: [], corrected: null };
    const number = this.generation.numberOf(term);
    if (number !== undefined) {
      queryTerm.alternatives.push({ terms: [number], percent: 100, way: "word" });
      queryTerm.rarity = this.generation.rarityOf(number);
    } else if (this.analyzer.countDigits(word) >= constants.CASE_DIGITS) {
      queryTerm.percent = 0;
    } else if (repaired && !this.speller.isCommon(word)) {
      this.repair(queryTerm, endsIn(repaired, word));
    }
    queryTerm.rarity *= queryTerm.percent / 100;
    return queryTerm;
  }

  // The query with what is our own, written as one word or as its words, taken for stop words.
  withoutOwn(query) {
    const content = query.tokens.filter((token) => !token.isStop);
    const ours = new Set();
    for (const own of this.generation.own) {
      content.forEach((token, place) => {
        const run = content.slice(place, place + own.length);
        if (run.map(({ term }) => term).join(" ") === own.join(" ")) for (const each of run) ours.add(each);
        else if (token.term === own.join("")) ours.add(token);
      });
    }
    if (!ours.size || ours.size === content.length) return query;
    return { ...query, tokens: query.tokens.map((token) => ours.has(token) ? { ...token, isStop: true } : token) };
  }

  // The query with each unknown word that is known ones written as one as those: "giftcard".
  split(query) {
    const tokens = query.tokens.flatMap((token) => this.parts(token));
    return { ...query, tokens, content: contentOf(tokens, this.generation.constants) };
  }

  parts(token) {
    const { generation, analyzer } = this;
    const known = generation.numberOf(token.term) !== undefined;
    if (token.isStop || known || this.speller.isCommon(token.word)) return [token];
    const isCase = analyzer.countDigits(token.word) >= generation.constants.CASE_DIGITS;
    const parts = isCase ? [] : this.splitter.parts(token.word);
    const isShort = (part) => lengthOf(part) < generation.constants.LONG_PART;
    if (parts.some(isShort) && this.isSlip(token.word, parts)) return [token];
    const ofPart = (word) => ({ ...token, word, term: analyzer.stem(word), isStop: analyzer.stopWords.has(word) });
    return parts.length ? parts.map(ofPart) : [token];
  }

  // Whether an unknown word is rather one letter wrong than made of parts, some of them short.
  isSlip(word, parts) {
    const stemOf = (one) => this.analyzer.stem(one);
    const meant = this.speller.oneEditFrom(word).map(stemOf);
    const ofParts = parts.map(stemOf);
    return meant.length > 0 && !meant.some((stem) => ofParts.includes(stem));
  }

  // An unknown word is an unfinished or a misspelt one, unless the synonyms know it.
  repair(queryTerm, unfinished) {
    const { generation } = this;
    const { constants } = generation;
    const isWhole = lengthOf(queryTerm.word) - lengthOf(queryTerm.term) <= 1;
    if (isWhole && this.synonyms.means.has(queryTerm.term)) return;
    const corrected = this.speller.correct(queryTerm.word, unfinished);
    if (corrected !== null && this.analyzer.stopWords.has(corrected)) {
      queryTerm.corrected = corrected;
      queryTerm.percent = 0;
    } else if (corrected) {
      const term = generation.termOfWord(corrected);
      queryTerm.corrected = corrected;
      queryTerm.alternatives.push({ terms: [term], percent: constants.CORRECTION_PERCENT, way: "correction" });
      queryTerm.rarity = generation.rarityOf(term);
    }
  }

  addCompletions(last) {
    const { generation } = this;
    const { constants } = generation;
    for (const word of this.speller.completions(last.word, constants.PREFIX_LIMIT)) {
      const term = generation.termOfWord(word);
      if (term === ownTerm(last)) continue;
      last.alternatives.push({ terms: [term], percent: constants.PREFIX_PERCENT, way: "prefix" });
      last.rarity = Math.min(last.rarity, generation.rarityOf(term));
    }
  }

  // Neighbours that the articles write as one word.
  addJoined(content) {
    const { generation } = this;
    const percent = generation.constants.COMPOUND_PERCENT;
    for (let at = 1; at < content.length; at++) {
      const [first, second] = [content[at - 1], content[at]];
      const joined = first.word + second.word;
      if (first !== second && generation.hasWord(joined)) {
        const alternative = { terms: [generation.termOfWord(joined)], percent, way: "compound" };
        first.alternatives.push(alternative);
        second.alternatives.push(alternative);
      }
    }
  }

  // Synonyms of a run of words count for each of its words.
  addSynonyms(query, asMeant, found) {
    const percent = this.generation.constants.SYNONYM_PERCENT;
    for (const [start, end, meanings] of this.synonyms.foundIn(asMeant)) {
      for (const meaning of meanings) {
        const terms = meaning.map((term) => this.generation.numberOf(term));
        if (terms.includes(undefined)) continue;
        for (const token of query.tokens.slice(start, end)) {
          const queryTerm = found.get(token.term);
          if (queryTerm && !queryTerm.alternatives.some((one) => one.way === "synonym" && String(one.terms) === String(terms))) {
            queryTerm.alternatives.push({ terms, percent, way: "synonym" });
          }
        }
      }
    }
  }

  // The term of a query's word, or of what it was corrected to.
  asMeant(token, found) {
    const queryTerm = found.get(token.term);
    return queryTerm && queryTerm.corrected ? this.analyzer.stem(queryTerm.corrected) : token.term;
  }
}

// The place of the first of some sorted that is not before `wanted`.
function firstFrom(sorted, wanted, compare) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(sorted[middle], wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
