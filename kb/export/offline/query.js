// What a customer typed, taken apart: the twin of kb/search/query.py.

// The words that are looked for: all but stop words, or all when there are only those.
function contentOf(tokens, constants) {
  const meant = tokens.filter((token) => !token.isStop);
  return meant.length ? meant : tokens.slice(0, constants.MAX_TERMS);
}

// Whether nothing stands behind `word`, no question mark either, so that it may be unfinished.
function endsIn(query, word) {
  return query.tokens.at(-1).word === word && fold(query.text).endsWith(word);
}

class QueryParser {
  constructor(analyzer, constants) {
    const { wordClass, decimalClass } = analyzer;
    const begin = `(?<![^${SPACES}])`;
    this.analyzer = analyzer;
    this.constants = constants;
    this.part = new RegExp(
      `${begin}topic:(?<topic>[${wordClass}_/\\-]+)|"(?<phrase>[^"]+)"` +
        `|${begin}-(?<without>(?![${decimalClass}])[${wordClass}][^${SPACES}]*)`,
      "gu",
    );
  }

  // {text, tokens, phrases, without, topic, content}, whatever the text.
  parse(text) {
    const longest = this.constants.MAX_CHARACTERS;
    const begun = Array.from(text.slice(0, 8 * longest)).slice(0, 4 * longest).join("");
    const joined = begun.split(SPACE_RUN).filter((word) => word).join(" ");
    const capped = Array.from(joined).slice(0, longest).join("");
    let parts = { phrases: [], without: [], topic: "" };
    for (const match of capped.matchAll(this.part)) this.take(match.groups, parts);
    const plain = capped.replace(this.part, (...match) => ` ${match.at(-1).phrase || ""} `);
    let words = this.analyzer.tokens(plain);
    if (!words.length) {
      parts = { phrases: [], without: [], topic: "" };
      words = this.analyzer.tokens(capped);
    }
    const tokens = this.cap(words);
    return { text: capped, tokens, content: contentOf(tokens, this.constants), ...parts };
  }

  take({ topic, phrase, without }, parts) {
    if (topic) {
      parts.topic = topic.replace(/^\/+|\/+$/g, "").toLowerCase();
    } else if (phrase) {
      const terms = this.analyzer.terms(phrase);
      if (terms.length > 1) parts.phrases.push(terms);
    } else {
      parts.without.push(...this.analyzer.terms(without));
    }
  }

  cap(words) {
    const kept = [];
    let content = 0;
    for (const token of words) {
      if (!token.isStop) content++;
      if (content > this.constants.MAX_TERMS || kept.length >= 4 * this.constants.MAX_TERMS) break;
      kept.push(token);
    }
    return kept;
  }
}
