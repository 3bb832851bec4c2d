// What a customer may be about to ask: the twin of kb/search/suggest.py.

// At most `limit` of {text, url, slug, title}, one an article.
async function suggest(generation, { terms, pairs }, typed, limit) {
  const known = terms.filter(({ alternatives }) => alternatives.length);
  const total = weigh(known, known.map(() => 1)) || 1;
  const articles = bestByImpact(impactScores(generation, { terms, pairs })).slice(0, generation.constants.LOOKED_AT);
  await generation.loadEvidence(articles);
  const asked = new AskedTerms(generation, known);
  const begin = fold(typed);
  const found = articles.flatMap((article, place) => {
    const counts = asked.countsIn(generation.evidence(article));
    const share = (unit) => weigh(known, matchOf(counts, known, unit)) / total;
    const best = bestShown(generation, article, share, begin);
    return best ? [{ article, place, ...best }] : [];
  });
  found.sort((one, other) => byStanding(one, other) || one.place - other.place);
  return found.slice(0, limit).map((one) => shownSuggestion(generation, one));
}

// Of an article's titles, questions and headings the one that goes best with what is typed, if any does.
function bestShown(generation, article, share, begin) {
  const { kind } = generation.evidence(article);
  const shown = ["TITLE", "QUESTION", "HEADING"].map((name) => generation.kinds[name]);
  let best = null;
  kind.forEach((one, unit) => {
    if (!shown.includes(one)) return;
    const begins = fold(generation.unitText(article, unit)).startsWith(begin);
    const standing = { unit, begins, share: share(unit) };
    if (!begins && standing.share < generation.constants.LEAST_SHARE) return;
    if (!best || byStanding(standing, best) < 0) best = standing;
  });
  return best;
}

// Those that begin as typed first, then by share.
function byStanding(one, other) {
  return other.begins - one.begins || other.share - one.share;
}

function shownSuggestion(generation, { article, unit }) {
  const { kind, section, headings } = generation.evidence(article);
  const slug = generation.slugs[article];
  const anchor = kind[unit] === generation.kinds.HEADING ? `#${headings[section[unit]].anchor}` : "";
  const title = generation.titles[article];
  return { text: generation.unitText(article, unit), url: `/articles/${slug}${anchor}`, slug, title };
}
