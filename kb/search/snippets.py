"""The words around a match, as safe HTML with the matched words marked.

Where matched words stand is known since the index was built; a text is looked at only where it is cut.
"""

from collections.abc import Iterator, Sequence
from html import escape

from kb.search.analysis import WORD, Token, tokens
from kb.search.evidence import Written

SNIPPET_CHARACTERS = 220
_NEAR = SNIPPET_CHARACTERS * 0.8
_LEAD = SNIPPET_CHARACTERS // 5


def snippet(text: str, hits: Sequence[Written]) -> str:
    """HTML of the part of `text` where the most different matched terms are close together.

    `hits` says where matched words stand, in order. Escaped text, `<mark>` around matched words and nothing
    else; an ellipsis where text was left out.
    """
    start, end = _window(text, hits)
    parts = ["… "] if start > 0 else []
    at = start
    for begin, behind, _ in hits:
        if begin < at or behind > end:
            continue
        parts += [escape(text[at:begin]), "<mark>", escape(text[begin:behind]), "</mark>"]
        at = behind
    parts.append(escape(text[at:end]))
    if end < len(text):
        parts.append(" …")
    return "".join(parts)


def _window(text: str, hits: Sequence[Written]) -> tuple[int, int]:
    """Where to cut: between words, the first of the stretches with the most different matches."""
    if len(text) <= SNIPPET_CHARACTERS:
        return 0, len(text)
    best, best_count = None, 0
    for number, hit in enumerate(hits):
        within = {term for begin, end, term in hits[number:] if end - hit[0] <= _NEAR} | {hit[2]}
        if len(within) > best_count:
            best, best_count = hit, len(within)
    lead = max(0, best[0] - _LEAD) if best else 0
    start = min(_first_word(text, lead), best[0]) if best and lead else 0
    end = _last_end(text, start, start + SNIPPET_CHARACTERS)
    if end is None:  # not a word in it
        return 0, len(text)
    end = max(end, best[1]) if best else end  # a word may be longer than a snippet
    return start, end if WORD.search(text, end) else len(text)


def _first_word(text: str, least: int) -> int:
    """Where the first word begins that begins at `least` or later, the end of the text without one."""
    begins = (word.start for word in _words(text, _gap_before(text, least)))
    return next((begin for begin in begins if begin >= least), len(text))


def _last_end(text: str, start: int, most: int) -> int | None:
    """Where the last word of `text[start:]` ends that ends by `most`; the first word's end if none does."""
    behind = most
    while behind > start:
        begin = _gap_before(text, behind)
        ends = [word.end for word in _words(text, begin, most) if word.start >= start and word.end <= most]
        if ends:
            return ends[-1]
        behind = begin - 1
    return next((word.end for word in _words(text, _gap_before(text, start)) if word.start >= start), None)


def _gap_before(text: str, place: int) -> int:
    """Where the stretch without a space begins that `place` lies in; no word reaches into it."""
    return text.rfind(" ", 0, place) + 1


def _words(text: str, begin: int, most: int | None = None) -> Iterator[Token]:
    """The words from `begin`, which must not lie inside one, up to the first that begins behind `most`."""
    for found in WORD.finditer(text, begin):
        if most is not None and found.start() > most:
            return
        for token in tokens(found.group()):
            yield Token(token.word, token.term, found.start() + token.start, found.start() + token.end)
