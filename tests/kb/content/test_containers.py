"""Lists, quotes and fenced code within one another come out as CommonMark has them."""

import re

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.content.blocks import Unclear
from kb.content.containers import arranged
from kb.content.markdown import Picture, render

Lines = list[str]

_ELSEWHERE = MarkdownIt("commonmark")
_STRUCTURE = re.compile(r"<(/?(?:ul|ol|li|pre|blockquote|h\d)\b)[^>]*>")


def html(body: str) -> str:
    return render(body, lambda href: href, Picture).html


def structure(page: str) -> str:
    """Lists, items, quotes, code and headings with their text; paragraphs are not told apart."""
    found = _STRUCTURE.sub(r" {\1} ", page)
    return " ".join(re.sub(r"<[^>]*>", " ", found).split())


def elsewhere(body: str) -> str:
    return structure(nh3.clean(_ELSEWHERE.render(body)))


def unclear(body: str) -> tuple[Unclear, ...]:
    return render(body, lambda href: href, Picture).unclear


@pytest.mark.parametrize("blanks", [2, 3, 4])
@pytest.mark.parametrize("outer", ["-", "*", "+"])
@pytest.mark.parametrize("inner", ["-", "1."])
def test_a_list_within_a_bullet_may_be_indented_by_two_to_four_blanks(
    outer: str, inner: str, blanks: int
) -> None:
    body = f"{outer} out\n{' ' * blanks}{inner} in\n{' ' * blanks}{inner} too\n{outer} last\n"
    assert structure(html(body)).count("{li} in {/li} {li} too {/li}") == 1
    assert structure(html(body)) == elsewhere(body)


@pytest.mark.parametrize("blanks", [3, 4, 5])
@pytest.mark.parametrize("inner", ["-", "1."])
def test_a_list_within_a_number_may_be_indented_by_three_to_five_blanks(inner: str, blanks: int) -> None:
    body = f"1. out\n{' ' * blanks}{inner} in\n2. last\n"
    assert "{li} out {" in structure(html(body))
    assert structure(html(body)) == elsewhere(body)


@pytest.mark.parametrize(
    "body",
    [
        "- a\n  - b\n    - c\n      - d\n",
        "1. a\n   1. b\n      1. c\n         1. d\n   2. e\n2. f\n",
        "- a\n    - b\n        - c\n            - d\n",
        "10. a\n    - b\n      1. c\n11. d\n",
        "-   a\n    -   b\n        -   c\n",
        "   1. a\n         - b\n         - c\n   2. d\n",
        "1) a\n   - b\n2) c\n",
        "1. a\n  - a bullet left of the text is another list\n",
        "- a\n1. another kind\n",
        "- a\n  - b\n- c\n\n  text of c\n\n  - d\n\n    text of d\n- e\n",
        "A paragraph\n- and a list at once\n  - and another\n",
        "1. a\n\n   text\n   - b\n   - c\n",
        "- a\n\n  text\n- b\n",
        "1. a\n   ## Not only text\n   more\n",
        "-\n  - b\n",
    ],
)
def test_lists_nest_as_deep_and_mixed_as_elsewhere(body: str) -> None:
    assert structure(html(body)) == elsewhere(body)
    assert unclear(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        "Born in\n1985. A good year\n",
        "1. a\n   14. is no list within a paragraph\n",
        "- a\n\ntext\n  - list\n",
        "* * *\n\n- - -\n",
        "    - code\n      - code\n",
        "```\n- code\n  - code\n```\n",
        "- a\n  lazy\nlazier\n  - b\nlaziest\n",
    ],
)
def test_what_only_looks_like_a_list_is_none(body: str) -> None:
    assert structure(html(body)) == elsewhere(body)


@pytest.mark.parametrize(
    "body",
    [
        "- a\n-\n- b\n",
        "- a\n-\n",
        "> - a\n> -\n> - b\n",
        "- a\n---\nb\n",
        "1. a\n---\nb\n",
        "> 1. a\n> ---\n> b\n",
        "1.\n---\nb\n",
        "- a\n===\nb\n",
        "- a\n--\nb\n",
        "> a\n---\nb\n",
        "> a\n===\nb\n",
        "> - a\n===\nb\n",
    ],
)
def test_an_item_or_a_quote_is_no_heading_whatever_stands_below_it(body: str) -> None:
    assert structure(html(body)) == elsewhere(body)
    assert "<h" not in html(body).replace("<hr>", "")


