"""Inline Markdown of GitHub: text struck through, breaks by a backslash, addresses that are links.

And one text after another, of which none may leave anything to the next.
"""

import pytest

from kb.content import dialect
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


LEAVING = (
    "A[^1] [b][c] *[HTML]: x\n\n[^1]: Note.\n\n[c]: https://c.example\n",
    "```\nnever closed",
    "<div>\n\nopen *for good*",
    '> - a\n>\n> ???+ note "x"\n>     b',
)


@pytest.mark.parametrize("before", LEAVING)
def test_a_text_leaves_nothing_to_the_next(before: str) -> None:
    after = "A[^1] [b][c]\n\n- a\n\n  b\n"
    dialect._idle.__dict__.clear()
    alone = dialect.converted(after)
    dialect.converted(before)
    assert dialect.converted(after) == alone


def test_a_text_that_could_not_be_rendered_leaves_nothing_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_self: object, root: object) -> None:
        raise RecursionError

    text = "- a\n\n    b\n"
    alone = dialect.converted(text)
    with monkeypatch.context() as broken:
        broken.setattr(dialect._PlainTexts, "run", fail)
        with pytest.raises(RecursionError):
            dialect.converted("> a[^1]\n\n[^1]: b")
    assert dialect.converted(text) == alone
