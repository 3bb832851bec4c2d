"""What to suggest while somebody types: titles, customers' questions and headings that fit so far."""

import re

import numpy as np

from kb.model import Suggestion
from kb.search.analysed import UnitKind
from kb.search.analysis import fold
from kb.search.arrays import Array, runs
from kb.search.evidence import Evidence
from kb.search.expansion import Expanded, QueryTerm
from kb.search.generation import Generation
from kb.search.hits import Hits
from kb.search.query import Query
from kb.search.scores import best_first, matching
from kb.search.verdict import in_order

_TITLE = int(UnitKind.TITLE)
SHOWN = (_TITLE, int(UnitKind.QUESTION), int(UnitKind.HEADING))
APOSTROPHES = re.compile("['\u2018\u2019]")
LOOKED_AT = 24
LEAST_WORTH = 0.4
"""An article whose impacts are below this share of the best one's is no suggestion."""

LEAST_COVERED = 0.3
"""Nor is one that has less than this share of the query's rarity anywhere in its text."""

LEAST_SHARE = 0.5
"""A question or a heading that has less than this share of it says too little: the title stands instead."""


def suggest(generation: Generation, query: Query, expanded: Expanded, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions, one an article; a heading leads to its section.

    Texts that begin as typed stand first ("where is my"); then articles stand by their impacts, as a share of
    the best one's, and by how much of the query's rarity the text says, added up. Words that no article has
    don't count for a text: "broken vase" is about what is broken. Where a title says as much as a question
    or a heading, the title stands.
    """
    evidence = generation.evidence
    scores = generation.postings.scores(expanded)
    best = best_first(scores, matching(scores), LOOKED_AT)
    if not best:
        return []
    hits = Hits(generation, sorted(best), expanded.terms)
    units, place = _shown_units(evidence, np.array(best))
    shares = _shares(hits, expanded.terms, units.tolist())
    worth = (scores[best] / scores[best[0]]).tolist()
    covered = _covered(hits, expanded.terms, best)
    by_article: dict[int, tuple[bool, float, int, int]] = {}  # the least tuple is the best text
    typed = _plain(query.text)
    # Many a question begins with any one word, so one alone counts for titles.
    says_something = len(query.tokens) > 1 or all(token.is_stop for token in query.tokens)
    for unit, article, share in zip(units.tolist(), place.tolist(), shares, strict=True):
        may_begin = says_something or evidence.unit_kind[unit] == _TITLE
        later = not (may_begin and _plain(evidence.unit_text(unit)).startswith(typed))
        if later and (worth[article] < LEAST_WORTH or covered[article] < LEAST_COVERED):
            continue
        text = int(evidence.unit_of[best[article]]) if later and share < LEAST_SHARE else unit
        standing = (later, -(worth[article] + share), article, text)
        by_article[article] = min(standing, by_article.get(article, standing))
    found = sorted(by_article.values())[:limit]
    return [_suggestion(generation, int(best[article]), unit) for *_, article, unit in found]


def _plain(text: str) -> str:
    """`text` to compare beginnings by: phones leave out apostrophes."""
    return APOSTROPHES.sub("", fold(text))


def _shown_units(evidence: Evidence, articles: Array) -> tuple[Array, Array]:
    """The titles, questions and headings of `articles`, and for each the place (from 0) of its article."""
    first, end = evidence.unit_of[articles], evidence.unit_of[articles + 1]
    units, place = runs(first, end - first), np.repeat(np.arange(len(articles)), end - first)
    is_shown = np.isin(evidence.unit_kind[units], SHOWN)
    return units[is_shown], place[is_shown]


def _shares(hits: Hits, query_terms: list[QueryTerm], units: list[int]) -> list[float]:
    """How much of the rarity of the words that articles have each of `units` matches."""
    total = in_order(one.rarity for one in query_terms if one.alternatives) or 1.0
    return [hits.said(hits.number_of(unit)) / total for unit in units]


def _covered(hits: Hits, query_terms: list[QueryTerm], articles: list[int]) -> list[float]:
    """How much of the query's rarity each of the articles matches.

    A last word that no article has is not counted: it may be unfinished.
    """
    counted = query_terms if query_terms[-1].alternatives else query_terms[:-1]
    total = in_order(one.rarity for one in counted) or 1.0
    return [hits.said_in(article) / total for article in articles]


def _suggestion(generation: Generation, article: int, unit: int) -> Suggestion:
    evidence, slug = generation.evidence, generation.slugs[article]
    url = f"/articles/{slug}"
    if evidence.unit_kind[unit] == UnitKind.HEADING:
        url += f"#{evidence.section(article, int(evidence.unit_section[unit]))[0]}"
    return Suggestion(evidence.unit_text(unit), url, slug, evidence.unit_text(evidence.unit_of[article]))
