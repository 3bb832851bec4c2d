"""The one door to the search: a query in, a SearchResult out. Nobody outside sees how.

An engine follows the live generation: a new one is noticed within a second, running searches finish
on the old one.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from kb.following import LOOK_EVERY_S, Followed
from kb.model import NEAREST, PAGE_SIZE, Result, SearchResult, Site, Suggestion, Verdict, lies_in
from kb.search import ranking
from kb.search.analysed import UnitKind
from kb.search.analysis import tokens
from kb.search.arrays import Array
from kb.search.expansion import Expanded, Expander, QueryTerm
from kb.search.fields import CANDIDATES
from kb.search.generation import Generation, IndexUnusableError, current_folder, open_current
from kb.search.hits import Hits
from kb.search.query import Query, parse
from kb.search.ranking import Ranked
from kb.search.scores import best_first, matching
from kb.search.snippets import Written, snippet
from kb.search.suggest import suggest
from kb.search.verdict import confidence, features, is_near, verdict

logger = logging.getLogger(__name__)

RESULT_SHARE = 0.2
"""An article whose impacts are below this share of the best one's is no result."""

_PASSAGE = int(UnitKind.PASSAGE)  # an enumeration's members are slow to get at
_ANY_SITE = Site("")
_Live = tuple[Generation, Expander]
_RANK = {Verdict.NOTHING_USEFUL: 0, Verdict.UNSURE: 1, Verdict.ANSWERED: 2}


@dataclass(frozen=True, slots=True)
class Matches:
    """The `articles` that a query finds, ascending; `scores` are the impacts of all articles."""

    query: Query
    expanded: Expanded
    scores: Array
    articles: Array

    @property
    def terms(self) -> list[QueryTerm]:
        """The query's words."""
        return self.expanded.terms


@dataclass(frozen=True, slots=True)
class Found:
    """A query's answer before it is shown: the best ones of all matching `articles` are `ranked`.

    `scores` are as in `Matches`, `hits` those in the best ones.
    """

    query: Query
    terms: list[QueryTerm]
    scores: Array
    articles: Array
    ranked: list[Ranked]
    hits: Hits
    signals: dict[str, float]
    confidence: float


class Engine:
    """Searches the live generation below `home`; safe for threads. `own` is as in `Expander`.

    Raises IndexUnusableError when there is no generation to open.
    """

    def __init__(self, home: Path, look_every_s: float = LOOK_EVERY_S, own: Sequence[str] = ()) -> None:
        live = _opened(open_current(home), own)
        self._live = Followed(live, partial(_newest, home, own), look_every_s)

    @property
    def generation(self) -> Generation:
        """The live generation; look once and keep it for the length of one request."""
        return self._live.now()[0]

    def search(self, text: str, topic: str = "", page: int = 1, site: Site = _ANY_SITE) -> SearchResult:
        """Page `page` (from 1, ten a page) of the results for a query, within `topic` when given.

        The thresholds of `site` decide the verdict; those that a site has when it names none, unless given.
        What lies in a topic that was asked for is always shown: it is UNSURE at least.
        Counts of `topics` are of all results, whatever the topic asked for.
        """
        generation, expander = live = self._live.now()
        query = parse(text)
        matches = _match(generation, expander.expand(query), query)
        wanted = topic or query.topic
        inside = _inside(generation, wanted) if wanted else None
        if inside is not None and not topic and not inside.any():
            inside = None  # a topic nobody knows narrows nothing
        found = _judge(generation, matches, inside)
        least = Verdict.NOTHING_USEFUL if inside is None else Verdict.UNSURE
        judged = _verdict(found, site, least)
        results = _results(generation, found, (page - 1) * PAGE_SIZE)
        return SearchResult(
            query=query.text,
            verdict=judged,
            confidence=round(found.confidence, 4),
            suggestion=_suggestion(live, matches, found if inside is None else None, site),
            total=len(found.articles),
            results=results,
            topics=_topic_counts(generation, matches.articles),
            topic=_topic_of(generation, found.ranked[0]) if judged is not Verdict.NOTHING_USEFUL else "",
            near=_near(found, results) if judged is Verdict.NOTHING_USEFUL and page == 1 else (),
        )

    def suggest(self, text: str, limit: int = 6) -> list[Suggestion]:
        """What the customer may be about to ask, the best first; the last word may be unfinished."""
        generation, expander = self._live.now()
        query = parse(text)
        return suggest(generation, query, expander.expand(query, typing=True), limit)

    def repaired(self, text: str) -> str:
        """A text with the words that were taken for misspelt ones put right, else as it was."""
        expander = self._live.now()[1]
        return _repaired(text, expander.expand(parse(text)).terms)

    def explain(self, text: str, without: Collection[str] = ()) -> Found:
        """Everything behind the answer to a query, as if the articles of some slugs were not there."""
        generation, expander = self._live.now()
        query = parse(text)
        kept = np.array([slug not in without for slug in generation.slugs]) if without else None
        return _judge(generation, _match(generation, expander.expand(query), query), kept)


def _opened(generation: Generation, own: Sequence[str]) -> _Live:
    return generation, Expander(generation, own)


def _newest(home: Path, own: Sequence[str], live: _Live) -> _Live:
    """The newest generation below `home`; while that can't be read, the one that works."""
    try:
        if current_folder(home) != live[0].folder:
            return _opened(open_current(home), own)
    except IndexUnusableError as error:
        logger.warning("the new index is not used: %s", error)
    return live


