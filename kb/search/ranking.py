"""The order of the results: a sum of named signals.

First every article is scored by its terms' impacts (one addition a posting); then the best are looked at
closely: their best passage, and query words that stand side by side. All in fixed order, without a
logarithm at query time, ties going to the lower ordinal (articles are numbered by slug).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kb.search.analysed import UnitKind
from kb.search.analysis import tokens, wording
from kb.search.arrays import Array
from kb.search.expansion import Expanded, QueryTerm
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
from kb.search.hits import Hits
from kb.search.query import Query

_TITLE, _QUESTION, _HEADING, _PASSAGE = map(
    int, (UnitKind.TITLE, UnitKind.QUESTION, UnitKind.HEADING, UnitKind.PASSAGE)
)  # NumPy is slow with an enumeration's members

_NO_UNIT = np.iinfo(np.int64).max


SIGNALS = ("terms", "passage", "adjacent", "asked")

LOCAL_IDF = [0.0, *(float(np.log(CANDIDATES / (n + 1))) for n in range(1, CANDIDATES + 1))]
"""How rare a pair is among the candidates, by how many have it."""


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


def impact_scores(generation: Generation, expanded: Expanded) -> Array:
    """Every article's sum of impacts; a term counts through the best of its alternatives."""
    best = np.zeros(len(generation.slugs), np.int64)
    found = [_postings(generation, (pair,)) for pair in expanded.pairs]
    for query_term in expanded.terms:
        if len(query_term.alternatives) == 1:
            (alternative,) = query_term.alternatives
            articles, impacts = _postings(generation, alternative.terms)
            weighed = _percent(_percent(impacts, alternative.percent), query_term.percent)
            found.append((articles, weighed))
        elif query_term.alternatives:
            best += _best_alternatives(generation, query_term)
    if not found:
        return best
    articles, impacts = (np.concatenate(column) for column in zip(*found, strict=True))
    return best + np.bincount(articles, impacts, len(best)).astype(np.int64)  # whole numbers, so exact


def _best_alternatives(generation: Generation, query_term: QueryTerm) -> Array:
    best = np.zeros(len(generation.slugs), np.int64)
    for alternative in query_term.alternatives:
        articles, impacts = _postings(generation, alternative.terms)
        best[articles] = np.maximum(best[articles], _percent(impacts, alternative.percent))
    return _percent(best, query_term.percent)


def _percent(impacts: Array, percent: int) -> Array:
    return impacts if percent == 100 else impacts * percent // 100


def _postings(generation: Generation, terms: Sequence[int]) -> tuple[Array, Array]:
    """The articles that have all of some terms, each with the least of their impacts."""
    first, *others = [slice(generation.start[term], generation.start[term + 1]) for term in terms]
    articles, impacts = generation.article[first], generation.impact[first]
    for span in others:
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
        having[_postings(generation, known)[0]] = True
        return having
    positions = generation.positions
    begin = positions.places(known[0])
    for place, number in enumerate(known[1:], 1):
        begin = begin[np.isin(begin + place, positions.places(number), assume_unique=True)]
    unit = positions.unit[begin]
    whole = unit == positions.unit[begin + len(known) - 1]
    having[generation.evidence.unit_of.searchsorted(unit[whole], side="right") - 1] = True
    return having


def matching(scores: Array, allowed: Array | None = None, share: float = 0.0) -> Array:
    """The articles with any score, ascending; those below `share` of the best left out."""
    kept = scores if allowed is None else np.where(allowed, scores, 0)
    least = share * int(kept.max(initial=0))
    return np.flatnonzero(kept >= least if least else kept)


def best_first(scores: Array, articles: Array, limit: int | None = None) -> Array:
    """`articles`, which ascend, the best first, ties by ordinal.

    At most `limit` of them: then the others are not put in order at all.
    """
    if limit is not None and limit < len(articles):
        worth = scores[articles] * len(scores) - articles  # no two are worth the same
        articles = np.sort(articles[np.argpartition(worth, -limit)[-limit:]])
    return articles[np.argsort(-scores[articles], kind="stable")]


def look_closely(
    generation: Generation, expanded: Expanded, scores: Array, candidates: Array
) -> tuple[list[Ranked], Hits]:
    """`candidates` (at most CANDIDATES articles) in their final order, and the query's hits in them."""
    candidates = np.sort(candidates)
    hits = Hits(generation, candidates, expanded.terms)
    if not len(candidates):
        return [], hits
    view = _Candidates(generation, candidates, hits)
    passages, units = view.passages()
    adjacent = view.adjacent(_neighbours(expanded.terms))
    terms = scores[candidates] / IMPACT_SCALE
    total = terms + passages + adjacent
    is_asked = view.asked(expanded)
    asked = np.where(is_asked, total.max(), 0.0)  # so that nothing stands before it
    total += asked
    # Where the article as a whole answers, it is shown from its top.
    units = np.where(is_asked, generation.positions.opening[candidates], units)
    columns = (candidates, total, units, terms, passages, adjacent, asked)
    ranked = list(map(Ranked, *(column.tolist() for column in columns)))
    return [ranked[at] for at in np.lexsort((candidates, -total)).tolist()], hits


