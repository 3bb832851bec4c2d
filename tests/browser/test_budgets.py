"""What a page may cost a phone: bytes, requests before it is painted, and no shifting about."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, Route

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, TABLET, Visit, Visitor
from tests.browser.pages import SHIFT, Site

ARTICLE_BYTES = 60_000
"""All that an article's page loads, its pictures apart, compressed."""

BLOCKING = 2
"""Requests before the first paint: the page and its stylesheet."""

_BLOCKING = """() => 1 + performance.getEntriesByType("resource")
    .filter((entry) => entry.renderBlockingStatus === "blocking").length
"""


def test_nothing_but_the_stylesheet_stands_before_the_first_paint(opened: Visitor) -> None:
    assert opened.page.evaluate(_BLOCKING) == BLOCKING


@pytest.mark.parametrize("article", ["/articles/charged-twice", "/articles/photos-for-a-claim"])
def test_an_article_stays_within_its_bytes(visit: Visit, site: Site, article: str) -> None:
    page = visit(PHONE).page
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site.server.url + article, wait_until="networkidle")
    sizes = {answer.url: _sent(answer) for answer in answers if answer.request.resource_type != "image"}
    assert any(url.endswith(article) for url in sizes)
    assert sum(sizes.values()) <= ARTICLE_BYTES, sizes


def _sent(answer: Response) -> int:
    """The bytes of an answer as a server or a proxy with compression sends it."""
    return len(gzip.compress(answer.body(), 6)) + sum(map(len, answer.all_headers().values()))


@pytest.mark.parametrize(
    "page_type",
    ["home", "topic", "article", "article with tables", "search answered", "contact", "order status"],
)
def test_nothing_moves_once_it_is_there(visit: Visit, site: Site, page_type: str) -> None:
    page = visit(PHONE).page
    site.open(page, page_type)
    _scroll_through(page)
    assert page.evaluate(SHIFT) == [0, []]


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/search?q=asdfghjkl", "/requests/new", "/articles/charged-twice"]
)
def test_the_end_of_a_page_stays_where_it_is_when_its_scripts_come_late(
    visit: Visit, site: Site, path: str
) -> None:
    page = visit(PHONE).page
    held: list[Route] = []
    page.route(re.compile(r"\.js\b"), lambda route: held.append(route))
    page.goto(site.server.url + path, wait_until="commit")
    page.locator(".site-footer-links").wait_for()
    page.evaluate(
        "() => window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })"
    )
    page.evaluate(SHIFT)  # painted
    assert held
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    assert page.evaluate(SHIFT) == [0, []]


_IN_TWO = """async ([before, after]) => {
    const begun = performance.now();
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    document.open();
    document.write(before);
    await frames();
    document.write(after);
    document.close();
    await frames();
    return begun;
}"""
"""Another page takes this one's place in two parts; since when: what the earlier one did doesn't count."""


def _cut_in_two(page: Page, site: Site, path: str, part: str) -> Iterator[tuple[list[str], str]]:
    """The page at `path` cut behind each tag of a `part` of it, and that tag, with another page open."""
    html = page.request.get(f"{site.server.url}{path}").text()
    found = re.compile(part, re.DOTALL).search(html)
    assert found
    for tag in re.finditer("<[^>]*>", found[0]):
        cut = found.start() + tag.end()
        site.open(page, "not found")
        yield [html[:cut], html[cut:]], tag[0]


@pytest.mark.parametrize("width", [320, PHONE])
def test_the_search_box_stays_where_it_is_whatever_part_of_it_comes_late(
    visit: Visit, site: Site, width: int
) -> None:
    """A browser paints what it has, which may end anywhere: behind any tag."""
    page = visit(width).page
    for cut, tag in _cut_in_two(page, site, "/search?q=charged+twice", '<form class="search-box".*?</form>'):
        begun = page.evaluate(_IN_TWO, cut)
        assert page.evaluate(SHIFT, begun) == [0, []], tag


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
def test_the_headers_links_stay_where_they_are_whatever_part_of_them_comes_late(
    visit: Visit, site: Site, width: int
) -> None:
    page = visit(width).page
    html = page.request.get(f"{site.server.url}/articles/charged-twice").text()
    first = html.index('<nav class="site-nav')
    for tag in re.finditer(r"</?(?:nav|details|summary|svg)\b[^>]*>", html[: html.index("</header>")]):
        if tag.start() >= first and 'class="icon"' not in tag[0]:
            site.open(page, "not found")
            begun = page.evaluate(_IN_TWO, [html[: tag.end()], html[tag.end() :]])
            assert page.evaluate(SHIFT, begun)[0] < 0.001, tag[0]  # what is given as 0


def test_a_pages_date_and_its_copy_button_stay_where_they_are_on_the_narrowest_phone(
    visit: Visit, site: Site
) -> None:
    page = visit(320).page
    for cut, tag in _cut_in_two(page, site, "/articles/charged-twice", '<p class="article-facts">.*?</p>'):
        begun = page.evaluate(_IN_TWO, cut)
        assert page.evaluate(SHIFT, begun) == [0, []], tag


def test_what_moves_is_noticed(visit: Visit, site: Site) -> None:
    """So that nothing moving means something."""
    page = visit(PHONE).page
    site.open(page, "home")
    page.evaluate(
        """() => new Promise((done) => requestAnimationFrame(() => {
            const late = document.createElement("p");
            late.textContent = "Late ".repeat(200);
            document.querySelector("main").prepend(late);
            requestAnimationFrame(done);
        }))"""
    )
    shift, _ = page.evaluate(SHIFT)
    assert shift > 0


def _scroll_through(page: Page) -> None:
    """Sees everything once, so that what loads late has loaded."""
    height = page.evaluate("() => document.documentElement.scrollHeight")
    for place in range(0, height, HEIGHT):
        page.evaluate("(place) => window.scrollTo(0, place)", place)
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
