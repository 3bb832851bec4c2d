"""What the verdict learns from: the signals of queries that an article answers, and of those that none does.

Where a set knows queries that nothing answers, those are the second kind. For other sets they are made: each
query with the articles that answer it taken out (a near miss), and queries of the other sets.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.search.engine import Engine
from tests.bench.sets import JudgedSet, indexed, read_set

Signals = dict[str, float]

MOST_OF_ITS_OWN = 200
MOST_OF_ANOTHER = 40
"""How many made-up unanswerable queries a set gets at most: its own near misses, and each other set's."""

_SEED = 5


@dataclass(frozen=True, slots=True)
class Rows:
    """One set's signals, a query each; `near_misses` are all of them, whether or not it learns from them."""

    name: str
    answerable: list[Signals]
    unanswerable: list[Signals]
    near_misses: list[Signals]


def rows(folders: Sequence[Path]) -> list[Rows]:
    """The signals of every set; raises KBError when a set can't be read."""
    sets = [read_set(folder) for folder in folders]
    return [_rows(judged, [other for other in sets if other is not judged]) for judged in sets]


def _rows(judged: JudgedSet, others: Sequence[JudgedSet]) -> Rows:
    chance = random.Random(_SEED)
    with indexed(judged) as engine:
        slug_of = {one: slug for slug, one in judged.ids.items()}
        answerable = [signals(engine, query.text) for query in judged.answerable]
        near = [
            signals(engine, query.text, [slug_of[one] for one in query.answers])
            for query in judged.answerable
        ]
        unanswerable = [signals(engine, query.text) for query in judged.unanswerable]
        if not unanswerable:
            unanswerable = chance.sample(near, min(len(near), MOST_OF_ITS_OWN))
            for other in others:
                asked = chance.sample(other.queries, min(len(other.queries), MOST_OF_ANOTHER))
                unanswerable += [signals(engine, query.text) for query in asked]
    return Rows(judged.name, answerable, unanswerable, near)


def signals(engine: Engine, text: str, taken_out: Collection[str] = ()) -> Signals:
    """The verdict's signals for a query when the articles of some slugs are not there to be found.

    Rarity is as it was: an article more or less moves it little.
    """
    return engine.explain(text, taken_out).signals
