"""A folder as a library: what is served, what is not, and everything wrong with it in one go."""

import os
from datetime import date
from pathlib import Path

import pytest

from kb.content.library import Library, read_library
from kb.errors import KBError, Severity, by_place
from kb.model import Article, Topic
from tests.builders import article, write

MENU = (Topic("orders", "Orders"), Topic("delivery", "Delivery"))


def library(
    folder: Path, files: dict[str, str | bytes], *, drafts: bool = False, foreign: bool = False
) -> Library:
    write(folder / "articles", files)
    return read_library(folder / "articles", MENU, drafts=drafts, foreign=foreign)


def told(found: Library) -> list[str]:
    return [str(problem) for problem in found.problems]


def by_slug(found: Library) -> dict[str, Article]:
    return {one.slug: one for one in found.articles}


GOOD = {"orders/good.md": article("Good")}


def test_an_article_is_its_front_matter_its_folder_and_its_text(tmp_path: Path) -> None:
    front = {"summary": "S", "questions": ["why"], "keywords": ["k"], "aliases": ["Old Name"], "order": 3}
    text = article("Track it", "Intro.\n\n## Steps\n\nOpen it.", updated=date(2026, 10, 4), **front)
    found = library(tmp_path, {"orders/Track & trace.md": text})
    (one,) = found.articles
    assert (one.slug, one.title, one.topic, one.path) == (
        "track-trace",
        "Track it",
        "orders",
        "orders/Track & trace.md",
    )
    assert (one.summary, one.questions, one.keywords, one.order) == ("S", ("why",), ("k",), 3)
    assert (one.aliases, one.updated) == (("old-name",), date(2026, 10, 4))
    assert [section.heading for section in one.sections] == ["", "Steps"]
    assert '<h2 id="steps">' in one.html
    assert told(found) == []


def test_bad_files_are_named_and_the_rest_is_served(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            **GOOD,
            "orders/empty.md": "",
            "orders/large.md": b"x" * 5_000_000,
            "orders/binary.md": b"\x7fELF\0",
            "orders/latin.md": article("Latin").encode() + b"\ncaf\xe9\n",
            "orders/yaml.md": "---\ntitle: [x\n---\nText.",
        },
    )
    assert sorted(by_slug(found)) == ["good", "latin", "yaml"]
    errors = [p for p in found.problems if p.severity is Severity.ERROR]
    assert [(p.path.removeprefix("articles/orders/"), p.line) for p in errors] == [
        ("binary.md", 1),
        ("empty.md", 1),
        ("large.md", None),
        ("latin.md", 6),
        ("yaml.md", 3),
    ]


@pytest.mark.parametrize("key", ["Title: A", "titel: A"])
def test_a_title_under_a_misspelt_key_is_one_mistake(tmp_path: Path, key: str) -> None:
    (problem,) = library(tmp_path, {"orders/a.md": f"---\n{key}\n---\nText.\n"}).problems
    assert (problem.line, problem.fix) == (2, "Did you mean 'title'?")


@pytest.mark.parametrize("body", ["", "\n\n", "<!-- to be written -->\n", "## \n"])
def test_an_article_without_text_is_named(tmp_path: Path, body: str) -> None:
    files: dict[str, str | bytes] = {
        "orders/a.md": f"---\ntitle: A\n---\n{body}",
        "orders/b.md": f"---\ntitle: B\nretired: true\n---\n{body}",
        "orders/c.md": f"---\ntitle: C\n---\n{body}![A cup](https://shop.example/cup.png)\n",
    }
    assert told(library(tmp_path, files)) == [
        "articles/orders/a.md:1: has no text: its page is empty. Write the answer."
    ]


def test_an_unreadable_file_is_named_and_the_rest_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def refused(file: Path) -> bytes:  # not even root can be kept from reading a file by its mode
        if file.name == "locked.md":
            raise PermissionError(13, "Permission denied")
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", refused)
    found = library(tmp_path, {**GOOD, "orders/locked.md": article("Locked")})
    assert list(by_slug(found)) == ["good"]
    assert told(found) == [
        "articles/orders/locked.md: cannot be read: Permission denied. Check the file and its permissions."
    ]


