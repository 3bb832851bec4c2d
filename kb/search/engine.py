"""The one door to the search: a query in, a SearchResult out. Nobody outside sees how.

An engine follows the live generation: a new one is noticed within a second, running searches finish
on the old one.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.model import Article, Result, SearchResult, Site, Suggestion, Verdict
from kb.search import ranking
from kb.search.analysed import UnitKind
from kb.search.analysis import WORD, fold
from kb.search.expansion import Expander, QueryTerm
from kb.search.fields import CANDIDATES
from kb.search.generation import Generation, IndexUnusableError, current_folder, open_current
from kb.search.query import Query, parse
from kb.search.ranking import Array, Ranked
from kb.search.snippets import snippet
from kb.search.suggest import suggest
from kb.search.verdict import confidence, features, verdict

logger = logging.getLogger(__name__)

PAGE_SIZE = 10
RESULT_SHARE = 0.2
"""An article whose impacts are below this share of the best one's is no result."""

_LOOK_EVERY_S = 0.5
_RANK = {Verdict.NOTHING_USEFUL: 0, Verdict.UNSURE: 1, Verdict.ANSWERED: 2}


@dataclass(frozen=True, slots=True)
class Found:
    """A query's answer before it is shown: `order` are all matching articles, the best ones `ranked`."""

    query: Query
    terms: list[QueryTerm]
    ranked: list[Ranked]
    order: Array
    signals: dict[str, float]
    confidence: float


