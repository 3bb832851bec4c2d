"""The lines of links: each its own, whatever else has the same words."""

import time
from pathlib import Path

import pytest

from kb.content.library import read_library
from kb.content.unread import without_code
from kb.content.written import Written
from kb.model import Topic
from tests.builders import article, write


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "gone.md is told of here:\n\n[one](gone.md)\n\n[two](gone.md)",
            [(6, "'gone.md' leads"), (8, "'gone.md' leads")],
        ),
        (
            "[x](C:\\a.md) ![p](<foo:p.png>)\n\n[y](foo:bar)\n[z]() and\n[x](C:\\b.md)",
            [
                (4, r"'C:\a.md' is no"),
                (4, "a picture can't"),
                (6, "'foo:bar' is no"),
                (7, "a link has no"),
                (8, r"'C:\b.md' is no"),
            ],
        ),
        (
            "```\n[x](gone.md)\n```\n\n`[x](gone.md)`\n<!-- [x](gone.md) -->\n\n[x](<gone.md> 'Title')",
            [(11, "'gone.md' leads")],
        ),
        ("[x][r] [y][r]\n\n[r]: gone.md\n", [(6, "'gone.md' leads")] * 2),
        (
            '<a href="gone.md?a&amp;b">x</a>\n\n[y](gone.md) [z](#no)',
            [(4, "'gone"), (6, "'#no'"), (6, "'gone")],
        ),
        ("![](map.png)\n\n![](map.png)", [(4, "nothing says what"), (6, "nothing says what")]),
    ],
)
def test_every_link_that_is_wrong_is_named_with_its_own_line(
    tmp_path: Path, body: str, told: list[tuple[int, str]]
) -> None:
    files: dict[str, str | bytes] = {"orders/a.md": article("A", body), "orders/map.png": b"png"}
    found = read_library(write(tmp_path / "articles", files), (Topic("orders", "Orders"),)).problems
    assert len(found) == len(told)
    for problem, (line, words) in zip(found, told, strict=True):
        assert problem.line == line
        assert problem.problem.startswith(words)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("a `x` b", "a     b"),
        ("a ``x ` y`` b `", "a           b `"),
        ("``x` y", "``x` y"),  # no three make one and two
        ("`x\ny` `x\n \ny`", "  \n   `x\n \ny`"),
        ("```js\nx\n\n```\ny", "     \n \n\n   \ny"),
        ("````\nx\n```\ny\n`````\nz", "    \n \n   \n \n     \nz"),
        ("```\nx\n~~~\ny", "```\nx\n~~~\ny"),
        ("```x``` y\n\n```\nz\n```\n", "        y\n\n   \n \n   \n"),
        ("<!-- a\nb --> c <!-- d", "      \n      c <!-- d"),
    ],
)
def test_code_and_comments_are_left_out_and_all_else_stays_where_it_is(body: str, left: str) -> None:
    assert without_code(body) == left


@pytest.mark.parametrize(
    "beginnings",
    [
        "<!-- " * 20_000,
        "`" * 3_000 + " a" * 100_000,
        " ".join("`" * count for count in range(1, 600)),
        "```x\n" * 20_000,
        "".join(f"{'`' * count}x\n" for count in range(3, 500)) + "a\n" * 50_000,
        "~" * 200_000,
        "](" + " " * 200_000,
        "![a" * 60_000,
    ],
)
def test_a_text_of_nothing_but_beginnings_takes_no_longer_than_others(beginnings: str) -> None:
    written = Written(f"{beginnings}\n\n[x](gone.md) [y](foo:bar)\n", 1)
    written.ask("gone.md")
    begun = time.process_time()
    line = 3 + beginnings.count("\n")
    assert written.line_of("gone.md") == line
    assert written.next_without_address() == ("foo:bar", line)
    assert (
        time.process_time() - begun < 3
    )  # each was searched for its end up to the text's: ten seconds or more
