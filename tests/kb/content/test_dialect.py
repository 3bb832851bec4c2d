"""Inline Markdown of GitHub: text struck through, breaks by a backslash, addresses that are links."""

import pytest

from kb.content.markdown import Picture, render


def html(body: str) -> str:
    return render(body, lambda href: href, Picture).html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a ~~b~~ c", "a <del>b</del> c"),
        ("~~a *b* `c`~~", "<del>a <em>b</em> <code>c</code></del>"),
        ("**a ~~b~~**", "<strong>a <del>b</del></strong>"),
        ("~~a~b~~", "<del>a~b</del>"),
        ("~~a\nb~~", "<del>a\nb</del>"),
    ],
)
def test_what_stands_between_two_tildes_is_struck_through(written: str, shown: str) -> None:
    assert html(written) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    "written", ["~~", "~~~~", "a ~~ b ~~ c", "~~ a~~", "~~a ~~", "~a~", "~~a", "a~~b", "~~~a~~~"]
)
def test_other_tildes_stay_what_they_are(written: str) -> None:
    assert html(f"x {written}") == f"<p>x {written}</p>"
    assert "<del" not in html(f"`{written}`")


def test_tildes_in_code_and_after_a_backslash_strike_nothing_through() -> None:
    assert html("`~~a~~` \\~~b~~") == "<p><code>~~a~~</code> ~~b~~</p>"


def test_a_backslash_at_a_lines_end_breaks_it() -> None:
    assert html("**One**\\\ntwo\\\nthree") == "<p><strong>One</strong><br>\ntwo<br>\nthree</p>"


@pytest.mark.parametrize("body", ["One\\\\\ntwo", "One\\", "`One\\\ntwo`", "    One\\\n    two"])
def test_a_backslash_elsewhere_breaks_nothing(body: str) -> None:
    assert "<br" not in html(body)
