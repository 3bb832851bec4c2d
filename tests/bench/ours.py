"""Our own search behind the methods that other engines have, over an index that is already built."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from kb.search.engine import Engine
from kb.search.expansion import Expander
from kb.search.generation import open_current
from kb.search.query import parse
from kb.search.scores import best_first, matching
from tests.bench.peers import LIMIT, Answer, size_of
from tests.bench.sets import PlainArticle


class Ours:
    """The whole search: results with snippets, suggestion and verdict."""

    name: ClassVar[str] = "ours"

    def __init__(self, *, home: Path) -> None:
        self._home = home

    def index(self, articles: Sequence[PlainArticle]) -> None:
        """Opens the index, whatever `articles` are."""
        self._engine = Engine(self._home)

    def search(self, text: str) -> Answer:
        found = self._engine.search(text)
        ids = tuple(result.slug for result in found.results)
        return Answer(ids, found.confidence, snippets=tuple(result.snippet for result in found.results))

    def disk_bytes(self) -> int:
        return size_of(self._home)

    def close(self) -> None:
        pass


class OurScoring(Ours):
    """The impacts alone: the ten best articles by BM25F, nothing looked at closely, no snippets."""

    def index(self, articles: Sequence[PlainArticle]) -> None:
        self._generation = open_current(self._home)
        self._expander = Expander(self._generation)

    def search(self, text: str) -> Answer:
        scores = self._generation.postings.scores(self._expander.expand(parse(text)))
        best = best_first(scores, matching(scores), LIMIT)
        top = float(scores[best[0]]) if best else 0.0
        return Answer(tuple(self._generation.slugs[article] for article in best), top)
