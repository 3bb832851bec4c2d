"""What does not show as its writer meant it is named with its line and the fix; all else is not."""

import pytest

from kb.content.blocks import Unclear
from kb.content.markdown import Picture, render


def unclear(body: str) -> tuple[Unclear, ...]:
    return render(body, lambda href: href, Picture).unclear


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("Enter <your-name> here.", r"Write \<your-name> or `<your-name>`"),
        ("Enter <order id> here.", r"Write \<order id> or `<order id>`"),
        ("<Device name> is not found.", r"Write \<Device name>"),
        ("<table><tr><td><Queue></td></tr></table>", "within HTML, write &lt;"),
        ('<iframe src="https://video.example/1"></iframe>', "Link to what it would show"),
        ("<video src=a.mp4 controls></video>", "Link to what it would show"),
        ("<form><input name=q></form>", "Delete it, or say it in Markdown."),
        ("<svg><path d=x></svg>", "Delete it, or say it in Markdown."),
    ],
)
def test_a_tag_that_is_taken_out_is_named_with_its_line_and_fix(written: str, fix: str) -> None:
    (found,) = unclear(f"Text.\n\n{written}\n\nMore.")
    assert found.line == 2
    assert "is taken" in found.problem
    assert fix in found.fix


def test_each_unknown_tag_is_named_once_where_it_is_no_code() -> None:
    found = unclear("Not `<b> <host>`.\n\n```\n<host>\n```\n\nAsk \\<host>.\n\nAsk <host>, <host> or <port>.")
    assert [(one.line, one.problem[:8].rstrip("'")) for one in found] == [(8, "'<host>"), (8, "'<port>")]


@pytest.mark.parametrize(
    "body",
    [
        "`<name>` and \\<name> and &lt;name>",
        "```\n<name>\n```",
        "    <iframe>",
        "<!-- <iframe> <name> [^7] -->",
        "<b>bold</b> <font color=red>red</font> <picture><source srcset=a><img src=b></picture>",
        "<details><summary>More</summary>\n\nText\n\n</details>",
        "<p>Word's <o:p></o:p></p>",
        '<img src="a.png" alt="2 > 1 <name>">',
        "<https://example.com> <me@example.com> 1 < 2, <3, a<b",
        "<order_id>",
    ],
)
def test_what_shows_is_not_complained_of(body: str) -> None:
    assert unclear(body) == ()


def test_what_stands_in_an_element_that_is_taken_out_is_not_named_beside_it() -> None:
    assert len(unclear("<svg>\n<g><other></other></g></svg>")) == 1


def test_a_mark_without_a_note_is_named() -> None:
    (found,) = unclear("One[^1].\n\nTwo[^7].\n\n[^1]: Note.")
    assert found == Unclear(2, "'[^7]' has no note.", "Add a line '[^7]: …', or write \\[ for a bracket.")


@pytest.mark.parametrize(
    "written", ["[our page][pages]", "![our page][pages]", "[pages][]", "[a *b*][Pages]"]
)
def test_a_link_by_a_name_without_an_address_is_named(written: str) -> None:
    (found,) = unclear(f"Text.\n\nSee {written}.")
    assert found.line == 2
    assert "nothing says where" in found.problem
    assert "ages]: https://" in found.fix
    assert unclear(f"See {written}.\n\n[pages]: https://example.com") == ()


@pytest.mark.parametrize(
    "body",
    [
        "a[i][j] = 1",
        "`[a][b]`",
        "\\[a][b]",
        "[a] [b]",
        "[a]",
        "\\[^7]",
        "`[^7]`",
        "[^a-z]",
        "```\n[a][b]\n```",
    ],
)
def test_brackets_that_are_meant_are_not_named(body: str) -> None:
    assert unclear(body) == ()


@pytest.mark.parametrize(
    "body", ["!!! note\nText", "!!! note\n  Text", "!!! note", '!!! tip "Title"\nText', "??? tip\nText"]
)
def test_a_callout_whose_text_is_not_indented_is_named(body: str) -> None:
    (found,) = unclear(f"Before\n\n{body}\n")
    assert found.line == 2
    assert found.problem.endswith("holds no text.")
    assert found.fix == "Indent its text by four blanks."


