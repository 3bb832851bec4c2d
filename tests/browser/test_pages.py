"""What holds on every type of page."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, Visit, Visitor
from tests.browser.pages import Site

_HEADER = """() => [...document.querySelectorAll("body > header :is(a, summary, input, button)")]
    .filter((each) => each.checkVisibility())
    .map((each) => `${each.localName} ${each.pathname ?? each.getAttribute("name") ?? ""}`.trim())
"""
_WIDTHS = "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
_TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((each) => each.localName + "." + each.className).slice(0, 8)
"""
_BRIGHTNESS = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)
    .reduce((sum, part) => sum + Number(part) / 3, 0)
"""


@pytest.fixture(scope="module")
def first_header() -> dict[int, list[str]]:
    """What stands in the header of the page type that came first, by the width of the window."""
    return {}


def test_a_page_asks_its_own_server_only_and_complains_of_nothing(opened: Visitor, site: Site) -> None:
    paths = {urlsplit(address).path for address in opened.asked_for}
    assert {"/static/help.js", "/brand.css"} <= paths
    own = (f"{site.server.url}/", f"{site.broken.url}/")
    assert [address for address in opened.asked_for if not address.startswith(own)] == []
    assert opened.complaints == []


def test_a_page_has_one_heading_and_a_skip_link_to_what_it_is_about(opened: Visitor) -> None:
    page = opened.page
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


def test_contact_and_search_stand_at_the_same_place_on_every_page(
    opened: Visitor, first_header: dict[int, list[str]]
) -> None:
    for width in (DESKTOP, PHONE):
        _resize(opened.page, width)
        header = opened.page.evaluate(_HEADER)
        assert header == first_header.setdefault(width, header)
        assert header.index("summary") < header.index("a /contact") < header.index("input q")


def test_a_page_fits_a_phone_without_scrolling_sideways(opened: Visitor) -> None:
    for width in (PHONE, 320):
        _resize(opened.page, width)
        shown, whole = opened.page.evaluate(_WIDTHS)
        assert shown == width
        assert whole <= shown, opened.page.evaluate(_TOO_WIDE)


def test_dark_is_dark_and_light_is_light(opened: Visitor) -> None:
    opened.page.emulate_media(color_scheme="dark")
    assert opened.page.evaluate(_BRIGHTNESS) < 60
    opened.page.emulate_media(color_scheme="light")
    assert opened.page.evaluate(_BRIGHTNESS) > 200


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


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
