"""The words around a match, as safe HTML with the matched words marked.

Where matched words stand is known since the index was built; a text is looked at only where it is cut.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape

from kb.search.analysis import WORD, forms_of

SNIPPET_CHARACTERS = 220

Written = tuple[int, int, int]
"""Where a word stands in a text, from the first character to behind the last, and which term it is."""

_UNSAFE = re.compile("[&<>\"']")
_NEAR = SNIPPET_CHARACTERS * 0.8
_LEAD = SNIPPET_CHARACTERS // 5


def snippet(text: str, hits: Sequence[Written]) -> str:
    """HTML of the part of `text` where the most different matched terms are close together.

    `hits` says where matched words stand, in order. Escaped text, `<mark>` around matched words and nothing
    else; an ellipsis where text was left out.
    """
    start, end = _window(text, hits)
    safe = escape if _UNSAFE.search(text, start, end) else str
    parts = ["… "] if start > 0 else []
    at = start
    for begin, behind, _ in hits:
        if begin < at or behind > end:
            continue
        parts += (safe(text[at:begin]), "<mark>", safe(text[begin:behind]), "</mark>")
        at = behind
    parts.append(safe(text[at:end]))
    if end < len(text):
        parts.append(" …")
    return "".join(parts)


def _window(text: str, hits: Sequence[Written]) -> tuple[int, int]:
    """Where to cut: between words, the first of the stretches with the most different matches."""
    if len(text) <= SNIPPET_CHARACTERS:
        return 0, len(text)
    best = _best_hit(hits)
    lead = max(0, best[0] - _LEAD) if best else 0
    start = min(_first_word(text, lead), best[0]) if best and lead else 0
    end = _last_end(text, start, start + SNIPPET_CHARACTERS)
    if end is None:  # not a word in it
        return 0, len(text)
    end = max(end, best[1]) if best else end  # a word may be longer than a snippet
    return start, end if WORD.search(text, end) else len(text)


def _best_hit(hits: Sequence[Written]) -> Written | None:
    """The first of those with the most different terms near behind them."""
    best, most = None, 0
    terms = len({term for _, _, term in hits})
    for number, hit in enumerate(hits):
        if most == terms:
            break
        within = {hit[2]}
        for _, end, term in hits[number + 1 :]:
            if end - hit[0] > _NEAR:
                break
            within.add(term)
        if len(within) > most:
            best, most = hit, len(within)
    return best


def _first_word(text: str, least: int) -> int:
    """Where the first word begins that begins at `least` or later, the end of the text without one."""
    begins = (begin for begin, _ in _spans(text, _gap_before(text, least)))
    return next((begin for begin in begins if begin >= least), len(text))


def _last_end(text: str, start: int, most: int) -> int | None:
    """Where the last word of `text[start:]` ends that ends by `most`; the first word's end if none does."""
    behind = most
    while behind > start:
        gap = _gap_before(text, behind)
        ends = [end for begin, end in _spans(text, gap, most) if begin >= start and end <= most]
        if ends:
            return ends[-1]
        behind = gap - 1
    return next((end for begin, end in _spans(text, _gap_before(text, start)) if begin >= start), None)


def _gap_before(text: str, place: int) -> int:
    """Where the stretch without a space begins that `place` lies in; no word reaches into it."""
    return text.rfind(" ", 0, place) + 1


def _spans(text: str, begin: int, most: int | None = None) -> Iterator[tuple[int, int]]:
    """Where words stand from `begin` on, which must not lie inside one, up to the first behind `most`."""
    for found in WORD.finditer(text, begin):
        at, word = found.start(), found.group()
        if most is not None and at > most:
            return
        if word.isalnum():  # one word as it is: no need to know its term
            yield found.span()
            continue
        for token in forms_of(word):
            yield at + token.start, at + token.end
