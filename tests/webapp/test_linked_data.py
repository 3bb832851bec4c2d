"""What pages tell machines in their heads: schema.org's JSON-LD, canonical addresses, previews, themes."""

import json
import re
from dataclasses import replace
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html

from kb.model import Article
from tests import npm
from tests.validators import linked_data_problems
from tests.webapp.conftest import ARTICLES, FakeCenter
from webapp import brand, create_app, linked_data

HELP = "https://help.example"
LISTED = (
    "/",
    "/topics/orders",
    "/topics/delivery/international",
    "/articles/track-an-order",
    "/articles/short-note",
    "/articles/abroad",
    "/contact",
)
FAQ = (
    '<p>Before.</p><h2 id="a">How long?</h2><p>Three&nbsp;<b>days</b>.</p><ul><li>Or four.</li></ul>'
    '<h2 id="b">Where &amp; when?</h2><p>Here.</p><h3 id="c">Now</h3><p>Soon.</p>'
    '<h2 id="d">Ask us</h2><p>Do.</p>'
)


def _data(page: str) -> dict[str, Any]:
    """The JSON-LD object of a page."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return cast("dict[str, Any]", json.loads(text))


def _nodes(client: FlaskClient, address: str) -> dict[str, Any]:
    """The same by type."""
    return {node["@type"]: node for node in _data(client.get(address).text)["@graph"]}


def _problems(objects: dict[str, Any]) -> list[str]:
    try:
        return linked_data_problems(objects)
    except npm.CannotInstallError as error:
        pytest.skip(f"schema.org's declarations can't be had: {error}.")


@pytest.fixture
def faq(center: FakeCenter, monkeypatch: pytest.MonkeyPatch) -> Article:
    """An article that answers questions, in place of the one about late parcels."""
    article = replace(ARTICLES[4], html=FAQ)
    monkeypatch.setattr(center, "article", lambda slug: article)
    return article


def test_schema_org_knows_every_word_of_it(
    client: FlaskClient, center: FakeCenter, request: pytest.FixtureRequest
) -> None:
    objects = {address: _data(client.get(address).text) for address in LISTED}
    center.channels = ()
    objects["/contact without channels"] = _data(client.get("/contact").text)
    faq: Article = request.getfixturevalue("faq")
    objects["questions"] = _data(client.get(faq.url).text)
    assert _problems(objects) == []


def test_a_word_that_schema_org_does_not_know_is_found() -> None:
    """So that finding nothing means something."""
    wrong = {"@context": "https://schema.org", "@graph": [{"@type": "Article", "headlin": "x"}]}
    (problem,) = _problems({"right": {**wrong, "@graph": []}, "wrong": wrong})
    assert problem.startswith("wrong: ")
    assert "headlin" in problem


def test_home_is_a_website_that_can_be_searched(client: FlaskClient) -> None:
    website = _nodes(client, "/")["WebSite"]
    assert website["url"] == f"{HELP}/"
    target = website["potentialAction"]["target"]["urlTemplate"].removeprefix(HELP)
    assert client.get(target.replace("{query}", "parcel")).status_code == 200


def test_an_article_says_what_search_engines_ask_of_one(client: FlaskClient) -> None:
    """By https://developers.google.com/search/docs/appearance/structured-data/article."""
    article = _nodes(client, "/articles/track-an-order")["Article"]
    assert article["headline"] == "Track your order"
    assert article["dateModified"] == "2026-10-04"
    assert article["author"]["name"] == article["publisher"]["name"] == "Harrow & Finch"
    assert article["articleSection"] == "Orders"
    assert client.get(article["image"].removeprefix(HELP), buffered=True).mimetype == "image/png"


@pytest.mark.parametrize("address", ["/topics/orders", "/articles/track-an-order", "/articles"])
def test_an_export_that_nobody_publishes_tells_no_search_engine_but_where_the_page_is(
    center: FakeCenter, address: str
) -> None:
    asked = [
        create_app(cast(Any, center), offline=True, published=published).test_client().get(address).text
        for published in (False, True)
    ]
    told = ["ld+json" in page or "og:" in page or "twitter:" in page for page in asked]
    assert told == [False, True]
    assert all(f'<link rel="canonical" href="{HELP}{address}">' in page for page in asked)


def test_an_article_without_a_date_says_none(client: FlaskClient) -> None:
    assert "dateModified" not in _nodes(client, "/articles/late-parcel")["Article"]


def test_the_breadcrumb_says_what_the_page_shows(client: FlaskClient) -> None:
    steps = _nodes(client, "/articles/abroad")["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Help", f"{HELP}/"),
        (2, "Delivery", f"{HELP}/topics/delivery"),
        (3, "Abroad", f"{HELP}/topics/delivery/international"),
        (4, "Delivery abroad", f"{HELP}/articles/abroad"),
    ]