def test_a_line_broken_by_blanks_in_a_list_within_a_quote_is_broken() -> None:
    assert "a<br>" in html("> - a  \n>   b\n")


def test_raw_html_is_left_alone() -> None:
    assert html("<pre>\n- a\n  - b\n</pre>\n") == "<pre>- a\n  - b\n</pre>"
    assert html("<!--\n- a\n\n  - b\n-->\n- c\n") == "<ul>\n<li>c</li>\n</ul>"


@pytest.mark.parametrize(
    ("before", "inside"),
    [("1. Step\n", "   "), ("1. Step\n\n", "   "), ("- Step\n\n", "    "), ("- a\n  - Step\n", "    ")],
)
@pytest.mark.parametrize("fence", ["```", "~~~~", "```console"])
def test_code_within_an_item_is_shown_as_it_is_written(before: str, inside: str, fence: str) -> None:
    end = fence.removesuffix("console")
    code = ["<b>", "  deeper", "", "- no list", end]
    body = (
        f"{before}{inside}{fence}\n"
        + "".join(f"{inside}{line}".rstrip() + "\n" for line in code)
        + "\nAfter\n"
    )
    assert "<pre><code>&lt;b&gt;\n  deeper\n\n- no list\n</code></pre>" in html(body)
    assert structure(html(body)) == elsewhere(body)


@pytest.mark.parametrize(
    "body",
    [
        "> ```\n> code\n> ```\n",
        "> - a\n>   - b\n>     ```\n>     code\n>     ```\n>\n> after\n",
        "- ```\n  code\n  ```\n- b\n",
        "- a\n\n  > quote\n  > - b\n  >   - c\n",
        "- a\n  > quote\n  > more\n- b\n",
        "- a\n  - b\n    > quote\n",
        "> > - a\n> >   - b\n",
        "```\ncode\n`````\nafter\n",
        "   ```\n   code\n   ```\nafter\n",
    ],
)
def test_quotes_and_code_lie_within_one_another_as_elsewhere(body: str) -> None:
    assert structure(html(body)) == elsewhere(body)


@pytest.mark.parametrize(
    "body",
    [
        "> [!NOTE]\n> Say:\n>\n> - one\n>   - two\n",
        '!!! note "Note"\n    Say:\n\n    - one\n      - two\n',
        "<details><summary>More</summary>\n\n- one\n  - two\n\n</details>\n",
        "Word\n\n:   Its meaning\n\n    - one\n      - two\n",
        "See[^1].\n\n[^1]: Here\n\n    - one\n      - two\n",
        "1. Step\n   > [!NOTE]\n   > - one\n   >   - two\n",
    ],
    ids=["alert", "admonition", "details", "definition", "footnote", "alert in a step"],
)
def test_lists_nest_in_whatever_else_holds_blocks(body: str) -> None:
    assert "{li} one {ul} {li} two {/li} {/ul} {/li}" in structure(html(body))


@pytest.mark.parametrize(
    "options",
    [
        'js title="foo.js"',
        "js {1,3}",
        'python linenums="1"',
        "bash showLineNumbers",
        "text/plain",
        "js,ignore",
        '{.py title="{x}"',
    ],
)
@pytest.mark.parametrize("fence", ["```", "~~~~", "``` "])
@pytest.mark.parametrize("margin", ["", "- ", "> ", "   "])
def test_a_fence_with_options_is_code(options: str, fence: str, margin: str) -> None:
    inside = margin.replace("-", " ")
    body = f"{margin}{fence}{options}\n{inside}<b>\n{inside}x\n{inside}{fence}\n\nAfter"
    assert "<pre><code>&lt;b&gt;\nx\n</code></pre>" in html(body)
    assert structure(html(body)) == elsewhere(body)


def test_a_list_that_elsewhere_would_be_code_is_named_with_its_line_and_fix() -> None:
    (found,) = unclear("Text\n\n> - a\n>   b\n>\n>        - c\n")
    assert found.line == 5
    assert "indented by 7 blanks" in found.problem
    assert "by 2 blanks" in found.fix