@pytest.mark.parametrize(
    "body",
    [
        "!!! note\n    Text",
        "!!! note\n\n    Text",
        '!!! note "All there is"',
        "- a\n\n    !!! note\n        b",
        ":::note\nText\n:::",
    ],
)
def test_other_callouts_are_well(body: str) -> None:
    assert unclear(f"{body}\n") == ()


def test_a_heading_without_a_blank_is_named() -> None:
    assert unclear("Text\n\n##Steps\n") == (
        Unclear(2, "'##Steps' is no heading.", "Put a blank after '##'."),
    )
    assert unclear("#12345\n\n#tag\n\n`##x`\n\n```\n##x\n```\n\n## Steps") == ()


@pytest.mark.parametrize("heading", ["## Save {#100%}", '<h2 id="100%">Save</h2>', "## Save{#100%}"])
def test_an_anchor_that_is_not_taken_is_named(heading: str) -> None:
    fix = "Choose one without '%'."
    problem = "the anchor '100%' is not taken: '%' begins another sign in an address."
    found = unclear(f"Save 100 %\n\n{heading}\n")
    assert found == (Unclear(2, problem, fix),)
    assert unclear("## Save 100% {#all}\n\n`## Save {#100%}`\n") == ()


def test_a_component_of_another_program_is_not_taken_for_words() -> None:
    body = "<Tabs>\n<Tab label='A'>\n\nx\n\n</Tab>\n<Tab label='B'>\n\ny\n\n</Tab>\n</Tabs>\n\n"
    body += "<Device name> <Card/>\n"
    found = [(one.line, one.problem[:7], "a component" in one.problem) for one in unclear(body)]
    assert found == [
        (0, "'<Tabs>", True),
        (1, "'<Tab>'", True),
        (13, "'<Devic", False),
        (13, "'<Card>", True),
    ]


def test_a_cell_without_a_column_is_named_on_its_line() -> None:
    rows = "| a | b |\n|---|---|\n| 1 | 2 | 3 | 4 |\n| 1 | 2 |  |\n| 1 |\n| 1 | 2 | 3 | 4 |\n"
    found = unclear(f"Text.\n\n{rows}\n> a | b\n> --|--\n> 1 | 2 | `x|y`\n")
    assert [(one.line, one.problem[:14]) for one in found] == [
        (4, "the cell '3' d"),
        (7, "the cell '3' d"),
        (11, "the cell '`x|y"),
    ]


@pytest.mark.parametrize(
    ("first", "below", "fix"),
    [
        ("| a | **b** |", "|---|\n| 1 | 2 |", "Write '|---|---|' below it."),
        ("| a | b |", "| 1 | 2 |\n| 3 | 4 |", "Write '|---|---|' below it."),
        ("|---|---|", "| 1 | 2 |", "Write a line with the names of the columns above it."),
    ],
)
def test_lines_between_bars_that_make_no_table_are_named(first: str, below: str, fix: str) -> None:
    good = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    (found,) = unclear(f"{good}\nText.\n\n{first}\n{below}\n\n```\n{first}\n{below}\n```\n")
    assert (found.line, found.fix) == (6, fix)
    assert found.problem.startswith(f"'{first}' begins no table")


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        (
            "Press ==Save & close== now.",
            "Write <mark>Save & close</mark>, or `==Save & close==` for the signs.",
        ),
        ("Press ++ctrl+s++.", "Write <kbd>ctrl+s</kbd>, or `++ctrl+s++` for the signs."),
    ],
)
def test_marks_and_keys_of_other_programs_are_named_with_their_line_and_fix(written: str, fix: str) -> None:
    problem = f"'{written[6:].removesuffix(' now.').removesuffix('.')}' shows as it is written."
    assert unclear(f"Text.\n\n{written}") == (Unclear(2, problem, fix),)


@pytest.mark.parametrize(
    "written",
    [
        "`==a==`",
        "```\n++a++\n```",
        "C++ or g++",
        "++i and j++",
        "a == b == c",
        "?a==b==c",
        "==========",
        "YQ==",
    ],
)
def test_other_signs_of_equality_and_plus_are_not(written: str) -> None:
    assert unclear(f"Text.\n\n{written}") == ()
