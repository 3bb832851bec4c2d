// The order of the results: the twin of kb/search/ranking.py. Sums are made in the same order, so that they
// come out with the same bits.

// Every article's sum of impacts.
function impactScores(generation, { terms, pairs }) {
  const total = new Float64Array(generation.slugs.length);
  for (const { alternatives, percent } of terms) {
    const best = new Float64Array(total.length);
    for (const alternative of alternatives) {
      eachPosting(generation, alternative.terms, (article, impact) => {
        best[article] = Math.max(best[article], Math.floor((impact * alternative.percent) / 100));
      });
    }
    for (let at = 0; at < best.length; at++) total[at] += Math.floor((best[at] * percent) / 100);
  }
  for (const pair of pairs) eachPosting(generation, [pair], (article, impact) => (total[article] += impact));
  return total;
}

// The articles that have all of some terms, in order, each with the least of their impacts.
function eachPosting({ start, article, impact }, terms, take) {
  const places = terms.map((term) => start[term]);
  for (let at = start[terms[0]]; at < start[terms[0] + 1]; at++) {
    const wanted = article[at];
    let least = impact[at];
    for (let other = 1; other < terms.length && least >= 0; other++) {
      const end = start[terms[other] + 1];
      while (places[other] < end && article[places[other]] < wanted) places[other]++;
      const has = places[other] < end && article[places[other]] === wanted;
      least = has ? Math.min(least, impact[places[other]]) : -1;
    }
    if (least >= 0) take(wanted, least);
  }
}

// Tells of an article whether a query may find it.
async function allowed(generation, { phrases, without }) {
  const having = (many) => Promise.all(many.map((phrase) => havingPhrase(generation, phrase)));
  const wanted = (await having(phrases)).filter(({ size }) => size);
  const unwanted = await having(without);
  return (article) => wanted.every((some) => some.has(article)) && !unwanted.some((some) => some.has(article));
}

async function havingPhrase(generation, phrase) {
  const numbers = phrase.map((term) => generation.numberOf(term));
  const articles = [];
  if (!numbers.includes(undefined)) eachPosting(generation, numbers, (article) => articles.push(article));
  if (numbers.length === 1) return new Set(articles);
  await generation.loadEvidence(articles);
  return new Set(articles.filter((article) => hasInARow(generation.evidence(article), numbers)));
}

function hasInARow({ token, tokenOf }, numbers) {
  for (let unit = 0; unit + 1 < tokenOf.length; unit++) {
    for (let at = tokenOf[unit]; at + numbers.length <= tokenOf[unit + 1]; at++) {
      if (numbers.every((number, place) => token[at + place] === number)) return true;
    }
  }
  return false;
}

// The articles with any score, best first, ties by ordinal; those below `share` of the best left out.
function bestByImpact(scores, mayFind = () => true, share = 0) {
  const many = scores.length;
  const allowed = scores.map((score, article) => (mayFind(article) ? score : 0));
  const least = share * allowed.reduce((most, score) => Math.max(most, score), 0);
  const keys = new Float64Array(many);
  let found = 0;
  for (let article = 0; article < many; article++) {
    const score = allowed[article];
    if (score && score >= least) keys[found++] = score * many + many - 1 - article;
  }
  const ascending = keys.subarray(0, found).sort(); // by score, equal ones from the last article to the first
  return Array.from(ascending.reverse(), (key) => many - 1 - (key % many));
}

