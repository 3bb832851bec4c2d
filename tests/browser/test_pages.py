"""What holds on every type of page."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, Visit
from tests.browser.pages import PAGE_TYPES, Site

_HEADER = """() => [...document.querySelectorAll("body > header :is(a, summary, input, button)")]
    .filter((each) => each.checkVisibility())
    .map((each) => `${each.localName} ${each.getAttribute("href") ?? each.getAttribute("name") ?? ""}`.trim())
"""
_SHARED_HEADER = ["a /", "summary", "a /contact", "input q", "button"]


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_a_page_asks_its_own_server_only_and_complains_of_nothing(
    visit: Visit, site: Site, page_type: str
) -> None:
    visitor = visit()
    site.open(visitor.page, page_type)
    visitor.page.wait_for_load_state("networkidle")
    paths = {urlsplit(address).path for address in visitor.asked_for}
    assert {"/static/help.css", "/static/help.js", "/brand.css"} <= paths
    servers = {site.server.url, site.broken.url}
    elsewhere = [address for address in visitor.asked_for if _origin(address) not in servers]
    assert elsewhere == []
    assert visitor.complaints == []


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_a_page_has_one_heading_and_a_skip_link_to_what_it_is_about(
    visit: Visit, site: Site, page_type: str
) -> None:
    page = visit().page
    site.open(page, page_type)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("h1")).not_to_be_empty()
    skip = page.get_by_role("link", name="Skip to the content")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1, "the next stop is inside the content"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_contact_and_search_stand_at_the_same_place_on_every_page(
    visit: Visit, site: Site, width: int
) -> None:
    page = visit(width).page
    headers = {}
    for page_type in PAGE_TYPES:
        site.open(page, page_type)
        headers[page_type] = page.evaluate(_HEADER)
    assert headers == dict.fromkeys(PAGE_TYPES, _SHARED_HEADER)


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_a_page_fits_a_phone_without_scrolling_sideways(visit: Visit, site: Site, page_type: str) -> None:
    page = visit(PHONE).page
    site.open(page, page_type)
    for width in (PHONE, 320):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        shown, whole = page.evaluate(
            "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
        )
        assert shown == width
        assert whole <= shown, f"{page_type} is {whole} px wide on {width} px: {_too_wide(page)}"


def test_the_policy_stops_what_is_written_into_a_page(visit: Visit, site: Site) -> None:
    """So that no complaint above means something."""
    visitor = visit()
    site.open(visitor.page, "home")
    ran = visitor.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran === true;
        }"""
    )
    assert not ran
    assert "Content Security Policy" in visitor.complaints.pop()


def test_pictures_beside_an_article_are_shown_and_described(visit: Visit, site: Site) -> None:
    page = visit().page
    site.open(page, "article")
    pictures = page.locator("main .prose img")
    assert pictures.count() == 3
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("(it) => it.decode().then(() => it.naturalWidth)") > 0
        assert picture.get_attribute("alt")


@pytest.mark.parametrize("page_type", ["home", "article", "contact", "server error"])
def test_dark_is_dark_and_light_is_light(visit: Visit, site: Site, page_type: str) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        page = visit(scheme=scheme).page
        site.open(page, page_type)
        colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        brightness[scheme] = sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")) / 3
    assert brightness["dark"] < 60
    assert brightness["light"] > 200


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _too_wide(page: Page) -> object:
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map((each) => each.localName + "." + each.className).slice(0, 8)"""
    )
