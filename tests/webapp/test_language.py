"""Every word of the interface goes through gettext; dates, times and lists are the locale's own."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from flask import Flask
from jinja2 import nodes

import webapp
from kb.contact.message import prepare
from kb.contact.orders import STEPS, Order, OrderStatus, OrdersUnavailableError
from kb.model import Notice, NoticeLevel, Verdict
from tests.builders import REPOSITORY
from tests.webapp.conftest import ARTICLES, CHANNELS, NOW, FakeCenter, results
from tests.webapp.test_orders import look_up
from webapp import create_app

TEMPLATES = Path(webapp.__file__).parent / "templates"
PAGES = sorted(set(TEMPLATES.rglob("*.html")) - set(TEMPLATES.glob("patterns/*")))
"""All templates but the pattern portfolio, which only developers see."""
SHOWN = ("alt", "aria-label", "aria-description", "aria-roledescription", "content", "placeholder", "title")
"""Attributes whose value people see or hear; `content` is a meta description's."""

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβξδεφγηιικλμνοπρρστυυωχψζΑΒΞΔΕΦΓΗΙΙΚΛΜΝΟΠΡΡΣΤΥΥΩΧΨΖ",
)
_LEFT_ALONE = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ATTRIBUTES = re.compile(r'[\w-]+="[^"]*(?:"|$)|(?<=[\s\0])[a-z]+(?:-[a-z]+){2,}(?=[\s\0]|$)')
"""What a block fills into a tag: attributes, a class."""
_EXAMPLES = re.compile(r"\bHF-\d{6}\b|\S+@\S+|https?://\S+|\b[A-Z]{3,4}\b")


class VisibleText(HTMLParser):
    """Gathers what a page shows and what a screen reader says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._hidden += tag in ("script", "style")
        if tag != "meta" or given.get("name") == "description":
            self.texts += [given[name] or "" for name in SHOWN if name in given]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def visible(page: str) -> list[str]:
    """The texts of a page, in order."""
    parser = VisibleText()
    parser.feed(page)
    return [text for text in parser.texts if text.strip()]


def in_greek(text: str) -> str:
    """The text in Greek letters, gaps and tags left as they are."""
    parts = zip(_LEFT_ALONE.split(text), [*_LEFT_ALONE.findall(text), ""], strict=True)
    return "".join(words.translate(_LETTERS) + kept for words, kept in parts)


def messages() -> Catalog:
    """All texts of the library and the pages, as `make messages` finds them."""
    found = Catalog(locale="el")
    options = {"**/templates/**.*": {"trimmed": "true"}}
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "translate": None, "ngettext": (1, 2)}
    for folder in ("kb", "webapp"):
        extracted = extract_from_dir(
            REPOSITORY / folder,
            [("**.py", "python"), ("**/templates/**.*", "jinja2")],
            options,
            keywords=cast("Any", keywords),
        )
        for file, line, text, comments, _context in extracted:
            found.add(cast("Any", text), locations=[(file, line)], auto_comments=comments)
    return found


@pytest.fixture(scope="module")
def greek(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue that puts every text into Greek letters."""
    catalogue = messages()
    for message in catalogue:
        one: Message = message
        if isinstance(one.id, tuple):
            one.string = tuple(in_greek(text) for text in one.id)
        elif one.id:
            one.string = in_greek(str(one.id))
    folder = tmp_path_factory.mktemp("translations")
    file = folder / "el" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_mo(stream, catalogue)
    return folder


TODAY = NOW.date()


def _order(status: OrderStatus, *estimate: int, since: int = 0) -> Order:
    """An order that reached `status` `since` days ago, to come in `estimate` days."""
    reached = (status, *STEPS[: STEPS.index(status) if status in STEPS else 1])
    earliest, latest = (TODAY + timedelta(days=ahead) for ahead in estimate) if estimate else (None, None)
    dates = {step: TODAY - timedelta(days=since) for step in reached}
    return Order("HF-204815", status, dates, earliest, latest, "12", "34", "/56")


ORDERS = (
    _order(OrderStatus.ORDERED),
    _order(OrderStatus.SHIPPED, 1, 3),
    _order(OrderStatus.OUT_FOR_DELIVERY, -1, 0),
    _order(OrderStatus.SHIPPED, -9, -5),
    _order(OrderStatus.DELIVERED, since=1),
    _order(OrderStatus.DELIVERED, since=60),
    _order(OrderStatus.RETURNED, since=400),
    _order(OrderStatus.CANCELLED, since=3),
)


@dataclass
class Orders:
    """Finds one order for everybody, or is down."""

    order: Order | None = None
    down: bool = False

    def find(self, number: str, email: str) -> Order | None:
        if self.down:
            raise OrdersUnavailableError(f"{number} {email}")
        return self.order


class GreekCenter(FakeCenter):
    """Says what a real help center would, in the language it is asked in."""

    def message(self, query: str = "", article: str = "", tried: Any = (), translate: Any = None) -> Any:
        read = [found for slug in tried if (found := self.article(slug))]
        return prepare(self.site, query, self.article(article), tried=read, translate=translate)


@pytest.fixture
def greek_center(tmp_path: Path) -> GreekCenter:
    center = GreekCenter(files=tmp_path)
    center.site = replace(center.site, language="el", shop_url="https://shop.example")
    center.orders = Orders()
    center.notices = tuple(Notice("12", level, link="/", link_text="34") for level in NoticeLevel)
    return center


@pytest.fixture
def greek_app(greek_center: GreekCenter, greek: Path) -> Flask:
    return create_app(cast("Any", greek_center), clock=lambda: NOW, translations=greek)


