"""site.yaml and topics.yaml: what they hold, and what each mistake in them is answered with."""

import re
from pathlib import Path

import pytest

from kb.contact.orders_csv import COLUMNS
from kb.content.seeds import FILES, ICONS, load_site, load_topics, read_topics
from kb.errors import KBError, Severity
from kb.model import Site, Topic
from tests.builders import REPOSITORY, write


def site(folder: Path, text: str) -> Site:
    return load_site(write(folder, {"site.yaml": text}))


def topics(folder: Path, text: str) -> tuple[Topic, ...]:
    return load_topics(write(folder, {"topics.yaml": text}))


def test_a_site_needs_a_name_only(tmp_path: Path) -> None:
    assert site(tmp_path, "name: ' Small Shop '\n") == Site("Small Shop")


def test_a_site_is_read_with_all_it_says(tmp_path: Path) -> None:
    text = (
        "name: S\ntagline: T\nbase_url: https://help.example\nshop_url: https://www.example/shop\n"
        "language: de-AT\ntimezone: Europe/Vienna\nholidays: AT-9\nbrand_colour: '#12ab34'\n"
        "answered_from: 0.7\nunsure_from: 0.2\n"
    )
    assert site(tmp_path, text) == Site(
        "S",
        "T",
        "https://help.example",
        "https://www.example/shop",
        "de-AT",
        "Europe/Vienna",
        "AT-9",
        "#12ab34",
        0.7,
        0.2,
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("name: ''", "name"),
        ("name: [a]", "name"),
        ("tagline: {a: b}", "tagline"),
        ("base_url: help.example", "base_url"),
        ("base_url: https://help.example/kb", "base_url"),
        ("shop_url: ftp://x", "shop_url"),
        ("shop_url: 'https://[your-shop].example'", "shop_url"),
        ("base_url: 'https://['", "base_url"),
        ("orders_url: https://shop.example:80000/orders", "orders_url"),
        ("api_origins: ['https://[shop]']", "api_origins"),
        ("order_page: 'https://?'", "order_page"),
        ("privacy_url: 'https://['", "privacy_url"),
        ("language: English", "language"),
        ("language: xx", "language"),
        ("timezone: Mars/Olympus", "timezone"),
        ("timezone: ../../etc/passwd", "timezone"),
        ("holidays: england", "holidays"),
        ("brand_colour: green", "brand_colour"),
        ("answered_from: 2", "answered_from"),
        ("unsure_from: low", "unsure_from"),
        ("colour: red", "colour"),
    ],
)
def test_each_mistake_in_site_yaml_is_named_with_its_line(tmp_path: Path, line: str, key: str) -> None:
    name = "" if line.startswith("name") else "name: S\n"
    with pytest.raises(KBError) as caught:
        site(tmp_path, f"# A comment.\n{name}{line}\n")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("seeds/site.yaml", 3 if name else 2)
    assert f"'{key}'" in problem.problem
    assert problem.fix


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("base_url: help.shop.example", "'help.shop.example' is not written like https://help.shop.example"),
        ("base_url: https://shop.example/", "'https://shop.example/' is not written like https://help.shop"),
        ("language: english", "'english' is not written like en-GB"),
        ("holidays: England", "'England' is not written like GB or GB-ENG"),
        ("brand_colour: green", "'green' is not written like \"#1f5f5b\", in quotes"),
        (
            "logo: pictures/logo.svg",
            "'pictures/logo.svg' is not written like logo.svg, logo.png or logo.webp",
        ),
        ("api_origins: [shop]", "'shop' is not written like https://www.shop.example"),
        ("privacy_url: how", "'how' is not written like /articles/privacy"),
        ("mail: {host: 'a b', from: a@b.example}", "'a b' is not written like smtp.shop.example"),
        ("mail: {host: a..b, from: a@b.example}", "'a..b' is not written like smtp.shop.example"),
        ("mail: {host: .a.b, from: a@b.example}", "'.a.b' is not written like smtp.shop.example"),
        (
            "mail: true",
            "'mail' must have keys of its own, not True. Write each on a line of its own, as 'key: ",
        ),
        ("answered_from: 80", "'answered_from' must be less than 1, not 80."),
        ("answered_from: low", "'answered_from' must be a number, not 'low'. Write a number like 0.5."),
        ("retention_days: 0", "'retention_days' must be 1 or more, not 0."),
    ],
)
def test_a_mistake_in_site_yaml_is_told_in_words_not_patterns(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(KBError) as caught:
        site(tmp_path, f"name: S\n{line}\n")
    (problem,) = caught.value.problems
    assert words in str(problem)


def test_thresholds_in_the_wrong_order_are_named_where_they_stand(tmp_path: Path) -> None:
    with pytest.raises(
        KBError, match=r"^seeds/site\.yaml:2: 'unsure_from' \(0\.9\) is above 'answered_from'"
    ):
        site(tmp_path, "name: S\nunsure_from: 0.9\n")
    with pytest.raises(
        KBError, match=r"^seeds/site\.yaml:2: 'unsure_from' .* Lower it, or raise the other\."
    ):
        site(tmp_path, "name: S\nanswered_from: 0.1\n")


def test_all_mistakes_in_site_yaml_are_named_in_one_run(tmp_path: Path) -> None:
    with pytest.raises(KBError) as caught:
        site(tmp_path, "nme: S\ntimezone: X\nlanguage: X\n")
    assert sorted(problem.line or 0 for problem in caught.value.problems) == [1, 1, 2, 3]


def test_topics_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "- {topic: returns, title: Returns, summary: S, icon: box}\n- {topic: a/größe, title: Sizes}\n"
    assert topics(tmp_path, text) == (Topic("returns", "Returns", "S", "box"), Topic("a/größe", "Sizes"))


@pytest.mark.parametrize(
    ("entry", "line", "words"),
    [
        ("- topic: Gift cards\n  title: G", 3, "'topic' is wrong: 'Gift cards' is not a folder's address"),
        ("- topic: /gifts\n  title: G", 3, "is not a folder's address"),
        ("- topic: gifts\n  title: ''", 4, "'title' is empty. Write its words after the colon."),
        ("- topic: gifts", 3, "'title' is missing. Add a line 'title: …'."),
        ("- title: Gifts", 3, "'topic' is missing. Add a line 'topic: …'."),
        (
            "- topic: gifts\n  title: G\n  sumary: S",
            5,
            "not a key we know. Did you mean 'summary'?",
        ),
        ("- topic: gifts\n  title: [G]", 4, "'title' must be text"),
        ("- 5", 3, "'the entry' must have keys of its own, not 5."),
        (
            "- orders",
            3,
            "'the entry' must have keys of its own, not 'orders'. Write each on a line of its own",
        ),
        (
            "- topic: gifts\n  title: G\n- topic: returns\n  title: R",
            5,
            "topic 'returns' stands there twice.",
        ),
        ("- topic: gifts\n  title: [G", 5, "not valid YAML"),
    ],
)
def test_each_mistake_in_topics_yaml_is_named_with_its_line(
    tmp_path: Path, entry: str, line: int, words: str
) -> None:
    with pytest.raises(KBError) as caught:
        topics(tmp_path, f"- topic: returns\n  title: R\n{entry}\n")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"seeds/topics.yaml:{line}: ")
    assert words in str(problem)


