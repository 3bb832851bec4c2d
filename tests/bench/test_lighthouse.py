"""How a report of Lighthouse is read."""

import pytest

from tests.bench.lighthouse import CATEGORIES, figures

_TIMES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)


def _report(**scores: float | None) -> dict[str, object]:
    """A report whose categories all have the audits of `scores`, weighed alike, and one of no weight."""
    named = {name.replace("_", "-"): score for name, score in scores.items()}
    audits: dict[str, object] = {
        name: {"score": 1, "numericValue": 1234.5678} for name in (*_TIMES, "total-byte-weight")
    }
    audits |= {name: {"score": score, "numericValue": 0} for name, score in named.items()}
    refs = [{"id": name, "weight": 1} for name in named] + [{"id": _TIMES[0], "weight": 0}]
    return {"audits": audits, "categories": {name: {"auditRefs": refs} for name in CATEGORIES}}


def test_scores_are_of_a_hundred_and_times_whole_milliseconds() -> None:
    row = figures(_report(a=1, b=0.5, c=None))
    assert [row[name] for name in CATEGORIES] == [75] * 4
    assert (row["first_paint_ms"], row["layout_shift"]) == (1235, 1234.5678)
    assert row["cost_points"] == ["b"]


@pytest.mark.parametrize(("without", "score"), [(None, 67), ("is-crawlable", 100)])
def test_an_audit_left_out_on_purpose_costs_nothing(without: str | None, score: int) -> None:
    row = figures(_report(a=1, b=1, is_crawlable=0), without)
    assert row["seo"] == score
    assert row["cost_points"] == ([] if without else ["is-crawlable"])
