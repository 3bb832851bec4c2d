"""What a customer may be about to ask: titles and customers' own questions, found while they type."""

import numpy as np

from kb.model import Suggestion
from kb.search import ranking
from kb.search.analysed import UnitKind
from kb.search.analysis import fold
from kb.search.expansion import Expanded
from kb.search.generation import Generation
from kb.search.verdict import in_order, matches, weigh

LOOKED_AT = 24
LEAST_SHARE = 0.5


def suggest(generation: Generation, expanded: Expanded, typed: str, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions, one an article.

    Those that begin as `typed` first, then those that match more of the query's rarity; less than half
    is no suggestion.
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
        asked = np.flatnonzero(np.isin(evidence.unit_kind[first:last], (UnitKind.TITLE, UnitKind.QUESTION)))
        shares = weigh(query_terms, matches(evidence, int(article), query_terms)[:, asked]) / total
        begins = np.array([fold(evidence.unit_text(first + unit)).startswith(typed) for unit in asked])
        best = int(np.argmax(shares + begins))
        if shares[best] >= LEAST_SHARE:
            found.append((not begins[best], -float(shares[best]), place, int(article), first + asked[best]))
    suggestions = []
    for _, _, _, article, unit in sorted(found)[:limit]:
        slug = generation.slugs[article]
        suggestions.append(Suggestion(evidence.unit_text(unit), f"/articles/{slug}", slug))
    return suggestions
