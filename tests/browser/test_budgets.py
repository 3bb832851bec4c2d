"""What a page may cost a phone: bytes, requests before it is painted, and no shifting about."""

import gzip
import re

import pytest
from playwright.sync_api import Page, Response

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


_IN_TWO = """async ([before, after]) => {
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    document.open();
    document.write(before);
    await frames();
    document.write(after);
    document.close();
    await frames();
}"""


def test_the_search_box_stays_where_it_is_whatever_part_of_it_comes_late(visit: Visit, site: Site) -> None:
    """A browser paints what it has, which may end anywhere: behind any tag."""
    page = visit(PHONE).page
    html = page.request.get(f"{site.server.url}/search?q=charged+twice").text()
    box = re.compile('<form class="search-box".*?</form>', re.DOTALL).search(html)
    assert box
    for tag in re.finditer("<[^>]*>", box[0]):
        site.open(page, "not found")
        cut = box.start() + tag.end()
        page.evaluate(_IN_TWO, [html[:cut], html[cut:]])
        assert page.evaluate(SHIFT) == [0, []], tag[0]


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
            page.evaluate(_IN_TWO, [html[: tag.end()], html[tag.end() :]])
            assert page.evaluate(SHIFT)[0] < 0.001, tag[0]  # what is given as 0


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
