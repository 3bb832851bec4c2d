"""How well the search does on judged queries, through the same door as the web.

Ranking measures are ir-measures' (nDCG with linear gain, as trec_eval has it); the multi-class Matthews
coefficient is scikit-learn's (Gorodkin 2004), counted as the HINT3 paper does (Arora et al. 2020): over
the first article, or "none" when the verdict is NOTHING_USEFUL.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.errors import KBError
from kb.model import SearchResult, Verdict
from kb.search.judged import JudgedQuery

MEASURES = ("ndcg@10", "mrr@10", "success@1", "success@3", "recall@10")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one judged query got: the ids found, best first, and the verdict."""

    query: JudgedQuery
    found: tuple[str, ...]
    verdict: Verdict
    confidence: float
    milliseconds: float

    @property
    def rank(self) -> int | None:
        """The place of the first right answer, from 1; None when it is not among those found."""
        places = [place for place, found in enumerate(self.found, 1) if found in self.query.answers]
        return places[0] if places else None

    @property
    def is_right(self) -> bool:
        """Whether the verdict is right.

        For an answerable query: ANSWERED, or UNSURE with the answer in the first three. For another:
        NOTHING_USEFUL.
        """
        if not self.query.answers:
            return self.verdict is Verdict.NOTHING_USEFUL
        in_first_three = self.rank is not None and self.rank <= 3
        return self.verdict is Verdict.ANSWERED or (self.verdict is Verdict.UNSURE and in_first_three)


def run(
    queries: Sequence[JudgedQuery],
    search: Callable[[str], SearchResult],
    id_of: Callable[[str], str],
    follow: Callable[[Sequence[JudgedQuery], str], Iterable[JudgedQuery]],
) -> list[Outcome]:
    """Every query through `search`; `id_of` gives a slug's id, `follow` shows progress."""
    outcomes = []
    for query in follow(queries, "Asking"):
        begin = time.perf_counter()
        result = search(query.text)
        took = (time.perf_counter() - begin) * 1000
        found = tuple(id_of(one.slug) for one in result.results)
        outcomes.append(Outcome(query, found, result.verdict, result.confidence, took))
    return outcomes


def figures(outcomes: Sequence[Outcome], corpus: str, articles: int) -> dict[str, Any]:
    """The figures of `kb evaluate --json`; raises KBError without the `evaluate` extra's packages."""
    answerable = [outcome for outcome in outcomes if outcome.query.answers]
    times = [outcome.milliseconds for outcome in outcomes] or [0.0]
    figures: dict[str, Any] = {"corpus": corpus, "articles": articles, "queries": len(answerable)}
    figures |= _ranking(answerable)
    figures["zero_results"] = sum(not outcome.found for outcome in answerable)
    figures["p50_ms"], figures["p95_ms"] = (round(float(np.percentile(times, p)), 2) for p in (50, 95))
    if len(answerable) < len(outcomes):
        figures["verdict"] = _verdict(outcomes)
    return figures


def _ranking(answerable: Sequence[Outcome]) -> dict[str, float]:
    try:
        import ir_measures
        from ir_measures import RR, R, Success, nDCG
    except ImportError:
        fix = "Run: pip install ir-measures scikit-learn"
        raise KBError.at("kb evaluate", "needs the packages of the 'evaluate' extra.", fix) from None
    asked = dict(zip(MEASURES, (nDCG @ 10, RR @ 10, Success @ 1, Success @ 3, R @ 10), strict=True))
    judgments = {outcome.query.id: outcome.query.answers for outcome in answerable}
    # Scores only carry the order; a query that found nothing still counts, as zero.
    runs = {
        outcome.query.id: {found: float(-place) for place, found in enumerate(outcome.found)} or {"": 0.0}
        for outcome in answerable
    }
    if not answerable:
        return dict.fromkeys(MEASURES, 0.0)
    values = ir_measures.calc_aggregate(list(asked.values()), judgments, runs)
    return {name: round(float(values[measure]), 4) for name, measure in asked.items()}


def _verdict(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    from sklearn.metrics import matthews_corrcoef, precision_recall_fscore_support, roc_auc_score

    nothing = [not outcome.query.answers for outcome in outcomes]
    said = [outcome.verdict is Verdict.NOTHING_USEFUL for outcome in outcomes]
    precision, recall, f1, _ = precision_recall_fscore_support(
        nothing, said, average="binary", zero_division=0.0
    )
    auroc = None  # of answerable ones above unanswerable ones: it takes both
    if not all(nothing):
        answerable, confidence = [not one for one in nothing], [outcome.confidence for outcome in outcomes]
        auroc = round(float(roc_auc_score(answerable, confidence)), 4)
    values = {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "mcc": matthews_corrcoef(*_classes(outcomes)),
        "right": np.mean([outcome.is_right for outcome in outcomes]),
    }
    rounded = {name: round(float(value), 4) for name, value in values.items()}
    return {"unanswerable": sum(nothing), "auroc": auroc, **rounded}


def _classes(outcomes: Sequence[Outcome]) -> tuple[list[str], list[str]]:
    """For each query the class it is of and the class it was put in."""
    true, said = [], []
    for outcome in outcomes:
        first = outcome.found[0] if outcome.found else NONE
        first = NONE if outcome.verdict is Verdict.NOTHING_USEFUL else first
        answers = outcome.query.answers
        true.append(first if first in answers else next(iter(answers), NONE))
        said.append(first)
    return true, said


def confusion(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """How often each verdict was given, for queries with an answer in the first three, elsewhere, or none."""
    rows: dict[str, Counter[str]] = {
        "in first three": Counter(),
        "elsewhere": Counter(),
        "nothing": Counter(),
    }
    for outcome in outcomes:
        in_three = outcome.rank is not None and outcome.rank <= 3
        row = "nothing" if not outcome.query.answers else "in first three" if in_three else "elsewhere"
        rows[row][outcome.verdict.value] += 1
    return {
        row: {verdict.value: counts[verdict.value] for verdict in Verdict} for row, counts in rows.items()
    }
