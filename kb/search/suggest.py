"""What a customer may be about to ask: titles, customers' own questions, headings, found while they type."""

from typing import Any

import numpy as np

from kb.model import Suggestion
from kb.search import ranking
from kb.search.analysed import UnitKind
from kb.search.analysis import fold
from kb.search.evidence import Evidence
from kb.search.expansion import Expanded
from kb.search.generation import Generation
from kb.search.hits import Hits
from kb.search.verdict import in_order

Array = np.ndarray[Any, np.dtype[Any]]

SHOWN = (UnitKind.TITLE, UnitKind.QUESTION, UnitKind.HEADING)
LOOKED_AT = 24
LEAST_SHARE = 0.5


def suggest(generation: Generation, expanded: Expanded, typed: str, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions, one an article; a heading leads to its section.

    Those that begin as `typed` first ("where is my"), then those that match more of the query's rarity; less
    than half is no suggestion. Words that no article has don't count: "broken vase" is about what is broken.
    Where an article's title says as much as a heading, the title stands.
    """
    typed = fold(typed)
    known = [query_term for query_term in expanded.terms if query_term.alternatives]
    total = in_order(query_term.rarity for query_term in known) or 1.0
    evidence = generation.evidence
    scores = ranking.impact_scores(generation, expanded)
    best = ranking.best_first(scores, ranking.matching(scores), LOOKED_AT)
    units, place = _shown_units(evidence, best)
    shares = (_shares(Hits(generation, np.sort(best), known), units) / total).tolist()
    by_article: dict[int, tuple[bool, float, int, int]] = {}  # the least tuple is the best unit
    for unit, article, share in zip(units.tolist(), place.tolist(), shares, strict=True):
        later = not fold(evidence.unit_text(unit)).startswith(typed)
        if later and share < LEAST_SHARE:
            continue
        standing = (later, -share, article, unit)
        by_article[article] = min(standing, by_article.get(article, standing))
    found = sorted(by_article.values())[:limit]
    return [_suggestion(generation, int(best[article]), unit) for *_, article, unit in found]


def _shown_units(evidence: Evidence, articles: Array) -> tuple[Array, Array]:
    """The titles, questions and headings of `articles`, and for each the place (from 0) of its article."""
    spans = [slice(evidence.unit_of[article], evidence.unit_of[article + 1]) for article in articles]
    shown = [span.start + np.flatnonzero(np.isin(evidence.unit_kind[span], SHOWN)) for span in spans]
    lengths = [len(units) for units in shown]
    return np.concatenate([*shown, np.empty(0, np.int64)]), np.repeat(np.arange(len(spans)), lengths)


def _shares(hits: Hits, units: Array) -> Array:
    """How much of the query's rarity each of `units` matches."""
    share = np.append(hits.weigh(hits.matches()), 0)
    at = hits.units.searchsorted(units)
    return np.asarray(np.where(np.append(hits.units, -1)[at] == units, share[at], 0))


def _suggestion(generation: Generation, article: int, unit: int) -> Suggestion:
    evidence, slug = generation.evidence, generation.slugs[article]
    url = f"/articles/{slug}"
    if evidence.unit_kind[unit] == UnitKind.HEADING:
        url += f"#{generation.cards.section(article, int(evidence.unit_section[unit]))[0]}"
    return Suggestion(evidence.unit_text(unit), url, slug, evidence.unit_text(evidence.unit_of[article]))
