"""The order of the results: a sum of named signals.

First every article is scored by its terms' impacts (one addition a posting); then the best are looked at
closely: their best passage, and query words that stand side by side. All in fixed order, without a
logarithm at query time, ties going to the lower ordinal (articles are numbered by slug).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.search.analysed import UnitKind
from kb.search.expansion import Alternative, QueryTerm
from kb.search.fields import (
    ADJACENT_B,
    ADJACENT_WEIGHT,
    CANDIDATES,
    IMPACT_SCALE,
    K1,
    PASSAGE_B,
    PASSAGE_K1,
    PASSAGE_WEIGHT,
)
from kb.search.generation import Generation

Array = np.ndarray[Any, np.dtype[Any]]

_LOCAL_IDF = [0.0, *(float(np.log(CANDIDATES / (n + 1))) for n in range(1, CANDIDATES + 1))]
"""How rare a pair is among the candidates, by how many have it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One article in order: `unit` is its best passage, and what each signal gave adds up to `score`."""

    article: int
    score: float
    unit: int
    signals: dict[str, float]


def impact_scores(generation: Generation, query_terms: Sequence[QueryTerm]) -> Array:
    """Every article's sum of impacts; a term counts through the best of its alternatives."""
    total = np.zeros(len(generation.slugs), np.int64)
    for query_term in query_terms:
        best = np.zeros_like(total)
        for alternative in query_term.alternatives:
            articles, impacts = _postings(generation, alternative)
            best[articles] = np.maximum(best[articles], impacts * alternative.percent // 100)
        total += best * query_term.percent // 100
    for first, second in _neighbours(query_terms):
        number = generation.term_number.get(f"{generation.terms[first]} {generation.terms[second]}")
        if number is not None:
            articles, impacts = _postings(generation, Alternative((number,), 100, "word"))
            total[articles] += impacts
    return total


def _postings(generation: Generation, alternative: Alternative) -> tuple[Array, Array]:
    """The articles that have all of an alternative's terms, each with the least of their impacts."""
    articles = impacts = None
    for term in alternative.terms:
        span = slice(generation.start[term], generation.start[term + 1])
        found, weights = generation.article[span], generation.impact[span].astype(np.int64)
        if articles is None or impacts is None:
            articles, impacts = found, weights
        else:
            articles, left, right = np.intersect1d(articles, found, assume_unique=True, return_indices=True)
            impacts = np.minimum(impacts[left], weights[right])
    assert articles is not None and impacts is not None
    return articles, impacts


def _neighbours(query_terms: Sequence[QueryTerm]) -> list[tuple[int, int]]:
    """The known terms that follow each other in the query."""
    owns = [query_term.own for query_term in query_terms]
    pairs = zip(owns, owns[1:], strict=False)
    return [(first, second) for first, second in pairs if first is not None and second is not None]


def best_by_impact(scores: Array, allowed: Array | None = None) -> Array:
    """The articles with any score, best first, ties by ordinal."""
    kept = scores if allowed is None else np.where(allowed, scores, 0)
    matching = np.flatnonzero(kept)
    return matching[np.argsort(-kept[matching], kind="stable")]


def look_closely(
    generation: Generation, query_terms: Sequence[QueryTerm], scores: Array, candidates: Array
) -> list[Ranked]:
    """`candidates` (at most CANDIDATES articles) in their final order."""
    if not len(candidates):
        return []
    view = _Candidates(generation, candidates)
    passages, units = view.passages(query_terms)
    adjacent = view.adjacent(_neighbours(query_terms))
    terms = scores[candidates] / IMPACT_SCALE
    total = terms + passages + adjacent
    order = np.lexsort((candidates, -total))
    return [
        Ranked(
            int(candidates[at]),
            float(total[at]),
            int(units[at]),
            {"terms": float(terms[at]), "passage": float(passages[at]), "adjacent": float(adjacent[at])},
        )
        for at in order
    ]


class _Candidates:
    """The tokens of some articles side by side: token t is `token[t]`, in unit `owner[t]` of `units`."""

    def __init__(self, generation: Generation, candidates: Array) -> None:
        self._generation = generation
        evidence = generation.evidence
        firsts, lasts = evidence.unit_of[candidates], evidence.unit_of[candidates + 1]
        self.units = _ranges(firsts, lasts)
        self.first_unit = np.concatenate(([0], np.cumsum(lasts - firsts)))[:-1]
        self.lengths = np.diff(evidence.token_of)[self.units] if len(self.units) else np.zeros(0)
        self.owner = np.repeat(np.arange(len(self.units)), self.lengths)
        spans = _ranges(evidence.token_of[firsts], evidence.token_of[lasts])
        self.token = np.asarray(evidence.token[spans])
        self.article = np.repeat(np.arange(len(candidates)), lasts - firsts)
        kinds = evidence.unit_kind[self.units]
        self.scored = np.isin(kinds, (UnitKind.QUESTION, UnitKind.PASSAGE))

    def passages(self, query_terms: Sequence[QueryTerm]) -> tuple[Array, Array]:
        """For each candidate what its best passage gives, and which unit that is.

        BM25 of passages: the same formula as for fields, with rarity among units for idf.
        """
        average = self._generation.passage_length
        norm = PASSAGE_K1 * (1 - PASSAGE_B + PASSAGE_B * self.lengths / average)
        score = np.zeros(len(self.units))
        for query_term in query_terms:
            best = np.zeros(len(self.units))
            for alternative in query_term.alternatives:
                count = self._counts(alternative.terms)
                share = count * (PASSAGE_K1 + 1) / (count + norm) * alternative.percent / 100
                best = np.maximum(best, share)
            score += best * query_term.rarity
        score = np.where(self.scored, score, 0.0)
        highest = np.maximum.reduceat(score, self.first_unit)
        at_highest = np.flatnonzero(score == highest[self.article])
        _, first = np.unique(self.article[at_highest], return_index=True)
        return PASSAGE_WEIGHT * highest, self.units[at_highest[first]]

    def _counts(self, terms: Iterable[int]) -> Array:
        """How often each unit has all of `terms` (the least of their counts)."""
        counts = [np.bincount(self.owner[self.token == term], minlength=len(self.units)) for term in terms]
        found: Array = np.minimum.reduce(counts)
        return found

    def adjacent(self, pairs: Sequence[tuple[int, int]]) -> Array:
        """For each candidate what pairs of query terms give that stand side by side in one unit."""
        articles = len(self.first_unit)
        total = np.zeros(articles)
        if len(self.token) < 2:
            return total
        together = self.owner[:-1] == self.owner[1:]
        length = np.bincount(self.article[self.owner], minlength=articles)
        norm = K1 * (1 - ADJACENT_B + ADJACENT_B * length / max(length.mean(), 1.0))
        rarity = self._generation.rarity
        for first, second in dict.fromkeys(pairs):
            at = np.flatnonzero((self.token[:-1] == first) & (self.token[1:] == second) & together)
            count = np.bincount(self.article[self.owner[at]], minlength=articles)
            found_in = int(np.count_nonzero(count))
            if found_in:
                weight = ADJACENT_WEIGHT * max(min(rarity[first], rarity[second]) + _LOCAL_IDF[found_in], 0.0)
                total += weight * count * (K1 + 1) / (count + norm)
        return total


def _ranges(firsts: Array, lasts: Array) -> Array:
    """All whole numbers from each first up to, not including, its last, in one array."""
    return np.concatenate([np.arange(first, last) for first, last in zip(firsts, lasts, strict=True)])
