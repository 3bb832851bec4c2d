"""What holds on every page: headers, the frame, the brand's colours, caching, proxies."""

import os
import re
from pathlib import Path
from typing import Any, cast

import pytest
from flask import request
from flask.testing import FlaskClient

import webapp
from kb.content import colours
from kb.content.slugs import AnchorMaker
from kb.model import Site, Verdict
from tests.webapp.conftest import FakeCenter, results
from webapp import brand, create_app
from webapp.responses import HEADERS
from webapp.stylesheet import stylesheet

PAGES = (
    "/",
    "/topics/orders",
    "/articles/track-an-order",
    "/articles/old-couriers",
    "/articles/no-such",
    "/search",
    "/search?q=parcel",
    "/contact",
    "/contact?q=parcel",
)

MACHINES = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/brand.css",
    "/feed.atom",
    "/sitemap.xml",
    "/opensearch.xml",
    "/opensearch/suggestions?q=parcel",
    "/llms.txt",
    "/robots.txt",
    "/articles/track-an-order.md",
    "/api/v1/openapi.json",
)


@pytest.mark.parametrize("address", [*PAGES, *MACHINES, "/static/help.css", "/files/none"])
def test_every_answer_has_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address, buffered=True).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("address", PAGES)
def test_every_page_keeps_to_the_policy_and_has_the_same_frame(
    client: FlaskClient, center: FakeCenter, address: str, verdict: Verdict
) -> None:
    center.found = results(2, verdict)
    page = client.get(address).text
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?! type=\"application/ld\+json\">)(?![^>]*\bsrc=\"/static/)", page)
    assert not re.search(r"\son\w+=", page)
    assert len(re.findall(r"<h1\b", page)) == 1
    assert page.count('role="search"') == 1
    frame = [
        page.index(mark)
        for mark in (
            'class="skip-link"',
            "<details",
            '<a class="site-nav-link" href="/contact',
            'role="search"',
            "<main",
        )
    ]
    assert frame == sorted(frame)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/articles/track-an-order").headers["ETag"]
    assert client.get("/articles/track-an-order", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("address", [*PAGES, *MACHINES, "/static/help.js"])
def test_only_what_is_named_by_its_content_is_kept_without_asking_again(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address, buffered=True)
    kept = answer.cache_control.max_age or 0
    if address in ("/brand.css", "/static/help.js"):
        assert kept > 3600
    else:
        assert kept <= 3600
        assert answer.cache_control.no_cache or answer.cache_control.no_store or answer.status_code != 200


def test_static_files_are_named_by_their_content_and_kept_for_long(client: FlaskClient) -> None:
    page = client.get("/").text
    for kind, path in (("href", "/brand.css"), ("src", "/static/help.js")):
        address = re.search(rf'{kind}="({re.escape(path)}\?v=\w+)"', page)
        assert address is not None
        assert "max-age=31536000" in client.get(address[1], buffered=True).headers["Cache-Control"]


def test_a_page_has_one_stylesheet_with_colours_screen_and_paper_in_it(client: FlaskClient) -> None:
    assert client.get("/").text.count('rel="stylesheet"') == 1
    css = client.get("/brand.css").text
    assert (
        css.index("--brand: ") < css.index(".site-header") < css.index("@media print {") < css.index("@page")
    )
    assert css.count("{") == css.count("}")


def test_a_stylesheet_that_changes_gets_another_address(tmp_path: Path) -> None:
    for name in ("help.css", "print.css"):
        (tmp_path / name).write_text("p { margin: 0; }\n")
    before = stylesheet("#2f5d50", tmp_path)
    assert stylesheet("#2f5d50", tmp_path) == before
    (tmp_path / "help.css").write_text("p { margin: 1px; }\n")
    os.utime(tmp_path / "help.css", ns=(0, 0))
    after = stylesheet("#2f5d50", tmp_path)
    assert "margin: 1px" in after.text
    assert after.version != before.version


def test_forwarded_headers_are_believed_only_when_told(center: FakeCenter) -> None:
    def scheme(proxies: int) -> str:
        app = create_app(cast("Any", center), proxies=proxies)
        app.add_url_rule("/scheme", view_func=lambda: request.scheme)
        return app.test_client().get("/scheme", headers={"X-Forwarded-Proto": "https"}).text

    assert scheme(0) == "http"
    assert scheme(1) == "https"


def test_a_language_written_from_the_right_turns_the_page(center: FakeCenter) -> None:
    center.site = Site("متجر", language="ar")
    assert '<html lang="ar" dir="rtl">' in create_app(cast("Any", center)).test_client().get("/").text


@pytest.mark.parametrize("colour", ["#2f5d50", "#ffd400", "#fff", "#000000", "#e4002b", "#7fb2ff"])
def test_any_brand_colour_gives_accents_that_can_be_read_in_both_themes(colour: str) -> None:
    light, dark = (
        {name: colours.parse(value) for name, value in re.findall(r"--([\w-]+): (#\w{6})", theme)}
        for theme in brand.stylesheet(colour).split("@media")
    )
    for theme, grounds in ((light, brand.LIGHT_GROUNDS), (dark, brand.DARK_GROUNDS)):
        for ground in (*map(colours.parse, grounds), theme["brand-tint"], theme["on-brand"]):
            assert colours.contrast(theme["brand"], ground) >= 4.5
            assert colours.contrast(theme["brand-strong"], ground) >= 4.5
        assert colours.contrast((255, 255, 255), theme["deep"]) >= 7


def test_the_brand_is_checked_against_the_grounds_that_the_stylesheet_uses() -> None:
    css = (Path(webapp.__file__).parent / "static" / "help.css").read_text()
    for ground in (*brand.LIGHT_GROUNDS, *brand.DARK_GROUNDS):
        assert f": {ground};" in css


@pytest.mark.parametrize("colour", ["", "green", "#12", "#gggggg", "#1234567"])
def test_what_is_not_a_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        colours.parse(colour)


def test_no_heading_of_an_article_can_take_an_id_of_the_page_around_it() -> None:
    templates = Path(webapp.__file__).parent / "templates"
    ids = {
        found
        for file in templates.rglob("*.html")
        if file.parent.name != "patterns"
        for found in re.findall(r' id="([a-z-]+)"', file.read_text())
    }
    anchor = AnchorMaker()
    assert [anchor(name) for name in sorted(ids)] == [f"{name}-2" for name in sorted(ids)]


def test_a_prefix_that_a_client_sends_through_a_proxy_leads_no_link_elsewhere(center: FakeCenter) -> None:
    browser = create_app(cast("Any", center), proxies=1).test_client()
    plain = browser.get("/").text
    assert browser.get("/", headers={"X-Forwarded-Prefix": "//evil.example"}).text == plain


def test_a_logo_takes_the_place_of_our_mark(center: FakeCenter, tmp_path: Path) -> None:
    center.site = Site("S", logo="bird.svg")
    center.logo = tmp_path / "bird.svg"
    center.logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"/>')
    browser = create_app(cast("Any", center)).test_client()
    page = browser.get("/").text
    assert '<img class="site-logo" src="/logo/bird.svg" alt="" width="64" height="32">' in page
    answer = browser.get("/logo/bird.svg", buffered=True)
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browser.get("/logo/site.yaml").status_code == 404


def test_without_a_logo_there_is_our_mark(client: FlaskClient) -> None:
    assert "site-logo" not in client.get("/").text
    assert client.get("/logo/bird.svg").status_code == 404
