"""Whether an article answers a query: the estimated probability, and the verdict drawn from it.

A logistic model over a few signals that mean the same in any help center. Raw scores are not among
them: they grow with the library and with the length of the query.
"""

import math
from collections.abc import Iterable, Sequence

from kb.model import Verdict
from kb.search.analysed import UnitKind
from kb.search.expansion import QueryTerm
from kb.search.fields import IMPACT_SCALE
from kb.search.generation import Generation
from kb.search.hits import Hits
from kb.search.ranking import Ranked

BIAS = -5.03
WEIGHTS = {
    "covered": 1.17,
    "alike": 3.52,
    "adjacent": 0.21,
    "margin": 0.71,
    "strength": 3.16,
    "words": 0.68,
}
"""Fitted by `tests.bench.verdict` on four sets of equal weight, before "strength" was measured by the
library's own words: fitting again gains nothing on sets left out. ARCHITECTURE.md has the figures."""

ASKED_CONFIDENCE = 0.95
"""The least for a query in the wording of an article's title, or of a question that it says it answers."""

ABOUT_FROM = 0.55
"""The share of a query's rarity that an article must be about to be near."""

_ABOUT = frozenset(map(int, (UnitKind.TITLE, UnitKind.QUESTION, UnitKind.SUMMARY, UnitKind.HEADING)))


def features(
    generation: Generation, query_terms: Sequence[QueryTerm], ranked: Sequence[Ranked], hits: Hits
) -> dict[str, float]:
    """The signals for the first of `ranked`, each about 0 to 1; empty when there is nothing to judge.

    `hits` are those in all of `ranked`.

    covered: the share of the query's rarity that the article matches. alike: Dice's coefficient, by
    rarity, of the query and the title, question or passage most like it. adjacent: what words standing
    side by side gave. margin: the lead over the second article. strength: the score, by how much a
    single word gives in this library where it counts most. words: how many.
    asked: 1 when the query is the article's title or one of its questions.
    """
    total = in_order(query_term.rarity for query_term in query_terms)
    if not ranked or not total:
        return {}
    top = ranked[0]
    alike = hits.most_alike(top.article, total)
    runner_up = ranked[1].score if len(ranked) > 1 else 0.0
    of_a_word = most_of_a_word(generation)
    return {
        "covered": min(hits.said_in(top.article) / total, 1.0),
        "alike": min(alike, 1.0),
        "adjacent": min(top.adjacent / total, 1.0),
        "margin": (top.score - runner_up) / top.score if top.score else 0.0,
        "strength": min(math.sqrt(top.score / of_a_word) / 2.5, 1.5),
        "words": min(len(query_terms), 8) / 8,
        "asked": float(top.asked > 0),
    }


def in_order(values: Iterable[float]) -> float:
    """The sum, added up one by one from the left: so every language and machine gets the same bits.

    Python's `sum` compensates from 3.12 on, and NumPy's and BLAS's add in an order of their own.
    """
    total = 0.0
    for value in values:
        total += value
    return total


def most_of_a_word(generation: Generation) -> float:
    """The score that a word gives on average where it counts most."""
    return generation.word_impact / IMPACT_SCALE


def confidence(signals: dict[str, float]) -> float:
    """The estimated probability that an article answers; 0 when there is nothing to judge."""
    if not signals:
        return 0.0
    score = in_order([BIAS, *(WEIGHTS[name] * signals[name] for name in WEIGHTS)])
    return max(1 / (1 + math.exp(-score)), ASKED_CONFIDENCE * signals["asked"])


def is_near(query_terms: Sequence[QueryTerm], article: int, hits: Hits) -> bool:
    """Whether most of a query says what an article is about, though it may not answer.

    That stands in its title, questions, summary and headings; what passages only mention is about anything.
    """
    total = in_order(query_term.rarity for query_term in query_terms)
    return hits.said_in(article, _ABOUT) >= ABOUT_FROM * total


def verdict(probability: float, answered_from: float, unsure_from: float) -> Verdict:
    """What to make of a confidence, given the two thresholds of site.yaml."""
    if probability >= answered_from:
        return Verdict.ANSWERED
    return Verdict.UNSURE if probability >= unsure_from else Verdict.NOTHING_USEFUL
