// The words around a match, as safe HTML: the twin of kb/search/snippets.py. Lengths count characters
// (code points), as Python does.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

// HTML of the part of `text` where the most different matched terms are close together.
function snippet(text, matched, analyzer, longest) {
  const characters = SURROGATE.test(text) ? Array.from(text) : text;
  const words = spansInCharacters(text, analyzer.tokens(text));
  const [start, end] = snippetWindow(characters, words, matched, longest);
  const part = (from, to) => escapeHtml([].concat(characters.slice(from, to)).join(""));
  let html = start > 0 ? "… " : "";
  let at = start;
  for (const word of words) {
    if (word.start < at || word.end > end || !matched.has(word.term) || word.isStop) continue;
    html += `${part(at, word.start)}<mark>${part(word.start, word.end)}</mark>`;
    at = word.end;
  }
  return html + part(at, end) + (end < characters.length ? " …" : "");
}

// Tokens with spans that count characters in place of UTF-16 units.
function spansInCharacters(text, tokens) {
  if (!SURROGATE.test(text)) return tokens;
  let [unit, character] = [0, 0];
  const upTo = (wanted) => {
    character += lengthOf(text.slice(unit, wanted));
    unit = wanted;
    return character;
  };
  return tokens.map((token) => ({ ...token, start: upTo(token.start), end: upTo(token.end) }));
}

// Where to cut: between words, the first of the stretches with the most different matches.
function snippetWindow(characters, words, matched, longest) {
  if (characters.length <= longest || !words.length) return [0, characters.length];
  const best = bestHit(words.filter((word) => matched.has(word.term) && !word.isStop), longest);
  const lead = best ? Math.max(0, best.start - Math.floor(longest / 5)) : 0;
  let start = lead ? (words.find((word) => word.start >= lead) || { start: 0 }).start : 0;
  if (best) start = Math.min(start, best.start);
  const ends = words.filter((word) => word.start >= start).map((word) => word.end);
  let end = ends.filter((one) => one <= start + longest).at(-1) || ends[0];
  if (best) end = Math.max(end, best.end); // a word may be longer than a snippet
  return [start, end >= words.at(-1).end ? characters.length : end];
}

function bestHit(hits, longest) {
  let [best, most] = [null, 0];
  hits.forEach((hit, number) => {
    const near = hits.slice(number).filter((other) => other.end - hit.start <= longest * 0.8);
    const within = new Set([hit.term, ...near.map((other) => other.term)]).size;
    if (within > most) [best, most] = [hit, within];
  });
  return best;
}