def _verdict(found: Found, site: Site, least: Verdict = Verdict.NOTHING_USEFUL) -> Verdict:
    """The verdict on what was found, `least` when there is anything and it is no better."""
    if not found.ranked:
        return Verdict.NOTHING_USEFUL
    return max(verdict(found.confidence, site.answered_from, site.unsure_from), least, key=_RANK.__getitem__)


def _suggestion(live: _Live, matches: Matches, found: Found | None, site: Site) -> str | None:
    """The query with its misspelt words put right, if that is what gets it a better verdict.

    `found` is what `matches` come to, when that is known already.
    """
    if not any(term.corrected for term in matches.terms):
        return None
    (generation, expander), query = live, matches.query
    judged = _verdict(found or _judge(generation, matches), site)
    if judged is Verdict.NOTHING_USEFUL:  # which is no better than any other
        return None
    as_typed = _judge(generation, _match(generation, expander.expand(query, repair=False), query))
    if _RANK[judged] <= _RANK[_verdict(as_typed, site)]:
        return None
    return _repaired(query.text, matches.terms)


def _repaired(text: str, terms: Sequence[QueryTerm]) -> str:
    corrected = {term.word: term.corrected for term in terms if term.corrected}
    at, parts = 0, []
    for token in tokens(text):
        better = corrected.get(token.word)
        if better and token.start >= at:  # the parts of a word that was taken apart have its span
            parts += [text[at : token.start], better]
            at = token.end
    return "".join(parts) + text[at:]


def _match(generation: Generation, expanded: Expanded, query: Query) -> Matches:
    scores = generation.postings.scores(expanded)
    allowed = ranking.allowed(generation, query)
    articles = matching(scores if allowed is None else scores * allowed, RESULT_SHARE)
    return Matches(query, expanded, scores, articles)


def _judge(generation: Generation, matches: Matches, inside: Array | None = None) -> Found:
    """The best of `matches` in their final order, and how sure we are; only those `inside` when given."""
    terms, articles = matches.terms, matches.articles
    if inside is not None:  # a part of the results, so that counts by topic hold
        articles = articles[inside[articles]]
    best = best_first(matches.scores, articles, CANDIDATES)
    ranked, hits = ranking.look_closely(generation, matches.expanded, matches.scores, best)
    signals = features(generation, terms, ranked, hits)
    return Found(matches.query, terms, matches.scores, articles, ranked, hits, signals, confidence(signals))


def _topic_of(generation: Generation, one: Ranked) -> str:
    return str(generation.topics[generation.topic[one.article]])


def _near(found: Found, results: Sequence[Result]) -> tuple[Result, ...]:
    """Those of the first `results` that the query may be about."""
    first = zip(results[:NEAREST], found.ranked, strict=False)
    return tuple(result for result, one in first if is_near(found.terms, one.article, found.hits))


def _topic_counts(generation: Generation, articles: Array) -> dict[str, int]:
    """How many of the articles lie in each first-level topic, the most first."""
    counts = np.bincount(generation.first_level[articles], minlength=len(generation.first_levels))
    found = zip(generation.first_levels, counts.tolist(), strict=True)
    return dict(sorted(((name, n) for name, n in found if name and n), key=lambda one: -one[1]))


def _results(generation: Generation, found: Found, first: int) -> tuple[Result, ...]:
    ranked, hits = found.ranked[first : first + PAGE_SIZE], found.hits
    if not ranked:  # behind all that was looked at closely
        in_order = found.articles[np.argsort(-found.scores[found.articles], kind="stable")]
        ranked = [Ranked(article, 0.0, -1) for article in in_order[first : first + PAGE_SIZE].tolist()]
        hits = Hits(generation, sorted(one.article for one in ranked), found.terms)
    shown = [_shown_unit(generation, one) for one in ranked]
    written = hits.written(shown)
    return tuple(
        _result(generation, one, unit, where) for one, unit, where in zip(ranked, shown, written, strict=True)
    )


def _shown_unit(generation: Generation, one: Ranked) -> int:
    """What is shown of an article: the passage that was chosen, else its summary, -1 for nothing."""
    if one.unit >= 0 and generation.evidence.unit_kind[one.unit] == _PASSAGE:
        return one.unit
    return generation.evidence.summary_of(one.article)


def _inside(generation: Generation, topic: str) -> Array:
    """Which articles lie in a topic or below it."""
    wanted = [lies_in(name, topic) for name in generation.topics]
    return np.asarray(np.array(wanted, bool)[generation.topic])


def _result(generation: Generation, one: Ranked, unit: int, written: Sequence[Written]) -> Result:
    evidence, article = generation.evidence, one.article
    heading = anchor = ""
    if unit == one.unit >= 0:  # a passage, not the summary
        anchor, heading = evidence.section(article, int(evidence.unit_section[unit]))
    slug = generation.slugs[article]
    return Result(
        slug=slug,
        title=evidence.unit_text(int(evidence.unit_of[article])),
        url=f"/articles/{slug}#{anchor}" if anchor else f"/articles/{slug}",
        heading=heading,
        anchor=anchor,
        snippet=snippet(evidence.unit_text(unit), written) if unit >= 0 else "",
        topic=_topic_of(generation, one),
        updated=generation.day(article),
        score=round(one.score, 3),
    )