def test_links_between_folders_are_followed_unless_they_loop_or_lead_nowhere(tmp_path: Path) -> None:
    write(tmp_path / "articles", {**GOOD, "shared/one.md": article("One")})
    (tmp_path / "articles/orders/again").symlink_to("..")
    (tmp_path / "articles/orders/same").symlink_to(".")
    (tmp_path / "articles/orders/gone.md").symlink_to("nowhere.md")
    (tmp_path / "articles/orders/two.md").symlink_to("../shared/one.md")
    (tmp_path / "articles/delivery").symlink_to(tmp_path / "articles/shared")
    found = library(tmp_path, {})
    assert sorted(by_slug(found)) == ["good", "one", "shared-one", "two"]
    loop, gone, same = sorted((p for p in found.problems if "link" in p.problem), key=by_place)
    assert loop.path.endswith("articles/orders/again")
    assert (loop.problem, loop.fix) == ("is a link to a folder it lies in.", "Remove the link.")
    assert (same.problem, same.fix) == (loop.problem, loop.fix)
    assert gone.path.endswith("articles/orders/gone.md")
    assert (gone.problem, gone.severity) == ("is a link that leads nowhere.", Severity.ERROR)


def test_nothing_outside_of_the_folder_is_published_by_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"articles-old/late.md": article("Late"), "plan.txt": "Secret."})
    write(tmp_path / "articles", {"orders/good.md": article("Good", "[x](plan.md)")})
    (tmp_path / "articles/orders/plan.md").symlink_to(tmp_path / "plan.txt")
    (tmp_path / "articles/delivery").symlink_to("../articles-old")
    found = library(tmp_path, {})
    assert list(by_slug(found)) == ["good"]
    outside = "is a link to what lies outside of the articles' folder. Copy that"
    assert [line.partition("/articles/")[2] or line for line in told(found)] == [
        f"delivery: {outside} folder here.",
        f"orders/plan.md: {outside} file here.",
        "articles/orders/good.md:4: 'plan.md' leads nowhere. "
        "That file can't be served: see what is said of it.",
    ]


def test_a_file_name_that_is_not_text_is_named_and_the_rest_is_served(tmp_path: Path) -> None:
    write(tmp_path / "articles", GOOD)
    Path(os.fsdecode(os.fsencode(tmp_path / "articles/orders") + b"/caf\xe9.md")).write_text("# Coffee\n")
    found = library(tmp_path, {})
    assert list(by_slug(found)) == ["good"]
    assert [line.partition("orders/")[2] for line in told(found)] == [
        "caf\ufffd.md: has a name that is not UTF-8. Rename the file."
    ]


@pytest.mark.parametrize("files", [{}, {"_note.md": "x"}, {".hidden/a.md": "x"}, {"a.txt": "x"}])
def test_a_folder_without_articles_says_how_to_begin(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    (tmp_path / "articles").mkdir()
    with pytest.raises(KBError, match=r"articles/: has no article in it\. Add one: kb new"):
        library(tmp_path, files)


def test_a_folder_where_nothing_can_be_served_names_each_reason(tmp_path: Path) -> None:
    with pytest.raises(KBError) as caught:
        library(tmp_path, {"orders/a.md": "", "orders/b.md": b"\0"})
    assert [problem.path for problem in caught.value.problems] == [
        "articles/orders/a.md",
        "articles/orders/b.md",
        "articles/",
    ]


def test_a_folder_of_drafts_says_how_to_see_or_publish_them(tmp_path: Path) -> None:
    fix = "Write 'draft: false' in one, or see them by 'kb serve --development'."
    files: dict[str, str | bytes] = {"orders/a.md": article("A", draft=True, order="first")}
    with pytest.raises(KBError) as caught:
        library(tmp_path, files)
    order, nothing = map(str, caught.value.problems)
    assert order.startswith("articles/orders/a.md:4: 'order' must be a whole number")
    assert nothing == f"articles/: has only drafts in it. {fix}"


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(KBError, match=r"there is no such folder\. Correct the path"):
        read_library(tmp_path / "articles", MENU)


def test_a_draft_is_served_in_development_only(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**GOOD, "orders/soon.md": article("Soon", draft=True)}
    assert list(by_slug(library(tmp_path, files))) == ["good"]
    both = by_slug(library(tmp_path, files, drafts=True))
    assert list(both) == ["good", "soon"]
    assert both["soon"].draft


@pytest.mark.parametrize("drafts", [False, True])
def test_a_draft_takes_no_address_from_a_published_article(tmp_path: Path, drafts: bool) -> None:
    files: dict[str, str | bytes] = {
        "delivery/late.md": article("Late", draft=True),
        "orders/b/late.md": article("Late order"),
    }
    found = library(tmp_path, files, drafts=drafts)
    addresses = {"orders/b/late.md": "late"} | ({"delivery/late.md": "delivery-late"} if drafts else {})
    assert {one.path: one.slug for one in found.articles} == addresses
    assert any("has the same name as orders/b/late.md" in line for line in told(found)) is drafts


def test_articles_with_one_name_are_all_served_the_shallowest_under_the_short_address(
    tmp_path: Path,
) -> None:
    found = library(
        tmp_path,
        {
            "delivery/late.md": article("Late"),
            "orders/late.md": article("Late too"),
            "late.md": article("Late at the top"),
            "orders/Late.md": article("Late in capitals"),
        },
    )
    assert {one.slug: one.path for one in found.articles} == {
        "late": "late.md",
        "delivery-late": "delivery/late.md",
        "orders-late": "orders/Late.md",
        "late-2": "orders/late.md",
    }
    assert [problem.path for problem in found.problems] == [
        "articles/delivery/late.md",
        "articles/late.md",
        "articles/orders/Late.md",
        "articles/orders/late.md",
    ]


def test_an_unknown_topic_is_shown_last_and_names_the_closest(tmp_path: Path) -> None:
    found = library(tmp_path, {"ordrs/a.md": article("A"), "delivery/b.md": article("B")})
    assert [topic.path for topic in found.topics] == ["delivery", "ordrs"]
    assert told(found) == [
        "articles/ordrs/a.md: topic 'ordrs' is not in seeds/topics.yaml; it is shown last. "
        "Add it there, or move the file. Did you mean 'orders'?"
    ]


def test_topics_follow_the_menu_and_only_those_with_articles_are_shown(tmp_path: Path) -> None:
    found = library(tmp_path, {"delivery/abroad/eu/a.md": article("A"), "orders/b.md": article("B")})
    assert [topic.path for topic in found.topics] == [
        "orders",
        "delivery",
        "delivery/abroad",
        "delivery/abroad/eu",
    ]
    assert [topic.title for topic in found.topics] == ["Orders", "Delivery", "abroad", "eu"]


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("orders/a.md", "# From *heading*\n\nText.", "From heading"),
        ("orders/a.md", "Text.\n\n# Late heading", "A"),
        ("orders/how_to-pay.md", "Text.", "How to pay"),
        ("orders/Gift cards & more/README.md", "Text.", "Gift cards & more"),
        ("orders/index.md", "## Only deeper", "Orders"),
    ],
)
def test_a_missing_title_is_the_first_heading_else_the_file_name(
    tmp_path: Path, path: str, text: str, title: str
) -> None:
    found = library(tmp_path, {path: text})
    assert [one.title for one in found.articles] == [title]
    problem = next(p for p in found.problems if "title" in p.problem)
    assert str(problem) == f"articles/{path}:1: has no title. Add 'title: …' to its front matter."
    assert problem.severity is Severity.WARNING