// Some articles in their final order: {article, score, unit, adjacent, asked, counts}.
// Their evidence must be there.
function lookClosely(generation, analyzer, expanded, scores, candidates) {
  const queryTerms = expanded.terms;
  const { IMPACT_SCALE } = generation.constants;
  const askedTerms = new AskedTerms(generation, queryTerms);
  const views = candidates.map((article) => {
    const evidence = generation.evidence(article);
    return { article, evidence, counts: new UnitCounts(askedTerms, evidence) };
  });
  const adjacent = adjacentSignals(generation, views, ownPairs(queryTerms));
  const ranked = views.map((view, at) => {
    const opening = Math.max(view.evidence.kind.indexOf(generation.kinds.PASSAGE), 0);
    const { best, chosen, heading } = passageSignal(generation, queryTerms, view);
    const unit = isForAll(queryTerms, view.counts, opening, chosen, heading) ? opening : chosen;
    const score = scores[view.article] / IMPACT_SCALE + best + adjacent[at];
    const asked = isAsked(generation, analyzer, expanded, view);
    return { article: view.article, score, unit: asked ? opening : unit, adjacent: adjacent[at], asked, counts: view.counts };
  });
  const highest = Math.max(...ranked.map(({ score }) => score));
  for (const one of ranked) if (one.asked) one.score += highest; // so that nothing stands before it
  return ranked.sort((one, other) => other.score - one.score || one.article - other.article);
}

// Which terms a query asks for: `slots[term]` counts them from 1, 0 for all others.
class AskedTerms {
  constructor(generation, queryTerms) {
    this.slots = new Uint16Array(generation.terms.length);
    this.width = 1;
    for (const { alternatives } of queryTerms) {
      for (const { terms } of alternatives) {
        for (const term of terms) if (!this.slots[term]) this.slots[term] = this.width++;
      }
    }
  }
}

// How often each unit of an article has each of the asked terms, and two of them stand side by side in one.
class UnitCounts {
  constructor({ slots, width }, { kind, token, tokenOf }) {
    this.slots = slots;
    this.width = width;
    this.counts = new Uint16Array(kind.length * width); // the first of each unit counts what is asked for
    this.pairs = new Uint16Array(width * width);
    this.hitUnits = []; // those that have any of them
    for (let unit = 0; unit < kind.length; unit++) {
      const row = unit * width;
      let before = 0;
      for (let at = tokenOf[unit]; at < tokenOf[unit + 1]; at++) {
        const slot = slots[token[at]];
        if (slot) {
          this.counts[row]++;
          this.counts[row + slot]++;
          if (before) this.pairs[before * width + slot]++;
        }
        before = slot;
      }
      if (this.counts[row]) this.hitUnits.push(unit);
    }
  }

  // How many of a unit's tokens are asked for.
  hits(unit) {
    return this.counts[unit * this.width];
  }

  // How often a unit has all of some terms: the least of their counts.
  least(unit, terms) {
    const row = unit * this.width;
    let least = this.counts[row + this.slots[terms[0]]];
    for (let at = 1; at < terms.length; at++) least = Math.min(least, this.counts[row + this.slots[terms[at]]]);
    return least;
  }

  // How often one term stands right behind another.
  sideBySide(first, second) {
    return this.pairs[this.slots[first] * this.width + this.slots[second]];
  }
}

// Whether the opening, with the title, says as much of the query as the chosen unit with its heading, and the
// title more than that heading.
function isForAll(queryTerms, counts, opening, chosen, heading) {
  const said = (...units) => saidIn(counts, queryTerms, units.filter((unit) => unit >= 0));
  return said(0, opening) >= said(chosen, heading) && said(0) > said(heading);
}

// How much of the query's rarity some units match together, added up in the query's order.
function saidIn(counts, queryTerms, units) {
  let said = 0;
  for (const { alternatives, rarity } of queryTerms) {
    const matched = alternatives.filter(({ terms }) => units.some((unit) => counts.least(unit, terms)));
    said += matched.reduce((most, { percent }) => Math.max(most, percent / 100), 0) * rarity;
  }
  return said;
}

