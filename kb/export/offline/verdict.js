// Whether an article answers a query: the twin of kb/search/verdict.py.

const NOTHING_USEFUL = "nothing_useful";
const UNSURE = "unsure";
const ANSWERED = "answered";
const VERDICTS = [NOTHING_USEFUL, UNSURE, ANSWERED];

// The signals for the first of `ranked`, null when there is nothing to judge.
function features(generation, queryTerms, ranked) {
  const total = queryTerms.reduce((sum, { rarity }) => sum + rarity, 0);
  if (!ranked.length || !total) return null;
  const [top, second] = ranked;
  const evidence = generation.evidence(top.article);
  const match = matches(evidence, queryTerms);
  const best = match.map((row) => Math.max(...row));
  let alike = -Infinity;
  for (let unit = 0; unit < evidence.kind.length; unit++) {
    const shared = weigh(queryTerms, match.map((row) => row[unit]));
    alike = Math.max(alike, (2 * shared) / (total + unitRarity(generation, evidence, unit)));
  }
  return {
    covered: Math.min(weigh(queryTerms, best) / total, 1),
    alike: Math.min(alike, 1),
    adjacent: Math.min(top.adjacent / total, 1),
    margin: top.score ? (top.score - (second ? second.score : 0)) / top.score : 0,
    strength: Math.min(Math.sqrt(top.score / generation.constants.MOST_OF_A_WORD) / 3, 1.5),
    words: Math.min(queryTerms.length, 8) / 8,
    asked: top.asked ? 1 : 0,
  };
}

// How well each query term is matched (0 to 1) in each unit of an article: a row a term.
function matches(evidence, queryTerms) {
  const counts = new TermCounts(queryTerms).of(evidence);
  return queryTerms.map(({ alternatives }) =>
    Array.from(evidence.kind, (_, unit) =>
      alternatives.reduce((best, { terms, percent }) => (counts(unit, terms) ? Math.max(best, percent / 100) : best), 0),
    ),
  );
}

function weigh(queryTerms, match) {
  return queryTerms.reduce((sum, { rarity }, row) => sum + rarity * match[row], 0);
}

// How rare a unit's own terms are, each counted once, added up in the order of their numbers.
function unitRarity(generation, { token, tokenOf }, unit) {
  const own = new Set(token.slice(tokenOf[unit], tokenOf[unit + 1]).sort());
  let sum = 0;
  for (const term of own) sum += generation.rarityOf(term);
  return sum;
}

// The estimated probability that an article answers.
function confidence({ BIAS, WEIGHTS, ASKED_CONFIDENCE }, signals) {
  if (!signals) return 0;
  let score = BIAS;
  for (const name of Object.keys(WEIGHTS)) score += WEIGHTS[name] * signals[name];
  return Math.max(1 / (1 + Math.exp(-score)), ASKED_CONFIDENCE * signals.asked);
}

function verdict({ ANSWERED_FROM, UNSURE_FROM }, probability) {
  if (probability >= ANSWERED_FROM) return ANSWERED;
  return probability >= UNSURE_FROM ? UNSURE : NOTHING_USEFUL;
}
