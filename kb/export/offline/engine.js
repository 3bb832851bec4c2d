// The one door to the search, as kb/search/engine.py is: window.helpCenterSearch.

class Engine {
  constructor(generation, analyzer) {
    this.generation = generation;
    this.analyzer = analyzer;
    this.parser = new QueryParser(analyzer, generation.constants);
    this.expander = new Expander(generation, analyzer);
  }

  // The shape of kb/answer.py without channels, how many results lie in each first-level topic, and the best's topic.
  async search(text, { topic = "", page = 1 } = {}) {
    const { generation } = this;
    const { PAGE_SIZE } = generation.constants;
    const query = this.parser.parse(text);
    let found = await this.find(query);
    const suggestion = await this.suggestion(found);
    const topics = this.topicCounts(found.order);
    const wanted = topic || query.topic;
    const isNarrowed = wanted && (topic || this.inside(wanted).size);
    if (isNarrowed) found = await this.find(query, { inside: this.inside(wanted) });
    const first = (page - 1) * PAGE_SIZE;
    const judged = isNarrowed && found.order.length && this.verdict(found) === NOTHING_USEFUL ? UNSURE : this.verdict(found);
    const results = await this.results(found, first);
    return {
      query: query.text,
      verdict: judged,
      confidence: rounded(found.confidence, 4),
      suggestion,
      total: found.order.length,
      results,
      topics,
      topic: judged === NOTHING_USEFUL ? "" : generation.topics[generation.topic[found.ranked[0].article]],
      near: judged === NOTHING_USEFUL && page === 1 ? this.near(found, results) : [],
    };
  }

  async suggest(text, limit = 6) {
    const query = this.parser.parse(text);
    return suggest(this.generation, query, this.expander.expand(query, { typing: true }), limit);
  }

  async find(query, { inside = null, repair = true } = {}) {
    const { generation } = this;
    const { CANDIDATES, PAGE_SIZE, RESULT_SHARE } = generation.constants;
    const expanded = this.expander.expand(query, { repair });
    const scores = impactScores(generation, expanded);
    let order = bestByImpact(scores, await allowed(generation, query), RESULT_SHARE);
    if (inside) order = order.filter((article) => inside.has(generation.topic[article]));
    const candidates = order.slice(0, CANDIDATES);
    generation.expectPassages(candidates.slice(0, PAGE_SIZE));
    await generation.loadEvidence(candidates);
    const ranked = candidates.length ? lookClosely(generation, this.analyzer, expanded, scores, candidates) : [];
    const signals = features(generation, expanded.terms, ranked);
    order = [...ranked.map(({ article }) => article), ...order.slice(CANDIDATES)];
    return { query, terms: expanded.terms, ranked, order, confidence: confidence(generation.constants, signals) };
  }

  verdict(found) {
    return found.order.length ? verdict(this.generation.constants, found.confidence) : NOTHING_USEFUL;
  }

  // The query with its misspelt words put right, if that gets it a better verdict.
  async suggestion(found) {
    const corrected = correctedWords(found.terms);
    if (!corrected.size) return null;
    const judged = this.verdict(found);
    if (judged === NOTHING_USEFUL) return null; // which is no better than any other
    const asTyped = await this.find(found.query, { repair: false });
    if (VERDICTS.indexOf(judged) <= VERDICTS.indexOf(this.verdict(asTyped))) return null;
    return this.repaired(found.query.text, corrected);
  }

  // The terms that the rules of routing compare, misspelt words put right: fold() of kb/contact/routing.py.
  routingTerms(text) {
    const corrected = correctedWords(this.expander.expand(this.parser.parse(text)).terms);
    const repaired = this.repaired(text, corrected).replace(/['`\u00b4\u2018\u2019]/g, "");
    return this.analyzer.tokens(repaired).map(({ term }) => term);
  }

  repaired(text, corrected) {
    let [at, repaired] = [0, ""];
    for (const { word, start, end } of this.analyzer.tokens(text)) {
      const better = corrected.get(word);
      if (!better || start < at) continue; // the parts of a word that was taken apart have its span
      repaired += text.slice(at, start) + better;
      at = end;
    }
    return repaired + text.slice(at);
  }

  // Those of the first `results` that the query may be about.
  near(found, results) {
    const first = results.slice(0, this.generation.constants.NEAREST);
    return first.filter((_, place) => isNear(this.generation, found.terms, found.ranked[place]));
  }

  // The numbers of a topic and of those below it.
  inside(topic) {
    const numbers = this.generation.topics.keys();
    const within = (name) => name === topic || name.startsWith(`${topic}/`);
    return new Set([...numbers].filter((number) => within(this.generation.topics[number])));
  }

  // How many articles lie in each first-level topic, as [topic, count], most first.
  topicCounts(order) {
    const { generation } = this;
    const byNumber = new Uint32Array(generation.topics.length);
    for (const article of order) byNumber[generation.topic[article]]++;
    const counts = new Map();
    byNumber.forEach((count, number) => {
      const name = generation.topics[number].split("/")[0];
      if (count && name) counts.set(name, (counts.get(name) || 0) + count);
    });
    return [...counts].sort(([, one], [, other]) => other - one);
  }

  async results(found, first) {
    const byArticle = new Map(found.ranked.map((one) => [one.article, one]));
    const shown = found.order.slice(first, first + this.generation.constants.PAGE_SIZE);
    const matched = new Set(
      found.terms.flatMap(({ alternatives }) =>
        alternatives.flatMap(({ terms }) => terms.map((term) => this.generation.terms[term])),
      ),
    );
    await this.generation.loadEvidence(shown);
    const none = { score: 0, unit: -1 };
    return Promise.all(shown.map((article) => this.result(article, byArticle.get(article) || none, matched)));
  }

  async result(article, { score, unit }, matched) {
    const { generation } = this;
    const { kind, section, texts, headings } = generation.evidence(article);
    const { PASSAGE, SUMMARY } = generation.kinds;
    const slug = generation.slugs[article];
    let [heading, anchor, text] = ["", "", texts[kind.indexOf(SUMMARY)] || ""];
    if (kind[unit] === PASSAGE) {
      ({ heading, anchor } = headings[section[unit]]);
      const before = kind.subarray(0, unit).filter((one) => one === PASSAGE).length;
      text = (await generation.passages(article))[before];
    }
    return {
      slug,
      title: generation.titles[article],
      url: `/articles/${slug}${anchor ? `#${anchor}` : ""}`,
      heading,
      anchor,
      snippet: snippet(text, matched, this.analyzer, generation.constants.SNIPPET_CHARACTERS),
      topic: generation.topics[generation.topic[article]],
      updated: generation.updated[article],
      score: rounded(score, 3),
    };
  }
}

function correctedWords(terms) {
  return new Map(terms.filter(({ corrected }) => corrected).map(({ word, corrected }) => [word, corrected]));
}

function rounded(number, digits) {
  return Number(number.toFixed(digits));
}
