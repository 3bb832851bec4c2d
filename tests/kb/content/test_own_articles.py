"""The articles of this repository: what a help center for a shop must cover, and how it is written."""

import re
from pathlib import Path

import pytest

from kb.content.library import Library, read_library
from kb.content.seeds import load_topics
from kb.yamltext import read_yaml
from tests.builders import REPOSITORY

ARTICLES, SEEDS = REPOSITORY / "articles", REPOSITORY / "seeds"

REQUIRED = (
    """
finding an order, tracking an order, delivery estimates, delayed parcels, lost parcels, damaged items,
wrong items, missing items, returns, exchanges, refunds, how long refunds take, payment methods,
a charge you don't recognise, charged twice, invoices, gift cards, promotions, account, sign-in,
privacy, security, subscriptions, which channel for which problem, chat, phone, email,
describing a problem, keeping records, your rights, escalating politely
""".strip()
    .replace(",\n", ", ")
    .split(", ")
)
"""The subjects of issue 2's Content list, each the beginning of a row's subject."""

_ROW = re.compile(r"^\| (?P<subject>[^|]+) \| \[(?P<title>[^\]]+)\]\((?P<link>[^)]+)\) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str]]:
    text = (SEEDS / "README.md").read_text(encoding="utf-8")
    return [(match["subject"].lower(), match["title"], match["link"]) for match in _ROW.finditer(text)]


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(ARTICLES, load_topics(SEEDS))


@pytest.mark.parametrize("subject", REQUIRED)
def test_the_table_of_required_subjects_names_an_article_for_each(subject: str) -> None:
    assert [row for row in rows() if row[0].startswith(subject)]


def test_every_article_the_table_links_to_exists_and_has_that_title(library: Library) -> None:
    titles = {ARTICLES / one.path: one.title for one in library.articles if not one.retired}
    for subject, title, link in rows():
        file = Path(SEEDS, link).resolve()
        assert file in titles, f"{subject}: {link}"
        assert titles[file] == title, subject


def test_every_seeds_file_is_explained() -> None:
    text = (SEEDS / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([a-z_]+\.[a-z]+)` \| \S", text, re.MULTILINE))
    assert {file.name for file in SEEDS.iterdir()} - {"README.md"} <= explained


def test_a_list_within_a_list_is_one(library: Library) -> None:
    """Indented by too few blanks, or too many, it would be text with dashes in it."""
    dashed = re.compile(r"\n\s*[-*] ")
    assert [article.path for article in library.articles if dashed.search(article.html)] == []


def test_every_phone_number_and_address_of_ours_can_be_tapped(library: Library) -> None:
    plain = re.compile(r"(?<![\w:])(?:0808 157 \d{4}|[a-z]+@harrowandfinch\.example)(?![^<]*</a>)")
    assert {one.path: found for one in library.articles if (found := plain.findall(one.html))} == {}


def test_there_are_sixty_articles_in_eight_topics_at_least(library: Library) -> None:
    assert len(library.articles) >= 60
    assert len({one.topic for one in library.articles}) >= 8


def test_nothing_in_the_shops_articles_needs_mending(library: Library) -> None:
    assert [str(problem) for problem in library.problems] == []


def test_every_article_can_be_read_in_a_few_minutes(library: Library) -> None:
    for one in library.articles:
        body = (ARTICLES / one.path).read_text(encoding="utf-8").split("---\n", 2)[2]
        assert 200 <= len(body.split()) <= 600, one.path


def test_every_article_says_what_it_is_about_and_how_customers_ask(library: Library) -> None:
    for one in library.articles:
        assert one.summary, one.path
        assert one.updated, one.path
        assert len(one.questions) >= 3, one.path


def test_no_title_and_no_question_stands_in_two_articles(library: Library) -> None:
    titles = [one.title.casefold() for one in library.articles]
    questions = [question.casefold() for one in library.articles for question in one.questions]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []
    assert sorted({question for question in questions if questions.count(question) > 1}) == []


def test_the_rules_for_channels_name_only_what_exists(library: Library) -> None:
    value, *_ = read_yaml((SEEDS / "routing.yaml").read_text(encoding="utf-8"), "routing.yaml")
    slugs = {one.slug for one in library.articles}
    named = {slug for rule in value["rules"] for slug in rule["when"].get("articles", ())}
    assert named <= slugs
