"""Our own help center, followed link by link: nothing is broken, and every page is good HTML."""

import re
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from lxml import html as lxml_html

from kb import building
from kb.helpcenter import HelpCenter
from kb.model import Verdict
from kb.place import Place
from tests import html5, npm
from tests.builders import article, help_center
from tests.webapp.ordering import look_up
from tests.webapp.test_order_pages import PAGES as ORDERS
from webapp import create_app

BEGIN = ("/", "/sitemap.xml", "/feed.atom", "/opensearch.xml", "/llms.txt", "/robots.txt", "/search")
SCHEMES = {"http", "https", "mailto", "tel", "data"}
_NOINDEX = '<meta name="robots" content="noindex">'
MANY = 3000
"""More addresses than the site has: a crawl that goes on has found a trap."""

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class Page:
    """One address that was followed: its status, its kind, and for HTML the text and its tree."""

    status: int
    kind: str
    text: str = ""
    tree: lxml_html.HtmlElement | None = None

    @property
    def anchors(self) -> set[str]:
        """Everything that a link can lead to inside it."""
        inside = [] if self.tree is None else [*self.tree.xpath("//@id"), *self.tree.xpath("//a/@name")]
        return {"", *inside}


@dataclass
class Crawl:
    """All that was found by following every link: pages by address, links by the page they stand on."""

    client: FlaskClient
    base: str
    pages: dict[str, Page] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        """Follows every link from where machines and people begin."""
        ahead = deque(BEGIN)
        while ahead:
            address = ahead.popleft()
            if address in self.pages:
                continue
            assert len(self.pages) < MANY, f"no end in sight: {address}"
            self.pages[address], found = self._read(address)
            written = [link for link in found if not link.startswith("data:")]
            self.links[address] = {urljoin(self.base + address, link) for link in written}
            own = sorted(link for link in self.links[address] if link.startswith(f"{self.base}/"))
            ahead.extend(urldefrag(link.removeprefix(self.base)).url for link in own)

    def _read(self, address: str) -> tuple[Page, list[str]]:
        """A page and the addresses written on it."""
        answer = self.client.get(address, buffered=True)
        kind = answer.mimetype or ""
        if kind == "text/html":
            tree = lxml_html.fromstring(answer.text)
            return Page(answer.status_code, kind, answer.text, tree), _links(tree)
        if kind == "text/css":
            return Page(answer.status_code, kind), re.findall(r"url\([\"']?([^)\"']+)", answer.text)
        if kind.endswith("xml") and kind != "image/svg+xml":
            texts = [*etree.fromstring(answer.data).itertext()]
            links = etree.fromstring(answer.data).xpath("//@href | //@template[contains(., '{') = false()]")
            return Page(answer.status_code, kind), [
                *links,
                *(text for text in texts if _ADDRESS.fullmatch(text)),
            ]
        if kind in ("text/plain", "text/markdown"):
            return Page(answer.status_code, kind), _ADDRESS.findall(answer.text)
        return Page(answer.status_code, kind), []


def _links(tree: lxml_html.HtmlElement) -> list[str]:
    """Every address on a page: links, forms that only ask, assets."""
    found = tree.xpath("//@href | //@src | //form[not(@method) or @method='get']/@action")
    for candidates in tree.xpath("//@srcset"):
        found += [one.split()[0] for one in candidates.split(",")]
    return [str(link) for link in found]


@pytest.fixture(scope="module")
def application(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over a copy of this repository's help center, with a retired article in it."""
    root = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("whole") / "help"))
    return create_app(HelpCenter(Place.at(root)))


@pytest.fixture(scope="module")
def crawl(application: Flask) -> Crawl:
    """The whole site, followed once."""
    base = application.extensions["helpcenter"].site.base_url
    found = Crawl(application.test_client(), base)
    found.run()
    return found


@pytest.fixture(scope="module")
def pages(crawl: Crawl) -> dict[str, str]:
    """The HTML of one page of each kind, of every article, and of states that no link leads to."""
    kinds = {}
    for address, page in crawl.pages.items():
        if page.kind == "text/html":
            parts = urlsplit(address)
            kinds[parts.path, *sorted(name for name, _ in parse_qsl(parts.query))] = (address, page.text)
    return dict(kinds.values()) | dict(_states(crawl.client))


