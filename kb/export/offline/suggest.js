// What a customer may be about to ask: the twin of kb/search/suggest.py.

// At most `limit` of {text, url, slug}, one an article.
async function suggest(generation, expanded, typed, limit) {
  const total = expanded.terms.reduce((sum, { rarity }) => sum + rarity, 0);
  if (!total) return [];
  const { LOOKED_AT, LEAST_SHARE } = generation.constants;
  const articles = bestByImpact(impactScores(generation, expanded)).slice(0, LOOKED_AT);
  await generation.loadEvidence(articles);
  const begin = fold(typed);
  const found = articles
    .map((article, place) => ({ article, place, ...bestAsked(generation, article, expanded.terms, begin, total) }))
    .filter(({ share }) => share >= LEAST_SHARE);
  found.sort((one, other) => other.begins - one.begins || other.share - one.share || one.place - other.place);
  return found.slice(0, limit).map(({ text, article }) => {
    const slug = generation.slugs[article];
    return { text, url: `/articles/${slug}`, slug };
  });
}

// The title or question of an article that goes best with what is typed.
function bestAsked(generation, article, queryTerms, begin, total) {
  const { TITLE, QUESTION } = generation.kinds;
  const evidence = generation.evidence(article);
  const match = matches(evidence, queryTerms);
  let best = null;
  evidence.kind.forEach((kind, unit) => {
    if (kind !== TITLE && kind !== QUESTION) return;
    const text = kind === TITLE ? generation.titles[article] : evidence.texts[unit];
    const share = weigh(queryTerms, match.map((row) => row[unit])) / total;
    const begins = fold(text).startsWith(begin) ? 1 : 0;
    if (!best || share + begins > best.share + best.begins) best = { text, share, begins };
  });
  return best;
}
