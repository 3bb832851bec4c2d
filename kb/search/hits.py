"""Where the words of a query stand in some articles: what a close look at them is made of.

Compiled: hits.pxd has the types.
"""

from array import array
from collections.abc import Collection, Sequence
from itertools import accumulate

from kb.search.arrays import Array, floats, ints
from kb.search.expansion import QueryTerm
from kb.search.fields import PASSAGE_B, PASSAGE_K1
from kb.search.generation import Generation
from kb.search.scores import first_from
from kb.search.snippets import Written


class Hits:
    """The hits of `query_terms` in `articles` (ordinals, ascending).

    `units` are all of the articles' units, numbered here from 0: article a, counted from 0 as well, has the
    numbers `first[a]:first[a + 1]`. The terms of all alternatives of the query's words are rows. Number n has
    the term of row r `counts[n * rows + r]` times, and is worth `score[n]`. Article a has that term at
    `places[begin[a * rows + r]:end[a * rows + r]]`, in order.
    """

    def __init__(
        self, generation: Generation, articles: Sequence[int], query_terms: Sequence[QueryTerm]
    ) -> None:
        evidence, positions = generation.evidence, generation.positions
        self.unit_of, self.unit_kind = evidence.unit_of.data, evidence.unit_kind.data
        self.token_of, self.unit_at = evidence.token_of.data, positions.unit.data
        self.heading_of, self.opening = positions.heading_of.data, positions.opening.data
        self.places = positions.place.data
        self.articles = array("i", articles)
        words = [query_term for query_term in query_terms if query_term.alternatives]
        alternatives = [one for query_term in words for one in query_term.alternatives]
        terms = dict.fromkeys([term for one in alternatives for term in one.terms])
        self.row = {term: row for row, term in enumerate(terms)}
        self.words, self.rows = len(words), len(terms)
        # Word w has the alternatives _alternative_of[w]:_alternative_of[w + 1], and each of these its _rows.
        self._alternative_of = array("i", accumulate([len(word.alternatives) for word in words], initial=0))
        self._row_of = array("i", accumulate([len(one.terms) for one in alternatives], initial=0))
        self._rows = array("i", [self.row[term] for one in alternatives for term in one.terms])
        self._percent = array("d", [one.percent for one in alternatives])
        self._rarity = array("d", [word.rarity for word in words])
        self._number()
        self._count(positions.place_of.data)
        self._weigh(generation.passage_length)

    def _number(self) -> None:
        self.first = ints(len(self.articles) + 1)
        for at in range(len(self.articles)):
            article = self.articles[at]
            self.first[at + 1] = self.first[at] + self.unit_of[article + 1] - self.unit_of[article]
        self.units = ints(self.first[len(self.articles)])
        for at in range(len(self.articles)):
            unit = self.unit_of[self.articles[at]]
            for number in range(self.first[at], self.first[at + 1]):
                self.units[number] = unit
                unit += 1

    def _count(self, place_of: Sequence[int]) -> None:
        """Finds where the terms stand: each one's places are in order, and so are the articles."""
        self.begin, self.end = ints(len(self.articles) * self.rows), ints(len(self.articles) * self.rows)
        self.counts, self._hits = ints(len(self.units) * self.rows), ints(len(self.units))
        for term in self.row:
            row, place, last = self.row[term], place_of[term], place_of[term + 1]
            for at in range(len(self.articles)):
                number = self.first[at]
                place = first_from(self.token_of[self.unit_of[self.articles[at]]], self.places, place, last)
                self.begin[at * self.rows + row] = place
                behind = self.token_of[self.unit_of[self.articles[at] + 1]]
                while place < last and self.places[place] < behind:
                    while self.token_of[self.units[number] + 1] <= self.places[place]:
                        number += 1
                    self.counts[number * self.rows + row] += 1
                    self._hits[number] += 1
                    place += 1
                self.end[at * self.rows + row] = place

    def _weigh(self, average: float) -> None:
        """BM25 of units: the same formula as for fields, with rarity among units for idf."""
        self.score = floats(len(self.units))
        k1, b = PASSAGE_K1, PASSAGE_B
        for number in range(len(self.units)):
            if not self._hits[number]:
                continue
            unit = self.units[number]
            norm = k1 * (1 - b + b * (self.token_of[unit + 1] - self.token_of[unit]) / average)
            score = 0.0
            for word in range(self.words):
                most = 0.0
                for one in range(self._alternative_of[word], self._alternative_of[word + 1]):
                    count = self._count_of(number, one)
                    if count:
                        most = max(most, count * (k1 + 1) / (count + norm) * self._percent[one] / 100)
                score += most * self._rarity[word]
            self.score[number] = score

    def _count_of(self, number: int, alternative: int) -> int:
        """How often a unit has all terms of an alternative: the least of their counts."""
        first, last = self._row_of[alternative], self._row_of[alternative + 1]
        least = self.counts[number * self.rows + self._rows[first]]
        for at in range(first + 1, last):
            least = min(least, self.counts[number * self.rows + self._rows[at]])
        return least

    def _match(self, number: int, word: int) -> float:
        """How well a unit matches a word of the query, 0 to 1."""
        most = 0.0
        if number >= 0 and self._hits[number]:
            for one in range(self._alternative_of[word], self._alternative_of[word + 1]):
                if self._count_of(number, one):
                    most = max(most, self._percent[one] / 100)
        return most

    def _place_of(self, article: int) -> int:
        """Which of the articles one of some ordinal is, from 0."""
        return first_from(article, self.articles, 0, len(self.articles))

    def number_of(self, unit: int) -> int:
        """The number of a unit of any of the articles."""
        return first_from(unit, self.units, 0, len(self.units))

    def said(self, number: int, other: int = -1) -> float:
        """How much of the query's rarity a unit matches, by its number, or two together; -1 stands for none.

        Added up in order (see `in_order`).
        """
        total = 0.0
        for word in range(self.words):
            total += max(self._match(number, word), self._match(other, word)) * self._rarity[word]
        return total

    def said_in(self, article: int, kinds: Collection[int] | None = None) -> float:
        """How much of it all units of an article match together, or those of some kinds."""
        at, total = self._place_of(article), 0.0
        for word in range(self.words):
            most = 0.0
            for number in range(self.first[at], self.first[at + 1]):
                if kinds is None or self.unit_kind[self.units[number]] in kinds:
                    most = max(most, self._match(number, word))
            total += most * self._rarity[word]
        return total

    def most_alike(self, article: int, rarity: float, unit_rarity: Array) -> float:
        """Dice's coefficient, by rarity, of the query and an article's unit that is most like it."""
        at, most = self._place_of(article), 0.0
        for number in range(self.first[at], self.first[at + 1]):
            if self._hits[number]:
                most = max(most, 2 * self.said(number) / (rarity + unit_rarity[self.units[number]]))
        return most

    def written(self, units: Sequence[int], start: Array, end: Array) -> list[list[Written]]:
        """Where hits stand in the texts of some units, in order; nowhere in unit -1.

        `start` and `end` say where every token of the evidence stands in its unit's text.
        """
        starts, ends = start.data, end.data
        return [self._written(unit, starts, ends) if unit >= 0 else [] for unit in units]

    def _written(self, unit: int, start: Sequence[int], end: Sequence[int]) -> list[Written]:
        first, last = self.token_of[unit], self.token_of[unit + 1]
        at = first_from(self.number_of(unit) + 1, self.first, 0, len(self.first)) - 1
        found = []
        for row in range(self.rows):
            place, behind = self.begin[at * self.rows + row], self.end[at * self.rows + row]
            place = first_from(first, self.places, place, behind)
            while place < behind and self.places[place] < last:
                found.append((self.places[place], row))
                place += 1
        return [(start[token], end[token], row) for token, row in sorted(found)]
