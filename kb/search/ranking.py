"""The order of the results: a sum of named signals.

First every article is scored by its terms' impacts (one addition a posting); then the best are looked at
closely: their best passage, and query words that stand side by side. All in fixed order, without a
logarithm at query time, ties going to the lower ordinal (articles are numbered by slug).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from kb.search.analysed import UnitKind
from kb.search.analysis import tokens, wording
from kb.search.expansion import Alternative, Expanded, QueryTerm
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
from kb.search.query import Query

Array = np.ndarray[Any, np.dtype[Any]]

LOCAL_IDF = [0.0, *(float(np.log(CANDIDATES / (n + 1))) for n in range(1, CANDIDATES + 1))]
"""How rare a pair is among the candidates, by how many have it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One article in order: `unit` is the passage to show, and what each signal gave adds up to `score`."""

    article: int
    score: float
    unit: int
    signals: dict[str, float]


def impact_scores(generation: Generation, expanded: Expanded) -> Array:
    """Every article's sum of impacts; a term counts through the best of its alternatives."""
    total = np.zeros(len(generation.slugs), np.int64)
    for query_term in expanded.terms:
        alternatives = query_term.alternatives
        if len(alternatives) == 1:
            articles, impacts = _postings(generation, alternatives[0])
            total[articles] += _percent(_percent(impacts, alternatives[0].percent), query_term.percent)
        elif alternatives:
            best = np.zeros_like(total)
            for alternative in alternatives:
                articles, impacts = _postings(generation, alternative)
                best[articles] = np.maximum(best[articles], _percent(impacts, alternative.percent))
            total += _percent(best, query_term.percent)
    for pair in expanded.pairs:
        articles, impacts = _postings(generation, Alternative((pair,), 100, "word"))
        total[articles] += impacts
    return total


def _percent(impacts: Array, percent: int) -> Array:
    return impacts if percent == 100 else impacts * percent // 100


def _postings(generation: Generation, alternative: Alternative) -> tuple[Array, Array]:
    """The articles that have all of an alternative's terms, each with the least of their impacts."""
    spans = [slice(generation.start[term], generation.start[term + 1]) for term in alternative.terms]
    articles = generation.article[spans[0]]
    impacts = generation.impact[spans[0]].astype(np.int64)
    for span in spans[1:]:
        articles, left, right = np.intersect1d(
            articles, generation.article[span], assume_unique=True, return_indices=True
        )
        impacts = np.minimum(impacts[left], generation.impact[span][right])
    return articles, impacts


def _neighbours(query_terms: Sequence[QueryTerm]) -> list[tuple[int, int]]:
    """The known terms that follow each other in the query."""
    owns = [query_term.own for query_term in query_terms]
    return [(first, second) for first, second in pairwise(owns) if first is not None and second is not None]


def allowed(generation: Generation, query: Query) -> Array | None:
    """Which articles a query may find: those with its quoted phrases, without its `-words`; None for all.

    A quoted phrase that no article has is taken as its words: customers quote for emphasis, too.
    """
    if not query.without and not query.phrases:
        return None
    kept = np.ones(len(generation.slugs), bool)
    for term in query.without:
        number = generation.term_number.get(term)
        if number is not None:
            kept[generation.article[generation.start[number] : generation.start[number + 1]]] = False
    for phrase in query.phrases:
        having = _having_phrase(generation, phrase)
        if having.any():
            kept &= having
    return kept


def _having_phrase(generation: Generation, phrase: Sequence[str]) -> Array:
    having = np.zeros(len(generation.slugs), bool)
    numbers = [generation.term_number.get(term) for term in phrase]
    known = tuple(number for number in numbers if number is not None)
    if len(known) < len(phrase):
        return having
    articles, _ = _postings(generation, Alternative(known, 100, "word"))
    evidence = generation.evidence
    for article in articles:
        units = slice(evidence.unit_of[article], evidence.unit_of[article + 1] + 1)
        bounds = evidence.token_of[units]
        token = np.asarray(evidence.token[bounds[0] : bounds[-1]])
        at = np.flatnonzero(token == known[0])
        for place, number in enumerate(known[1:], 1):
            at = at[at + place < len(token)]
            at = at[token[at + place] == number]
        unit = np.searchsorted(bounds - bounds[0], at, side="right")
        having[article] = bool(
            np.any(unit == np.searchsorted(bounds - bounds[0], at + len(known) - 1, side="right"))
        )
    return having