// What an article's best passage gives, which unit is chosen to be shown, and the heading over it, -1 for none.
function passageSignal(generation, queryTerms, { evidence, counts }) {
  const { PASSAGE_WEIGHT } = generation.constants;
  const { QUESTION, HEADING, PASSAGE } = generation.kinds;
  const { kind, section } = evidence;
  let [best, chosen, most, heading, over] = [0, 0, -1, null, -1];
  for (let one = 0; one < kind.length; one++) {
    const score = unitScore(generation, queryTerms, evidence, counts, one);
    if (kind[one] === HEADING) heading = { unit: one, score, section: section[one] };
    if (kind[one] === QUESTION || kind[one] === PASSAGE) best = Math.max(best, score);
    if (kind[one] !== PASSAGE) continue;
    const isOver = heading && heading.section === section[one];
    const worth = score + (isOver ? heading.score / 2 : 0);
    if (worth > most) [chosen, most, over] = [one, worth, isOver ? heading.unit : -1];
  }
  return { best: PASSAGE_WEIGHT * best, chosen, heading: over };
}

// BM25 of one unit.
function unitScore(generation, queryTerms, { tokenOf }, counts, unit) {
  if (!counts.hits(unit)) return 0;
  const { PASSAGE_K1, PASSAGE_B, PASSAGE_LENGTH } = generation.constants;
  const length = tokenOf[unit + 1] - tokenOf[unit];
  const norm = PASSAGE_K1 * (1 - PASSAGE_B + (PASSAGE_B * length) / PASSAGE_LENGTH);
  let score = 0;
  for (const { alternatives, rarity } of queryTerms) {
    let best = 0;
    for (const { terms, percent } of alternatives) {
      const count = counts.least(unit, terms);
      if (count) best = Math.max(best, (((count * (PASSAGE_K1 + 1)) / (count + norm)) * percent) / 100);
    }
    score += best * rarity;
  }
  return score;
}

// Whether an article has the query's own wording for a title, or for one of its questions.
function isAsked(generation, analyzer, { terms, asMeant }, { article, evidence, counts }) {
  const { TITLE, QUESTION } = generation.kinds;
  const wanted = terms.map((queryTerm) => ownTerm(queryTerm));
  if (wanted.includes(null)) return false;
  return evidence.kind.some((kind, unit) => {
    if (kind !== TITLE && kind !== QUESTION) return false;
    const tokens = evidence.token.subarray(evidence.tokenOf[unit], evidence.tokenOf[unit + 1]);
    if (tokens.length !== counts.hits(unit) || !tokens.every((term) => wanted.includes(term))) return false;
    if (!wanted.every((term) => counts.least(unit, [term]))) return false;
    const asked = analyzer.tokens(generation.unitText(article, unit)).map((token) => token.term);
    return analyzer.wording(asked) === analyzer.wording(asMeant);
  });
}

// The known terms that follow each other in the query, each pair once.
function ownPairs(queryTerms) {
  const owns = queryTerms.map((queryTerm) => ownTerm(queryTerm));
  const pairs = new Map();
  for (let at = 1; at < owns.length; at++) {
    const pair = [owns[at - 1], owns[at]];
    if (!pair.includes(null)) pairs.set(pair.join(), pair);
  }
  return [...pairs.values()];
}

// For each candidate what pairs of query terms give that stand side by side in one unit.
function adjacentSignals(generation, views, pairs) {
  const { K1, ADJACENT_B, ADJACENT_WEIGHT, LOCAL_IDF } = generation.constants;
  const lengths = views.map(({ evidence }) => evidence.token.length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const norms = lengths.map((length) => K1 * (1 - ADJACENT_B + (ADJACENT_B * length) / Math.max(mean, 1)));
  const totals = views.map(() => 0);
  for (const [first, second] of pairs) {
    const found = views.map(({ counts }) => counts.sideBySide(first, second));
    const foundIn = found.filter((count) => count).length;
    if (!foundIn) continue;
    const rarer = Math.min(generation.rarityOf(first), generation.rarityOf(second));
    const weight = ADJACENT_WEIGHT * Math.max(rarer + LOCAL_IDF[foundIn], 0);
    found.forEach((count, at) => (totals[at] += (weight * count * (K1 + 1)) / (count + norms[at])));
  }
  return totals;
}