def own_words(center: FakeCenter) -> list[str]:
    """What the center's writers wrote, the longest first: it is theirs, and stays as it is."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield from [value, *visible(value)]
        elif is_dataclass(value) and not isinstance(value, type):
            yield from texts(list(asdict(value).values()))
        elif isinstance(value, list | tuple | dict):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner)

    everything = [center.site, center.topics, ARTICLES, CHANNELS, center.found]
    found = {text.strip() for text in texts(everything)}
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


def left_in_english(page: str, center: FakeCenter) -> list[str]:
    """The texts of a page that have Latin words besides the center's own."""
    own = re.compile("|".join([r"\S+ fits .*", *map(re.escape, own_words(center))]), re.IGNORECASE)
    return [text.strip() for text in visible(page) if _WORD.search(_EXAMPLES.sub("", own.sub("", text)))]


ADDRESSES = (
    "/",
    "/topics/orders",
    "/topics/empty",
    "/articles",
    "/articles/track-an-order",
    "/articles/late-parcel",
    "/articles/old-couriers",
    "/articles/fax-us",
    "/search",
    "/search?q=123",
    "/search?q=123&topic=orders",
    "/search?q=123&topic=12",
    "/search?q=123&page=2",
    "/search?q=HF-204815",
    f"/search?q={'1 ' * 150}",
    "/contact",
    "/contact?q=123",
    "/contact?topic=orders",
    "/contact?article=track-an-order",
    "/orders",
    "/articles/12",
)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_text_of_a_page_is_in_its_language(
    greek_app: Flask, greek_center: GreekCenter, address: str, verdict: Verdict
) -> None:
    greek_center.found = results(
        2, verdict, total=31, suggestion="123 45", topics={"orders": 2, "delivery": 3}
    )
    answer = greek_app.test_client().get(address)
    assert answer.text.startswith('<!doctype html>\n<html lang="el" dir="ltr">')
    assert left_in_english(answer.text, greek_center) == []


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.status.value)
def test_an_order_is_told_in_its_language(greek_app: Flask, greek_center: GreekCenter, order: Order) -> None:
    greek_center.orders = Orders(order)
    page = look_up(greek_app.test_client(), order.number, "123@45.67").text
    assert 'data-order="' in page
    assert left_in_english(page, greek_center) == []


def test_what_went_wrong_is_said_in_its_language(greek_app: Flask, greek_center: GreekCenter) -> None:
    browser = greek_app.test_client()
    pages = [look_up(browser, number, email).text for number, email in (("", ""), ("RT-1", "1"), ("12", "1"))]
    pages.append(browser.post("/search").text)
    greek_center.orders = Orders(down=True)
    pages.append(look_up(browser, "HF-204815", "123@45.67").text)
    greek_center.orders = Orders()
    pages += [look_up(browser, "HF-204815", "123@45.67").text for _ in range(11)]
    greek_center.broken = True
    pages.append(browser.get("/search?q=12").text)
    for page in pages:
        assert left_in_english(page, greek_center) == []


def test_a_text_without_a_translation_is_found(greek_center: GreekCenter) -> None:
    """So that finding none means something."""
    page = create_app(cast("Any", greek_center), clock=lambda: NOW).test_client().get("/").text
    assert "Browse by topic" in left_in_english(page, greek_center)


def test_dates_and_times_are_the_languages_own(greek_app: Flask) -> None:
    browser = greek_app.test_client()
    assert ">4 Οκτωβρίου 2026</time>" in browser.get("/articles/track-an-order").text
    contact = browser.get("/contact").text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert contact.count("10:00 μ.μ.") > contact.count("Δευ–Παρ 8:00 π.μ. – 10:00 μ.μ.") > 0
    assert "Λονδίνο" in contact


def test_a_language_nobody_translated_keeps_english_words_and_has_its_own_dates(center: FakeCenter) -> None:
    center.site = replace(center.site, language="de-AT")
    page = create_app(cast("Any", center)).test_client().get("/articles/track-an-order").text
    assert "Updated <time" in page
    assert ">4. Oktober 2026<" in page


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.stem)
def test_a_template_has_no_words_outside_gettext(template: Path, app: Flask) -> None:
    assert list(bare_words(template.read_text(encoding="utf-8"), app)) == []


def test_bare_words_are_found_in_text_attributes_and_arguments(app: Flask) -> None:
    bare = '<p title="Say more">Hello {{ name }} there</p>{{ card("Ask a person") }}{{ _("Fine") }}'
    assert list(bare_words(bare, app)) == ["Say more", "Hello", "there", "Ask a person"]


def bare_words(source: str, app: Flask) -> Iterator[str]:
    """Words that a template shows without asking gettext, in text, attributes and arguments."""
    tree = app.jinja_env.parse(source)
    for text in visible("".join(template_text(tree))):
        parts = (part.strip() for part in _ATTRIBUTES.sub("", text).split("\0"))
        yield from (part for part in parts if _WORD.search(part))
    asked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        value = constant.value
        if isinstance(value, str) and id(constant) not in asked and re.match(r"[A-Z]\w* \w", value):
            yield value


def template_text(node: nodes.Node) -> Iterator[str]:
    """What a template writes as it is, in its order; a NUL for each thing that it fills in."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Expr):
        yield "\0"
    else:
        for child in node.iter_child_nodes(exclude=("test",)):
            yield from template_text(child)


def test_translators_find_every_kind_of_text() -> None:
    found = {message.id for message in messages()}
    assert {
        "Skip to the content",
        "When it happened:",
        "Start a chat",
        "Out for delivery",
        ("%(num)s article.", "%(num)s articles."),
    } <= found
