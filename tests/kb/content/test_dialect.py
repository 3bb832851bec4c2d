"""Inline Markdown of GitHub: text struck through, breaks and escapes by a backslash.

And one text after another, of which none may leave anything to the next.
"""

import time
from html import escape, unescape
from typing import Any

import pytest
from markdown.treeprocessors import InlineProcessor as Inlines

from kb.content import dialect, inline
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


PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


@pytest.mark.parametrize("sign", PUNCTUATION)
def test_a_backslash_before_punctuation_leaves_the_sign_alone(sign: str) -> None:
    assert html(f"a\\{sign} b") == f"<p>a{escape(sign, quote=False)} b</p>"


@pytest.mark.parametrize("written", ["a\\b", "C:\\Users\\me", "a\\ b", "a\\é", "a\\1"])
def test_a_backslash_before_anything_else_is_one(written: str) -> None:
    assert html(written) == f"<p>{written}</p>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\\<b>x\\</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("\\<div>", "&lt;div&gt;"),
        ("\\<!-- x -->", "&lt;!-- x --&gt;"),
        ("Enter \\<your-name\\> and \\<order id>.", "Enter &lt;your-name&gt; and &lt;order id&gt;."),
        ("## A \\<b> c", '<h2 id="a-b-c">A &lt;b&gt; c</h2>'),
        ("[a \\<b>](c)", '<a href="c">a &lt;b&gt;</a>'),
        ('[a](c "t\\"\\<")', '<a href="c" title="t&quot;&lt;">a</a>'),
        ("[a](<c\\)d>)", '<a href="c)d">a</a>'),
        ("![a \\<b>](c)", '<img alt="a &lt;b&gt;" src="c">'),
        ("| a |\n|--|\n| \\<b> |", "<td>&lt;b&gt;</td>"),
        ("\\&amp; \\&copy; \\&#60;", "&amp;amp; &amp;copy; &amp;#60;"),
    ],
)
def test_an_escaped_tag_or_entity_is_text_wherever_it_stands(written: str, shown: str) -> None:
    assert shown in html(written)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("`\\<a\\&`", "<code>\\&lt;a\\&amp;</code>"),
        ("```\n\\<a\\$\n```", "<code>\\&lt;a\\$\n</code>"),
        ("    \\<a\\$", "<code>\\&lt;a\\$\n</code>"),
        ('<a title="C:\\">x</a>', '<a title="C:\\">x</a>'),
        ("<https://a.example/b\\_c>", "https://a.example/b\\_c</a>"),
    ],
)
def test_a_backslash_in_code_tags_and_addresses_escapes_nothing(written: str, shown: str) -> None:
    assert shown in html(written)


@pytest.mark.parametrize("sign", ["[", "![", "[a](", "![a](", "[a][", "[^", "<![CDATA["])
def test_a_text_of_nothing_but_beginnings_of_links_is_text_and_takes_no_longer(
    sign: str,
) -> None:
    begun = time.process_time()
    page = html(sign * 8_000)
    assert unescape(page) == f"<p>{sign * 8_000}</p>"
    assert time.process_time() - begun < 5  # each bracket looked for its end up to the text's: half a minute


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        ("a\n===\n\nb\n---\n", ">b</h2>"),
        ("a\n===\nb\n---\n", ">b</h2>"),
        ("---\n", "<hr>"),
        ("```js\ny\n", "js\ny"),
        ("~~~~js\ny\n", "~~~~js\ny"),
    ],
)
def test_thousands_of_headings_rules_or_fences_without_an_end_take_no_longer_than_others(
    block: str, shown: str
) -> None:
    begun = time.process_time()
    assert html(block * 5_000).count(shown) >= 4_999
    assert time.process_time() - begun < 5  # looked through to the text's end for each: a quarter of a minute


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"{'[' * 20}a{']' * 20}(b)", f'<a href="b">{"[" * 19}a{"]" * 19}</a>'),
        ("[a](b(c(d)e)f)", '<a href="b(c(d)e)f">a</a>'),
        ("[a](b \"it's (c) 'd'\")", '<a href="b" title="it&#x27;s (c) &#x27;d&#x27;">a</a>'),
        (f"[a]({'b' * 5000})", f'<a href="{"b" * 5000}">a</a>'),
        (f"[{'a ' * 5000}](b) [c] (d) [e]()", '</a> [c] (d) <a href="">e</a></p>'),
        ("[a](<b c> 'd')", '<a href="b c" title="d">a</a>'),
    ],
)
def test_links_of_all_shapes_are_found_whole(written: str, shown: str) -> None:
    assert shown in html(written)


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
        broken.setattr(inline._PlainTexts, "run", fail)
        with pytest.raises(RecursionError):
            dialect.converted("> a[^1]\n\n[^1]: b")
    assert dialect.converted(text) == alone


@pytest.mark.parametrize("written", ["[a]: b\nx\n", "> a\n> =\n"])
def test_twice_the_text_takes_about_twice_as_long(written: str) -> None:
    def taken(signs: int) -> float:
        begun = time.process_time()
        html(written * (signs // len(written)))
        return time.process_time() - begun

    # Whatever was found cost a look at all the rest, so that twice the text took four times as long.
    assert any(taken(24_000) < 3 * taken(12_000) for _ in range(5))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("`a\\` \\`b ", "<code>a\\</code> `b "),
        ("*a* **b** ", "<em>a</em> <strong>b</strong> "),
        ("<b>x</b> &amp; ", "<b>x</b> &amp; "),
        ("[a](b) ![c](d) ~~e~~ ", '<a href="b">a</a> <img alt="c" src="d"> <del>e</del> '),
    ],
)
def test_the_thousandth_of_a_kind_in_a_paragraph_is_what_the_first_is(
    monkeypatch: pytest.MonkeyPatch, written: str, shown: str
) -> None:
    found: list[int] = []
    tried = Inlines._InlineProcessor__applyPattern  # type: ignore[attr-defined]

    def counted(self: Any, pattern: Any, data: str, *places: int) -> Any:
        found.append(len(data))
        return tried(self, pattern, data, *places)

    monkeypatch.setattr(Inlines, "_InlineProcessor__applyPattern", counted)
    page = html(f"{written * 3000}.")
    assert page.replace(' src="d" alt="c"', ' alt="c" src="d"') == f"<p>{shown * 3000}.</p>"
    whole = len(written) * 3000  # which is copied for each that is found, but for what is done with
    assert sum(found) < whole * len(found)
