"""What a customer may be about to ask: titles, customers' own questions, headings, found while they type."""

import numpy as np

from kb.model import Suggestion
from kb.search import ranking
from kb.search.analysed import UnitKind
from kb.search.analysis import fold
from kb.search.expansion import Expanded
from kb.search.generation import Generation
from kb.search.verdict import in_order, matches, weigh

SHOWN = (UnitKind.TITLE, UnitKind.QUESTION, UnitKind.HEADING)
LOOKED_AT = 24
LEAST_SHARE = 0.5


def suggest(generation: Generation, expanded: Expanded, typed: str, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions, one an article; a heading leads to its section.

    Those that begin as `typed` first, then those that match more of the query's rarity; less than half
    is no suggestion. Where an article's title says as much as a heading, the title stands.
    """
    typed, query_terms = fold(typed), expanded.terms
    total = in_order(query_term.rarity for query_term in query_terms)
    if not total:
        return []
    scores = ranking.impact_scores(generation, expanded)
    evidence = generation.evidence
    found = []
    for place, article in enumerate(ranking.best_by_impact(scores)[:LOOKED_AT]):
        first, last = evidence.unit_of[article], evidence.unit_of[article + 1]
        asked = np.flatnonzero(np.isin(evidence.unit_kind[first:last], SHOWN))
        shares = weigh(query_terms, matches(evidence, int(article), query_terms)[:, asked]) / total
        begins = np.array([fold(evidence.unit_text(first + unit)).startswith(typed) for unit in asked])
        best = int(np.argmax(shares + begins))
        if shares[best] >= LEAST_SHARE:
            found.append((not begins[best], -float(shares[best]), place, int(article), first + asked[best]))
    return [_suggestion(generation, article, int(unit)) for *_, article, unit in sorted(found)[:limit]]


def _suggestion(generation: Generation, article: int, unit: int) -> Suggestion:
    evidence, slug = generation.evidence, generation.slugs[article]
    url = f"/articles/{slug}"
    if evidence.unit_kind[unit] == UnitKind.HEADING:
        section = generation.store.cards([slug])[slug].sections[int(evidence.unit_section[unit])]
        url += f"#{section.anchor}"
    return Suggestion(evidence.unit_text(unit), url, slug, evidence.unit_text(evidence.unit_of[article]))
