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

const QUOTES = /[\u201c\u201d\u201e\u00ab\u00bb]/g;

class QueryParser {
  constructor(analyzer, constants) {
    const { wordClass, decimalClass } = analyzer;
    const begin = `(?<![^${SPACES}])`;
    this.analyzer = analyzer;
    this.constants = constants;
    this.part = new RegExp(
      `${begin}[Tt][Oo][Pp][Ii][Cc]:(?<topic>[${wordClass}_/\\-]+)|${begin}-"(?<unphrase>[^"]+)"|"(?<phrase>[^"]+)"` +
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
    const quoted = capped.replace(QUOTES, '"'); // as phones write them
    for (const match of quoted.matchAll(this.part)) this.take(match.groups, parts);
    const plain = quoted.replace(this.part, (...match) => ` ${match.at(-1).phrase || ""} `);
    let words = this.analyzer.tokens(plain);
    if (!words.length) {
      parts = { phrases: [], without: [], topic: "" };
      words = this.analyzer.tokens(capped);
    }
    const tokens = this.cap(words);
    return { text: capped, tokens, content: contentOf(tokens, this.constants), ...parts };
  }

  take({ topic, phrase, without, unphrase }, parts) {
    if (topic) {
      parts.topic = topic.replace(/^\/+|\/+$/g, "").toLowerCase();
    } else if (phrase) {
      const terms = this.analyzer.terms(phrase);
      if (terms.length > 1) parts.phrases.push(terms);
    } else {
      const unwanted = this.analyzer.terms(without || unphrase);
      if (unwanted.length) parts.without.push(unwanted);
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
