"""A close look at the query's hits in some articles: their best passages, and words side by side.

Compiled: closely.pxd has the types. What is a list has an item for each of the hits' articles.
"""

from collections.abc import Sequence
from math import log

from kb.search.analysed import UnitKind
from kb.search.arrays import Array, floats
from kb.search.fields import ADJACENT_B, ADJACENT_WEIGHT, CANDIDATES, K1, PASSAGE_WEIGHT
from kb.search.hits import Hits

_TITLE, _QUESTION, _HEADING, _PASSAGE = map(
    int, (UnitKind.TITLE, UnitKind.QUESTION, UnitKind.HEADING, UnitKind.PASSAGE)
)

LOCAL_IDF = [0.0, *(log(CANDIDATES / (n + 1)) for n in range(1, CANDIDATES + 1))]
"""How rare a pair is among the candidates, by how many have it."""


def best_passages(hits: Hits) -> list[float]:
    """What its best passage, or question, gives each article."""
    question, passage = _QUESTION, _PASSAGE
    first, units, unit_kind, score = hits.first, hits.units, hits.layout.unit_kind, hits.score
    found = []
    for article in range(len(hits.articles)):
        best = 0.0
        for number in range(first[article], first[article + 1]):
            kind = unit_kind[units[number]]
            if kind in (question, passage):
                best = max(best, score[number])
        found.append(PASSAGE_WEIGHT * best)
    return found


def shown_units(hits: Hits) -> list[int]:
    """The unit that is shown of each article: its best passage, or its opening if that says as much."""
    found = []
    for article in range(len(hits.articles)):
        chosen, opening = _best_unit(hits, article), hits.layout.opening[hits.articles[article]]
        found.append(opening if _is_for_all(hits, article, opening, chosen) else chosen)
    return found


def _best_unit(hits: Hits, article: int) -> int:
    """The passage that says most, the first of equals; a match of the heading over it counts half.

    Of passages without a hit only those that may come first are looked at: an article's, and a heading's.
    """
    of_heading, of_passage = _HEADING, _PASSAGE
    units, score = hits.units, hits.score
    unit_kind, heading_of = hits.layout.unit_kind, hits.layout.heading_of
    chosen, most, heading, lift = hits.layout.opening[hits.articles[article]], 0.0, -1, 0.0
    for number in range(hits.first[article], hits.first[article + 1]):
        unit, worth = units[number], score[number]
        if not worth:
            continue
        if unit_kind[unit] == of_heading:
            heading, lift = unit, worth / 2
            unit, worth = unit + 1, 0.0  # the passage below it, which need not have hits of its own
        if unit < len(unit_kind) and unit_kind[unit] == of_passage:
            if heading >= 0 and heading_of[unit] == heading:
                worth += lift
            if worth > most or (worth == most and unit < chosen):
                chosen, most = unit, worth
    return chosen


def _is_for_all(hits: Hits, article: int, opening: int, chosen: int) -> bool:
    """Whether an article's opening, with its title, says as much of the query as the unit that was chosen.

    That counts with its heading, and stays where the heading says as much as the title. Short passages
    score high, and a sentence about a special case must not stand for the article.
    """
    title = hits.number_of(hits.layout.unit_of[hits.articles[article]], article)
    over = hits.number_of(hits.layout.heading_of[chosen], article)
    if hits.said(title) <= hits.said(over):
        return False
    first, best = hits.number_of(opening, article), hits.number_of(chosen, article)
    return hits.said(title, first) >= hits.said(over, best)


def made_of(hits: Hits, terms: Sequence[int]) -> list[tuple[int, int]]:
    """The titles and questions that consist of all of some terms, each with its article's place, from 0."""
    title, question = _TITLE, _QUESTION
    rows = [hits.row[term] for term in terms]
    first, units, unit_kind = hits.first, hits.units, hits.layout.unit_kind
    found = []
    for article in range(len(hits.articles)):
        for number in range(first[article], first[article + 1]):
            kind = unit_kind[units[number]]
            if kind in (title, question) and _is_made_of(hits, number, rows):
                found.append((units[number], article))
    return found


def _is_made_of(hits: Hits, number: int, rows: list[int]) -> bool:
    """Whether a unit has the terms of all rows and no other."""
    unit, token_of = hits.units[number], hits.layout.token_of
    left = token_of[unit + 1] - token_of[unit]
    for row in rows:
        count = hits.counts[number * hits.rows + row]
        if not count:
            return False
        left -= count
    return left == 0


def adjacent(hits: Hits, pairs: Sequence[tuple[int, int]], rarity: Array) -> list[float]:
    """What pairs of terms that stand side by side in one unit give each article; `rarity` is by term."""
    k1, b, average = K1, ADJACENT_B, max(_average_length(hits), 1.0)
    total = floats(len(hits.articles))
    for first, second in pairs:
        counts = _side_by_side(hits, hits.row[first], hits.row[second])
        found = len(counts) - counts.count(0)
        if found:
            rarer = min(rarity[first], rarity[second]) + LOCAL_IDF[found]
            weight = ADJACENT_WEIGHT * max(rarer, 0.0)
            for article in range(len(counts)):
                count = counts[article]
                norm = k1 * (1 - b + b * _length(hits, article) / average)
                total[article] += weight * count * (k1 + 1) / (count + norm)
    return list(total)


def _average_length(hits: Hits) -> float:
    tokens = 0
    for article in range(len(hits.articles)):
        tokens += _length(hits, article)
    return tokens / len(hits.articles)


def _length(hits: Hits, article: int) -> int:
    """How many tokens an article has."""
    ordinal, unit_of, token_of = hits.articles[article], hits.layout.unit_of, hits.layout.token_of
    return token_of[unit_of[ordinal + 1]] - token_of[unit_of[ordinal]]


def _side_by_side(hits: Hits, first: int, second: int) -> list[int]:
    """How often in each article the term of one row stands right before that of another, in one unit."""
    begin, end, places, unit_at = hits.begin, hits.end, hits.layout.places, hits.layout.unit_at
    found = []
    for article in range(len(hits.articles)):
        at, behind = article * hits.rows + first, article * hits.rows + second
        count, other, last = 0, begin[behind], end[behind]
        for one in range(begin[at], end[at]):
            place = places[one] + 1
            while other < last and places[other] < place:
                other += 1
            if other < last and places[other] == place and unit_at[place - 1] == unit_at[place]:
                count += 1
        found.append(count)
    return found
