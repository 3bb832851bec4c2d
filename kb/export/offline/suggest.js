// What a customer may be about to ask: the twin of kb/search/suggest.py.

// At most `limit` of {text, url, slug, title}, one an article.
async function suggest(generation, query, expanded, limit) {
  const scores = impactScores(generation, expanded);
  const articles = bestByImpact(scores).slice(0, generation.constants.LOOKED_AT);
  await generation.loadEvidence(articles);
  const asked = new AskedTerms(generation, expanded.terms);
  const found = articles.flatMap((article, place) => {
    const view = suggestedView(generation, expanded.terms, asked, article);
    const best = bestText(generation, query, { ...view, article, worth: scores[article] / scores[articles[0]] });
    return best ? [{ article, place, ...best }] : [];
  });
  found.sort((one, other) => byStanding(one, other) || one.place - other.place);
  return found.slice(0, limit).map((one) => shownSuggestion(generation, one));
}

// How much of the query's rarity an article has in all its text, and in each unit.
function suggestedView(generation, queryTerms, asked, article) {
  const evidence = generation.evidence(article);
  const counts = asked.countsIn(evidence);
  const known = rarityOfAll(queryTerms.filter(({ alternatives }) => alternatives.length));
  const best = queryTerms.map(() => 0);
  const shares = Array.from(evidence.kind, (_, unit) => {
    if (!counts.hits(unit)) return 0;
    const match = matchOf(counts, queryTerms, unit);
    match.forEach((one, row) => (best[row] = Math.max(best[row], one)));
    return weigh(queryTerms, match) / known;
  });
  // A last word that no article has is not counted: it may be unfinished.
  const counted = queryTerms.at(-1).alternatives.length ? queryTerms : queryTerms.slice(0, -1);
  return { kind: evidence.kind, shares, covered: weigh(queryTerms, best) / rarityOfAll(counted) };
}

function rarityOfAll(queryTerms) {
  return queryTerms.reduce((sum, { rarity }) => sum + rarity, 0) || 1;
}

// Of an article's title, questions and headings the one that goes best with what is typed, if any does.
function bestText(generation, query, { article, kind, shares, covered, worth }) {
  const { LEAST_WORTH, LEAST_COVERED, LEAST_SHARE } = generation.constants;
  const shown = ["TITLE", "QUESTION", "HEADING"].map((name) => generation.kinds[name]);
  let best = null;
  kind.forEach((one, unit) => {
    if (!shown.includes(one)) return;
    const begins = textBegins(generation, article, kind, unit, query);
    if (!begins && (worth < LEAST_WORTH || covered < LEAST_COVERED)) return;
    const says = begins || shares[unit] >= LEAST_SHARE;
    const standing = { unit: says ? unit : 0, begins, rank: worth + shares[unit] };
    if (!best || byStanding(standing, best) < 0) best = standing;
  });
  return best;
}

// Whether a text begins as typed; many a question begins with any one word, so one counts for titles.
function textBegins(generation, article, kind, unit, { text, tokens }) {
  const saysSomething = tokens.length > 1 || tokens.every(({ isStop }) => isStop);
  const mayBegin = saysSomething || kind[unit] === generation.kinds.TITLE;
  return mayBegin && fold(generation.unitText(article, unit)).startsWith(fold(text));
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
