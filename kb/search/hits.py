"""Where the words of a query stand in some articles: what a close look at them is made of."""

from collections.abc import Sequence
from itertools import accumulate, islice

import numpy as np

from kb.search.arrays import Array, runs
from kb.search.expansion import Alternative, QueryTerm
from kb.search.generation import Generation
from kb.search.snippets import Written

_TERM_BITS = 16  # far more terms than a query's few words and their alternatives have


class Hits:
    """The hits of `query_terms` in `articles` (ordinals, ascending).

    Hit h, in the order of the text, is one of the query's terms, `term[h]`, at the token `place[h]` of the
    evidence, in the unit `units[unit[h]]`. `units` are those with any hit; `owner` says to which of the
    articles each belongs, by its place. `count[alternative, unit]` is how often a unit has all terms of an
    alternative (the least of their counts); the alternatives are those of all query terms, in order.
    """

    def __init__(self, generation: Generation, articles: Array, query_terms: Sequence[QueryTerm]) -> None:
        self._evidence, self._positions = generation.evidence, generation.positions
        self._query_terms = [query_term for query_term in query_terms if query_term.alternatives]
        alternatives = [one for query_term in self._query_terms for one in query_term.alternatives]
        numbers = dict.fromkeys(number for one in alternatives for number in one.terms)
        self._row = {number: row for row, number in enumerate(numbers)}
        self.place, self.term = self._find(articles)
        unit = self._positions.unit[self.place]
        is_new = np.ones(len(unit), bool)
        np.not_equal(unit[1:], unit[:-1], out=is_new[1:])
        self.units, self.unit = unit[is_new], np.cumsum(is_new) - 1
        self.owner = self._evidence.unit_of[articles + 1].searchsorted(self.units, side="right")
        self._counts = self._count()
        self.count = self._of_alternatives(alternatives)
        self.percent = np.array([one.percent for one in alternatives], np.float64)[:, None]
        self._rarity = np.array([query_term.rarity for query_term in self._query_terms])[:, None]

    def _find(self, articles: Array) -> tuple[Array, Array]:
        """The tokens in `articles` that are one of the query's terms, in order, and which of them each is."""
        evidence, positions = self._evidence, self._positions
        ends = np.concatenate((evidence.unit_of[articles], evidence.unit_of[articles + 1]))
        bounds = evidence.token_of[ends]
        found = [positions.places(number).searchsorted(bounds) for number in self._row]
        spans = np.array(found, np.int64).reshape(len(found), 2, len(articles))
        spans += positions.place_of[list(self._row)][:, None, None]
        lengths = spans[:, 1] - spans[:, 0]
        place = positions.place[runs(spans[:, 0].ravel(), lengths.ravel())].astype(np.int64)
        term = np.repeat(np.arange(len(found)), lengths.sum(axis=1))
        # Each term's are in order already, which is what a stable sort is quick with.
        in_order = np.sort(place << _TERM_BITS | term, kind="stable")
        return in_order >> _TERM_BITS, in_order & ((1 << _TERM_BITS) - 1)

    def _count(self) -> Array:
        """How often each unit has each of the query's terms: a row a term."""
        rows, units = len(self._row), len(self.units)
        return np.bincount(self.term * units + self.unit, minlength=rows * units).reshape(rows, units)

    def _of_alternatives(self, alternatives: Sequence[Alternative]) -> Array:
        count = self._counts[[self._row[one.terms[0]] for one in alternatives]].astype(np.float64)
        for at, one in enumerate(alternatives):
            if len(one.terms) > 1:
                count[at] = self._counts[[self._row[number] for number in one.terms]].min(axis=0)
        return count

    def row(self, number: int) -> int:
        """Which of the query's terms a term is."""
        return self._row[number]

    def counts(self, numbers: Sequence[int]) -> Array:
        """How often each of the units has each of some of the query's terms: a row a term."""
        return np.asarray(self._counts[[self._row[number] for number in numbers]])

    def best(self, values: Array) -> Array:
        """The best of each query term's alternatives: a row a query term from a row an alternative."""
        many = [len(query_term.alternatives) for query_term in self._query_terms]
        if len(many) == len(values):
            return values
        ends = accumulate(many)  # each by itself, as NumPy is slow to reduce runs of rows, or a single one
        return np.array(
            [
                values[end - 1] if n == 1 else values[end - n : end].max(axis=0)
                for n, end in zip(many, ends, strict=True)
            ]
        )

    def weigh(self, values: Array) -> Array:
        """The sum of a row for each query term, by its rarity, added up in order (see `in_order`)."""
        if not len(values):
            return np.zeros(values.shape[1])
        first, *others = values * self._rarity
        for one in others:
            first += one
        return np.asarray(first)

    def matches(self, units: slice | Array = slice(None)) -> Array:
        """How well each query term is matched (0 to 1) in each of `units`: a row a query term."""
        return self.best((self.count[:, units] > 0) * (self.percent / 100))

    def written(self, units: Array) -> list[list[Written]]:
        """Where hits stand in the texts of some units of the articles, in order; nowhere in unit -1."""
        evidence = self._evidence
        begin, end = self.place.searchsorted(evidence.token_of[[units, units + 1]])
        counts = np.maximum(end - begin, 0)
        hits = runs(begin, counts)
        places = self.place[hits]
        columns = (evidence.token_start[places], evidence.token_end[places], self.term[hits])
        found = iter(zip(*(column.tolist() for column in columns), strict=True))
        return [list(islice(found, count)) for count in counts.tolist()]
