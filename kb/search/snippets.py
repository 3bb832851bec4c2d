"""The words around a match, as safe HTML with the matched words marked."""

from collections.abc import Collection
from html import escape

from kb.search.analysis import Token, tokens

SNIPPET_CHARACTERS = 220


def snippet(text: str, matched: Collection[str]) -> str:
    """HTML of the part of `text` where the most different `matched` terms are close together.

    Escaped text, `<mark>` around matched words and nothing else; an ellipsis where text was left out.
    """
    words = list(tokens(text))
    start, end = _window(text, words, matched)
    parts = ["… "] if start > 0 else []
    at = start
    for word in words:
        if word.start < at or word.end > end or word.term not in matched or word.is_stop:
            continue
        parts += [escape(text[at : word.start]), f"<mark>{escape(text[word.start : word.end])}</mark>"]
        at = word.end
    parts.append(escape(text[at:end]))
    if end < len(text):
        parts.append(" …")
    return "".join(parts)


def _window(text: str, words: list[Token], matched: Collection[str]) -> tuple[int, int]:
    """Where to cut: between words, the first of the stretches with the most different matches."""
    if len(text) <= SNIPPET_CHARACTERS or not words:
        return 0, len(text)
    hits = [word for word in words if word.term in matched and not word.is_stop]
    best, best_count = None, 0
    for number, hit in enumerate(hits):
        near = (other.term for other in hits[number:] if other.end - hit.start <= SNIPPET_CHARACTERS * 0.8)
        within = {hit.term, *near}
        if len(within) > best_count:
            best, best_count = hit, len(within)
    lead = max(0, best.start - SNIPPET_CHARACTERS // 5) if best else 0
    start = next((word.start for word in words if word.start >= lead), 0) if lead else 0
    start = min(start, best.start) if best else start
    ends = [word.end for word in words if word.start >= start]
    end = max((end for end in ends if end <= start + SNIPPET_CHARACTERS), default=ends[0])
    end = max(end, best.end) if best else end  # a word may be longer than a snippet
    if end >= words[-1].end:
        end = len(text)
    return start, end
