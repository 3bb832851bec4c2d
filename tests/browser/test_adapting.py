"""Pages adapt to how people see and move: large text, forced colours, less motion, the keyboard alone."""

import re
import zlib

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, Visit, Visitor
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


def test_the_header_leaves_most_of_a_phone_to_the_page_in_large_text(visit: Visit, site: Site) -> None:
    page = visit(390).page
    site.open(page, "article")
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    header = page.locator(".site-header").bounding_box()
    assert header is not None
    assert header["height"] < 300


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


_BROKEN_WORDS = """chips => chips.flatMap((chip) => {
    const text = chip.lastChild;
    return [...text.data.matchAll(/\\S+/g)].filter((word) => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map((box) => box.top)).size > 1;
    }).map((word) => word[0]);
})"""


@pytest.mark.parametrize("path", ["/contact", "/articles/where-is-my-sofa"])
@pytest.mark.parametrize("size", [100, 200])
def test_when_a_channel_is_open_is_said_in_whole_words_on_the_narrowest_phone(
    visit: Visit, site: Site, path: str, size: int
) -> None:
    page = visit(320).page
    page.goto(site.server.url + path)
    page.evaluate("(size) => { document.documentElement.style.fontSize = `${size}%`; }", size)
    for chip in page.locator(".chip").all():  # the longest there is
        chip.evaluate("(it) => { it.lastChild.data = 'Ask at any time · we call from tomorrow 09:00'; }")
    assert page.locator(".chip").evaluate_all(_BROKEN_WORDS) == []


def test_where_an_order_is_is_said_in_whole_words_on_a_phone_in_large_text(visit: Visit, site: Site) -> None:
    page = visit(PHONE).page
    page.goto(f"{site.server.url}/orders")
    page.get_by_label("Order number").fill("HF-203122")
    page.get_by_label("E-mail address").fill("ben.hartley@example.com")
    page.get_by_role("button", name="See where it is").click()
    expect(page.locator(".timeline-day")).to_have_count(5)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.locator(".timeline-day, .still-need-help .button").evaluate_all(_BROKEN_WORDS) == []


@pytest.mark.parametrize("slug", ["email-us", "escalate-a-complaint"])
def test_an_address_in_a_table_pushes_nothing_out_of_a_phones_sight(
    visit: Visit, site: Site, slug: str
) -> None:
    page = visit(320).page
    page.goto(f"{site.server.url}/articles/{slug}")
    hidden = page.locator(".table-scroll").first.evaluate("(it) => it.scrollWidth - it.clientWidth")
    assert hidden == 0


@pytest.mark.parametrize("query", ["i was charged twice", "my refund did not come", "i can't log in"])
def test_a_table_of_three_columns_in_the_best_answer_fits_a_phone(
    visit: Visit, site: Site, query: str
) -> None:
    page = visit(360).page
    page.goto(f"{site.server.url}/search?q={query}")
    tables = page.locator(".result-best .table-scroll:visible")
    assert tables.count()
    assert set(tables.evaluate_all("all => all.map((it) => it.scrollWidth - it.clientWidth)")) == {0}


