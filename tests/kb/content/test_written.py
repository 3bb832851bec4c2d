"""The lines of links: each its own, whatever else has the same words."""

from pathlib import Path

import pytest

from kb.content.library import read_library
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
            [(4, r"'C:\a.md' is no"), (6, "'foo:bar' is no"), (7, "a link has no"), (8, r"'C:\b.md' is no")],
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
