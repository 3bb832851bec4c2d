"""Pages that are rendered once and compressed once, and what must never be kept."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import brotli
import pytest
from flask import Flask, Response, session
from flask.testing import FlaskClient

from kb.model import Article, Notice, NoticeLevel
from tests.webapp.conftest import NOW, FakeCenter
from webapp import create_app
from webapp.kept import Page, Shelf, kept

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Counting(FakeCenter):
    """A help center that counts how often an article is read, and whose generation can be changed."""

    reads: int = 0
    title: str = ""

    def article(self, slug: str) -> Article | None:
        self.reads += 1
        found = super().article(slug)
        return replace(found, title=self.title) if found and self.title else found


@pytest.fixture
def center(tmp_path: Path) -> Counting:
    return Counting(files=tmp_path)


@pytest.mark.parametrize("address", ["/articles/track-an-order", "/topics/orders", "/articles", "/feed.atom"])
@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_a_page_is_the_same_in_every_coding_the_first_time_and_later(
    client: FlaskClient, address: str, coding: str
) -> None:
    plain = client.get(address).data
    etags = set()
    for _ in range(2):
        answer = client.get(address, headers={"Accept-Encoding": coding})
        assert answer.headers.get("Content-Encoding", "") == coding
        assert UNPACK[coding](answer.data) == plain
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "no-cache"
        etags.add(answer.headers["ETag"])
        again = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": etags.copy().pop()})
        assert (again.status_code, again.data) == (304, b"")
    assert len(etags) == 1


def test_a_page_in_another_coding_is_another_to_the_browser(client: FlaskClient) -> None:
    etag = client.get("/articles/track-an-order", headers={"Accept-Encoding": "br"}).headers["ETag"]
    other = client.get("/articles/track-an-order", headers={"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert other.status_code == 200


def test_an_article_is_read_once_until_the_index_changes(client: FlaskClient, center: Counting) -> None:
    for _ in range(3):
        client.get("/articles/track-an-order")
    before = center.reads
    client.get("/articles/track-an-order")
    assert center.reads == before
    center.title = "Another title"
    center.generation = SimpleNamespace(folder=Path("000002"))
    assert "Another title" in client.get("/articles/track-an-order").text


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/sitemap-1.xml", "/llms.txt"])
def test_what_programs_poll_reads_all_articles_once_until_the_index_changes(
    client: FlaskClient, center: Counting, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    articles = Mock(wraps=center.articles)
    monkeypatch.setattr(center, "articles", articles)
    first = client.get(address)
    assert client.get(address).data == first.data
    assert articles.call_count == 1
    center.generation = SimpleNamespace(folder=Path("000002"))
    assert client.get(address).data == first.data
    assert articles.call_count == 2


def test_a_page_follows_the_seeds_in_text_and_etag(client: FlaskClient, center: Counting) -> None:
    before = client.get("/articles/track-an-order")
    center.site = replace(center.site, name="Wombat & Co", brand_colour="#aa3300")
    center.seeds_version += 1
    after = client.get("/articles/track-an-order", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.text.count("Wombat &amp; Co") >= 3, "title, head and foot"
    assert (found := re.search(r'href="(/brand\.css[^"]*)"', after.text))
    assert found[1] not in before.text


def test_a_page_of_yesterday_is_not_shown_today(center: Counting) -> None:
    moment = [NOW]
    browser = create_app(cast("Any", center), clock=lambda: moment[0]).test_client()
    browser.get("/articles/track-an-order")
    before = center.reads
    moment[0] = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    browser.get("/articles/track-an-order")
    assert center.reads > before


def test_an_article_shows_a_notice_from_its_first_moment_to_its_last(center: Counting) -> None:
    moment = [NOW]
    start, end = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    center.notices = (Notice("Card payments fail.", NoticeLevel.CRITICAL, start, end),)
    browser = create_app(cast("Any", center), clock=lambda: moment[0]).test_client()
    seen = []
    for moment[0] in (NOW, start, end):
        answer = browser.get("/articles/track-an-order")
        seen.append(("Card payments fail." in answer.text, answer.headers["ETag"]))
    assert [shown for shown, _ in seen] == [False, True, False]
    assert seen[0][1] == seen[2][1] != seen[1][1]


@pytest.mark.parametrize(
    "address", ["/articles/old-couriers", "/articles/none", "/articles/track-an-order?x=1"]
)
def test_other_answers_than_a_plain_page_are_not_kept(
    app: Flask, client: FlaskClient, center: Counting, address: str
) -> None:
    client.get(address)
    before = center.reads
    client.get(address)
    assert center.reads > before


def test_what_holds_something_of_a_visitors_session_is_neither_kept_nor_compressed(app: Flask) -> None:
    app.config["SECRET_KEY"] = "only for this test"  # noqa: S105  signs nothing but this test
    count = iter(range(9))

    @app.get("/mine")
    @kept
    def mine() -> Response:
        session.setdefault("token", "t")
        return Response(f"{next(count)} secret " * 200, mimetype="text/html")

    browser = app.test_client()
    answers = [browser.get("/mine", headers={"Accept-Encoding": "br"}) for _ in range(2)]
    assert [answer.text[:8] for answer in answers] == ["0 secret", "1 secret"]
    assert "Content-Encoding" not in answers[0].headers


def test_development_and_exports_keep_nothing(center: Counting) -> None:
    for more in ({"development": True}, {"offline": True}):
        browser = create_app(cast("Any", center), **cast("Any", more)).test_client()
        browser.get("/articles/track-an-order")
        before = center.reads
        browser.get("/articles/track-an-order")
        assert center.reads > before


def test_a_shelf_holds_no_more_than_it_should_and_lets_the_longest_unused_go() -> None:
    shelf = Shelf(most=100)
    keys: list[Any] = list("abcd")
    for key in keys[:3]:
        shelf.put(key, Page(b"x" * 33, key, "text/html", ""))
    assert shelf.get(keys[0])
    shelf.put(keys[3], Page(b"x" * 33, "d", "text/html", ""))
    assert [key for key in keys if shelf.get(key)] == ["a", "c", "d"]
    shelf.put(keys[0], Page(b"x" * 101, "a", "text/html", ""))
    assert not any(shelf.get(key) for key in keys)


@pytest.mark.parametrize("address", ["/search?q=parcel", "/contact", "/static/help.css"])
def test_texts_are_sent_small_and_each_coding_has_its_etag(client: FlaskClient, address: str) -> None:
    plain = client.get(address, buffered=True)
    small = client.get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert small.headers["Content-Encoding"] == "br"
    assert len(small.data) < len(plain.data) / 2
    assert brotli.decompress(small.data) == plain.data
    assert small.headers["ETag"] != plain.headers["ETag"]
    headers = {"Accept-Encoding": "br", "If-None-Match": small.headers["ETag"]}
    assert client.get(address, headers=headers, buffered=True).status_code == 304


def test_a_picture_is_sent_as_it_is(client: FlaskClient, center: Counting) -> None:
    (center.files / "a.png").write_bytes(b"png" * 1000)
    answer = client.get("/files/a.png", headers={"Accept-Encoding": "br"}, buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == b"png" * 1000


def test_a_static_file_named_by_its_content_is_for_good(client: FlaskClient) -> None:
    assert "immutable" in client.get("/static/help.css?v=1", buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/help.css", buffered=True).headers["Cache-Control"]


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("path", ["/search?q=parcel", "/api/v1/openapi.json", "/articles/track-an-order"])
def test_no_cache_between_gives_one_customers_coding_to_another(
    client: FlaskClient, path: str, coding: str
) -> None:
    answer = client.get(path, headers={"Accept-Encoding": coding})
    assert "Accept-Encoding" in answer.vary
    assert client.get("/healthz", headers={"Accept-Encoding": coding}).vary.to_header() == "", "too small"
