"""What JavaScript adds: keys to the search, a menu that closes, a message copied at a click."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, TABLET, Visit
from tests.browser.pages import Site


@pytest.mark.parametrize("page_type", ["home", "search nothing_useful"])
def test_ctrl_k_goes_to_the_search_and_marks_its_words(visit: Visit, site: Site, page_type: str) -> None:
    page = visit().page
    site.open(page, page_type)
    box = page.get_by_label("Search the help center")
    expect(box).not_to_be_focused()
    page.keyboard.press("ControlOrMeta+K")
    expect(box).to_be_focused()
    page.keyboard.type("refund")
    expect(box).to_have_value("refund")


def test_the_search_box_names_its_keys_only_where_they_work(visit: Visit, site: Site) -> None:
    for javascript in (True, False):
        page = visit(javascript=javascript).page
        site.open(page, "home")
        expect(page.locator("kbd")).to_be_visible(visible=javascript)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_escape_closes_the_help_menu_and_goes_back_to_its_button(
    visit: Visit, site: Site, width: int
) -> None:
    page = visit(width).page
    site.open(page, "article")
    menu = page.locator("summary", has_text="Help topics")
    menu.click()
    expect(page.get_by_role("link", name="Help home")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Help home")).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_click_elsewhere_closes_the_help_menu(visit: Visit, site: Site) -> None:
    page = visit().page
    site.open(page, "article")
    page.locator("summary", has_text="Help topics").click()
    expect(page.get_by_role("link", name="Help home")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("paragraph").click()
    expect(page.get_by_role("link", name="Help home")).to_be_hidden()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_open_help_menu_fits_every_screen(visit: Visit, site: Site, direction: str) -> None:
    page = visit().page
    site.open(page, "article")
    page.evaluate("(direction) => { document.documentElement.dir = direction; }", direction)
    page.locator("summary", has_text="Help topics").click()
    for width in (320, PHONE, 640, TABLET, 1000, 1160, DESKTOP, 1920):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        sides = page.locator(".topic-menu-panel").bounding_box()
        assert sides is not None
        assert sides["x"] >= 0, width
        assert sides["x"] + sides["width"] <= width, width


@pytest.mark.parametrize("page_type", ["contact about an article", "search nothing_useful"])
def test_the_copy_button_copies_the_whole_message_and_says_so(
    visit: Visit, site: Site, page_type: str
) -> None:
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.server.url)
    page = visitor.page
    site.open(page, page_type)
    page.get_by_role("button", name="Copy the message").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    message = page.get_by_role("textbox", name="Message").input_value()
    assert "What happened:" in message
    assert page.evaluate("() => navigator.clipboard.readText()") == message


def test_without_javascript_no_button_is_shown_that_does_nothing(visit: Visit, site: Site) -> None:
    page = visit(javascript=False).page
    site.open(page, "contact")
    expect(page.get_by_role("button", name="Copy the message")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
