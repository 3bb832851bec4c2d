"""The feed, the sitemap, the search description, llms.txt and articles as Markdown."""

import json
from dataclasses import replace
from datetime import date
from typing import Any, cast

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kb.model import Article, Site
from tests import npm
from tests.validators import (
    SITEMAP_PACKAGE,
    description_problems,
    feed_problems,
    sitemap_index_problems,
    sitemap_problems,
)
from tests.webapp.conftest import ARTICLES, FakeCenter
from webapp import create_app, feeds

HELP = "https://help.example"


@pytest.fixture(scope="module")
def sitemap_schema() -> None:
    """Skips what can't be held against the protocol's own schema here."""
    try:
        npm.install(*SITEMAP_PACKAGE)
    except npm.CannotInstallError as error:
        pytest.skip(f"The sitemap protocol's schema can't be had: {error}.")


def test_the_feed_is_valid_and_holds_the_dated_articles_newest_first(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = replace(ARTICLES[4], updated=date(2026, 11, 2))
    monkeypatch.setattr(center, "articles", lambda: (*ARTICLES[:2], newer))
    answer = client.get("/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    assert feed_problems(answer.data) == []
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == [
        f"{HELP}/articles/late-parcel",
        f"{HELP}/articles/track-an-order",
    ]
    assert feed.feed.updated == feed.entries[0].updated == "2026-11-02T00:00:00+00:00"
    assert feed.entries[1].updated == "2026-10-04T00:00:00+01:00", "midnight in London, in summer"


def test_a_feed_without_dated_articles_is_valid_and_empty(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(center, "articles", lambda: (ARTICLES[1],))
    answer = client.get("/feed.atom")
    assert feed_problems(answer.data) == []
    assert feedparser.parse(answer.data).entries == []


def test_a_feed_has_at_most_thirty_entries(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(replace(ARTICLES[0], slug=f"a{number}") for number in range(100))
    monkeypatch.setattr(center, "articles", lambda: many)
    assert len(feedparser.parse(client.get("/feed.atom").data).entries) == 30


@given(
    title=st.text(min_size=1, max_size=40), summary=st.text(max_size=40), slug=st.text("aß-'&<", min_size=1)
)
def test_the_feed_is_valid_whatever_writers_write(title: str, summary: str, slug: str) -> None:
    center = FakeCenter()
    article = Article(slug, f"x{title}", "orders", "a.md", f"{summary}x", updated=date(2026, 1, 1))
    center.articles = lambda: (article,)  # type: ignore[method-assign]
    client = create_app(cast("Any", center)).test_client()
    assert feed_problems(client.get("/feed.atom").data) == []
    assert etree.fromstring(client.get("/sitemap.xml").data) is not None


def test_the_sitemap_is_valid_and_lists_pages_with_the_day_they_changed(
    client: FlaskClient, sitemap_schema: None
) -> None:
    answer = client.get("/sitemap.xml")
    assert sitemap_problems(answer.data) == []
    found = {
        entry[0].text: entry[1].text if len(entry) > 1 else None for entry in etree.fromstring(answer.data)
    }
    assert found[f"{HELP}/articles/track-an-order"] == found[f"{HELP}/topics/orders"] == "2026-10-04"
    assert found[f"{HELP}/"] == "2026-10-04"
    assert found[f"{HELP}/articles/late-parcel"] is None
    assert f"{HELP}/topics/delivery/international" in found
    assert f"{HELP}/contact" in found


def test_retired_articles_and_pages_not_to_be_listed_are_not_in_the_sitemap(client: FlaskClient) -> None:
    sitemap = client.get("/sitemap.xml").text
    assert "old-couriers" not in sitemap
    for entry in etree.fromstring(sitemap.encode()):
        page = client.get(cast("str", entry[0].text).removeprefix(HELP))
        assert page.status_code == 200
        assert "noindex" not in page.text


def test_a_long_sitemap_is_split_and_every_address_is_in_one_part(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch, sitemap_schema: None
) -> None:
    whole = {entry[0].text for entry in etree.fromstring(client.get("/sitemap.xml").data)}
    monkeypatch.setattr(feeds, "SITEMAP_ADDRESSES", 4)
    center.seeds_version += 1  # else the whole one is kept
    index = client.get("/sitemap.xml").data
    assert sitemap_index_problems(index) == []
    parts = [cast("str", entry[0].text).removeprefix(HELP) for entry in etree.fromstring(index)]
    listed = []
    for part in parts:
        sitemap = client.get(part).data
        assert sitemap_problems(sitemap) == []
        listed += [entry[0].text for entry in etree.fromstring(sitemap)]
    assert len(listed) == len(whole)
    assert set(listed) == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_addresses_that_are_not_ascii_are_escaped(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(center, "articles", lambda: (replace(ARTICLES[0], slug="größe-ändern"),))
    assert f"<loc>{HELP}/articles/gr%C3%B6%C3%9Fe-%C3%A4ndern</loc>" in client.get("/sitemap.xml").text


@pytest.mark.parametrize(
    "name", ["Harrow & Finch", "The Very Long Name of a Shop <with> Everything " * 30, "店"]
)
def test_the_search_description_is_valid_whatever_the_site_is_called(center: FakeCenter, name: str) -> None:
    center.site = Site(name, base_url=f"{HELP}/", language="en-GB")
    answer = create_app(cast("Any", center)).test_client().get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    assert description_problems(answer.data) == []


def test_what_the_search_description_names_answers(client: FlaskClient) -> None:
    for url in etree.fromstring(client.get("/opensearch.xml").data).iter("{*}Url"):
        address = url.attrib["template"].removeprefix(HELP).replace("{searchTerms}", "parcel")
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == url.attrib["type"]


def test_suggestions_come_as_browsers_ask_for_them(client: FlaskClient) -> None:
    answer = client.get("/opensearch/suggestions?q=where+is")
    assert answer.mimetype == "application/x-suggestions+json"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert json.loads(answer.data) == [
        "where is",
        ["where is my order"],
        ["Track your order"],
        [f"{HELP}/articles/track-an-order#late"],
    ]


def test_nothing_typed_has_no_suggestions(client: FlaskClient) -> None:
    assert json.loads(client.get("/opensearch/suggestions").data) == ["", [], [], []]


def test_language_models_get_every_article_under_its_topic_as_markdown(client: FlaskClient) -> None:
    answer = client.get("/llms.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == "# Harrow & Finch Help"
    assert lines[2].startswith("> ")
    orders = lines[lines.index("## Orders") :]
    assert orders[2] == (f"- [Track your order]({HELP}/articles/track-an-order.md): About: Track your order")
    assert "## Nothing here" not in lines
    assert "old-couriers" not in answer.text
    assert f"- [Chat]({HELP}/contact): Most questions." in lines


def test_titles_stay_whole_in_markdown_links() -> None:
    assert feeds.link_text("Returns [UK]\n\\o/") == r"Returns \[UK\] \\o/"


def test_an_article_is_there_as_markdown_that_names_its_page(client: FlaskClient) -> None:
    answer = client.get("/articles/track-an-order.md")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text == "# Track your order\n"
    assert answer.headers["Link"] == f'<{HELP}/articles/track-an-order>; rel="canonical"'


@pytest.mark.parametrize("slug", ["no-such", "short-note"])
def test_markdown_that_cannot_be_had_is_not_found(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/articles/{slug}.md").status_code == 404


def test_an_old_slug_moves_on_for_good_in_markdown_too(client: FlaskClient) -> None:
    answer = client.get("/articles/where-is-my-order.md")
    assert (answer.status_code, answer.location) == (301, "/articles/track-an-order.md")


def test_a_retired_article_is_gone_in_markdown_too(client: FlaskClient) -> None:
    answer = client.get("/articles/old-couriers.md")
    assert answer.status_code == 410
    assert f"[My parcel is late]({HELP}/articles/late-parcel.md)" in answer.text
    assert client.get("/articles/fax-us.md").status_code == 410


def test_robots_may_read_the_pages_that_say_noindex_themselves_and_find_the_sitemap(
    client: FlaskClient,
) -> None:
    robots = client.get("/robots.txt").text
    assert "Disallow: /" not in robots
    assert f"Sitemap: {HELP}/sitemap.xml" in robots


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/opensearch.xml", "/llms.txt"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
