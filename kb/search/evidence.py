"""The text of all articles in terms, as flat arrays: what ranking looks at closely, and snippets show.

Article a has the units `unit_of[a]:unit_of[a + 1]`; unit u has the tokens `token_of[u]:token_of[u + 1]`,
each an index into the terms, and the text `text[text_of[u]:text_of[u + 1]]` in UTF-8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.search.analysed import Analysed

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The arrays; `unit_kind` and `unit_section` are as in `Unit`, `text` is bytes."""

    unit_of: Array
    unit_kind: Array
    unit_section: Array
    token_of: Array
    token: Array
    text_of: Array
    text: Array

    def unit_text(self, unit: int) -> str:
        """The text of one unit."""
        return bytes(self.text[self.text_of[unit] : self.text_of[unit + 1]]).decode("utf-8")


def compile_evidence(articles: Sequence[Analysed], terms: dict[str, int]) -> Evidence:
    """The arrays for `articles`, in ordinal order; `terms` gives the number of every term in them."""
    units = [unit for article in articles for unit in article.units]
    texts = [unit.text.encode("utf-8") for unit in units]
    return Evidence(
        unit_of=_offsets([len(article.units) for article in articles], np.int32),
        unit_kind=np.array([unit.kind for unit in units], np.uint8),
        unit_section=np.array([unit.section for unit in units], np.int32),
        token_of=_offsets([len(unit.terms) for unit in units], np.int32),
        token=np.fromiter((terms[term] for unit in units for term in unit.terms), np.int32),
        text_of=_offsets([len(text) for text in texts], np.int64),
        text=np.frombuffer(b"".join(texts), np.uint8),
    )


@dataclass(frozen=True, slots=True)
class Rarities:
    """`term[t]` says how rare each term is among units, `unit[u]` adds that up over a unit's own terms."""

    term: Array
    unit: Array


def compile_rarities(evidence: Evidence, terms: int) -> Rarities:
    """How rare each of `terms` terms is: ln(1 + (N − n + ½) / (n + ½)), for N units of which n have it.

    Units rather than articles, so that a few long articles can still tell common words from rare ones.
    The formula is the probabilistic idf, kept positive (Robertson and Zaragoza 2009, section 3.1).
    """
    units = len(evidence.token_of) - 1
    owner = np.repeat(np.arange(units), np.diff(evidence.token_of))
    pairs = np.unique(evidence.token.astype(np.int64) * max(units, 1) + owner)
    term, unit = pairs // max(units, 1), pairs % max(units, 1)
    found_in = np.bincount(term, minlength=terms)
    rarity = np.log(1 + (units - found_in + 0.5) / (found_in + 0.5))
    return Rarities(rarity, np.bincount(unit, rarity[term], minlength=units))


def _offsets(lengths: Sequence[int], kind: Any) -> Array:
    return np.concatenate(([0], np.cumsum(lengths))).astype(kind)