def best_by_impact(scores: Array, allowed: Array | None = None, share: float = 0.0) -> Array:
    """The articles with any score, best first, ties by ordinal; those below `share` of the best left out."""
    kept = scores if allowed is None else np.where(allowed, scores, 0)
    least = share * int(kept.max(initial=0))
    matching = np.flatnonzero(kept >= least if least else kept)
    return matching[np.argsort(-kept[matching], kind="stable")]


def look_closely(
    generation: Generation, expanded: Expanded, scores: Array, candidates: Array
) -> list[Ranked]:
    """`candidates` (at most CANDIDATES articles) in their final order."""
    query_terms = expanded.terms
    if not len(candidates):
        return []
    view = _Candidates(generation, candidates, query_terms)
    passages, units = view.passages(query_terms)
    adjacent = view.adjacent(_neighbours(query_terms))
    terms = scores[candidates] / IMPACT_SCALE
    total = terms + passages + adjacent
    is_asked = view.asked(expanded)
    asked = np.where(is_asked, total.max(), 0.0)  # so that nothing stands before it
    total += asked
    units = np.where(
        is_asked, view.openings(), units
    )  # the article as a whole answers, so it is shown from its top
    order = np.lexsort((candidates, -total))
    return [
        Ranked(
            int(candidates[at]),
            float(total[at]),
            int(units[at]),
            {
                "terms": float(terms[at]),
                "passage": float(passages[at]),
                "adjacent": float(adjacent[at]),
                "asked": float(asked[at]),
            },
        )
        for at in order
    ]


