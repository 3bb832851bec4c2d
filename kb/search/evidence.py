"""The text of all articles in terms, as flat arrays: what ranking looks at closely, and results show.

Article a has the units `unit_of[a]:unit_of[a + 1]`; unit u has the tokens `token_of[u]:token_of[u + 1]`,
each an index into the terms, and the text `text[text_of[u]:text_of[u + 1]]` in UTF-8. Token t is written at
the characters `token_start[t]:token_end[t]` of its unit's text. Article a has the sections
`section_of[a]:section_of[a + 1]`; section s has its anchor, a line end and its heading at
`section_text[section_text_of[s]:section_text_of[s + 1]]` in UTF-8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from kb.search.analysed import Analysed, UnitKind
from kb.search.arrays import Array, offsets


@dataclass(frozen=True, slots=True)
class Evidence:
    """The arrays; `unit_kind` and `unit_section` are as in `Unit`, `text` and `section_text` are bytes."""

    unit_of: Array
    unit_kind: Array
    unit_section: Array
    token_of: Array
    token: Array
    token_start: Array
    token_end: Array
    text_of: Array
    text: Array
    section_of: Array
    section_text_of: Array
    section_text: Array

    def unit_text(self, unit: int) -> str:
        """The text of one unit."""
        return self.text[self.text_of[unit] : self.text_of[unit + 1]].tobytes().decode("utf-8")

    def section(self, article: int, number: int) -> tuple[str, str]:
        """The anchor and the heading of one section of an article, counted from 0."""
        at = self.section_of[article] + number
        text = self.section_text[self.section_text_of[at] : self.section_text_of[at + 1]].tobytes()
        anchor, _, heading = text.decode("utf-8").partition("\n")
        return anchor, heading

    def summary_of(self, article: int) -> int:
        """The unit that holds an article's summary, -1 when it has none."""
        first, last = int(self.unit_of[article]), int(self.unit_of[article + 1])
        found = np.flatnonzero(self.unit_kind[first:last] == UnitKind.SUMMARY)
        return first + int(found[0]) if len(found) else -1


def units_with(evidence: Evidence, terms: int) -> Array:
    """In how many units each of so many terms stands."""
    unit = np.repeat(np.arange(len(evidence.unit_kind)), np.diff(evidence.token_of))
    standing = np.sort(unit * terms + evidence.token)
    once = standing[np.flatnonzero(np.diff(standing, prepend=-1))]  # as np.unique, which takes much longer
    return np.bincount(once % max(terms, 1), minlength=terms).astype(np.int32)


def part(evidence: Evidence, first: int, last: int) -> Evidence:
    """The evidence of the articles `first` to `last`, not including it, their token numbers as they are."""
    units = slice(*evidence.unit_of[[first, last]])
    tokens = slice(*evidence.token_of[[units.start, units.stop]])
    texts = slice(*evidence.text_of[[units.start, units.stop]])
    sections = slice(*evidence.section_of[[first, last]])
    named = slice(*evidence.section_text_of[[sections.start, sections.stop]])
    return Evidence(
        unit_of=evidence.unit_of[first : last + 1] - units.start,
        unit_kind=evidence.unit_kind[units],
        unit_section=evidence.unit_section[units],
        token_of=evidence.token_of[units.start : units.stop + 1] - tokens.start,
        token=evidence.token[tokens],
        token_start=evidence.token_start[tokens],
        token_end=evidence.token_end[tokens],
        text_of=evidence.text_of[units.start : units.stop + 1] - texts.start,
        text=evidence.text[texts],
        section_of=evidence.section_of[first : last + 1] - sections.start,
        section_text_of=evidence.section_text_of[sections.start : sections.stop + 1] - named.start,
        section_text=evidence.section_text[named],
    )


TEXTS = ("token_start", "token_end", "text", "section_text")
"""The largest arrays, which are put together as they are, and which no other is made of."""


def join(parts: Sequence[tuple[Evidence, Array]]) -> Evidence:
    """Several parts as one, in order, without `TEXTS`; each has the new number of every term it knows."""
    nothing = np.zeros(0, np.uint8)

    def together(name: str) -> Array:
        return np.concatenate([getattr(one, name) for one, _ in parts] or [nothing])

    def runs(name: str, kind: Any) -> Array:
        return offsets(np.concatenate([np.diff(getattr(one, name)) for one, _ in parts] or [[]]), kind)

    return Evidence(
        unit_of=runs("unit_of", np.int32),
        unit_kind=together("unit_kind"),
        unit_section=together("unit_section"),
        token_of=runs("token_of", np.int32),
        token=np.concatenate([numbers[one.token] for one, numbers in parts] or [np.zeros(0, np.int32)]),
        text_of=runs("text_of", np.int64),
        section_of=runs("section_of", np.int32),
        section_text_of=runs("section_text_of", np.int64),
        **dict.fromkeys(TEXTS, nothing),
    )


def compile_evidence(articles: Sequence[Analysed], terms: dict[str, int]) -> Evidence:
    """The arrays for `articles`, in ordinal order; `terms` gives the number of every term in them."""
    together = chain.from_iterable
    units = list(together(article.units for article in articles))
    texts = [unit.text.encode("utf-8") for unit in units]
    sections = [
        f"{anchor}\n{heading}".encode() for article in articles for anchor, heading in article.sections
    ]
    return Evidence(
        unit_of=offsets([len(article.units) for article in articles], np.int32),
        unit_kind=np.array([unit.kind for unit in units], np.uint8),
        unit_section=np.array([unit.section for unit in units], np.int32),
        token_of=offsets([len(unit.terms) for unit in units], np.int32),
        token=np.fromiter(map(terms.__getitem__, together(unit.terms for unit in units)), np.int32),
        token_start=_places(together(unit.starts for unit in units)),
        token_end=_places(together(unit.ends for unit in units)),
        text_of=offsets([len(text) for text in texts], np.int64),
        text=np.frombuffer(b"".join(texts), np.uint8),
        section_of=offsets([len(article.sections) for article in articles], np.int32),
        section_text_of=offsets([len(text) for text in sections], np.int64),
        section_text=np.frombuffer(b"".join(sections), np.uint8),
    )


def _places(places: Iterable[int]) -> Array:
    """Places in a text, in two bytes each unless one of them needs four."""
    found = np.fromiter(places, np.uint32)
    return found.astype(np.uint16) if found.max(initial=0) < 1 << 16 else found
