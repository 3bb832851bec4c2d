"""Where the words of a query stand in some articles: what a close look at them is made of.

Compiled: hits.pxd has the types.
"""

from array import array
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from kb.search.arrays import Array, floats, ints
from kb.search.fields import PASSAGE_B, PASSAGE_K1
from kb.search.scores import first_from
from kb.search.snippets import Written

if TYPE_CHECKING:
    from kb.search.evidence import Evidence
    from kb.search.expansion import QueryTerm
    from kb.search.generation import Generation
    from kb.search.positions import Positions


class Layout:
    """Where all units and terms stand, and how rare terms are: arrays of a generation, opened for loops.

    That is done once: each takes a query a microsecond or two.
    """

    def __init__(self, evidence: "Evidence", positions: "Positions", rarity: Array) -> None:
        self.unit_of, self.unit_kind = evidence.unit_of.data, evidence.unit_kind.data
        self.token_of, self.unit_at = evidence.token_of.data, positions.unit.data
        self.heading_of, self.opening = positions.heading_of.data, positions.opening.data
        self.place_of, self.places = positions.place_of.data, positions.place.data
        self.token_start, self.token_end = evidence.token_start.data, evidence.token_end.data
        self.token, self.rarity = evidence.token.data, rarity.data


class Hits:
    """The hits of `query_terms` in `articles` (ordinals, ascending).

    `units` are those of the articles' units that are hit, numbered here from 0: article a, counted from 0 as
    well, has the numbers `first[a]:first[a + 1]`. The terms of all alternatives of the query's words are
    rows. Number n has the term of row r `counts[n * rows + r]` times, and is worth `score[n]`. Article a has
    that term at the `layout.places[begin[a * rows + r]:end[a * rows + r]]`, in order.
    """

    def __init__(
        self, generation: "Generation", articles: Sequence[int], query_terms: "Sequence[QueryTerm]"
    ) -> None:
        self.layout = generation.layout
        self.articles = array("i", articles)
        words = [query_term for query_term in query_terms if query_term.alternatives]
        alternatives = [one for query_term in words for one in query_term.alternatives]
        terms = dict.fromkeys([term for one in alternatives for term in one.terms])
        self.row = {term: row for row, term in enumerate(terms)}
        self.words, self.rows = len(words), len(terms)
        # Word w has the alternatives _alternative_of[w]:_alternative_of[w + 1], alternative a is one of word
        # _word_of[a] and has the rows _rows[_row_of[a]:_row_of[a + 1]].
        self._alternative_of = array("i", accumulate([len(word.alternatives) for word in words], initial=0))
        self._row_of = array("i", accumulate([len(one.terms) for one in alternatives], initial=0))
        self._rows = array("i", [self.row[term] for one in alternatives for term in one.terms])
        self._word_of = array("i", [at for at, word in enumerate(words) for _ in word.alternatives])
        self._percent = array("d", [one.percent for one in alternatives])
        self._rarity = array("d", [word.rarity for word in words])
        self._find()
        self._number()
        self._weigh(generation.passage_length)

    def _find(self) -> None:
        """Finds where the terms stand: each one's places are in order, and so are the articles."""
        rows, articles = self.rows, self.articles
        self.begin, self.end = ints(len(articles) * rows), ints(len(articles) * rows)
        begin, end = self.begin, self.end
        unit_of, token_of = self.layout.unit_of, self.layout.token_of
        place_of, places = self.layout.place_of, self.layout.places
        for term in self.row:
            row, place, last = self.row[term], place_of[term], place_of[term + 1]
            for at in range(len(articles)):
                article = articles[at]
                place = first_from(token_of[unit_of[article]], places, place, last)
                begin[at * rows + row] = place
                behind = token_of[unit_of[article + 1]]
                while place < last and places[place] < behind:
                    place += 1
                end[at * rows + row] = place

    def _number(self) -> None:
        """Numbers the units that are hit, and counts their hits.

        Most of what a long article holds is not hit, and nothing behind this looks at it again.
        """
        rows, articles, begin, end = self.rows, self.articles, self.begin, self.end
        unit_of, unit_at, places = self.layout.unit_of, self.layout.unit_at, self.layout.places
        hits = most = number = hit = 0
        for cell in range(len(begin)):
            hits += end[cell] - begin[cell]
        for at in range(len(articles)):
            most = max(most, unit_of[articles[at] + 1] - unit_of[articles[at]])
        units, owner, number_of, self.first = ints(hits), ints(hits), ints(most), ints(len(articles) + 1)
        for at in range(len(articles)):
            start, before = unit_of[articles[at]], hit
            count = unit_of[articles[at] + 1] - start
            for unit in range(count):
                number_of[unit] = 0
            for cell in range(at * rows, (at + 1) * rows):
                for place in range(begin[cell], end[cell]):
                    owner[hit] = unit_at[places[place]] - start
                    number_of[owner[hit]] = 1
                    hit += 1
            for unit in range(count):
                if number_of[unit]:
                    units[number], number_of[unit] = start + unit, number
                    number += 1
            for one in range(before, hit):
                owner[one] = number_of[owner[one]]
            self.first[at + 1] = number
        self.units, self.counts = units[:number], ints(number * rows)
        self._count(owner)

    def _count(self, owner: Sequence[int]) -> None:
        """`owner` has the number of each hit's unit, article by article and in each row by row."""
        rows, begin, end, counts, hit = self.rows, self.begin, self.end, self.counts, 0
        for cell in range(len(begin)):
            row = cell % rows
            for _ in range(begin[cell], end[cell]):
                counts[owner[hit] * rows + row] += 1
                hit += 1

    def _weigh(self, average: float) -> None:
        """BM25 of units: the same formula as for fields, with rarity among units for idf."""
        self.score = floats(len(self.units))
        scores, units, counts, token_of = self.score, self.units, self.counts, self.layout.token_of
        rows, row_of, word_of = self._rows, self._row_of, self._word_of
        percents, rarities = self._percent, self._rarity
        k1, b = PASSAGE_K1, PASSAGE_B
        for number in range(len(units)):
            unit, base = units[number], number * self.rows
            norm = k1 * (1 - b + b * (token_of[unit + 1] - token_of[unit]) / average)
            score = most = 0.0
            word = 0
            for one in range(len(percents)):
                count = counts[base + rows[row_of[one]]]
                if not count:  # as of most
                    continue
                if word_of[one] != word:
                    score += most * rarities[word]
                    word, most = word_of[one], 0.0
                for at in range(row_of[one] + 1, row_of[one + 1]):
                    count = min(count, counts[base + rows[at]])
                if count:
                    most = max(most, count * (k1 + 1) / (count + norm) * percents[one] / 100)
            score += most * rarities[word]
            scores[number] = score

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
        if number >= 0:
            for one in range(self._alternative_of[word], self._alternative_of[word + 1]):
                if self._count_of(number, one):
                    most = max(most, self._percent[one] / 100)
        return most

    def _place_of(self, article: int) -> int:
        """Which of the articles one of some ordinal is, from 0."""
        return first_from(article, self.articles, 0, len(self.articles))

    def number_of(self, unit: int, at: int = -1) -> int:
        """The number of a unit, -1 when it is not hit; quicker to find when its article, from 0, is known."""
        first = self.first[at] if at >= 0 else 0
        last = self.first[at + 1] if at >= 0 else len(self.units)
        number = first_from(unit, self.units, first, last)
        return number if number < last and self.units[number] == unit else -1

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
                if kinds is None or self.layout.unit_kind[self.units[number]] in kinds:
                    most = max(most, self._match(number, word))
            total += most * self._rarity[word]
        return total

    def most_alike(self, article: int, total: float) -> float:
        """Dice's coefficient, by rarity, of the query and an article's unit that is most like it.

        `total` is the query's rarity.
        """
        at, most = self._place_of(article), 0.0
        for number in range(self.first[at], self.first[at + 1]):
            most = max(most, self._alike(number, total, most))
        return most

    def _alike(self, number: int, total: float, least: float) -> float:
        """The coefficient of one unit, in which each term counts once; not above `least` if that is not."""
        token_of, token, rarity = self.layout.token_of, self.layout.token, self.layout.rarity
        said, own = 2 * self.said(number), 0.0
        first, last = token_of[self.units[number]], token_of[self.units[number] + 1]
        for at in range(first, last):
            if said / (total + own) <= least:
                break
            before = first
            while token[before] != token[at]:
                before += 1
            if before == at:
                own += rarity[token[at]]
        return said / (total + own)

    def written(self, units: Sequence[int]) -> list[list[Written]]:
        """Where hits stand in the texts of some units, in order; nowhere in unit -1."""
        return [self._written(unit) for unit in units]

    def _written(self, unit: int) -> list[Written]:
        number = self.number_of(unit)
        if number < 0:
            return []
        first, last = self.layout.token_of[unit], self.layout.token_of[unit + 1]
        at = first_from(number + 1, self.first, 0, len(self.first)) - 1
        found = []
        for row in range(self.rows):
            place, behind = self.begin[at * self.rows + row], self.end[at * self.rows + row]
            place = first_from(first, self.layout.places, place, behind)
            while place < behind and self.layout.places[place] < last:
                found.append((self.layout.places[place], row))
                place += 1
        start, end = self.layout.token_start, self.layout.token_end
        return [(start[token], end[token], row) for token, row in sorted(found)]
