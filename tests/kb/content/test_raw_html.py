"""Within raw HTML, Markdown after an empty line is Markdown, as in CommonMark; all else stays as it is."""

import re
import time

import pytest
from markdown_it import MarkdownIt

from kb.content.markdown import Picture, render

_ELSEWHERE = MarkdownIt("commonmark")


def html(body: str) -> str:
    return squeezed(render(body, lambda href: href, Picture).html)


def squeezed(page: str) -> str:
    return re.sub(r">\s+<", "><", page).strip()


@pytest.mark.parametrize(
    "body",
    [
        "<div>\n\n**bold**\n\n</div>\n\nAfter *it*.",
        "<div>\n\n- one\n- two\n\n</div>",
        "<div>\n\n**bold**\n</div>\nAfter",
        "<div>\n<div>\n\n*in*\n\n</div>\n\n*out*\n\n</div>\n\n*after*",
        "<section>\n\n## Heading\n\nText.\n\n</section>",
        "<center>\n\n```\n*code*\n```\n\n</center>",
        "<div>\n\n> quote\n\n</div>\n\n<div>*raw*</div>",
        "<ul>\n<li>\n\n*one*\n\n</li>\n<li>two</li>\n</ul>",
    ],
)
def test_markdown_after_an_empty_line_is_what_it_is_elsewhere(body: str) -> None:
    expected = squeezed(_ELSEWHERE.render(body))
    assert html(body) == re.sub(r"<h2>", '<h2 id="heading">', expected)


def test_a_cell_may_hold_a_callout_and_code() -> None:
    found = html(
        "<table>\n<tr>\n<td>\n\n> [!NOTE]\n> Text.\n\n</td>\n<td>\n\n`code`\n\n</td>\n</tr>\n</table>"
        "\n\n*After*"
    )
    assert '<td><blockquote class="callout callout-note" role="note">' in found
    assert "<td><p><code>code</code></p></td>" in found
    assert found.endswith("</table></div><p><em>After</em></p>")


def test_a_picture_in_a_paragraph_of_html_leaves_no_empty_ones() -> None:
    assert html('<p align="center">\n\n![A mug](mug.png)\n\n</p>') == '<p><img alt="A mug" src="mug.png"></p>'


@pytest.mark.parametrize(
    "written",
    ["<order_id>", "<queue\\>", "COM<n+1>", "<a,b>", "<path/to/it>", "</order_id>", "<1>", "< b>", "<a | b>"],
)
def test_what_is_no_tag_in_a_line_is_text(written: str) -> None:
    assert html(f"Enter {written} here.") == squeezed(_ELSEWHERE.render(f"Enter {written} here."))


@pytest.mark.parametrize(
    "tag", ["<br>", "<br/>", "<br />", "</br>", "<BR>", '<br class="a>b">', "<br class=a>"]
)
def test_a_tag_in_a_line_is_html(tag: str) -> None:
    assert html(f"One{tag}two") == "<p>One<br>two</p>"


@pytest.mark.parametrize(
    "body",
    [
        "<div>\n*raw*\n</div>",
        "<div>*raw*</div>\n\nAfter",
        "<table>\n\n<tr><td>*raw*</td></tr>\n\n</table>",
        "<table>\n\n    <tr><td>*raw*</td></tr>\n\n</table>",
        "<div>\n\nhalf *raw* of <p>it</p>\n\n</div>",
        "<pre>\n\n*raw*\n\n</pre>",
        "<!-- <div>\n\n*raw*\n\n</div> -->",
    ],
)
def test_other_raw_html_is_left_alone(body: str) -> None:
    assert "<em>" not in html(body)


@pytest.mark.parametrize("tag", ["<a ", '<a href="', "<a b='", "</a "])
def test_a_text_of_nothing_but_beginnings_of_tags_is_text_and_takes_no_longer(tag: str) -> None:
    begun = time.process_time()
    page = render(f"Before\n\n{tag * 8_000}\n\nAfter <b>it</b>", lambda href: href, Picture).html
    assert page.startswith("<p>Before</p>")
    assert page.count("&lt;") > 4_000
    assert page.endswith("<p>After <b>it</b></p>")
    assert time.process_time() - begun < 5  # each was searched for its end up to the text's


def test_long_tags_are_html() -> None:
    pictures = "\n".join(f'<img alt="{number}" src="{"a" * 11_000}">' for number in range(90))
    assert html(f"{pictures}\n{'<b>x</b>' * 200}").count("<img") == 90
