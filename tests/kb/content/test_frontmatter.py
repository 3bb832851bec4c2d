"""Front matter: what each key may hold, and what each mistake is answered with."""

from datetime import date
from pathlib import Path

import pytest

from kb.content.frontmatter import KEYS, FrontMatter, SourceFile, read_source, split_source
from kb.content.library import read_library
from kb.errors import KBError, Severity


def read(head: str) -> tuple[FrontMatter, list[str]]:
    source, problems = split_source(f"---\n{head}\n---\nBody\n", "a.md")
    assert source.body.strip() == "Body"
    return source.front, [str(problem) for problem in problems]


FULL = """\
title: Refunds
summary: How long they take.
questions:
  - Where is my money?
keywords: [money back, credit]
aliases: [old-refunds]
related: [returns]
updated: 2026-10-28
order: 5
draft: true
retired: true
successor: new-refunds"""


def test_every_key_is_read() -> None:
    front, problems = read(FULL)
    assert not problems
    assert front == FrontMatter(
        title="Refunds",
        summary="How long they take.",
        questions=("Where is my money?",),
        keywords=("money back", "credit"),
        aliases=("old-refunds",),
        related=("returns",),
        updated=date(2026, 10, 28),
        order=5,
        draft=True,
        retired=True,
        successor="new-refunds",
    )


@pytest.mark.parametrize("key", KEYS)
def test_each_key_may_be_left_empty(key: str) -> None:
    assert read(f"{key}:") == (FrontMatter(), [])


@pytest.mark.parametrize(
    ("head", "key", "value"),
    [
        ("title: 2024", "title", "2024"),
        ("title: '  spaced '", "title", "spaced"),
        ("questions: where, oh where", "questions", ("where, oh where",)),
        ("keywords: money back, credit", "keywords", ("money back", "credit")),
        ("questions: ['', ' ', where]", "questions", ("where",)),
        ('aliases: ["", ~, old]', "aliases", ("old",)),
        ("keywords: [404, 2.5]", "keywords", ("404", "2.5")),
        ("updated: '2026-10-05'", "updated", date(2026, 10, 5)),
        ("updated: 2026-10-05 12:30:00", "updated", date(2026, 10, 5)),
        ("order: '3'", "order", 3),
        ("draft: yes", "draft", True),
    ],
)
def test_forms_that_can_only_mean_one_thing_are_taken(head: str, key: str, value: object) -> None:
    front, problems = read(head)
    assert getattr(front, key) == value
    assert not problems


WRONG = [
    ("title: [a]", "title", "must be text", "Put the value in quotes."),
    ("title: true", "title", "must be text", "Put the value in quotes."),
    ("summary: {a: b}", "summary", "must be text", "Put the value in quotes."),
    ("questions: 5", "questions", "must be a list", "Put each entry on a line after '- '."),
    ("keywords: {a: b}", "keywords", "must be a list", "Put each entry on a line after '- '."),
    ("aliases: 7", "aliases", "must be a list", "Put each entry on a line after '- '."),
    ("related: [[a]]", "related", "must be text", "Put the value in quotes."),
    ("updated: yesterday", "updated", "is not a date: 'yesterday'", "Write it as 2026-11-23."),
    ("updated: 2026-02-30", "updated", "is not a date: '2026-02-30'", "Write it as 2026-11-23."),
    ("updated: 2026-13-45", "updated", "is not a date: '2026-13-45'", "Write it as 2026-11-23."),
    ("updated: 2026", "updated", "is not a date: 2026", "Write it as 2026-11-23."),
    ("updated: no", "updated", "is not a date", "Write it as 2026-11-23."),
    ("order: first", "order", "must be a whole number, not 'first'", "Write a number like 3."),
    ("order: 2.5", "order", "must be a whole number, not 2.5", "Write a number like 3."),
    ("retired: []", "retired", "must be true or false", "Write true or false."),
    ("successor: [a]", "successor", "must be text", "Put the value in quotes."),
]


@pytest.mark.parametrize(("head", "key", "problem", "fix"), WRONG)
def test_a_wrong_value_is_named_by_line_and_costs_nothing_else(
    head: str, key: str, problem: str, fix: str
) -> None:
    other = "summary: Kept." if key != "summary" else "title: Kept."
    front, problems = read(f"{other}\n{head}")
    assert len(problems) == 1
    assert problems[0].startswith(f"a.md:3: '{key}' {problem}")
    assert problems[0].endswith(fix)
    assert "Kept." in (front.summary, front.title)
    assert getattr(front, key) == getattr(FrontMatter(), key)


def test_the_table_above_covers_every_key() -> None:
    assert {key for _, key, _, _ in WRONG} == set(KEYS) - {"draft"}


