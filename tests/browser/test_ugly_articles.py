"""Whatever an article is made of, its page fits every screen, can be read, and moves nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import ugly
from tests.browser.conftest import DESKTOP, HEIGHT, Visit, Visitor, visitor
from tests.browser.test_accessibility import violations
from tests.builders import write
from tests.serve.running import Server, kb, serving

WIDTHS = (320, 768, DESKTOP)
_TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((each) => !each.closest(".table-scroll")?.parentElement.querySelector("table")?.contains(each))
    .filter((each) => !each.closest(".visually-hidden"))
    .filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
    })
    .map((each) => each.localName + "." + each.className).slice(0, 8)
"""


@pytest.fixture(scope="module")
def server(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our help center with the ugly articles in it."""
    root = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("ugly") / "help"))
    write(root, ugly.files())
    assert kb(root, "index").code == 0
    with serving(root, workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Visitor]:
    """One visitor who goes from article to article."""
    with visitor(browser) as somebody:
        yield somebody


@pytest.fixture(scope="module", params=ugly.ARTICLES)
def page(request: pytest.FixtureRequest, reader: Visitor, server: Server) -> Page:
    """Each ugly article, opened once for all the tests of it."""
    reader.complaints.clear()
    reader.page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
    reader.page.goto(f"{server.url}/articles/{request.param}")
    expect(reader.page.locator("h1")).to_have_text(ugly.ARTICLES[request.param][0])
    return reader.page


def test_it_fits_every_screen(page: Page, reader: Visitor) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
        assert page.evaluate(_TOO_WIDE) == []
    assert reader.complaints == []


def test_axe_finds_nothing_wrong_with_it(page: Page, axe_script: str) -> None:
    assert violations(page, axe_script) == []


def test_a_wide_table_is_scrolled_by_keyboard_inside_itself(visit: Visit, server: Server) -> None:
    page = visit(320).page
    page.goto(f"{server.url}/articles/thirty-columns")
    table = page.get_by_role("group", name="Table").first
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(it) => it.scrollLeft > 0", arg=table.element_handle())
    assert page.evaluate("() => scrollX") == 0


def test_a_table_is_a_stop_of_the_tab_key_only_while_it_can_be_scrolled(visit: Visit, server: Server) -> None:
    page = visit(DESKTOP).page
    page.goto(f"{server.url}/articles/thirty-columns")
    wide, small = page.get_by_role("group", name="Table").all()
    expect(small).not_to_have_attribute("tabindex", "0")
    expect(wide).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 120, "height": 800})
    expect(small).to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": DESKTOP, "height": 800})
    expect(small).not_to_have_attribute("tabindex", "0")


def test_a_wide_table_shows_at_its_edge_that_it_goes_on(visit: Visit, server: Server) -> None:
    """Painted by the place it scrolls in, and covered by what scrolls along once its end is reached."""
    page = visit(320).page
    page.goto(f"{server.url}/articles/thirty-columns")
    edge = page.get_by_role("group", name="Table").first
    scrolls = edge.evaluate("(it) => getComputedStyle(it).backgroundAttachment")
    assert scrolls.split(", ")[:4] == ["local", "local", "scroll", "scroll"]


@pytest.mark.parametrize("slug", ["all-images", "huge-image", "four-thousand-words", "eighty-headings"])
@pytest.mark.parametrize("width", [320, DESKTOP])
def test_nothing_moves_while_it_loads(visit: Visit, server: Server, slug: str, width: int) -> None:
    page = visit(width).page
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => window.shifts.push(...list.getEntries()"
        ".map((shift) => shift.value))).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"{server.url}/articles/{slug}", wait_until="networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    assert sum(page.evaluate("() => window.shifts")) < 0.001  # what is given as 0
    sizes = page.locator(".prose img").evaluate_all(
        "(images) => images.map((it) => it.clientWidth * it.naturalHeight - it.clientHeight * it.naturalWidth"
        " <= it.naturalWidth + it.naturalHeight)"
    )
    assert all(sizes)


def test_an_arabic_article_reads_from_the_right_on_an_english_page(visit: Visit, server: Server) -> None:
    page = visit().page
    page.goto(f"{server.url}/articles/arabic")
    directions = page.locator("h1, .prose > *").evaluate_all(
        "(all) => all.map((it) => [it.localName, getComputedStyle(it).direction])"
    )
    assert {direction for _, direction in directions} == {"rtl", "ltr"}
    assert [name for name, direction in directions if direction == "ltr"] == ["div", "pre"]
    assert page.locator("table").evaluate("(it) => getComputedStyle(it).direction") == "rtl"
    title = page.locator(".callout-title")
    assert title.bounding_box() is not None
    assert title.evaluate("(it) => getComputedStyle(it).textAlign") in ("right", "end", "start")
