"""A section of an article among the results: whole blocks, and links that still lead somewhere."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from kb.building import read
from kb.model import Article, Site
from kb.place import Place
from tests.builders import REPOSITORY
from webapp.excerpt import MOST_CHARACTERS, excerpt

SITE = Site("Shop", base_url="https://help.example")
CONTACT = "/contact?q=mug&topic=problems"
ARTICLE = Article(
    "mug",
    "A broken mug",
    "problems",
    "problems/mug.md",
    html="""<p>Sorry.</p>
<h2 id="steps">Steps</h2><ol><li>Take a <a href="#photo">photo</a>.<br>Two, if you can.</li></ol><hr>
<h3 id="photo">The photo</h3><p>Of all sides.</p>
<h2 id="after">After</h2><blockquote><h3 id="inside">Inside</h3><p>Wait.</p></blockquote>""",
)


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> object:
    with app.test_request_context():
        yield


def shown(anchor: str, article: Article = ARTICLE) -> str:
    found = excerpt(article, anchor, CONTACT, SITE)
    return f"{found.shown}{found.folded}" if found else ""


def test_a_section_has_its_own_subsections_and_ends_at_the_next() -> None:
    steps = shown("steps")
    assert steps.startswith("<ol><li>Take a")
    assert "<hr>" in steps
    assert "Of all sides" in steps
    assert "After" not in steps
    assert shown("photo") == "<p>Of all sides.</p>"


def test_from_its_top_an_article_goes_on_to_its_steps_unless_it_is_long() -> None:
    assert shown("").startswith("<p>Sorry.</p>")
    assert "Take a" in shown("")
    long = replace(ARTICLE, html=f"{ARTICLE.html}<p>{'word ' * MOST_CHARACTERS}</p>")
    assert shown("", long) == "<p>Sorry.</p>"


def test_links_within_the_article_lead_to_it() -> None:
    assert 'href="/articles/mug#photo"' in shown("steps")


def test_headings_stand_below_that_of_the_result() -> None:
    levels = set(re.findall(r"<h(\d)", shown("")))
    assert levels
    assert "2" not in levels


@pytest.mark.parametrize("anchor", ["inside", "nowhere"])
def test_what_can_not_be_taken_out_whole_is_not_shown(anchor: str) -> None:
    assert excerpt(ARTICLE, anchor, CONTACT, SITE) is None


@pytest.mark.parametrize("separator", ["\u2028", "\x0c", "\x85", "\r"])
def test_what_only_python_takes_for_a_line_end_moves_nothing(separator: str) -> None:
    article = Article(
        "s", "T", "t", "t/s.md", html=f"<p>One{separator}two</p>\n<h2 id='x'>X</h2>\n<p>Here.</p>"
    )
    found = excerpt(article, "x", CONTACT, Site("Shop"))
    assert found is not None
    assert found.shown == "<p>Here.</p>"


def test_a_long_section_is_folded_between_blocks_and_never_after_a_heading() -> None:
    long = f"<p>{'word ' * 118}</p><h3 id='x'>More about it</h3><p>Rest.</p><p>{'last ' * 200}</p>"
    found = excerpt(replace(ARTICLE, html=f'<h2 id="a">A</h2>{long}'), "a", CONTACT, SITE)
    assert found is not None
    assert found.shown.count("<p>") == 2
    assert "last" in found.folded
    assert "More about it" not in found.folded
    headed = excerpt(replace(ARTICLE, html='<h2 id="a">A</h2><p>First.</p>'), "", CONTACT, SITE)
    assert headed is not None
    assert "First." in headed.shown
    short = excerpt(replace(ARTICLE, html='<h2 id="a">A</h2><p>Short.</p><p>Too.</p>'), "a", CONTACT, SITE)
    assert short is not None
    assert short.folded == ""


def test_every_section_of_our_own_articles_is_shown_whole() -> None:
    for article in read(Place.at(REPOSITORY)).articles:
        for section in article.sections:
            found = excerpt(article, section.anchor, CONTACT, SITE)
            html = unescape(f"{found.shown}{found.folded}") if found else ""
            missing = set(re.findall(r"\w+", section.text)) - set(re.findall(r"\w+", html))
            assert missing == set(), (article.slug, section.heading)
