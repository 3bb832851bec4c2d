"""The one map from addresses to files, and from links to links."""

import posixpath
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.export.urls import UrlMap, can_be_a_page, file_of

URLS = UrlMap("https://live.example", "https://shop.example/orders")

SEGMENT = st.text("abcé-1", min_size=1, max_size=5).map(quote)
PAGES = st.lists(SEGMENT, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/articles/late", "articles/late.html"),
        ("/articles", "articles.html"),
        ("/topics/a/b", "topics/a/b.html"),
        ("/search", "search.html"),
        ("/files/a%20b/c", "files/a%20b/c"),
        ("/articles/late.md", "articles/late.md"),
        ("/feed.atom", "feed.atom"),
        ("/orders", None),
        ("/api/v1/search", None),
        ("/requests/R-1", None),
        ("/healthz", None),
    ],
)
def test_every_address_has_one_file_or_needs_a_server(address: str, file: str | None) -> None:
    assert file_of(address) == file


@pytest.mark.parametrize(
    ("href", "page", "written"),
    [
        ("/", "/articles/late", "../index.html"),
        ("/articles/lost#report-it", "/articles/late", "lost.html#report-it"),
        ("/articles/late#it", "/articles/late", "late.html#it"),
        ("/search?q=a%20b&topic=x", "/", "search.html?q=a%20b&topic=x"),
        ("/contact?article=late", "/articles/late", "../contact.html?article=late"),
        ("/static/help.css?v=1", "/topics/a/b", "../../static/help.css?v=1"),
        ("#here", "/", "#here"),
        ("", "/", ""),
        ("https://elsewhere.example/a", "/", "https://elsewhere.example/a"),
        ("//elsewhere.example/a", "/", "//elsewhere.example/a"),
        ("mailto:a@b.example?subject=x", "/", "mailto:a@b.example?subject=x"),
        ("/orders?number=HF-204815", "/", "https://shop.example/orders"),
        ("/api/v1/openapi.json", "/", "https://live.example/api/v1/openapi.json"),
    ],
)
def test_links_become_relative_or_stay_what_they_are(href: str, page: str, written: str) -> None:
    assert URLS.link(href, page)[0] == written


@given(PAGES, PAGES)
def test_a_relative_link_leads_to_the_file_of_the_address_it_was(target: str, page: str) -> None:
    file = file_of(target)
    written, needed = URLS.link(target, page)
    if file is None:
        assert needed is None
        return
    assert posixpath.normpath(posixpath.join(posixpath.dirname(file_of(page) or ""), written)) == file
    assert needed is not None
    assert unquote(needed) == unquote(target)


def test_without_a_page_for_orders_their_links_lead_to_contact() -> None:
    assert UrlMap("https://live.example").link("/orders", "/articles/late") == ("../contact.html", "/contact")


def test_the_error_page_is_shown_at_any_address_so_its_links_begin_at_the_root() -> None:
    published = UrlMap("https://live.example", published="https://web.example/help/")
    assert published.link("/articles/late", "/404.html")[0] == "/help/articles/late.html"
    assert published.link("/articles/late", "/articles/lost")[0] == "late.html"


def test_a_query_alone_leads_to_the_page_it_stands_on() -> None:
    urls = UrlMap("https://live.example")
    for page in ("late", "lost"):
        assert urls.link("?all=1", f"/articles/{page}")[0] == f"{page}.html?all=1"


def test_absolute_addresses_move_to_where_the_export_is_published() -> None:
    published = UrlMap("https://live.example", published="https://web.example/help")
    assert (
        published.absolute("https://live.example/articles/late")
        == "https://web.example/help/articles/late.html"
    )
    assert published.absolute("https://live.example/") == "https://web.example/help/"
    assert published.absolute("https://live.example/api/v1/x") == "https://live.example/api/v1/x"
    assert URLS.absolute("https://live.example/articles/late") == "https://live.example/articles/late"


def test_only_what_may_exist_is_asked_for() -> None:
    assert [can_be_a_page(path) for path in ("/files/a.png", "/privacy")] == [True] * 2
    assert [can_be_a_page(path) for path in ("/articles/late", "/articles/img/a.png", "/a/b")] == [False] * 3
