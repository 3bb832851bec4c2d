// What a customer may be about to ask: the twin of kb/search/suggest.py.

// At most `limit` of {text, url, slug, title}, one an article.
async function suggest(generation, query, expanded, limit) {
  const scores = impactScores(generation, expanded);
  const articles = bestByImpact(scores).slice(0, generation.constants.LOOKED_AT);
  await generation.loadEvidence(articles);
  const asked = new AskedTerms(generation, expanded.terms);
  const totals = rarities(expanded.terms);
  const begins = beginsAsTyped(generation, query);
  const found = articles.flatMap((article, place) => {
    const view = suggestedView(generation, expanded.terms, asked, totals, article);
    const best = bestText(generation, begins, { ...view, article, worth: scores[article] / scores[articles[0]] });
    return best ? [{ article, place, ...best }] : [];
  });
  found.sort((one, other) => byStanding(one, other) || one.place - other.place);
  return found.slice(0, limit).map((one) => shownSuggestion(generation, one));
}

// The rarity of the words that articles have, and of all but a last one that none has: it may be unfinished.
function rarities(queryTerms) {
  const sum = (terms) => terms.reduce((total, { rarity }) => total + rarity, 0) || 1;
  const known = queryTerms.filter(({ alternatives }) => alternatives.length);
  const counted = !queryTerms.length || queryTerms.at(-1).alternatives.length ? queryTerms : queryTerms.slice(0, -1);
  return { known: sum(known), counted: sum(counted) };
}

// How much of the query's rarity an article has in all its text, and in each unit.
function suggestedView(generation, queryTerms, asked, totals, article) {
  const evidence = generation.evidence(article);
  const counts = new UnitCounts(asked, evidence);
  const shares = Array.from(evidence.kind, (_, unit) => saidIn(counts, queryTerms, [unit]) / totals.known);
  return { kind: evidence.kind, shares, covered: saidIn(counts, queryTerms, counts.hitUnits) / totals.counted };
}

// Of an article's title, questions and headings the one that goes best with what is typed, if any does.
function bestText(generation, begins, { article, kind, shares, covered, worth }) {
  const { LEAST_WORTH, LEAST_COVERED, LEAST_SHARE } = generation.constants;
  const shown = ["TITLE", "QUESTION", "HEADING"].map((name) => generation.kinds[name]);
  let best = null;
  kind.forEach((one, unit) => {
    if (!shown.includes(one)) return;
    const isBegun = begins(article, kind, unit);
    if (!isBegun && (worth < LEAST_WORTH || covered < LEAST_COVERED)) return;
    const says = isBegun || shares[unit] >= LEAST_SHARE;
    const standing = { unit: says ? unit : 0, begins: isBegun, rank: worth + shares[unit] };
    if (!best || byStanding(standing, best) < 0) best = standing;
  });
  return best;
}

// Tells whether a text begins as typed; many a question begins with any one word, so one counts for titles.
function beginsAsTyped(generation, { text, tokens }) {
  const typed = plainly(text);
  const saysSomething = tokens.length > 1 || tokens.every(({ isStop }) => isStop);
  return (article, kind, unit) => {
    const mayBegin = saysSomething || kind[unit] === generation.kinds.TITLE;
    return mayBegin && plainly(generation.unitText(article, unit)).startsWith(typed);
  };
}

// A text to compare beginnings by: phones leave out apostrophes.
function plainly(text) {
  return fold(text).replace(/['\u2018\u2019]/g, "");
}

// Those that begin as typed first, then by rank.
function byStanding(one, other) {
  return other.begins - one.begins || other.rank - one.rank;
}

function shownSuggestion(generation, { article, unit }) {
  const { kind, section, headings } = generation.evidence(article);
  const slug = generation.slugs[article];
  const anchor = kind[unit] === generation.kinds.HEADING ? `#${headings[section[unit]].anchor}` : "";
  const title = generation.titles[article];
  return { text: generation.unitText(article, unit), url: `/articles/${slug}${anchor}`, slug, title };
}
