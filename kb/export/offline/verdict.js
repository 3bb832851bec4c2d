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
  const [evidence, counts] = [generation.evidence(top.article), top.counts];
  let alike = 0;
  for (const unit of counts.hitUnits) {
    const shared = saidIn(counts, queryTerms, [unit]);
    if (shared) alike = Math.max(alike, (2 * shared) / (total + unitRarity(generation, evidence, unit)));
  }
  return {
    covered: Math.min(saidIn(counts, queryTerms, counts.hitUnits) / total, 1),
    alike: Math.min(alike, 1),
    adjacent: Math.min(top.adjacent / total, 1),
    margin: top.score ? (top.score - (second ? second.score : 0)) / top.score : 0,
    strength: Math.min(Math.sqrt(top.score / generation.constants.MOST_OF_A_WORD) / 2.5, 1.5),
    words: Math.min(queryTerms.length, 8) / 8,
    asked: top.asked ? 1 : 0,
  };
}

// How rare a unit's own terms are, each counted once, added up in the order in which they stand.
function unitRarity(generation, { token, tokenOf }, unit) {
  const own = new Set(token.slice(tokenOf[unit], tokenOf[unit + 1]));
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

// Whether most of a query says what an article is about, though it may not answer.
function isNear(generation, queryTerms, { article, counts }) {
  const { TITLE, QUESTION, SUMMARY, HEADING } = generation.kinds;
  const { kind } = generation.evidence(article);
  const about = counts.hitUnits.filter((unit) => [TITLE, QUESTION, SUMMARY, HEADING].includes(kind[unit]));
  const total = queryTerms.reduce((sum, { rarity }) => sum + rarity, 0);
  return saidIn(counts, queryTerms, about) >= generation.constants.ABOUT_FROM * total;
}

function verdict({ ANSWERED_FROM, UNSURE_FROM }, probability) {
  if (probability >= ANSWERED_FROM) return ANSWERED;
  return probability >= UNSURE_FROM ? UNSURE : NOTHING_USEFUL;
}
