"""Whether an article answers a query: the estimated probability, and the verdict drawn from it.

A logistic model over a few signals that mean the same in any help center. Raw scores are not among
them: they grow with the library and with the length of the query.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kb.model import Verdict
from kb.search.analysed import UnitKind
from kb.search.evidence import Evidence
from kb.search.expansion import QueryTerm
from kb.search.generation import Generation
from kb.search.ranking import Ranked

Array = np.ndarray[Any, np.dtype[Any]]

BIAS = 0.0
WEIGHTS: dict[str, float] = {}


def features(
    generation: Generation, query_terms: Sequence[QueryTerm], ranked: Sequence[Ranked]
) -> dict[str, float]:
    """The signals for the first of `ranked`, each about 0 to 1; empty when there is nothing to judge.

    Shares are of the query's rarity: matching its rare words counts more than its common ones.
    """
    total = sum(query_term.rarity for query_term in query_terms)
    if not ranked or not total:
        return {}
    top = ranked[0]
    evidence = generation.evidence
    match = _matches(evidence, top.article, query_terms)
    rarity = np.array([query_term.rarity for query_term in query_terms])
    first, last = evidence.unit_of[top.article], evidence.unit_of[top.article + 1]
    kinds = evidence.unit_kind[first:last]
    by_unit = rarity @ match / total
    asked = np.isin(kinds, (UnitKind.TITLE, UnitKind.QUESTION))
    known = sum(query_term.rarity for query_term in query_terms if query_term.alternatives)
    runner_up = ranked[1].score if len(ranked) > 1 else 0.0
    strengths = rarity * match.max(axis=1)
    return {
        "covered": float(strengths.sum() / total),
        "together": float(by_unit.max()),
        "asked": float(by_unit[asked].max()),
        "alike": _alikeness(generation, rarity, match, first, np.flatnonzero(asked), total),
        "adjacent": min(top.signals["adjacent"] / total, 1.0),
        "margin": (top.score - runner_up) / top.score if top.score else 0.0,
        "strength": min(top.signals["terms"] / total / 3, 1.0),
        "known": known / total,
        "rarest": float(strengths.max() / max(generation.rarity.max(), 1e-9)),
        "words": min(len(query_terms), 8) / 8,
        "weight": min(total / 40, 1.0),
    }


def _matches(evidence: Evidence, article: int, query_terms: Sequence[QueryTerm]) -> Array:
    """How well each query term is matched (0 to 1) in each unit of an article: a row a term."""
    first, last = evidence.unit_of[article], evidence.unit_of[article + 1]
    begin, end = evidence.token_of[first], evidence.token_of[last]
    token = np.asarray(evidence.token[begin:end])
    owner = np.repeat(np.arange(last - first), np.diff(evidence.token_of[first : last + 1]))
    match = np.zeros((len(query_terms), last - first))
    for row, query_term in enumerate(query_terms):
        for alternative in query_term.alternatives:
            present = np.ones(last - first, bool)
            for term in alternative.terms:
                present &= np.bincount(owner[token == term], minlength=last - first) > 0
            match[row] = np.maximum(match[row], present * (alternative.percent / 100))
    return match


def _alikeness(
    generation: Generation, rarity: Array, match: Array, first: int, asked: Array, total: float
) -> float:
    """Dice's coefficient, by rarity, of the query and the title or question most like it."""
    evidence = generation.evidence
    best = 0.0
    for place in asked:
        unit = first + place
        terms = np.unique(evidence.token[evidence.token_of[unit] : evidence.token_of[unit + 1]])
        matched = float(rarity @ match[:, place])
        whole = total + float(generation.rarity[terms].sum())
        best = max(best, 2 * matched / whole if whole else 0.0)
    return min(best, 1.0)


def confidence(signals: dict[str, float]) -> float:
    """The estimated probability that an article answers; 0 when there is nothing to judge."""
    if not signals:
        return 0.0
    score = BIAS + sum(WEIGHTS[name] * signals[name] for name in WEIGHTS)
    return 1 / (1 + math.exp(-score))


def verdict(probability: float, answered_from: float, unsure_from: float) -> Verdict:
    """What to make of a confidence, given the two thresholds of site.yaml."""
    if probability >= answered_from:
        return Verdict.ANSWERED
    return Verdict.UNSURE if probability >= unsure_from else Verdict.NOTHING_USEFUL
