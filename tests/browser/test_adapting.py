"""Pages adapt to how people see and move: large text, forced colours, less motion, the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, HEIGHT, Visit, Visitor
from tests.browser.pages import Site

_CUT = """() => [...document.querySelectorAll("main *, header *")]
    .filter((each) => each.checkVisibility() && each.children.length === 0 && each.textContent.trim())
    .filter((each) => !each.closest("[aria-hidden], .visually-hidden, .skip-link, .table-scroll"))
    .filter((each) => !each.closest(".topic-filters, option"))
    .filter((each) => {
        const box = each.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
    })
    .map((each) => each.localName + "." + each.className + ": " + each.textContent.trim().slice(0, 40))
"""


def test_a_page_at_200_percent_loses_nothing(opened: Visitor) -> None:
    """Zoom halves the width and doubles the pixels (WCAG 1.4.4); so does larger text alone."""
    page = opened.page
    page.set_viewport_size({"width": DESKTOP // 2, "height": HEIGHT // 2})
    _expect_all_seen(page)
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    _expect_all_seen(page)
    page.set_viewport_size({"width": 320, "height": HEIGHT})
    _expect_all_seen(page)
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")


@pytest.mark.parametrize("page_type", ["home", "contact"])
def test_the_search_field_keeps_its_icon_beside_its_words(visit: Visit, site: Site, page_type: str) -> None:
    """Where the button has no room beside the field, it takes the next row, and the icon stays."""
    page = visit(320).page
    site.open(page, page_type)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    icon, field = (page.locator(f".search-box > {each}").bounding_box() for each in (".icon", "[name=q]"))
    assert icon is not None
    assert field is not None
    assert icon["y"] + icon["height"] / 2 == pytest.approx(field["y"] + field["height"] / 2, abs=1)


@pytest.mark.parametrize("slug", ["email-us", "escalate-a-complaint"])
def test_an_address_in_a_table_pushes_nothing_out_of_a_phones_sight(
    visit: Visit, site: Site, slug: str
) -> None:
    page = visit(320).page
    page.goto(f"{site.server.url}/articles/{slug}")
    hidden = page.locator(".table-scroll").first.evaluate("(it) => it.scrollWidth - it.clientWidth")
    assert hidden == 0


def test_a_page_in_forced_colours_shows_edges_where_colour_spoke(opened: Visitor) -> None:
    page = opened.page
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
    page.emulate_media(forced_colors="active")
    without_edge = page.evaluate(
        "() => [...document.querySelectorAll('.button, .chip, .callout, .notice, .still-need-help')]"
        ".filter((it) => it.checkVisibility() && getComputedStyle(it).borderTopStyle === 'none')"
        ".map((it) => it.className)"
    )
    invisible = page.evaluate(
        "() => [...document.querySelectorAll('main a, main h1, main p, header a')]"
        ".filter((it) => it.checkVisibility())"
        ".filter((it) => getComputedStyle(it).color === getComputedStyle(document.body).backgroundColor)"
        ".length"
    )
    page.emulate_media(forced_colors="none")
    assert without_edge == []
    assert invisible == 0


@pytest.mark.parametrize("page_type", ["contact about words", "article with tables", "search unsure"])
def test_paper_is_light_whatever_the_screen_is(visit: Visit, site: Site, page_type: str) -> None:
    page = visit().page
    site.open(page, page_type)
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        grounds.append(
            page.evaluate(
                "() => [...document.querySelectorAll('body, .card, .callout, .notice, .chip, .button, mark')]"
                ".map((it) => getComputedStyle(it)).map((it) => `${it.color} on ${it.backgroundColor}`)"
            )
        )
    light, dark = grounds
    assert dark == light


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself_when_motion_is_not_wanted(browser: Browser, site: Site, motion: str) -> None:
    context = browser.new_context(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    page = context.new_page()
    for page_type in ("home", "article", "search unsure"):
        site.open(page, page_type)
        moving = page.evaluate(
            "() => [...document.querySelectorAll('*')].filter((it) => { const style = getComputedStyle(it);"
            " return style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0)"
            " || style.animationName !== 'none' || style.scrollBehavior === 'smooth'; }).length"
        )
        assert (moving == 0) is (motion == "reduce")
    context.close()


def test_the_whole_journey_by_keyboard_alone(visit: Visit, site: Site) -> None:
    """Home, search, result, article, contact: each step is reached by Tab, seen, and taken by Enter."""
    page = visit().page
    site.open(page, "home")
    _tab_to(page, "input[type=search]")
    page.keyboard.type("charged twice")
    page.keyboard.press("Enter")
    expect(page.locator("main[data-verdict]")).to_be_visible()
    _tab_to(page, "main h2 a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Charged twice")
    _tab_to(page, ".still-need-help a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact us")
    _tab_to(page, "main li a.button")


def _expect_all_seen(page: Page) -> None:
    shown, whole = page.evaluate(
        "() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert whole <= shown
    assert page.evaluate(_CUT) == []


def _tab_to(page: Page, selector: str) -> None:
    """Presses Tab until it stands on the first of `selector`; every stop on the way can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        on = page.evaluate(
            """(selector) => {
                const it = document.activeElement;
                const shown = it.closest(".card, .article-row, .search-box") ?? it;
                const box = it.getBoundingClientRect();
                return {
                    there: it === document.querySelector(selector),
                    marked: [it, shown].some((each) => getComputedStyle(each).outlineStyle !== "none"),
                    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
                    what: it.outerHTML.slice(0, 90),
                };
            }""",
            selector,
        )
        assert on["marked"], on["what"]
        assert on["seen"], on["what"]
        if on["there"]:
            return
    raise AssertionError(f"Tab never came to {selector}")