def test_links_over_a_result_that_is_a_link_itself_are_large_enough_for_a_finger(
    visit: Visit, site: Site
) -> None:
    page = visit(360).page
    page.goto(f"{site.server.url}/search?q=where is my parcel")
    heights = page.locator(".result-person a, .why a").evaluate_all(
        "all => all.map((it) => it.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24


def test_what_a_finger_taps_on_a_phone_is_high_enough(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": HEIGHT}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    for page_type, taps in (
        ("home", ".site-name"),
        ("all articles", ".letter"),
        ("narrowed results", ".topic-filter"),
        ("contact", ".channel-more > summary"),
        ("article with tables", ".contents-title"),
    ):
        site.open(page, page_type)
        heights = page.locator(taps).evaluate_all("all => all.map((it) => it.getBoundingClientRect().height)")
        assert min(heights) >= 44, taps
    context.close()


def test_the_form_begins_where_its_card_does(visit: Visit, site: Site) -> None:
    page = visit(360).page
    page.goto(f"{site.server.url}/requests/new")
    card, first = (
        page.locator(each).first.bounding_box() for each in (".request-form", ".request-form .field")
    )
    assert card is not None
    assert first is not None
    padding = page.locator(".request-form").evaluate("(it) => parseFloat(getComputedStyle(it).paddingTop)")
    assert first["y"] - card["y"] == pytest.approx(padding, abs=2)


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


def test_the_best_answer_begins_on_the_first_page_of_paper(visit: Visit, site: Site) -> None:
    """It is longer than what is left of that page, which was blank but for the title."""
    page = visit().page
    page.goto(f"{site.server.url}/search?q=charged twice")
    pieces = [_pieces_of_text(page.pdf(format="A4", page_ranges=number)) for number in ("1", "2")]
    assert pieces[0] > pieces[1] / 2


def _pieces_of_text(pdf: bytes) -> int:
    """How many times a PDF sets text, which Chromium does for every few letters."""
    streams = re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return sum(len(re.findall(rb"T[jJ]\b", zlib.decompress(stream))) for stream in streams)


def _boxes(page: Page, *places: str) -> list[dict[str, float]]:
    """Where on the screen each of these stands."""
    return [page.locator(at).evaluate("one => one.getBoundingClientRect().toJSON()") for at in places]


@pytest.mark.parametrize(("width", "beside"), [(PHONE, False), (DESKTOP, True)])
def test_the_way_to_a_person_follows_the_third_result_or_stands_beside_the_first(
    visit: Visit, site: Site, width: int, beside: bool
) -> None:
    page = visit(width).page
    page.goto(f"{site.server.url}/search?q=order")
    expect(page.locator("main")).to_have_attribute("data-verdict", "unsure")
    first, third, fourth, way = _boxes(
        page, ".result >> nth=0", ".result >> nth=2", ".result >> nth=3", "#person"
    )
    if beside:
        assert way["left"] > first["right"]
        assert way["top"] == first["top"]
        assert 0 < fourth["top"] - third["bottom"] < 20
    else:
        assert third["bottom"] < way["top"] < way["bottom"] < fourth["top"]


_ROWS = """() => {
    const rows = {};
    for (const card of document.querySelectorAll(".channel-card")) {
        const button = card.querySelector(".button").getBoundingClientRect().top;
        (rows[card.getBoundingClientRect().top] ??= []).push(button);
    }
    return Object.values(rows);
}"""


def test_the_buttons_of_contact_cards_line_up_and_stay_when_one_is_unfolded(visit: Visit, site: Site) -> None:
    page = visit(1440).page
    site.open(page, "contact")
    rows = page.evaluate(_ROWS)
    assert [len(row) for row in rows] == [3, 3]
    assert [len(set(row)) for row in rows] == [1, 1]
    page.locator(".channel-more > summary").first.click()
    assert page.evaluate(_ROWS)[0] == rows[0]


def test_a_phone_number_beside_results_is_not_split(visit: Visit, site: Site) -> None:
    page = visit(1440).page
    page.goto(f"{site.server.url}/search?q=money")
    number = page.locator("#person .channel-brief-address").first
    line = number.evaluate("one => parseFloat(getComputedStyle(one).lineHeight)")
    assert number.evaluate("one => one.offsetHeight") < 1.5 * line


@pytest.mark.parametrize(("width", "beside"), [(PHONE, False), (DESKTOP, True)])
def test_what_is_related_stands_beside_a_sure_answer_where_there_is_room(
    visit: Visit, site: Site, width: int, beside: bool
) -> None:
    page = visit(width).page
    page.goto(f"{site.server.url}/search?q=my+parcel+is+late")
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    first, more, related, person = _boxes(
        page, ".result >> nth=0", ".results-more", ".also", ".results-page > .more"
    )
    if beside:
        assert related["left"] > first["right"]
        assert related["top"] == first["top"]
        assert person["left"] == first["left"]
    assert person["top"] >= more["bottom"]
    assert beside or more["bottom"] < related["top"] < related["bottom"] < person["top"]


def test_a_phone_shows_what_people_ask_most_at_once_and_all_topics_within_two_screens(
    visit: Visit, site: Site
) -> None:
    page = visit(390).page
    page.set_viewport_size({"width": 390, "height": 844})
    site.open(page, "home")
    first = page.get_by_role("heading", name="What people ask most").bounding_box()
    last = page.locator(".topic-card").last.bounding_box()
    assert first is not None
    assert last is not None
    assert first["y"] < 844
    assert last["y"] + last["height"] < 2 * 844
    low = page.locator(".article-row, .topic-card").evaluate_all(
        "rows => rows.filter((row) => row.offsetHeight < 44).length"
    )
    assert low == 0


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