@pytest.mark.parametrize(
    ("body", "line"), [("Text\n\n```\ncode\n", 2), ("1. Step\n\n   ~~~\n   code\n\nAfter", 2)]
)
def test_code_that_never_ends_is_named_with_its_line_and_fix(body: str, line: int) -> None:
    (found,) = unclear(body)
    assert found.line == line
    assert "never closed" in found.problem
    assert re.search("Put a line '(```|~~~)'", found.fix)


@pytest.mark.parametrize(
    "body",
    [
        "Text:\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nAfter.",
        "Two\nlines\na | b\n--- | ---\n1 | 2",
        "- item\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n- last",
        "- out\n  - in\n    | a |\n    |---|\n    | 1 |",
        "1. item\n\n   text\n   | a | b |\n   |---|---|\n   | 1 | 2 |",
        "> quote\n> | a | b |\n> |:--|:-:|\n> | 1 | 2 |",
    ],
)
def test_a_table_may_follow_a_line_of_text(body: str) -> None:
    expected = MarkdownIt("commonmark").enable("table").render(body)
    assert words(html(body)) == words(expected)


@pytest.mark.parametrize(
    "body",
    ["Text:\na | b\n--- | --- | ---\n1 | 2", "a | b\nc | d", "Text\na | b\n---\n"],
)
def test_what_only_looks_like_a_table_after_text_is_none(body: str) -> None:
    assert "<table" not in html(body)


def words(page: str) -> str:
    """Tables, items, quotes and cells with their text."""
    kept = re.sub(r"<(/?(?:table|t[rdh]|li|blockquote))\b[^>]*>", r" {\1} ", page)
    return " ".join(re.sub(r"<[^>]*>", " ", kept).split())


def test_quotes_without_end_cost_no_article() -> None:
    assert "deep" in html(f"{'>' * 60} deep\n")


_words = st.integers(0, 999).map(lambda number: [f"w{number}"])
_paragraphs = _words | _words.map(lambda lines: [*lines, "more"])
_code = st.sampled_from([["```", "x", "", "  - y", "```"], ["~~~~sh", "x", "~~~~"]])


def _joined(parts: list[Lines], gap: int) -> Lines:
    return [line for number, part in enumerate(parts) for line in ([""] * (gap if number else 0)) + part]


@st.composite
def _lists(draw: st.DrawFn, inner: st.SearchStrategy[Lines], steps: tuple[int, ...] = (0, 0, 1, 2)) -> Lines:
    """A list whose items hold blocks, indented by their text's column or, from there on, by four."""
    numbered, loose = draw(st.booleans()), len(steps) == 1 or draw(st.booleans())
    items = []
    for number in range(draw(st.integers(1, 3))):
        mark = (f"{number + 1}." if numbered else "-") + " " * (1 + draw(st.sampled_from(steps)))
        first, *more = draw(_paragraphs)
        within = draw(st.sampled_from([len(mark), max(4, len(mark))])) if len(steps) > 1 else 4
        rest = [line for block in draw(st.lists(inner, max_size=2)) for line in ["", *block]]
        items.append(
            [
                mark + first,
                *(" " * len(mark) + line for line in more),
                *(" " * within + line if line else "" for line in rest),
            ]
        )
    return _joined(items, gap=int(loose))


def _quotes(inner: st.SearchStrategy[Lines]) -> st.SearchStrategy[Lines]:
    return inner.map(lambda lines: [f"> {line}".rstrip() for line in lines])


_blocks = st.recursive(
    _paragraphs | _code, lambda inner: _lists(inner) | _lists(inner) | _quotes(inner), max_leaves=12
)
_for_python_markdown = st.recursive(_paragraphs, lambda inner: _lists(inner, steps=(0,)), max_leaves=12)


@given(_blocks)
@settings(max_examples=300)
def test_blocks_within_blocks_come_out_as_elsewhere(lines: Lines) -> None:
    body = "\n".join(lines) + "\n"
    assert structure(html(body)) == elsewhere(body)


@given(_for_python_markdown)
def test_lines_that_python_markdown_understands_stay_as_they_are(lines: Lines) -> None:
    assert arranged(lines, str, []) == lines
