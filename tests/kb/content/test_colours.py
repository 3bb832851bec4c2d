"""Contrast as WCAG 2 defines it, and the warning about a brand colour nobody could read."""

import pytest

from kb.content.colours import BLACK, WHITE, check_brand, contrast, hexed, parse, readable
from kb.errors import Severity
from kb.model import Site


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#fff", 4.54),
        ("#f00", "#f00", 1.0),
    ],
)
def test_contrast_is_the_ratio_that_wcag_defines(first: str, second: str, ratio: float) -> None:
    """The figures are those of WebAIM's contrast checker."""
    assert contrast(parse(first), parse(second)) == pytest.approx(ratio, abs=0.01)
    assert contrast(parse(second), parse(first)) == pytest.approx(ratio, abs=0.01)


def test_a_brand_colour_that_cannot_be_read_is_named_with_one_that_can() -> None:
    (problem,) = check_brand(Site("S", brand_colour="#ffd400"))
    assert problem.severity is Severity.WARNING
    assert "#ffd400 has a contrast of 1.4 to 1" in problem.problem
    shown = problem.fix.partition("write ")[2][:7]
    assert contrast(parse(shown), WHITE) >= 4.5
    assert check_brand(Site("S", brand_colour=shown)) == []


def test_a_brand_colour_that_can_be_read_is_left_alone() -> None:
    assert check_brand(Site("S")) == []
    assert readable(parse("#2f5d50"), [WHITE], BLACK) == parse("#2f5d50")
    assert hexed(parse("#2f5d50")) == "#2f5d50"
