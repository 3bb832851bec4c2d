"""Reading an article: its contents follow, its parts can be copied, and it costs little to load."""

import gzip

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import Site

LONG = "/articles/charged-twice"
BUDGET = 60 * 1024
"""Bytes of an article's page with all that it asks for but its pictures, compressed."""


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    """An article with several headings, at a desk, and leave to use the clipboard."""
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.server.url)
    page: Page = visitor.page
    page.goto(site.server.url + LONG)
    return page


def test_the_contents_mark_the_section_that_is_being_read(page: Page) -> None:
    contents = page.get_by_role("navigation", name="On this page")
    links = contents.get_by_role("link")
    assert links.count() >= 3
    current = contents.locator("[aria-current]")
    expect(current).to_have_count(0)
    for place in (1, 2, 0):
        anchor = (links.nth(place).get_attribute("href") or "").removeprefix("#")
        page.evaluate("(id) => document.getElementById(id).scrollIntoView()", anchor)
        expect(current).to_have_count(1)
        expect(current).to_have_attribute("href", f"#{anchor}")


def test_a_link_to_no_heading_among_the_contents_stops_nothing(page: Page) -> None:
    page.add_init_script(
        """addEventListener("readystatechange", () => {
            document.querySelector(".contents a").setAttribute("href", "#100%");
        }, { capture: true, once: true })"""
    )
    page.reload()
    links = page.get_by_role("navigation", name="On this page").get_by_role("link")
    expect(links.first).to_have_attribute("href", "#100%")
    links.last.click()
    expect(links.last).to_have_attribute("aria-current", "true")


def test_the_last_section_is_marked_when_it_is_asked_for(page: Page) -> None:
    last = page.get_by_role("navigation", name="On this page").get_by_role("link").last
    last.click()
    expect(last).to_have_attribute("aria-current", "true")


def test_the_contents_are_reached_by_keyboard_and_lead_to_their_section(page: Page) -> None:
    first = page.get_by_role("navigation", name="On this page").get_by_role("link").first
    for _ in range(30):
        page.keyboard.press("Tab")
        if first.evaluate("(it) => it === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    target = (first.get_attribute("href") or "").removeprefix("#")
    expect(page.locator(f'[id="{target}"]')).to_be_in_viewport()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_contents_stand_open_at_a_desk_and_are_folded_on_a_phone(
    visit: Visit, site: Site, javascript: bool
) -> None:
    for width in (DESKTOP, PHONE):
        page = visit(width, javascript).page
        page.goto(site.server.url + LONG)
        contents = page.get_by_role("navigation", name="On this page")
        link = contents.locator("a").first
        expect(link).to_be_visible(visible=width == DESKTOP)
        if width == PHONE:
            contents.locator("summary").click()
            expect(link).to_be_visible()


def test_a_heading_copies_its_own_address_and_says_so(page: Page) -> None:
    link = page.locator(".heading-link").nth(1)
    link.click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == link.evaluate("(it) => it.href")


def test_the_address_copied_is_the_canonical_one(page: Page) -> None:
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert page.evaluate("() => navigator.clipboard.readText()") == canonical


def test_code_is_copied_as_it_is_written(visit: Visit, site: Site) -> None:
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.server.url)
    page = visitor.page
    code = "first line\n\n    second  line\n"
    page.route(
        site.server.url + LONG,
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace(
                '<div class="prose">', f'<div class="prose"><pre><code>{code}</code></pre>'
            ),
        ),
    )
    page.goto(site.server.url + LONG)
    page.get_by_role("button", name="Copy this code").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == code


def test_without_javascript_an_article_has_no_button_that_does_nothing(visit: Visit, site: Site) -> None:
    page = visit(javascript=False).page
    page.goto(site.server.url + LONG)
    buttons = page.get_by_role("main").get_by_role("button").all()
    assert {button.get_attribute("type") for button in buttons} == {"submit"}, "those of a form that is sent"


def test_folded_parts_are_open_on_paper_and_nothing_but_the_text_is_printed(page: Page) -> None:
    page.evaluate(
        "() => document.querySelector('.prose').insertAdjacentHTML('beforeend',"
        " '<details><summary>More</summary><p id=folded>Folded text</p></details>')"
    )
    expect(page.locator("#folded")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#folded")).to_be_visible()
    for hidden in ("header nav", "footer", ".contents", ".heading-link", "form[role=search]"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("address", [LONG, "/articles/photos-for-a-claim"])
def test_an_article_costs_little_and_nothing_moves_while_it_loads(
    visit: Visit, site: Site, address: str, width: int
) -> None:
    page = visit(width).page
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => window.shifts.push(...list.getEntries()"
        ".map((shift) => shift.value))).observe({type: 'layout-shift', buffered: true});"
    )
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site.server.url + address, wait_until="networkidle")
    bodies = {answer.url: answer.body() for answer in answers if "/files/" not in answer.url}
    weights = {url: len(gzip.compress(body)) for url, body in bodies.items()}
    assert sum(weights.values()) <= BUDGET, weights
    blocking = page.evaluate(
        "() => performance.getEntriesByType('resource')"
        ".filter((it) => it.renderBlockingStatus === 'blocking').map((it) => it.name)"
    )
    assert len(blocking) <= 2, blocking
    assert sum(page.evaluate("() => window.shifts")) < 0.001  # what is given as 0


def test_on_a_phone_that_can_share_the_button_shares_the_canonical_address(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        viewport={"width": PHONE, "height": 700}, is_mobile=True, has_touch=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(site.server.url + LONG)
    page.get_by_role("button", name="Share").tap()
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert page.evaluate("() => window.shared.url") == canonical
    context.close()
