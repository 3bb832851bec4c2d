// The index as it lies in scripts: decoded arrays under the names of kb/search/generation.py, chunks on demand.

const PASSAGES_AHEAD = 150; // chunks, of about 200 KB each
const AT_ONCE = 4; // chunks: the browser reads some files while it runs others
const NOT_SIMPLE = /[^a-z0-9]+/g;

class Generation {
  constructor(content, load) {
    Object.assign(this, content); // what is not read below is there as it is
    this.load = load;
    this.updated = content.updated.split(" ").map((day) => (day === "-" ? null : day));
    this.topic = decode(content.topic);
    this.terms = decodeWords(content.terms);
    this.numbers = new Map(this.terms.map((term, number) => [term, number]));
    this.start = offsets(decode(content.foundIn));
    this.impact = decode(content.impact);
    this.article = this.articlesOf(decode(content.article));
    this.rarity = decode(content.rarity);
    this.rarestRarity = content.rarities.length ? content.rarities[0] : 1;
    this.words = decodeWords(content.words);
    this.wordNumbers = new Map(this.words.map((word, number) => [word, number]));
    this.wordTerm = zigzagSums(decode(content.wordTerm));
    this.wordCount = decode(content.wordCount);
    this.common = accumulate(decode(content.common));
    this.ranks = this.ranksOf();
    this.chunks = { evidence: new Map(), passages: new Map() };
  }

  // Whether an article has a word, unstemmed.
  hasWord(word) {
    return this.wordNumbers.has(word);
  }

  // The number of a word's term; the word must be one that articles have.
  termOfWord(word) {
    return this.wordTerm[this.wordNumbers.get(word)];
  }

  // How many articles have a word.
  countOfWord(word) {
    return this.hasWord(word) ? this.wordCount[this.wordNumbers.get(word)] : 0;
  }

  numberOf(term) {
    return this.numbers.get(term);
  }

  rarityOf(number) {
    return this.rarities[this.rarity[number]];
  }

  // The evidence of one article that `evidenceOf` has loaded.
  evidence(article) {
    const { chunk, first } = this.chunkOf("evidence", article);
    return this.chunks.evidence.get(chunk)[article - first];
  }

  // The text of a unit whose article's evidence is there, for all kinds but passages.
  unitText(article, unit) {
    const { kind, texts } = this.evidence(article);
    return kind[unit] === this.kinds.TITLE ? this.titles[article] : texts[unit];
  }

  // Resolves when the evidence of all these articles is there.
  loadEvidence(articles) {
    return this.loadChunks("evidence", articles, (content) => this.decodeEvidence(content));
  }

  // Resolves to the passages of one article, in order.
  async passages(article) {
    await this.loadPassages([article]);
    const { chunk, first } = this.chunkOf("passages", article);
    return this.chunks.passages.get(chunk)[article - first];
  }

  // Begins to load the passages of articles that are likely to be shown; what fails is asked for again.
  expectPassages(articles) {
    this.loadPassages(articles).catch(() => {});
  }

  loadPassages(articles) {
    return this.loadChunks("passages", articles, (content) => this.decodePassages(content));
  }

  // Loads the evidence of all articles, a few chunks at a time, while the browser has nothing else to do; their
  // passages too when they are `near`, and not so many that they fill the memory of a phone.
  async loadAhead(idle, near) {
    for (let at = 0; at < this.firsts.evidence.length; at += AT_ONCE) {
      await idle();
      await this.loadEvidence(this.firsts.evidence.slice(at, at + AT_ONCE));
    }
    if (!near || this.firsts.passages.length > PASSAGES_AHEAD) return;
    for (const first of this.firsts.passages) {
      await idle();
      await this.loadPassages([first]);
    }
  }

  chunkOf(kind, article) {
    const firsts = this.firsts[kind];
    let chunk = firsts.length - 1;
    while (firsts[chunk] > article) chunk--;
    return { chunk, first: firsts[chunk] };
  }