@pytest.mark.parametrize(
    "head",
    [
        "draft: ture",
        "draft: maybe",
        "draft: [true]",
        "Draft: true",
        "drafts: yes",
        "draft: true\nsummary: a: b",
        "summary: a: b\n'draft': \"yes\"  # soon",
        "draft: true\ndraft: false",
        "draft: true\ndraft:",
        "- summary: S\n- draft: true",
    ],
)
def test_what_may_be_a_draft_is_kept_back_and_says_so(head: str) -> None:
    front, problems = read(f"title: T\n{head}")
    assert front.draft
    assert len(problems) == 1
    assert problems[0].endswith(" Until then it is kept back as a draft.")


@pytest.mark.parametrize("said", ["draft: false", "draft: no  # out now", "draft:", "drafted: true"])
def test_a_mistake_elsewhere_makes_no_draft(said: str) -> None:
    front, problems = read(f"{said}\nsummary: a: b")
    assert not front.draft
    assert "draft" not in problems[0]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("\n\n---\ntitle: X\nquestions:\n- a\ndraft: true\n---\nBody\n", 3, "begins after a blank line."),
        ("+++\ntitle = 'X'\ndraft = true\n+++\nBody\n", 1, "is TOML, which is not read here."),
        ("---\ntitle: X\ndraft: true\n\nBody\n", 1, "is never closed."),
    ],
)
def test_front_matter_of_another_form_has_words_of_its_own(text: str, line: int, told: str) -> None:
    source, (problem,) = split_source(text, "a.md")
    assert str(problem).startswith(f"a.md:{line}: the front matter {told} ")
    assert source.front.draft
    assert source.title_lost
    assert source.body.endswith("Body\n")
    assert text.splitlines()[source.body_line - 1 :][-1] == "Body"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" ---\ntitle: X\ndraft: true\n---\nBody\n", 3),
        ("title: X\ndraft: true\n---\nBody\n", 2),
        ("<!-- Ours\nalone -->\n\n---\ntitle: X\n\ndraft: true\n---\nBody\n", 7),
        ("<!-- draft: true -->\nBody\n", 1),
        ("```yaml\n---\ntitle: X\nquestions:\n  - a\ndraft: yes\n---\n```\nBody\n", 6),
        ("—\ntitle: X\n\ndraft: true\n—\nBody\n", 4),
        ('{\n "title": "X",\n "draft": true\n}\nBody\n', 3),
        ("\n- draft: true\n---\nBody\n", 2),
    ],
)
def test_a_draft_said_outside_of_front_matter_is_kept_back(text: str, line: int) -> None:
    source, (problem,) = split_source(text, "a.md")
    assert source.front.draft
    assert str(problem) == (
        f"a.md:{line}: 'draft' stands in no front matter. Write '---' alone on the first line, "
        "then the keys, then '---' again. Until then it is kept back as a draft."
    )


@pytest.mark.parametrize(
    "text",
    [
        "title: X\ndraft: false\n---\nBody\n",
        "Our words.\n\n- draft: not sent yet\n",
        "# Draft: how to save one\n\ndraft: true\n",
        "<!-- draft: no -->\nBody\n",
    ],
)
def test_a_text_that_only_speaks_of_drafts_is_none(text: str) -> None:
    assert split_source(text, "a.md") == (SourceFile(FrontMatter(), text, 1), [])


def test_a_first_line_that_is_more_than_the_mark_is_named() -> None:
    text = "--- # ours\ntitle: X\ndraft: true\n---\nBody\n\n---\n\nMore\n"
    source, (problem,) = split_source(text, "a.md")
    assert source.front.draft
    assert str(problem).startswith("a.md:1: the front matter begins with more than '---'.")


@pytest.mark.parametrize("head", ["title: [a]", "title: a: b"])
def test_a_title_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{head}\n---\nBody\n")
    (problem,) = read_library(tmp_path).problems
    assert "has no title" not in problem.problem


@pytest.mark.parametrize(
    ("slip", "key"),
    [
        ("relatd: [x]", "related"),
        ("titel: X", "title"),
        ("Title: X", "title"),
        ("keyword: x", "keywords"),
        ("update: x", "updated"),
        ("sucessor: x", "successor"),
    ],
)
def test_a_near_miss_of_a_key_is_a_warning_that_names_the_key(slip: str, key: str) -> None:
    _, problems = split_source(f"---\nsummary: S\n{slip}\n---\nB", "articles/a.md")
    (problem,) = problems
    name = slip.partition(":")[0]
    assert str(problem) == f"articles/a.md:3: '{name}' is not a front-matter key. Did you mean '{key}'?"
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    "head",
    [
        "a: 1",
        "id: 7",
        "e: x",
        "date: 2020-01-01",
        "layout: [post]",
        "ms.author: x",
        "tags: {a: b}",
        "7: x",
        "x-y: z",
        "category: x",
        "description: x",
        "title: A\nTitle: B",
        "base: &b {title: T}\nmore: *b",
    ],
)
def test_foreign_keys_are_ignored_without_a_word(head: str) -> None:
    assert read(head)[1] == []


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("title: Refunds: how", 2, "not valid YAML"),
        ("summary: S\ntitle: [x", 4, "not valid YAML"),
        ("summary: S\n\ttitle: x", 3, "not valid YAML"),
        ("summary: é\ntitle: a\x07", 3, "Delete the character U+0007."),
        ("title: !!python/object/apply:os.system [x]", 2, "not valid YAML"),
        ("- a\n- b", 2, "the front matter is not a list of keys. Write lines like 'title: …'."),
        ("just words", 2, "the front matter is not a list of keys."),
    ],
)
def test_front_matter_that_cannot_be_read_is_named_by_line_and_the_body_kept(
    head: str, line: int, words: str
) -> None:
    front, problems = read(head)
    assert front == FrontMatter()
    assert len(problems) == 1
    assert problems[0].startswith(f"a.md:{line}: ")
    assert words in problems[0]


