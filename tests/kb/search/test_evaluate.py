"""The measures, on outcomes small enough to work out by hand."""

import json
import math

import pytest

from kb.evaluation import table, threshold_table
from kb.model import Result, SearchResult, Verdict
from kb.search.evaluate import Outcome, confusion, figures, run
from kb.search.judged import JudgedQuery

ANSWERED, UNSURE, NOTHING = Verdict.ANSWERED, Verdict.UNSURE, Verdict.NOTHING_USEFUL


def outcome(answers: str, found: str, verdict: Verdict, confidence: float = 0.5, name: str = "q") -> Outcome:
    """What a query got: a letter an article, in `answers` with its grade after it unless that is 1."""
    grades = {
        answer: int(answers[at + 1]) if answers[at + 1 : at + 2].isdigit() else 1
        for at, answer in enumerate(answers)
        if answer.isalpha()
    }
    return Outcome(JudgedQuery(name, "text", grades), tuple(found), verdict, confidence, 1.0)


OUTCOMES = [
    outcome("a", "ab", ANSWERED, 0.9, "first"),
    outcome("ab", "xab", UNSURE, 0.7, "second and third of two"),
    outcome("a3b1", "ba", ANSWERED, 0.6, "graded, in the wrong order"),
    outcome("c", "", NOTHING, 0.0, "finds nothing"),
    outcome("", "a", NOTHING, 0.1, "unanswerable and said so"),
    outcome("", "a", ANSWERED, 0.8, "unanswerable and answered"),
]


def test_ranking_measures_are_means_over_the_answerable_queries() -> None:
    second, third = 1 / math.log2(3), 1 / math.log2(4)
    ndcg = [1.0, (second + third) / (1 + second), (1 + 3 * second) / (3 + second), 0.0]
    found = figures(OUTCOMES, "tiny", 3)
    assert found["ndcg@10"] == pytest.approx(sum(ndcg) / 4, abs=1e-4)
    assert found["mrr@10"] == (1 + 1 / 2 + 1 + 0) / 4
    assert found["success@1"] == 2 / 4
    assert found["success@3"] == 3 / 4
    assert found["recall@10"] == 3 / 4
    assert found["zero_results"] == 1
    assert (found["corpus"], found["articles"], found["queries"]) == ("tiny", 3, 4)
    assert (found["p50_ms"], found["p95_ms"]) == (1.0, 1.0)


def test_verdict_measures_count_nothing_useful_as_the_positive_class() -> None:
    verdict = figures(OUTCOMES, "tiny", 3)["verdict"]
    assert verdict["unanswerable"] == 2
    assert verdict["precision"] == 1 / 2  # said of two, right of one
    assert verdict["recall"] == 1 / 2  # true of two, said of one
    assert verdict["f1"] == 1 / 2
    assert verdict["auroc"] == 4 / 8  # answerable above unanswerable in four of eight pairs
    assert verdict["right"] == pytest.approx(4 / 6, abs=1e-4)
    # Classes a, x, b, c, none: 3 of 6 right; Σ true·said = 9; 6² − Σ said² = 6² − Σ true² = 26.
    assert verdict["mcc"] == pytest.approx((3 * 6 - 9) / 26, abs=1e-4)


def test_without_unanswerable_queries_no_verdict_is_measured() -> None:
    assert "verdict" not in figures(OUTCOMES[:4], "tiny", 3)


def test_a_hit_past_the_tenth_counts_for_nothing() -> None:
    found = figures([outcome("z", "abcdefghijz", ANSWERED)], "tiny", 11)
    assert [found[name] for name in ("ndcg@10", "mrr@10", "recall@10")] == [0, 0, 0]


def test_no_queries_at_all_is_no_error() -> None:
    found = figures([], "empty", 0)
    assert (found["queries"], found["ndcg@10"], found["p50_ms"]) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("answers", "found", "verdict", "right"),
    [
        ("a", "a", ANSWERED, True),
        ("a", "bcda", ANSWERED, True),
        ("a", "bca", UNSURE, True),
        ("a", "bcda", UNSURE, False),
        ("a", "", UNSURE, False),
        ("a", "a", NOTHING, False),
        ("", "a", NOTHING, True),
        ("", "", NOTHING, True),
        ("", "a", UNSURE, False),
        ("", "a", ANSWERED, False),
    ],
)
def test_a_verdict_is_right_when(answers: str, found: str, verdict: Verdict, right: bool) -> None:
    assert outcome(answers, found, verdict).is_right is right


def test_always_saying_unsure_scores_badly() -> None:
    unsure = [outcome("a", "a", UNSURE), *(outcome("", "a", UNSURE) for _ in range(3))]
    assert figures(unsure, "tiny", 1)["verdict"]["right"] == 1 / 4


def test_the_confusion_matrix_has_a_row_for_each_kind_of_query() -> None:
    late = outcome("a", "bcda", UNSURE)
    assert confusion([*OUTCOMES, late]) == {
        "in first three": {"answered": 2, "unsure": 1, "nothing_useful": 0},
        "elsewhere": {"answered": 0, "unsure": 1, "nothing_useful": 1},
        "nothing": {"answered": 1, "unsure": 0, "nothing_useful": 1},
    }


def test_the_table_prints_every_figure_and_the_matrix() -> None:
    found = figures(OUTCOMES, "tiny", 3)
    text = "\n".join(table(found, OUTCOMES))
    assert all(
        name in text for name in [*found, *found["verdict"], *confusion(OUTCOMES)] if name != "verdict"
    )


def test_the_threshold_table_shows_what_every_threshold_would_do() -> None:
    rows = [line.split() for line in threshold_table(OUTCOMES)][2:]
    assert [row[0] for row in rows] == [f"{step / 20:.2f}" for step in range(1, 20)]
    assert rows[0][1:3] == ["75.0%", "0.0%"]  # from .05 on: all but the one of no confidence is shown
    assert rows[2][1:3] == ["75.0%", "50.0%"]  # from .15 on
    assert rows[-1][1:3] == ["0.0%", "100.0%"]  # from .95 on


def test_the_threshold_table_keeps_what_the_site_calls_answered() -> None:
    bold = [outcome("a", "bcda", ANSWERED, 0.4)]  # of a site that is sure from there on
    shares = {row[0]: row[3] for row in (line.split() for line in threshold_table(bold)) if len(row) == 4}
    assert (shares["0.35"], shares["0.45"]) == ("100.0%", "0.0%")


def test_every_query_goes_through_the_door_it_is_given() -> None:
    asked: list[str] = []

    def door(text: str) -> SearchResult:
        asked.append(text)
        hit = Result("00000002", "T", "/", "", "", "", "", None, 1.0)
        return SearchResult(text, UNSURE, 0.4, total=1, results=(hit,))

    queries = [JudgedQuery("1", "one", {"B": 1}), JudgedQuery("2", "two")]
    outcomes = run(queries, door, {"00000002": "B"}.__getitem__, lambda things, _label: things)
    assert asked == ["one", "two"]
    assert [(one.found, one.verdict, one.confidence) for one in outcomes] == [(("B",), UNSURE, 0.4)] * 2
    assert [one.rank for one in outcomes] == [1, None]


def test_of_unanswerable_queries_alone_there_is_no_curve_to_measure() -> None:
    unanswerable = [one for one in OUTCOMES if not one.query.answers]
    found = figures(unanswerable, "tiny", 3)
    assert found["verdict"]["auroc"] is None
    assert found["verdict"]["recall"] == 1 / 2
    assert "NaN" not in json.dumps(found)
    assert "verdict auroc          –" in list(table(found, unanswerable))