def _states(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """What was searched, what went wrong, what was looked up."""
    queries = ["where is my order", "order", "asdfghjkl qwerty", "HF-204815", "refnd", "<b>", "x" * 300]
    asked = [f"/search?q={query}" for query in queries]
    asked += ["/search?q=order&page=2", "/search?q=order&topic=payments", "/search?q=order&topic=no-such"]
    asked += ["/search?q=order&explain=1", "/contact?q=where+is+my+parcel", "/orders?number=HF-204815"]
    asked += ["/no/such-page", "/articles/fax-us-your-order"]
    for address in asked:
        yield address, client.get(address).text
    yield "method", client.delete("/search").text
    for number, email, situation, *_ in ORDERS:
        yield situation, look_up(client, number, email).text
    yield "request with mistakes", client.post("/requests/new", data={}).text
    yield "order not found", look_up(client, "HF-999999", "nobody@shop.example").text
    yield "order with mistakes", look_up(client, "12", "nobody").text


def _listed(crawl: Crawl) -> dict[str, lxml_html.HtmlElement]:
    """The pages that search engines may list."""
    pages = crawl.pages.items()
    return {at: page.tree for at, page in pages if page.tree is not None and _NOINDEX not in page.text}


def _broken(crawl: Crawl) -> set[tuple[str, str]]:
    """Every link that does not answer, or does not find its place in the page, with where it stands."""
    found = set()
    for on, links in crawl.links.items():
        for link in links:
            address, anchor = urldefrag(link.removeprefix(crawl.base))
            page = crawl.pages.get(address)
            if page and (
                page.status != 200 or (page.tree is not None and unquote(anchor) not in page.anchors)
            ):
                found.add((on, link))
    return found


def test_no_link_on_the_whole_site_is_broken(crawl: Crawl) -> None:
    assert _broken(crawl) == set()
    kinds = {page.kind for page in crawl.pages.values()}
    assert {"text/html", "text/css", "text/javascript", "image/png", "text/markdown"} <= kinds
    articles = [address for address in crawl.pages if re.fullmatch(r"/articles/[^/.?]+", address)]
    assert len(articles) == 102


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """So that finding none means something."""
    place = help_center(tmp_path, {"articles/a.md": article("A", "[x](/no-such), [y](#no-heading)")})
    building.build(place)
    application = create_app(HelpCenter(place))
    crawl = Crawl(application.test_client(), HelpCenter(place).site.base_url)
    crawl.run()
    for on in ("/articles/a", "/articles/a.md"):
        assert (on, f"{crawl.base}/no-such") in _broken(crawl)
    assert ("/articles/a", f"{crawl.base}/articles/a#no-heading") in _broken(crawl)


def test_links_that_leave_are_of_kinds_a_browser_opens(crawl: Crawl) -> None:
    away = {link for links in crawl.links.values() for link in links if not link.startswith(f"{crawl.base}/")}
    assert {urlsplit(link).scheme for link in away} <= SCHEMES
    assert any(link.startswith("mailto:") for link in away), "so that the set is not empty"


def test_every_page_has_a_language_a_title_one_heading_and_one_main_part(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        tree = lxml_html.fromstring(text)
        assert tree.get("lang"), name
        assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1, name
        assert tree.xpath("string(//title)").strip(), name
        assert tree.xpath("string(//h1)").strip(), name


def test_a_page_of_results_says_its_verdict_and_no_other_page_does(pages: dict[str, str]) -> None:
    verdicts = set()
    for name, text in pages.items():
        (main,) = lxml_html.fromstring(text).xpath("//main")
        searched = name.startswith("/search?q=") and name != "/search?q="
        assert (main.get("data-verdict") is not None) == searched, name
        if searched:
            verdicts.add(Verdict(main.get("data-verdict")))
            assert main.get("data-results", "").isdecimal()
    assert verdicts == set(Verdict)


def test_no_two_listed_pages_have_the_same_title_or_description(crawl: Crawl) -> None:
    for path in ("string(//title)", "string(//meta[@name='description']/@content)"):
        said = [tree.xpath(path) for tree in _listed(crawl).values()]
        assert "" not in said
        assert sorted(said) == sorted(set(said))


def test_what_is_listed_in_the_sitemap_is_what_may_be_listed(crawl: Crawl) -> None:
    own = {link.removeprefix(crawl.base) for link in crawl.links["/sitemap.xml"]}
    assert own == {address for address in _listed(crawl) if "?" not in address}


def test_every_page_is_good_html(pages: dict[str, str], application: Flask) -> None:
    """The pattern portfolio too, which shows what these pages may not."""
    center = application.extensions["helpcenter"]
    portfolio = create_app(center, development=True).test_client().get("/patterns").text
    assert _problems(pages | {"/patterns": portfolio}) == []


def test_bad_html_is_found() -> None:
    """So that finding nothing means something."""
    good = '<!doctype html><html lang="en"><title>x</title><p>x</p>'
    found = _problems({"good": good, "bad": good + '<p><b id="a"></b><i id="a"></p>'})
    assert {problem.partition(":")[0] for problem in found} == {"bad"}
    assert any("Duplicate ID" in problem for problem in found)


def _problems(pages: dict[str, str]) -> list[str]:
    try:
        return html5.problems(pages)
    except npm.CannotInstallError as error:
        pytest.skip(f"The HTML checker can't be had: {error}.")
