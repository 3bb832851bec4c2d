"""What the search in JavaScript must know beyond the articles: no number or word stands there again."""

from typing import Any

from kb.export.characters import character_tables
from kb.model import Site
from kb.search import (
    analysed,
    analysis,
    closely,
    engine,
    expansion,
    fields,
    query,
    snippets,
    spelling,
    splitting,
    suggest,
    verdict,
)
from kb.search.generation import Generation

_NUMBERS = (
    (engine, ("NEAREST", "PAGE_SIZE", "RESULT_SHARE")),
    (expansion, ("PREFIX_LIMIT", "BEGUN_LIMIT", "CASE_DIGITS")),
    (
        fields,
        (
            "K1",
            "IMPACT_SCALE",
            "CANDIDATES",
            "PASSAGE_WEIGHT",
            "PASSAGE_K1",
            "PASSAGE_B",
            "ADJACENT_WEIGHT",
            "ADJACENT_B",
            "WEAK_PERCENT",
            "SYNONYM_PERCENT",
            "CORRECTION_PERCENT",
            "COMPOUND_PERCENT",
            "PREFIX_PERCENT",
        ),
    ),
    (query, ("MAX_CHARACTERS", "MAX_TERMS")),
    (closely, ("LOCAL_IDF",)),
    (snippets, ("SNIPPET_CHARACTERS",)),
    (spelling, ("SHORTEST", "LONG", "SHORTEST_BEGUN", "SHORTEST_MISBEGUN", "SHORTEST_SWAPPED")),
    (
        splitting,
        ("SHORTEST_TOGETHER", "LONGEST_TOGETHER", "SHORTEST_PART", "LONG_PART", "LONGEST_PART", "MOST_PARTS"),
    ),
    (suggest, ("LOOKED_AT", "LEAST_WORTH", "LEAST_COVERED", "LEAST_SHARE")),
    (verdict, ("BIAS", "WEIGHTS", "ASKED_CONFIDENCE", "ABOUT_FROM")),
)
"""Constants that both implementations use, under the names they have in `kb.search`."""


def specification(generation: Generation, site: Site) -> dict[str, Any]:
    """Constants, word lists, tables and thresholds, ready for JSON; floats come back with the same bits."""
    numbers = {name: getattr(module, name) for module, names in _NUMBERS for name in names}
    return {
        "constants": numbers
        | {
            "ANSWERED_FROM": site.answered_from,
            "UNSURE_FROM": site.unsure_from,
            "PASSAGE_LENGTH": generation.passage_length,
            "MOST_OF_A_WORD": verdict.most_of_a_word(generation),
        },
        "kinds": {kind.name: kind.value for kind in analysed.UnitKind},
        "characters": character_tables(),
        "stopWords": sorted(analysis.STOP_WORDS),
        "ownStems": analysis.OWN_STEMS,
        "respellings": analysis.RESPELLINGS,
        "noParts": sorted(splitting.NO_PARTS),
        "lightWords": sorted(analysis.LIGHT_WORDS),
        "own": expansion.terms_of_each(site.own),
        "weakTerms": sorted(expansion.WEAK_TERMS),
        "synonyms": [
            [" ".join(key), [list(meaning) for meaning in meanings]]
            for key, meanings in generation.synonyms.items()
        ],
    }