  async loadChunks(kind, articles, read) {
    const loaded = this.chunks[kind];
    const missing = new Set();
    for (const article of articles) {
      const { chunk } = this.chunkOf(kind, article);
      if (!loaded.has(chunk)) missing.add(chunk);
    }
    if (!missing.size) return;
    const keep = async (chunk) => {
      const content = await this.load(`${kind}-${chunk}`);
      if (!loaded.has(chunk)) loaded.set(chunk, read(content));
    };
    await Promise.all([...missing].map(keep));
  }

  // Each posting's article from its distance to the one before of the same term.
  articlesOf(gaps) {
    for (let term = 0; term + 1 < this.start.length; term++) {
      for (let at = this.start[term] + 1; at < this.start[term + 1]; at++) gaps[at] += gaps[at - 1];
    }
    return gaps;
  }

  // The terms in the order that tokens are numbered in: those in most articles first.
  ranksOf() {
    const foundIn = (term) => this.start[term + 1] - this.start[term];
    const places = new Uint32Array(this.slugs.length + 1); // by how many articles a term is in
    for (let term = 0; term < this.terms.length; term++) places[foundIn(term)]++;
    let place = 0;
    for (let many = places.length - 1; many >= 0; many--) [places[many], place] = [place, place + places[many]];
    const order = new Uint32Array(this.terms.length);
    for (let term = 0; term < order.length; term++) order[places[foundIn(term)]++] = term;
    return order;
  }

  // Evidence as kb/search/evidence.py has it, an object an article: unit u has the tokens
  // token[tokenOf[u]:tokenOf[u + 1]], `texts[u]` where it has a text but is no passage, and passage `passage[u]`.
  decodeEvidence(content) {
    const [units, shape] = [offsets(decode(content.units)), decode(content.shape)];
    const [tokenOf, token] = [offsets(decode(content.length)), decode(content.token)];
    for (let at = 0; at < token.length; at++) token[at] = this.ranks[token[at]];
    const kinds = Object.keys(this.kinds).length;
    const written = content.text.values();
    return content.anchors.map((anchors, place) => {
      const [first, last] = [units[place], units[place + 1]];
      const [begin, end] = [tokenOf[first], tokenOf[last]];
      const kind = shape.subarray(first, last).map((one) => one % kinds);
      const section = accumulate(shape.subarray(first, last).map((one) => Math.floor(one / kinds)));
      const texts = this.textsOf(kind, written);
      return {
        kind,
        section,
        texts,
        headings: this.headingsOf(kind, section, texts, anchors),
        token: token.subarray(begin, end),
        tokenOf: tokenOf.subarray(first, last + 1).map((at) => at - begin),
      };
    });
  }

  // For each article of a chunk its passages; one that repeats is written once.
  decodePassages(content) {
    const ends = accumulate(decode(content.articles));
    const written = content.text.split("\n");
    let next = 0;
    const passages = Array.from(decode(content.again), (again) => written[again ? again - 1 : next++]);
    return Array.from(ends, (end, at) => passages.slice(at ? ends[at - 1] : 0, end));
  }

  textsOf(kind, written) {
    const { QUESTION, SUMMARY, HEADING } = this.kinds;
    const texts = [];
    kind.forEach((one, unit) => {
      if (one === QUESTION || one === SUMMARY || one === HEADING) texts[unit] = written.next().value;
    });
    return texts;
  }

  // For each section its heading and its anchor.
  headingsOf(kind, section, texts, anchors) {
    const headings = anchors.map(() => "");
    kind.forEach((one, unit) => {
      if (one === this.kinds.HEADING) headings[section[unit]] = texts[unit];
    });
    const simple = (heading) => heading.toLowerCase().replace(NOT_SIMPLE, "-").replace(/^-+|-+$/g, "");
    return headings.map((heading, at) => ({ heading, anchor: anchors[at] === 0 ? simple(heading) : anchors[at] }));
  }
}