class _Candidates:
    """The units of some articles side by side, and where query words stand in them.

    Unit u is `units[u]` of the evidence and belongs to candidate `article[u]`. Hit h is the query's term
    `term[h]`, at the place `place[h]` among all the candidates' tokens, in unit `owner[h]`.
    """

    def __init__(self, generation: Generation, candidates: Array, query_terms: Sequence[QueryTerm]) -> None:
        self._generation = generation
        evidence = generation.evidence
        firsts, lasts = evidence.unit_of[candidates], evidence.unit_of[candidates + 1]
        self.first_unit = np.cumsum(lasts - firsts) - (lasts - firsts)
        self.article = np.repeat(np.arange(len(candidates)), lasts - firsts)
        self.units = np.arange(len(self.article)) + (firsts - self.first_unit)[self.article]
        self.kinds = evidence.unit_kind[self.units]
        self.sections = evidence.unit_section[self.units]
        self.scored = (self.kinds == UnitKind.QUESTION) | (self.kinds == UnitKind.PASSAGE)
        begins, ends = evidence.token_of[firsts], evidence.token_of[lasts]
        self.tokens = ends - begins
        token = np.concatenate([evidence.token[begin:end] for begin, end in zip(begins, ends, strict=True)])
        self._find_hits(token, query_terms)

    def _find_hits(self, token: Array, query_terms: Sequence[QueryTerm]) -> None:
        wanted = np.zeros(len(self._generation.terms) + 1, bool)  # one more, so that there is always one
        for query_term in query_terms:
            for alternative in query_term.alternatives:
                wanted[list(alternative.terms)] = True
        self.place = np.flatnonzero(wanted[token])
        self.term = token[self.place]
        evidence = self._generation.evidence
        self.lengths = evidence.token_of[self.units + 1] - evidence.token_of[self.units]
        self.owner = np.searchsorted(np.cumsum(self.lengths), self.place, side="right")
        new = np.diff(self.owner, prepend=-1) > 0
        self.hit_units = self.owner[new]  # those with any hit, and which of them each hit is in
        self._hit_unit = np.cumsum(new) - 1

    def passages(self, query_terms: Sequence[QueryTerm]) -> tuple[Array, Array]:
        """For each candidate what its best passage gives, and which unit that is.

        BM25 of passages: the same formula as for fields, with rarity among units for idf.
        """
        average = self._generation.passage_length
        norm = PASSAGE_K1 * (1 - PASSAGE_B + PASSAGE_B * self.lengths[self.hit_units] / average)
        found = np.zeros(len(self.hit_units))
        for query_term in query_terms:
            best = np.zeros(len(self.hit_units))
            for alternative in query_term.alternatives:
                count = self._counts(alternative.terms)
                share = count * (PASSAGE_K1 + 1) / (count + norm) * alternative.percent / 100
                best = np.maximum(best, share)
            found += best * query_term.rarity
        score = np.zeros(len(self.units))
        score[self.hit_units] = found
        highest = np.maximum.reduceat(np.where(self.scored, score, 0.0), self.first_unit)
        return PASSAGE_WEIGHT * highest, self._shown(score)

    def _shown(self, score: Array) -> Array:
        """The unit of each candidate that is shown: a passage, where its heading's match counts half."""
        places = np.arange(len(self.units))
        is_heading = self.kinds == UnitKind.HEADING
        heading = np.maximum.accumulate(np.where(is_heading, places, 0))
        same = (self.sections[heading] == self.sections) & is_heading[heading]
        same &= self.article[heading] == self.article
        worth = score + np.where(same, score[heading] / 2, 0.0)
        worth = np.where(self.kinds == UnitKind.PASSAGE, worth, -1.0)
        best = np.maximum.reduceat(worth, self.first_unit)
        at_best = np.flatnonzero(worth == best[self.article])
        first = np.searchsorted(at_best, self.first_unit)
        return np.asarray(self.units[at_best[first]])

    def openings(self) -> Array:
        """The first passage of each candidate, its first unit when it has none."""
        ends = np.append(self.first_unit[1:], len(self.units))
        passages = np.append(np.flatnonzero(self.kinds == UnitKind.PASSAGE), len(self.units))
        first = passages[np.searchsorted(passages, self.first_unit)]
        return np.asarray(self.units[np.where(first < ends, first, self.first_unit)])

    def asked(self, expanded: Expanded) -> Array:
        """Which candidates have the query's own wording for a title, or for one of their questions."""
        found = np.zeros(len(self.first_unit), bool)
        owns = {query_term.own for query_term in expanded.terms}  # a slip may stand for another of the words
        wanted = [own for own in owns if own is not None]
        if len(wanted) < len(owns):
            return found
        kinds, lengths = self.kinds[self.hit_units], self.lengths[self.hit_units]
        counts = [self._counts((term,)) for term in wanted]
        fitting = ((kinds == UnitKind.TITLE) | (kinds == UnitKind.QUESTION)) & (sum(counts) == lengths)
        for count in counts:
            fitting &= count > 0
        for unit in self.hit_units[fitting]:
            text = self._generation.evidence.unit_text(self.units[unit])
            same = wording(token.term for token in tokens(text)) == wording(expanded.as_meant)
            found[self.article[unit]] |= same
        return found

    def _counts(self, terms: Iterable[int]) -> Array:
        """How often each unit with a hit has all of `terms` (the least of their counts)."""
        counts = [
            np.bincount(self._hit_unit[self.term == term], minlength=len(self.hit_units)) for term in terms
        ]
        return counts[0] if len(counts) == 1 else np.minimum.reduce(counts)

    def adjacent(self, pairs: Sequence[tuple[int, int]]) -> Array:
        """For each candidate what pairs of query terms give that stand side by side in one unit."""
        articles = len(self.first_unit)
        total = np.zeros(articles)
        together = (np.diff(self.place) == 1) & (self.owner[:-1] == self.owner[1:])
        if not together.any():
            return total
        norm = K1 * (1 - ADJACENT_B + ADJACENT_B * self.tokens / max(self.tokens.mean(), 1.0))
        rarity = self._generation.rarity
        for first, second in dict.fromkeys(pairs):
            at = np.flatnonzero((self.term[:-1] == first) & (self.term[1:] == second) & together)
            count = np.bincount(self.article[self.owner[at]], minlength=articles)
            found_in = int(np.count_nonzero(count))
            if found_in:
                weight = ADJACENT_WEIGHT * max(min(rarity[first], rarity[second]) + LOCAL_IDF[found_in], 0.0)
                total += weight * count * (K1 + 1) / (count + norm)
        return total
