"""Where every term stands: the evidence turned round, so that a query looks at its own words alone."""

from dataclasses import dataclass

import numpy as np

from kb.search.analysed import UnitKind
from kb.search.arrays import Array, offsets
from kb.search.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Positions:
    """The arrays.

    Term t stands at the tokens `place[place_of[t]:place_of[t + 1]]` of the evidence, in order; token p lies
    in the unit `unit[p]`. The heading over unit u is the unit `heading_of[u]`, -1 without one. Article a is
    shown from the unit `opening[a]` when it answers as a whole: its first passage, else its first unit.
    """

    place_of: Array
    place: Array
    unit: Array
    heading_of: Array
    opening: Array

    def places(self, term: int) -> Array:
        """The tokens at which one term stands, in order."""
        return self.place[self.place_of[term] : self.place_of[term + 1]]


def compile_positions(evidence: Evidence, terms: int) -> Positions:
    """The arrays for evidence that knows so many `terms`."""
    return Positions(
        place_of=offsets(np.bincount(evidence.token, minlength=terms), np.int32),
        place=_by_term(evidence.token).astype(np.int32),
        unit=np.repeat(np.arange(len(evidence.unit_kind), dtype=np.int32), np.diff(evidence.token_of)),
        heading_of=_headings(evidence),
        opening=_openings(evidence),
    )


def _by_term(token: Array) -> Array:
    """All tokens by their terms, those of one term as they stand; NumPy is quick with 16 bits at a time."""
    order = np.argsort(token.astype(np.uint16), kind="stable")
    high = (token >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if high.any() else order


def _headings(evidence: Evidence) -> Array:
    units = np.arange(len(evidence.unit_kind))
    is_heading = evidence.unit_kind == UnitKind.HEADING
    heading = np.maximum.accumulate(np.where(is_heading, units, -1))
    article = np.repeat(np.arange(len(evidence.unit_of) - 1), np.diff(evidence.unit_of))
    over = (heading >= 0) & (article[heading] == article)
    over &= evidence.unit_section[heading] == evidence.unit_section
    return np.where(over, heading, -1).astype(np.int32)


def _openings(evidence: Evidence) -> Array:
    first, end = evidence.unit_of[:-1], evidence.unit_of[1:]
    passages = np.append(np.flatnonzero(evidence.unit_kind == UnitKind.PASSAGE), len(evidence.unit_kind))
    passage = passages[np.searchsorted(passages, first)]
    return np.where(passage < end, passage, first).astype(np.int32)


def rarities(found_in: Array, units: int) -> Array:
    """How rare each term is: ln(1 + (N − n + ½) / (n + ½)), for N units of which n have it.

    Units rather than articles, so that a few long articles can still tell common words from rare ones.
    The formula is the probabilistic idf, kept positive (Robertson and Zaragoza 2009, section 3.1).
    """
    rarity: Array = np.log(1 + (units - found_in + 0.5) / (found_in + 0.5))
    return rarity