def test_a_key_that_stands_there_twice_is_named_and_costs_no_other() -> None:
    source, problems = split_source(
        "---\nretired: true\nsummary: A\norder: 3\nsummary: B\n---\nBody\n", "a.md"
    )
    assert source.front == FrontMatter(retired=True, summary="B", order=3)
    assert [str(problem) for problem in problems] == [
        "a.md:5: 'summary' stands there twice. Keep one of the two."
    ]
    assert source.lines == {"retired": 2, "summary": 5, "order": 4}


def test_a_wrong_value_of_a_key_that_stands_there_twice_is_named_where_it_counts() -> None:
    front, problems = read("order: 3\ntitle: A\norder: soon")
    assert front == FrontMatter(title="A")
    assert [problem.split(" ")[0] for problem in problems] == ["a.md:4:", "a.md:4:"]


@pytest.mark.parametrize("head", ["draft: true\ndraft: true", "draft: true\nsummary: S\nsummary: T"])
def test_a_draft_with_a_key_that_stands_there_twice_is_one_by_its_own_word(head: str) -> None:
    front, (problem,) = read(head)
    assert front.draft
    assert problem.endswith(" Keep one of the two.")


def test_front_matter_that_is_never_closed_is_named_and_shown_as_text() -> None:
    source, problems = split_source("---\ntitle: X\n\nThe answer.\n", "a.md")
    assert [str(problem) for problem in problems] == [
        "a.md:1: the front matter is never closed. Put a line '---' after its last key."
    ]
    assert "The answer." in source.body


@pytest.mark.parametrize("text", ["The answer.\n", "Intro\n\n---\n\nMore\n", "\n# Heading\n"])
def test_a_file_may_have_no_front_matter(text: str) -> None:
    source, problems = split_source(text, "a.md")
    assert (source.front, source.body, source.body_line, problems) == (FrontMatter(), text, 1, [])


def test_lines_of_keys_and_body_are_those_of_the_file() -> None:
    source, _ = split_source("---\ntitle: X\nquestions:\n- a\nupdated: 2026-01-01\n---\n\n\nBody\n", "a.md")
    assert source.lines == {"title": 2, "questions": 3, "updated": 5}
    before = source.body[: source.body.index("Body")]
    assert source.body_line + before.count("\n") == 9


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path, ends: bytes, mark: bytes) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(mark + b"---\ntitle: X\norder: first\n---\nOne\n\nTwo\n".replace(b"\n", ends))
    source, problems = read_source(file, "a.md")
    assert (source.front.title, source.body.strip()) == ("X", "One\n\nTwo")
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a.md:1: is empty. Write the article, or delete the file."),
        (b" \r\n\t\n", "a.md:1: is empty. Write the article, or delete the file."),
        (b"\xef\xbb\xbf", "a.md:1: is empty. Write the article, or delete the file."),
        (b"# PNG\n\x89\0\x1a", "a.md:2: is not text: it holds binary data. Save it as UTF-8 text."),
        ("---\n".encode("utf-16"), "a.md:1: is not text: it holds binary data. Save it as UTF-8 text."),
        (
            b"word " * 1_000_000,
            "a.md: is 5.0 MB; an article is at most 1 MB. Split it into several articles.",
        ),
    ],
)
def test_a_file_that_is_no_article_says_why(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.md").write_bytes(content)
    with pytest.raises(KBError) as caught:
        read_source(tmp_path / "a.md", "a.md")
    assert str(caught.value) == told


def test_text_that_is_not_utf8_is_served_and_its_line_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(
        b"---\r\ntitle: Caf\xc3\xa9\r\n---\r\nFine \xe2\x82\xac\r\nA caf\xe9 here\r\n"
    )
    source, problems = read_source(tmp_path / "a.md", "a.md")
    assert [str(p) for p in problems] == ["a.md:5: is not UTF-8 (byte 0xe9). Save it as UTF-8 text."]
    assert source.front.title == "Café"
    assert source.body.strip() == "Fine €\nA caf\ufffd here"
