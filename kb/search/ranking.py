"""The order of the results: a sum of named signals.

First every article is scored by its terms' impacts (one addition a posting); then the best are looked at
closely: their best passage, and query words that stand side by side. All in fixed order, without a
logarithm at query time, ties going to the lower ordinal (articles are numbered by slug).
"""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from kb.search.analysis import all_terms, wording
from kb.search.arrays import Array
from kb.search.closely import adjacent, best_passages, made_of, shown_units
from kb.search.expansion import Expanded, QueryTerm
from kb.search.fields import IMPACT_SCALE
from kb.search.generation import Generation
from kb.search.hits import Hits
from kb.search.query import Query

_SCORE = 1  # its place in Ranked
SIGNALS = ("terms", "passage", "adjacent", "asked")


class Ranked(NamedTuple):
    """One article in order: `unit` is the passage to show, and what each signal gave adds up to `score`."""

    article: int
    score: float
    unit: int
    terms: float = 0.0
    passage: float = 0.0
    adjacent: float = 0.0
    asked: float = 0.0

    @property
    def signals(self) -> dict[str, float]:
        """What each signal gave, by its name."""
        return {name: getattr(self, name) for name in SIGNALS}


def allowed(generation: Generation, query: Query) -> Array | None:
    """Which articles a query may find: those with its quoted phrases, without its `-words`; None for all.

    A quoted phrase that no article has is taken as its words: customers quote for emphasis, too.
    """
    if not query.without and not query.phrases:
        return None
    kept = np.ones(len(generation.slugs), bool)
    for unwanted in query.without:
        kept &= ~_having_phrase(generation, unwanted)
    for phrase in query.phrases:
        having = _having_phrase(generation, phrase)
        if having.any():
            kept &= having
    return kept


def _having_phrase(generation: Generation, phrase: Sequence[str]) -> Array:
    having = np.zeros(len(generation.slugs), bool)
    numbers = [generation.term_number.get(term) for term in phrase]
    known = [number for number in numbers if number is not None]
    if len(known) < len(phrase):
        return having
    if len(known) == 1:
        having[generation.article[generation.start[known[0]] : generation.start[known[0] + 1]]] = True
        return having
    positions = generation.positions
    begin = positions.places(known[0])
    for place, number in enumerate(known[1:], 1):
        begin = begin[np.isin(begin + place, positions.places(number), assume_unique=True)]
    unit = positions.unit[begin]
    whole = unit == positions.unit[begin + len(known) - 1]
    having[generation.evidence.unit_of.searchsorted(unit[whole], side="right") - 1] = True
    return having


def look_closely(
    generation: Generation, expanded: Expanded, scores: Array, candidates: Sequence[int]
) -> tuple[list[Ranked], Hits]:
    """`candidates` (at most CANDIDATES articles) in their final order, and the query's hits in them."""
    candidates = sorted(candidates)
    hits = Hits(generation, candidates, expanded.terms)
    if not candidates:
        return [], hits
    terms = [score / IMPACT_SCALE for score in scores[candidates].tolist()]
    passages, beside = best_passages(hits), _adjacent(generation, expanded.terms, hits)
    totals = [each + passage + pair for each, passage, pair in zip(terms, passages, beside, strict=True)]
    units = shown_units(hits)
    asked = [0.0] * len(totals)
    for place in _asked(generation, expanded, hits):
        asked[place] = max(totals)  # so that nothing stands before it
        # Where the article as a whole answers, it is shown from its top.
        units[place] = int(generation.positions.opening[candidates[place]])
    scored = [total + lift for total, lift in zip(totals, asked, strict=True)]
    ranked = map(Ranked, candidates, scored, units, terms, passages, beside, asked)
    return sorted(ranked, key=itemgetter(_SCORE), reverse=True), hits  # equals stay in their order


def _adjacent(generation: Generation, query_terms: Sequence[QueryTerm], hits: Hits) -> list[float]:
    """What the known terms that follow each other in the query give where they stand side by side."""
    owns = [query_term.own for query_term in query_terms]
    pairs = dict.fromkeys((one, two) for one, two in pairwise(owns) if one is not None and two is not None)
    return adjacent(hits, list(pairs), generation.rarity)


def _asked(generation: Generation, expanded: Expanded, hits: Hits) -> set[int]:
    """Which candidates, by place, have the query's own wording for a title, or for one of their questions."""
    owns = {query_term.own for query_term in expanded.terms}  # a slip may stand for another of the words
    wanted = [own for own in owns if own is not None]
    if len(wanted) < len(owns):
        return set()
    found = set()
    for unit, place in made_of(hits, wanted):
        text = generation.evidence.unit_text(unit)
        if wording(all_terms(text)) == wording(expanded.as_meant):
            found.add(place)
    return found
