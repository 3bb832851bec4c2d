"""A page is in its language throughout; dates, times and lists are the locale's own."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from flask import Flask, render_template
from jinja2 import DictLoader

from kb.contact.message import prepare
from kb.contact.orders import STEPS, Order, OrderStatus, OrdersUnavailableError
from kb.content.markdown import Picture, render
from kb.model import Notice, NoticeLevel, Verdict
from tests.webapp.conftest import ARTICLES, CHANNELS, NOW, FakeCenter, results
from tests.webapp.ordering import look_up
from tests.webapp.wording import WORD, messages, visible
from webapp import create_app
from webapp.prose import article_text

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβξδεφγηιικλμνοπρρστυυωχψζΑΒΞΔΕΦΓΗΙΙΚΛΜΝΟΠΡΡΣΤΥΥΩΧΨΖ",
)
_LEFT_ALONE = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
_EXAMPLES = re.compile(r"\bHF-\d{6}\b|\S+@\S+|https?://\S+|\b[A-Z]{3,4}\b")


def in_greek(text: str) -> str:
    """The text in Greek letters, gaps and tags left as they are."""
    parts = zip(_LEFT_ALONE.split(text), [*_LEFT_ALONE.findall(text), ""], strict=True)
    return "".join(words.translate(_LETTERS) + kept for words, kept in parts)


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
    return [text.strip() for text in visible(page) if WORD.search(_EXAMPLES.sub("", own.sub("", text)))]


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


def test_the_message_that_programs_get_is_in_its_language_too(greek_app: Flask) -> None:
    message = greek_app.test_client().get("/api/v1/channels").get_json()["message"]
    assert message["subject"] == in_greek("A question")
    assert in_greek("What happened:") in message["body"]


def test_what_an_articles_html_names_is_said_in_its_language(
    greek_app: Flask, greek_center: GreekCenter
) -> None:
    body = "- [ ] 1\n- [x] 2\n\n> [!NOTE]\n> 3\n\n??? tip\n    4\n\n:::details\n5\n:::\n"
    html = render(body, str, Picture).html
    assert {"To do", "Done", "Note", "Tip", "Details"} <= set(visible(html))
    with greek_app.test_request_context():
        shown = visible(article_text(html, "/contact", greek_center.site))
    assert [text for text in shown if WORD.search(text)] == []


def test_a_name_in_another_language_is_text_whatever_signs_it_has(
    greek_center: GreekCenter, tmp_path: Path
) -> None:
    catalogue = Catalog("el")
    catalogue.add("To do", 'say "<b>"')
    catalogue.add("Note", "R&D <b>")
    file = tmp_path / "el" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        write_mo(stream, catalogue)
    app = create_app(cast("Any", greek_center), clock=lambda: NOW, translations=tmp_path)
    with app.test_request_context():
        html = article_text(
            render("- [ ] 1\n\n> [!NOTE]\n> 2", str, Picture).html, "/contact", greek_center.site
        )
    assert 'aria-label="say &#34;&lt;b&gt;&#34;"' in html
    assert ">R&amp;D &lt;b&gt;</" in html


def test_what_fills_a_text_is_escaped_in_a_page_and_stands_as_it_is_in_a_mail(center: FakeCenter) -> None:
    app = create_app(cast("Any", center))
    text = "{{ _('%(shop)s has 100%% of it', shop='Cups & <Co>') }}, {{ _('100%%') }}"
    app.jinja_env.loader = DictLoader({"page.html": text, "mail.txt": text})
    with app.test_request_context():
        assert render_template("page.html") == "Cups &amp; &lt;Co&gt; has 100% of it, 100%"
        assert render_template("mail.txt") == "Cups & <Co> has 100% of it, 100%"


def test_a_folder_of_catalogues_named_from_here_is_found(
    greek_center: GreekCenter, greek: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(greek.parent)
    app = create_app(cast("Any", greek_center), clock=lambda: NOW, translations=Path(greek.name))
    assert left_in_english(app.test_client().get("/").text, greek_center) == []


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


def test_no_text_of_the_pages_is_the_example_shops_own() -> None:
    of_the_example = re.compile(r"HF-\d|harrow|finch|0808|\bmug\b", re.IGNORECASE)
    texts = [text for message in messages() for text in (message.id, *message.id)]
    assert not [text for text in texts if of_the_example.search(str(text))]
