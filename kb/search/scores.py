# cython: cdivision=True
# Nothing is negative here, and C divides that as Python does, but in half the time.
"""Every article's sum of impacts, one addition a posting, and which articles are the best of them.

Compiled: scores.pxd has the types.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kb.search.arrays import Array

if TYPE_CHECKING:
    from kb.search.expansion import Expanded, QueryTerm


class Postings:
    """Term t stands in the articles `article[start[t]:start[t + 1]]`, with the impacts at the same places.

    There are so many `articles`.
    """

    def __init__(self, start: Array, article: Array, impact: Array, articles: int) -> None:
        self._articles = articles
        self._start, self._article, self._impact = start.data, article.data, impact.data

    def scores(self, expanded: "Expanded") -> Array:
        """Every article's sum of impacts."""
        scores = np.zeros(self._articles, np.int64)
        best = np.zeros(self._articles, np.int64)
        for query_term in expanded.terms:
            alternatives = query_term.alternatives
            if len(alternatives) == 1 and len(alternatives[0].terms) == 1:
                self._add(alternatives[0].terms[0], alternatives[0].percent, query_term.percent, scores)
            else:
                self._add_best(query_term, best, scores)
        for pair in expanded.pairs:
            self._add(pair, 100, 100, scores)
        return scores

    def _add(self, term: int, percent: int, share: int, scores: Array) -> None:
        """Adds a pair, or a word with one way to match, as most have; `share` is the word's own percent."""
        articles, impacts = self._article, self._impact
        for at in range(self._start[term], self._start[term + 1]):
            scores[articles[at]] += impacts[at] * percent // 100 * share // 100

    def _add_best(self, query_term: "QueryTerm", best: Array, scores: Array) -> None:
        """A word counts through the best of its alternatives; `best` is all zeros before and after."""
        articles, impacts = self._article, self._impact
        for alternative in query_term.alternatives:
            first, others, percent = alternative.terms[0], alternative.terms[1:], alternative.percent
            for at in range(self._start[first], self._start[first + 1]):
                article, impact = articles[at], impacts[at]
                for other in others:
                    impact = min(impact, self._impact_of(other, article))
                best[article] = max(best[article], impact * percent // 100)
        percent = query_term.percent
        for alternative in query_term.alternatives:
            first = alternative.terms[0]
            for at in range(self._start[first], self._start[first + 1]):
                article = articles[at]
                scores[article] += best[article] * percent // 100
                best[article] = 0

    def _impact_of(self, term: int, article: int) -> int:
        """The impact of a term in an article, 0 when it does not stand there."""
        end = self._start[term + 1]
        at = first_from(article, self._article, self._start[term], end)
        return self._impact[at] if at < end and self._article[at] == article else 0


def matching(scores: Array, share: float = 0.0) -> Array:
    """The articles with any score, ascending; those below `share` of the best left out."""
    found = np.zeros(len(scores), np.int64)
    most = count = 0
    for article in range(len(scores)):
        most = max(most, scores[article])
    least = share * most
    for article in range(len(scores)):
        if scores[article] and scores[article] >= least:
            found[count] = article
            count += 1
    return np.asarray(found[:count])


def best_first(scores: Array, articles: Array, limit: int) -> list[int]:
    """The best of `articles`, which ascend, at most `limit` of them, the best first, ties by ordinal."""
    kept = np.zeros(limit, np.int64)
    count = 0
    for at in range(len(articles)):
        article = articles[at]
        score = scores[article]
        if count == limit:
            if score <= scores[kept[count - 1]]:
                continue
            count -= 1
        place = count
        while place > 0 and scores[kept[place - 1]] < score:
            kept[place] = kept[place - 1]
            place -= 1
        kept[place] = article
        count += 1
    return [int(kept[at]) for at in range(count)]


def first_from(least: int, values: Sequence[int], low: int, high: int) -> int:
    """Where, from `low` to `high`, the first of ascending values stands that is `least` or more."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low