def test_what_others_would_read_otherwise_is_named_with_its_line_in_the_file(tmp_path: Path) -> None:
    body = "1. One\n   - two\n\n         - far\n\n[no](zzz.pdf)\n\n```\ncode"
    found = library(tmp_path, {"orders/a.md": article("A", body)})
    assert told(found) == [
        "articles/orders/a.md:7: this list is indented by 9 blanks, which elsewhere makes it code or text. "
        "Indent it by 5 blanks, as far as the text it belongs to.",
        "articles/orders/a.md:9: 'zzz.pdf' leads nowhere. Correct the path, or add the file.",
        "articles/orders/a.md:11: the code that begins with '```' is never closed. "
        "Put a line '```' after it, indented as this one is.",
    ]
    assert {problem.severity for problem in found.problems if "zzz" not in problem.problem} == {
        Severity.WARNING
    }


def test_markdown_nested_without_end_costs_one_article_at_most(tmp_path: Path) -> None:
    deep = {"orders/deep.md": article("Deep", ">" * 3000 + " x"), "orders/wide.md": article("W", "[" * 3000)}
    found = library(tmp_path, {**GOOD, **deep})
    assert "good" in by_slug(found)
    named = {problem.path for problem in found.problems}
    assert {one.path for one in found.articles} | {path.removeprefix("articles/") for path in named} == {
        *GOOD,
        *deep,
    }


def test_in_a_foreign_tree_nobody_is_asked_for_titles_or_topics(tmp_path: Path) -> None:
    found = library(tmp_path, {"Any & all/a b.md": "---\nlayout: [x]\ndate: 1\n---\nText."}, foreign=True)
    assert told(found) == []
    assert [(one.slug, one.title, one.topic) for one in found.articles] == [("a-b", "A b", "any-all")]
    assert [topic.title for topic in found.topics] == ["Any & all"]


def test_aliases_of_another_site_are_not_told_to_be_no_addresses_of_ours(tmp_path: Path) -> None:
    files = {"a/b.md": article("B", aliases=["/docs/b/", "b", "/docs/user-guide/b"])}
    assert read_library(write(tmp_path, files), foreign=True).problems == ()
    assert len(read_library(tmp_path).problems) > 2


def test_a_title_with_template_code_in_it_is_that_of_the_file(tmp_path: Path) -> None:
    files = {"a/about-copilot.md": article("About {% data product.copilot %}")}
    assert read_library(write(tmp_path, files), foreign=True).articles[0].title == "About copilot"