class Engine:
    """Searches the live generation below `home`; safe for threads.

    Raises IndexUnusableError when there is no generation to open.
    """

    def __init__(self, home: Path, site: Site | None = None) -> None:
        self._home = home
        self.site = site or Site("")
        self._lock = threading.Lock()
        self._opened = self._open(open_current(home))
        self._looked = time.monotonic()

    @property
    def generation(self) -> Generation:
        """The live generation; look once and keep it for the length of one request."""
        return self._current()[0]

    def search(self, text: str, topic: str = "", page: int = 1) -> SearchResult:
        """Page `page` (from 1, ten a page) of the results for a query, within `topic` when given.

        Counts of `topics` are of all results, whatever the topic asked for.
        """
        generation, expander = self._current()
        query = parse(text)
        found = self._find(generation, expander, query)
        suggestion = self._suggestion(generation, expander, found)
        counts = self._topic_counts(generation, found.order)
        wanted = topic or query.topic
        if wanted and (topic or _inside(generation, wanted).any()):  # a topic nobody knows narrows nothing
            inside = _inside(generation, wanted)
            found = self._find(generation, expander, found.query, inside)
        first = (page - 1) * PAGE_SIZE
        return SearchResult(
            query=query.text,
            verdict=self._verdict(found),
            confidence=round(found.confidence, 4),
            suggestion=suggestion,
            total=len(found.order),
            results=self._results(generation, found, first),
            topics=counts,
        )

    def suggest(self, text: str, limit: int = 6) -> list[Suggestion]:
        """What the customer may be about to ask, the best first; the last word may be unfinished."""
        generation, expander = self._current()
        query = parse(text)
        return suggest(generation, expander.expand(query, typing=True), query.text, limit)

    def repaired(self, text: str) -> str:
        """A text with the words that were taken for misspelt ones put right, else as it was."""
        expander = self._current()[1]
        return _repaired(text, expander.expand(parse(text)).terms)

    def explain(self, text: str, without: Collection[str] = ()) -> Found:
        """Everything behind the answer to a query, as if the articles of some slugs were not there."""
        generation, expander = self._current()
        kept = np.array([slug not in without for slug in generation.slugs]) if without else None
        return self._find(generation, expander, parse(text), kept)

    def _find(
        self,
        generation: Generation,
        expander: Expander,
        query: Query,
        inside: Array | None = None,
        repair: bool = True,
    ) -> Found:
        expanded = expander.expand(query, repair=repair)
        terms = expanded.terms
        scores = ranking.impact_scores(generation, expanded)
        order = ranking.best_by_impact(scores, ranking.allowed(generation, query))
        if len(order):
            order = order[scores[order] >= RESULT_SHARE * scores[order[0]]]
        if inside is not None:  # a part of the results, so that counts by topic hold
            order = order[inside[order]]
        ranked = ranking.look_closely(generation, expanded, scores, order[:CANDIDATES])
        signals = features(generation, terms, ranked)
        if len(ranked):
            order = np.concatenate([[one.article for one in ranked], order[CANDIDATES:]])
        return Found(query, terms, ranked, order, signals, confidence(signals))

    def _verdict(self, found: Found) -> Verdict:
        if not len(found.order):
            return Verdict.NOTHING_USEFUL
        return verdict(found.confidence, self.site.answered_from, self.site.unsure_from)

    def _suggestion(self, generation: Generation, expander: Expander, found: Found) -> str | None:
        """The query with its misspelt words put right, if that is what gets it a better verdict."""
        if not any(term.corrected for term in found.terms):
            return None
        as_typed = self._find(generation, expander, found.query, repair=False)
        if _RANK[self._verdict(found)] <= _RANK[self._verdict(as_typed)]:
            return None
        return _repaired(found.query.text, found.terms)

    def _results(self, generation: Generation, found: Found, first: int) -> tuple[Result, ...]:
        by_article = {one.article: one for one in found.ranked}
        shown = [int(article) for article in found.order[first : first + PAGE_SIZE]]
        cards = generation.store.cards([generation.slugs[article] for article in shown])
        matched = {
            generation.terms[number]
            for term in found.terms
            for alternative in term.alternatives
            for number in alternative.terms
        }
        results = []
        for article in shown:
            card = cards[generation.slugs[article]]
            one = by_article.get(article) or Ranked(article, 0.0, -1, {})
            results.append(_result(generation, card, one, matched))
        return tuple(results)

    @staticmethod
    def _topic_counts(generation: Generation, order: Array) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for number, count in zip(*np.unique(generation.topic[order], return_counts=True), strict=True):
            first_level = generation.topics[int(number)].partition("/")[0]
            if first_level:
                counts[first_level] += int(count)
        return dict(counts.most_common())

    def _current(self) -> tuple[Generation, Expander]:
        """The live generation, looked for again after half a second."""
        if time.monotonic() - self._looked > _LOOK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                if current_folder(self._home) != self._opened[0].folder:
                    self._opened = self._open(open_current(self._home))
            except IndexUnusableError as error:  # stay on what works
                logger.warning("the new index is not used: %s", error)
            finally:
                self._lock.release()
        return self._opened

    @staticmethod
    def _open(generation: Generation) -> tuple[Generation, Expander]:
        return generation, Expander(generation)


def _repaired(text: str, terms: Sequence[QueryTerm]) -> str:
    corrected = {term.word: term.corrected for term in terms if term.corrected}
    at, parts = 0, []
    for match in WORD.finditer(text):
        better = corrected.get(fold(match.group()))
        if better:
            parts += [text[at : match.start()], better]
            at = match.end()
    return "".join(parts) + text[at:]


def _inside(generation: Generation, topic: str) -> Array:
    """Which articles lie in a topic or below it."""
    wanted = [name == topic or name.startswith(f"{topic}/") for name in generation.topics]
    return np.asarray(np.array(wanted, bool)[generation.topic])


def _result(generation: Generation, card: Article, one: Ranked, matched: Collection[str]) -> Result:
    heading = anchor = ""
    text = card.summary
    if one.unit >= 0 and generation.evidence.unit_kind[one.unit] == UnitKind.PASSAGE:  # else it has no text
        text = generation.evidence.unit_text(one.unit)
        section = card.sections[int(generation.evidence.unit_section[one.unit])]
        heading, anchor = section.heading, section.anchor
    return Result(
        slug=card.slug,
        title=card.title,
        url=card.url + (f"#{anchor}" if anchor else ""),
        heading=heading,
        anchor=anchor,
        snippet=snippet(text, matched),
        topic=card.topic,
        updated=card.updated,
        score=round(one.score, 3),
    )