class _Candidates:
    """What is close to what in some articles, by the query's hits in them."""

    def __init__(self, generation: Generation, candidates: Array, hits: Hits) -> None:
        self._generation, self._candidates, self._hits = generation, candidates, hits
        evidence = generation.evidence
        self._kinds = evidence.unit_kind[hits.units]
        self._lengths = evidence.token_of[hits.units + 1] - evidence.token_of[hits.units]

    def passages(self) -> tuple[Array, Array]:
        """For each candidate what its best passage gives, and which unit is shown of it.

        BM25 of passages: the same formula as for fields, with rarity among units for idf.
        """
        hits, average = self._hits, self._generation.passage_length
        norm = PASSAGE_K1 * (1 - PASSAGE_B + PASSAGE_B * self._lengths / average)
        share = hits.count * (PASSAGE_K1 + 1)
        share /= hits.count + norm
        share *= hits.percent
        share /= 100
        score = hits.weigh(hits.best(share))
        scored = (self._kinds == _QUESTION) | (self._kinds == _PASSAGE)
        highest = np.zeros(len(self._candidates))
        np.maximum.at(highest, hits.owner[scored], score[scored])
        return PASSAGE_WEIGHT * highest, self._shown(score)

    def _shown(self, score: Array) -> Array:
        """The unit of each candidate that is shown: a passage, where its heading's match counts half.

        Of passages without a hit only those that may come first are looked at: an article's, and a heading's.
        """
        hits, evidence, positions = self._hits, self._generation.evidence, self._generation.positions
        is_passage, heading = self._kinds == _PASSAGE, np.flatnonzero(self._kinds == _HEADING)
        passages, headings = hits.units[is_passage], hits.units[heading]
        over = positions.heading_of[passages]
        at = headings.searchsorted(over)
        has = np.append(headings, -1)[at] == over
        lift = np.where(has, np.append(score[heading], 0)[at] / 2, 0)
        after = np.minimum(headings + 1, len(evidence.unit_kind) - 1)
        below = (positions.heading_of[after] == headings) & (evidence.unit_kind[after] == _PASSAGE)
        heading = heading[below]
        opening = positions.opening[self._candidates]
        units = np.concatenate((passages, after[below], opening))
        owner = np.concatenate((hits.owner[is_passage], hits.owner[heading], np.arange(len(opening))))
        worth = np.concatenate((score[is_passage] + lift, score[heading] / 2, np.zeros(len(opening))))
        return self._or_opening(_first_best(units, owner, worth, len(opening)), opening)

    def _or_opening(self, chosen: Array, opening: Array) -> Array:
        """The `opening` of each candidate that says as much of the query, with the title, as what was chosen.

        That counts with its heading, and stays where the heading says as much as the title. Short passages
        score high, and a sentence about a special case must not stand for the article.
        """
        hits = self._hits
        title = self._generation.evidence.unit_of[self._candidates]
        heading = self._generation.positions.heading_of[chosen]
        if not len(hits.units):
            return chosen
        wanted = np.concatenate((title, opening, chosen, heading))
        at = np.minimum(hits.units.searchsorted(wanted), len(hits.units) - 1)
        match = hits.matches(at)
        match *= hits.units[at] == wanted
        said = match.reshape(len(match), 4, -1)
        np.maximum(said[:, 1], said[:, 0], out=said[:, 1])
        np.maximum(said[:, 2], said[:, 3], out=said[:, 2])
        of_title, whole, part, of_heading = hits.weigh(match).reshape(4, -1)
        return np.where((whole >= part) & (of_title > of_heading), opening, chosen)

    def asked(self, expanded: Expanded) -> Array:
        """Which candidates have the query's own wording for a title, or for one of their questions."""
        hits = self._hits
        found = np.zeros(len(self._candidates), bool)
        owns = {query_term.own for query_term in expanded.terms}  # a slip may stand for another of the words
        wanted = [own for own in owns if own is not None]
        if len(wanted) < len(owns):
            return found
        counts = hits.counts(wanted)
        may_ask = (self._kinds == _TITLE) | (self._kinds == _QUESTION)
        for unit in np.flatnonzero(may_ask & (counts.sum(axis=0) == self._lengths)):
            if not counts[:, unit].all():
                continue
            text = self._generation.evidence.unit_text(hits.units[unit])
            same = wording(token.term for token in tokens(text)) == wording(expanded.as_meant)
            found[hits.owner[unit]] |= same
        return found

    def adjacent(self, pairs: Sequence[tuple[int, int]]) -> Array:
        """For each candidate what pairs of query terms give that stand side by side in one unit."""
        hits, articles = self._hits, len(self._candidates)
        total = np.zeros(articles)
        together = (hits.place[1:] - hits.place[:-1] == 1) & (hits.unit[1:] == hits.unit[:-1])
        at = np.flatnonzero(together)
        if not len(at):
            return total
        evidence = self._generation.evidence
        ends = evidence.token_of[evidence.unit_of[[self._candidates, self._candidates + 1]]]
        length = ends[1] - ends[0]
        norm = K1 * (1 - ADJACENT_B + ADJACENT_B * length / max(length.sum() / articles, 1.0))
        left, right, owner = hits.term[at], hits.term[at + 1], hits.owner[hits.unit[at]]
        rarity = self._generation.rarity
        for first, second in dict.fromkeys(pairs):
            found = owner[(left == hits.row(first)) & (right == hits.row(second))]
            if len(found):
                count = np.bincount(found, minlength=articles)
                rarer = min(rarity[first], rarity[second]) + LOCAL_IDF[np.count_nonzero(count)]
                total += ADJACENT_WEIGHT * max(rarer, 0.0) * count * (K1 + 1) / (count + norm)
        return total


def _first_best(units: Array, owner: Array, worth: Array, owners: int) -> Array:
    """For each of so many owners its unit that is worth the most, the first of equals."""
    most = np.zeros(owners)
    np.maximum.at(most, owner, worth)
    is_best = worth == most[owner]
    first = np.full(owners, _NO_UNIT)
    np.minimum.at(first, owner[is_best], units[is_best])
    return first