def test_questions_that_a_page_answers_are_told_with_their_answers(client: FlaskClient, faq: Article) -> None:
    asked = _nodes(client, faq.url)["FAQPage"]["mainEntity"]
    assert [(one["name"], one["acceptedAnswer"]["text"]) for one in asked] == [
        ("How long?", "Three days. Or four."),
        ("Where & when?", "Here. Now Soon."),
    ]


@pytest.mark.parametrize(
    "headings",
    [[], ["One?"], ["One?", "Two", "Three"], ["One?", "Two?", "Three", "Four", "Five"], ["One", "Two"]],
)
def test_a_page_that_is_not_mostly_questions_is_no_faq(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch, headings: list[str]
) -> None:
    html = "".join(f'<h2 id="h{at}">{heading}</h2><p>x</p>' for at, heading in enumerate(headings))
    monkeypatch.setattr(center, "article", lambda slug: replace(ARTICLES[4], html=html))
    assert "FAQPage" not in _nodes(client, "/articles/late-parcel")


def test_the_contact_page_names_every_channel_with_an_address(client: FlaskClient) -> None:
    points = _nodes(client, "/contact")["ContactPage"]["mainEntity"]["contactPoint"]
    assert [
        {key: point[key] for key in point if key in ("url", "telephone", "email")} for point in points
    ] == [
        {"url": "https://shop.example/chat"},
        {"telephone": "0808 157 0142"},
        {"email": "help@shop.example"},
    ]


def test_what_a_writer_writes_cannot_end_the_data(client: FlaskClient, center: FakeCenter) -> None:
    title = "</script><script>alert(1)</script> & \" ' \u2028"
    center.article = lambda slug: replace(ARTICLES[0], title=title)  # type: ignore[method-assign]
    page = client.get("/articles/track-an-order").text
    assert "<script>alert" not in page
    assert _data(page)["@graph"][0]["headline"] == title


@pytest.mark.parametrize("address", LISTED)
def test_a_listed_page_says_where_it_lies_and_how_it_looks_when_shared(
    client: FlaskClient, address: str
) -> None:
    page = lxml_html.fromstring(client.get(address).text)
    (canonical,) = page.xpath("//link[@rel='canonical']/@href")
    said = {meta.get("property") or meta.get("name"): meta.get("content") for meta in page.iter("meta")}
    assert canonical == said["og:url"] == HELP + address
    assert said["description"] == said["og:description"] != ""
    assert len(said["description"]) <= 300
    assert said["og:title"]
    assert said["og:image"].startswith(f"{HELP}/static/social-card.png?v=")
    assert "robots" not in said


@pytest.mark.parametrize(
    "address", ["/search", "/search?q=x", "/contact?q=x", "/no-such", "/articles/fax-us"]
)
def test_a_page_that_is_not_to_be_listed_says_so(client: FlaskClient, address: str) -> None:
    assert '<meta name="robots" content="noindex">' in client.get(address).text


def test_an_article_names_its_markdown_and_every_page_the_feed_and_the_search(client: FlaskClient) -> None:
    page = lxml_html.fromstring(client.get("/articles/track-an-order").text)
    named = {
        link.get("type"): link.get("href") for link in page.xpath("//link[@rel='alternate' or @rel='search']")
    }
    assert named == {
        "text/markdown": "/articles/track-an-order.md",
        "application/atom+xml": "/feed.atom",
        "application/opensearchdescription+xml": "/opensearch.xml",
    }
    for kind, address in named.items():
        assert client.get(address).mimetype == kind


def test_the_browser_around_the_page_takes_the_colour_of_the_pages_top(center: FakeCenter) -> None:
    center.site = replace(center.site, brand_colour="#e4002b")
    page = lxml_html.fromstring(create_app(cast("Any", center)).test_client().get("/").text)
    light, dark = (
        re.findall(r"--deep: (#\w{6})", theme)[0] for theme in brand.stylesheet("#e4002b").split("@media")
    )
    assert {meta.get("media"): meta.get("content") for meta in page.xpath("//meta[@name='theme-color']")} == {
        "(prefers-color-scheme: light)": light,
        "(prefers-color-scheme: dark)": dark,
    }


def test_an_article_without_a_summary_is_described_by_how_it_begins() -> None:
    article = Article("a", "A", "", "a.md", html="<p>Wait &amp; <b>see</b> " + "what comes " * 40 + "</p>")
    assert linked_data.description(article).startswith("Wait & see what comes")
    assert linked_data.description(article).endswith(" what…")
    assert len(linked_data.description(article)) <= linked_data.DESCRIPTION_LENGTH


@pytest.mark.parametrize("markup", [1, 3, 40, 300])
def test_an_article_is_described_alike_however_much_markup_its_beginning_has(markup: int) -> None:
    plain = Article("a", "A", "", "a.md", html="<p>wörd &amp; more </p>" * 100)
    marked = replace(plain, html=f"<p>wörd &amp;{'<b></b>' * markup} more </p>" * 100)
    assert linked_data.description(marked) == linked_data.description(plain)