@pytest.mark.parametrize("load", [load_site, load_topics])
def test_a_missing_file_is_named_with_the_way_to_get_one(tmp_path: Path, load: object) -> None:
    assert callable(load)
    with pytest.raises(
        KBError, match=r"seeds/(site|topics)\.yaml: the file is missing\. Copy it from 'kb init --bare'"
    ):
        load(tmp_path)


def test_the_shops_own_topics_each_have_a_title_a_summary_and_an_icon_that_exists() -> None:
    shop, undrawn = read_topics(REPOSITORY / "seeds")
    assert len(shop) >= 8
    assert undrawn == []
    for topic in shop:
        assert topic.title
        assert topic.summary
        assert topic.icon


def test_what_does_not_go_together_in_site_yaml_is_named_in_one_run(tmp_path: Path) -> None:
    with pytest.raises(KBError) as caught:
        site(tmp_path, "name: S\nlogo: bird.svg\nunsure_from: 0.9\n")
    assert [problem.line for problem in caught.value.problems] == [3, 2]


def test_a_logo_lies_beside_the_file(tmp_path: Path) -> None:
    with pytest.raises(KBError, match=r"yaml:2: 'logo' names a file that is not there: seeds/bird\.svg"):
        site(tmp_path, "name: S\nlogo: bird.svg\n")
    with pytest.raises(KBError, match="'logo'"):
        site(tmp_path, "name: S\nlogo: ../../etc/passwd.png\n")
    (tmp_path / "bird.svg").write_text("<svg/>")
    assert site(tmp_path, "name: S\nlogo: bird.svg\n").logo == "bird.svg"


@pytest.mark.parametrize("key", ["tagine", "answered_form", "brand_color"])
def test_an_unknown_key_of_the_site_names_the_one_that_is_meant(tmp_path: Path, key: str) -> None:
    with pytest.raises(KBError, match=rf"yaml:2: '{key}' is not a key we know\. Did you mean '"):
        site(tmp_path, f"name: S\n{key}: x\n")


def test_icons_that_can_be_named_are_those_drawn_but_for_the_pages_own() -> None:
    template = (REPOSITORY / "webapp/templates/partials/icon.html").read_text(encoding="utf-8")
    drawn = re.findall(r'^  "([\w-]+)": ', template, re.MULTILINE)
    of_the_pages = {"mark", "menu", "arrow", "chevron", "cross"}
    assert sorted(drawn) == sorted({*ICONS} | of_the_pages)


def test_an_icon_that_nobody_drew_is_a_warning_with_its_line(tmp_path: Path) -> None:
    text = "- {topic: orders, title: O, icon: box}\n- {topic: gifts, title: G, icon: gft}\n"
    (problem,) = read_topics(write(tmp_path, {"topics.yaml": text}))[1]
    assert str(problem) == "seeds/topics.yaml:2: there is no icon 'gft'. Did you mean 'gift'?"
    assert problem.severity is Severity.WARNING


def test_the_readme_of_seeds_names_every_file_that_is_read() -> None:
    table = (REPOSITORY / "seeds/README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE) == list(FILES)


def test_the_comment_of_topics_names_every_icon() -> None:
    comment = (REPOSITORY / "seeds/topics.yaml").read_text(encoding="utf-8").partition("\n- ")[0]
    assert set(ICONS) <= set(comment.split())


@pytest.mark.parametrize(
    ("name", "words"), [("orders.csv", COLUMNS), ("queries.yaml", ("q", "answer", "blind: true", "kind"))]
)
def test_the_readme_of_seeds_names_what_stands_in_a_file(name: str, words: tuple[str, ...]) -> None:
    table = (REPOSITORY / "seeds/README.md").read_text(encoding="utf-8")
    row = next(line for line in table.splitlines() if line.startswith(f"| `{name}`"))
    assert [word for word in words if f"`{word}`" not in row] == []
