"""Search as you type: the combobox of WAI-ARIA 1.2, by keyboard, by touch, and without JavaScript."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.pages import NO_ANSWER, Site
from tests.browser.test_accessibility import violations


def box(page: Page) -> Locator:
    """The search field."""
    return page.get_by_role("combobox", name="Search the help center")


def options(page: Page) -> Locator:
    """The rows of its list."""
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def typed(page: Page, text: str) -> None:
    """Types, and waits until the list is there."""
    box(page).fill(text)
    expect(options(page).last).to_have_text("Contact us about this")


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    """The home page on a desk."""
    page: Page = visit().page
    page.goto(site.server.url)
    return page


def test_suggestions_have_the_roles_and_states_of_the_pattern(page: Page) -> None:
    field = box(page)
    expect(field).to_have_attribute("aria-autocomplete", "list")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(page, "charged tw")
    expect(page.locator(f"#{field.get_attribute('aria-controls')}")).to_have_role("listbox")
    expect(options(page).first).to_have_text("Charged twice")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    assert [one.get_attribute("aria-selected") for one in options(page).all()] == ["false"] * options(
        page
    ).count()
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    first = options(page).first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(first))
    expect(field).to_be_focused()
    expect(field).to_have_value("charged tw")


def test_a_screen_reader_hears_the_count_once_and_the_row_that_is_chosen(page: Page) -> None:
    typed(page, "charged tw")
    count = options(page).count() - 1  # the way to a person is no suggestion
    words = "1 suggestion" if count == 1 else f"{count} suggestions"
    expect(page.get_by_role("search").get_by_role("status")).to_have_text(words)
    page.keyboard.press("ArrowDown")
    tree = page.get_by_role("search").aria_snapshot()
    assert '- option "Charged twice" [selected]' in tree
    assert "combobox" in tree


def test_arrows_go_round_and_other_keys_go_back_to_the_text(page: Page) -> None:
    typed(page, "refund")
    last = options(page).count() - 1
    page.keyboard.press("ArrowUp")
    expect(options(page).nth(last)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def test_enter_without_a_choice_searches_and_with_one_goes_there(page: Page, site: Site) -> None:
    typed(page, "charged twice")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=charged\+twice$"))
    page.goto(site.server.url)
    typed(page, "charged twice")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/articles/charged-twice$"))


def test_escape_closes_the_list_and_then_clears_the_field(page: Page) -> None:
    typed(page, "refund")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value("refund")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()


def test_leaving_the_field_closes_the_list(page: Page) -> None:
    typed(page, "refund")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_heading_leads_to_its_section(page: Page, site: Site) -> None:
    article = site.center.article("photos-for-a-claim")
    assert article is not None
    section = next(section for section in article.sections if section.heading)
    typed(page, section.heading)
    row = options(page).filter(has_text=section.heading).first
    row.click()
    expect(page).to_have_url(re.compile("/articles/"))


def test_a_customers_question_is_offered_under_its_articles_title(page: Page) -> None:
    said = [
        {"text": "bell's broken", "title": "We missed you", "url": "/articles/missed", "slug": "missed"},
        {"text": "A door", "title": "We missed you", "url": "/articles/missed#door", "slug": "missed"},
        {"text": "It broke", "title": "It broke", "url": "/articles/broke", "slug": "broke"},
    ]
    page.route("**/api/v1/suggest**", lambda route: route.fulfill(json={"suggestions": said}))
    typed(page, "broken")
    rows = options(page).locator("> span")
    expect(rows.locator(".option-text")).to_have_text(
        ["We missed you", "A door", "It broke", "Contact us about this"]
    )
    expect(rows.locator(".option-of")).to_have_text(["bell's broken", "We missed you", "", ""])
    expect(options(page).first).to_have_accessible_name(re.compile("^We missed you .?bell's broken"))


def test_an_order_number_leads_to_its_status_and_a_return_number_does_not(page: Page) -> None:
    typed(page, "hf204815")
    expect(options(page).first).to_have_text("See where order HF-204815 is")
    box(page).fill("RT-204815")
    expect(options(page).first).to_have_text("Contact us about this")
    typed(page, "hf-204815")
    expect(options(page).first).to_have_text("See where order HF-204815 is")
    options(page).first.click()
    expect(page.get_by_label("Order number", exact=True)).to_have_value("HF-204815")


def test_an_order_number_alone_offers_the_order_and_a_person_and_stays_in_one_piece(page: Page) -> None:
    said = [{"text": "Write to us", "title": "Write to us", "url": "/articles/write", "slug": "write"}]
    page.route("**/api/v1/suggest**", lambda route: route.fulfill(json={"suggestions": said}))
    typed(page, "HF-204815")
    expect(options(page)).to_have_text(["See where order HF-204815 is", "Contact us about this"])
    number = options(page).first.get_by_text("HF-204815", exact=True)
    assert (
        number.evaluate(
            "one => { one.parentElement.style.width = '1px'; return one.getClientRects().length; }"
        )
        == 1
    )
    typed(page, "where is HF-204815")
    expect(options(page)).to_have_text(
        ["See where order HF-204815 is", "Write to us", "Contact us about this"]
    )


@pytest.mark.parametrize("text", ["refund", NO_ANSWER, "50% off & more"])
def test_the_last_row_always_leads_to_a_person_with_what_was_typed(page: Page, text: str) -> None:
    typed(page, text)
    expect(options(page).last).to_have_text("Contact us about this")
    options(page).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact us")
    assert parse_qs(urlsplit(page.url).query)["q"] == [text]


def test_recent_searches_come_back_and_can_be_cleared(page: Page, site: Site) -> None:
    for search in ("refund", "lost parcel", "ann@example.com lost", "order HF-204815"):
        page.goto(site.server.url)
        box(page).fill(search)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
    page.goto(site.server.url)
    box(page).focus()
    expect(options(page)).to_have_text(["lost parcel", "refund", "Clear recent searches"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.reload()
    box(page).focus()
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    assert page.context.cookies() == []


def test_an_answer_that_comes_late_is_dropped(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"suggest\?q=refund$"), lambda route: held.append(route))
    box(page).fill("refund")
    page.wait_for_timeout(250)
    typed(page, "charged tw")
    expect(options(page).first).to_have_text("Charged twice")
    held[0].fulfill(json={"suggestions": [{"text": "Late", "title": "Late", "url": "/", "slug": "late"}]})
    page.wait_for_timeout(100)
    expect(options(page).first).to_have_text("Charged twice")


def test_a_page_may_bring_suggestions_of_its_own(page: Page) -> None:
    """As the offline help center does, which has no server to ask."""
    page.evaluate("""() => { window.helpCenterSuggest = async (text) => [
        {text: `About ${text}`, title: "Here", url: "here.html#part", slug: "here"}]; }""")
    typed(page, "mugs")
    expect(options(page).first).to_have_text(re.compile("About mugs.*Here"))
    expect(options(page).first).to_have_attribute("href", "here.html#part")


def test_without_an_answer_there_is_still_a_person(page: Page) -> None:
    page.route("**/api/v1/suggest**", lambda route: route.fulfill(body="no JSON"))
    typed(page, "refund")
    expect(options(page)).to_have_text(["Contact us about this"])


def test_rows_are_large_enough_for_a_thumb_and_stay_above_the_keyboard(visit: Visit, site: Site) -> None:
    page = visit(PHONE).page
    page.goto(site.server.url)
    page.set_viewport_size({"width": PHONE, "height": 420})  # what a keyboard leaves
    typed(page, "refund")
    for option in options(page).all():
        size = option.bounding_box()
        assert size is not None
        assert size["height"] >= 44
    sizes = page.evaluate("""() => {
        const list = document.querySelector("[role=listbox]").getBoundingClientRect();
        return [list.bottom <= innerHeight, list.left >= 0, list.right <= innerWidth,
            parseFloat(getComputedStyle(document.querySelector("#search-query")).fontSize) >= 16];
    }""")
    assert sizes == [True] * 4
    options(page).last.scroll_into_view_if_needed()
    options(page).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact us")


@pytest.mark.parametrize("path", ["/", "/contact"])
@pytest.mark.parametrize("width", [320, PHONE, 1440])
def test_the_field_says_in_full_what_to_type(visit: Visit, site: Site, width: int, path: str) -> None:
    page = visit(width).page
    page.goto(site.server.url + path)
    room = page.locator("#search-query").evaluate(
        """(field) => {
            const style = getComputedStyle(field), pen = document.createElement("canvas").getContext("2d");
            pen.font = style.font;
            const used = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
            return field.clientWidth - used - pen.measureText(field.placeholder).width;
        }"""
    )
    assert room >= 0


@pytest.mark.parametrize("path", ["/", "/contact"])
def test_on_the_narrowest_phone_the_buttons_icon_stands_for_its_word(
    visit: Visit, site: Site, path: str
) -> None:
    page = visit(320).page
    page.goto(site.server.url + path)
    button = page.get_by_role("button", name="Search").bounding_box()
    icon = page.locator(".search-box > .icon").bounding_box()
    assert button is not None
    assert icon is not None
    assert min(button["width"], button["height"]) >= 44
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (icon, button)]
    assert middles[0] == pytest.approx(middles[1], abs=1)


def test_without_javascript_it_is_a_form(visit: Visit, site: Site) -> None:
    page = visit(javascript=False).page
    page.goto(site.server.url)
    field = page.get_by_role("searchbox", name="Search the help center")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.fill("charged twice")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=charged\+twice$"))


@pytest.mark.parametrize("state", ["suggestions", "a row chosen", "none", "recent searches"])
def test_axe_finds_nothing_wrong_in_the_open_list(
    page: Page, axe_script: str, site: Site, state: str
) -> None:
    if state == "recent searches":
        typed(page, "refund")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        page.goto(site.server.url)
        box(page).focus()
    else:
        typed(page, NO_ANSWER if state == "none" else "refund")
    if state == "a row chosen":
        page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    assert violations(page, axe_script) == []


def test_from_search_to_a_person_by_keyboard_alone(page: Page, site: Site) -> None:
    """Search, suggestion, article, No, the reason, and the channel with the message prepared."""
    page.keyboard.press("ControlOrMeta+K")
    page.keyboard.type("charged tw")
    expect(options(page).first).to_have_text("Charged twice")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Charged twice")
    _tab_to(page, page.get_by_role("button", name="No", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorry that it didn’t help")
    _tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="It is hard to understand")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("main").get_by_text("Whoever writes the article will see what you said")
    ).to_be_visible()
    first = site.center.routes(article="charged-twice")[0].channel
    expect(page.get_by_role("main").get_by_role("heading", level=3).first).to_have_text(first.name)
    expect(page.get_by_label("Message", exact=True)).to_have_value(re.compile("I read “Charged twice”"))
    assert page.context.cookies() == []


def _tab_to(page: Page, target: Locator) -> None:
    """Goes on by the Tab key until it stands there."""
    for _ in range(80):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {target}")
