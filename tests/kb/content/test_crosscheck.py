"""What articles say of themselves and of each other, and where they lie: what is named, by which line."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.errors import Severity
from tests.builders import article
from tests.kb.content.test_library import by_slug, library, told


@pytest.mark.parametrize("drafts", [False, True])
def test_a_draft_is_no_article_that_a_published_one_may_name(tmp_path: Path, drafts: bool) -> None:
    files: dict[str, str | bytes] = {
        "orders/a.md": article("A", related=["soon"]),
        "orders/b.md": article("B", related=["soon"], draft=True),
        "orders/soon.md": article("Soon", draft=True),
    }
    assert told(library(tmp_path, files, drafts=drafts)) == [
        "articles/orders/a.md:3: 'related' names 'soon', which is no article. "
        "That is a draft: it is not published yet. Write 'draft: false' in it, or take this out."
    ]


def test_two_articles_of_one_title_in_one_topic_are_named_with_the_line(tmp_path: Path) -> None:
    titles = {"orders/a": "Late", "orders/b": "late", "delivery/c": "Late"}
    files: dict[str, str | bytes] = {f"{path}.md": article(title) for path, title in titles.items()}
    (problem,) = library(tmp_path, files).problems
    assert str(problem).startswith("articles/orders/b.md:2: has the title of orders/a.md, in the same topic.")
    assert problem.severity is Severity.WARNING
    assert library(tmp_path, files, foreign=True).problems == ()


def test_a_day_to_come_is_named_with_its_line_but_not_where_it_has_come_somewhere(tmp_path: Path) -> None:
    soon = date.today() + timedelta(days=1)
    files: dict[str, str | bytes] = {
        "orders/a.md": article("A", updated=date(2999, 1, 2)),
        "orders/b.md": article("B", updated=soon),
    }
    (problem,) = library(tmp_path, files).problems
    assert str(problem).startswith("articles/orders/a.md:3: 'updated' is a day to come, 2999-01-02. Write")
    assert problem.severity is Severity.WARNING
    assert library(tmp_path, files, foreign=True).problems == ()


def test_an_article_in_no_topic_is_named_with_its_place(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.md": article("A"), "orders/b.md": article("B")}
    assert told(library(tmp_path, files)) == [
        "articles/a.md:1: lies in no topic, so that the Help menu does not lead to it. "
        "Move it into a topic's folder: articles/a-topic/a.md."
    ]
    assert library(tmp_path, files, foreign=True).problems == ()


def test_what_articles_say_of_others_is_checked_with_line_and_suggestion(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "orders/track.md": article("Track", aliases=["follow"]),
            "orders/a.md": article("A", related=["track", "trak"]),
            "orders/aa.md": article("Aa", related=["follow"]),
            "orders/b.md": article("B", retired=True, successor="tracking"),
            "orders/c.md": article("C", summary="S", aliases=["track", "Follow"]),
            "orders/d.md": article("D", retired=True, successor="track", related=["zzz"]),
        },
    )
    assert told(found) == [
        "articles/orders/a.md:3: 'related' names 'trak', which is no article. Did you mean 'track'?",
        "articles/orders/aa.md:3: 'related' names 'follow', which is no article. "
        "Write 'c': orders/c.md has the alias 'follow'.",
        "articles/orders/b.md:4: 'successor' names 'tracking', which is no article. Did you mean 'track'?",
        "articles/orders/c.md:4: the alias 'track' is the address of another article. "
        "Remove it here or there.",
        "articles/orders/d.md:5: 'related' names 'zzz', which is no article. Write the slug of an article.",
        "articles/orders/track.md:3: the alias 'follow' is the address of another article. "
        "Remove it here or there.",
    ]
    served = by_slug(found)
    assert (served["b"].retired, served["d"].successor) == (True, "track")


def test_an_article_is_related_to_others_and_to_each_once(tmp_path: Path) -> None:
    related = ["a", "b", "c", "b", "b"]
    files: dict[str, str | bytes] = {f"orders/{name}.md": article(name) for name in "bc"}
    found = library(tmp_path, {**files, "orders/a.md": article("A", related=related)})
    assert by_slug(found)["a"].related == ("b", "c")
    assert told(found) == [
        "articles/orders/a.md:3: 'related' names 'b' twice. Remove it.",
        "articles/orders/a.md:3: 'related' names the article itself. Remove it.",
    ]


def test_a_successor_is_an_article_in_use_of_one_that_is_not(tmp_path: Path) -> None:
    followed = {"a": "b", "b": "c", "c": "d", "e": "f", "f": "e", "g": "g", "h": "i", "i": None}
    files: dict[str, str | bytes] = {
        f"orders/{name}.md": article(name, retired=True, successor=successor)
        for name, successor in followed.items()
    }
    found = library(tmp_path, {**files, "orders/d.md": article("D", successor="c")})
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}
    assert [line.removeprefix("articles/orders/") for line in told(found)] == [
        "a.md:4: 'successor' names 'b', which is retired itself. Write 'd', which follows.",
        "b.md:4: 'successor' names 'c', which is retired itself. Write 'd', which follows.",
        "d.md:3: has a successor, but is not retired. Write 'retired: true' too, or take 'successor' out.",
        "e.md:4: 'successor' names 'f', which is retired itself. Write the slug of an article in use.",
        "f.md:4: 'successor' names 'e', which is retired itself. Write the slug of an article in use.",
        "g.md:4: 'successor' names 'g', which is retired itself. Write the slug of an article in use.",
        "h.md:4: 'successor' names 'i', which is retired itself. Write the slug of an article in use.",
    ]


def test_an_alias_is_taken_as_it_is_meant_or_named_with_the_fix(tmp_path: Path) -> None:
    aliases = ["old-dup.md", "/articles/old2#x", "Old Name", "old/3", "delivery/late.md", "a", "OLD2", " "]
    found = library(tmp_path, {"orders/a.md": article("A", aliases=aliases)})
    assert by_slug(found)["a"].aliases == ("old-dup", "old2", "old-name")
    never = "is the address of no article: these are /articles/ and one word."
    assert told(found) == [
        "articles/orders/a.md:3: the alias 'OLD2' is listed twice. Remove it.",
        "articles/orders/a.md:3: the alias 'a' is the article's own address. Remove it.",
        f"articles/orders/a.md:3: the alias 'delivery/late.md' {never} Write the last part alone: 'late'.",
        f"articles/orders/a.md:3: the alias 'old/3' {never} Write the last part alone: '3'. "
        "An address with more before it is for the proxy to lead there: see README.md, 'On a server'.",
    ]


@pytest.mark.parametrize("foreign", [False, True])
def test_an_address_too_long_for_a_file_of_an_export_is_named(tmp_path: Path, foreign: bool) -> None:
    fits, long = "é" * 100, "é" * 100 + "a"
    files: dict[str, str | bytes] = {
        f"orders/{fits}.md": article("A", aliases=["b" * 200]),
        f"orders/{long}.md": article("B", aliases=["c" * 201, "old"]),
    }
    found = library(tmp_path, files, foreign=foreign)
    assert {problem.severity for problem in found.problems} == {Severity.ERROR}
    told_long = "is too long for a file's name in an export: 200 bytes fit."
    assert [(p.path.rpartition("/")[2], p.line, p.problem, p.fix) for p in found.problems] == [
        (
            f"{long}.md",
            None,
            f"the address '{'é' * 40}…' {told_long}",
            "Shorten the file's name, and its folders' where they are part of it.",
        ),
        (f"{long}.md", 3, f"the alias '{'c' * 40}…' {told_long}", "Shorten or remove it."),
    ]
