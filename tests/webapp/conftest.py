"""A small help center of objects, to test pages against what the front door promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.contact.limits import Limits
from kb.contact.orders import OrderSource
from kb.contact.requests import Requests
from kb.contact.when import find_when
from kb.content.assets import image_size
from kb.database import Database
from kb.insight.feedback import Feedback
from kb.model import (
    Article,
    Channel,
    ChannelKind,
    Notice,
    Opening,
    Result,
    Route,
    SearchResult,
    Section,
    Site,
    Suggestion,
    Topic,
    Verdict,
    Wait,
)
from webapp import create_app

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
"""A Monday afternoon in London."""

HTML = """<p>Open <strong>Orders</strong>.</p>
<h2 id="with-an-account">With an account</h2><p>Sign in.</p>
<h2 id="without">Without &amp; as a guest</h2><p>Use your number.</p>
<h3 id="late">It is late</h3><p>Wait.</p>"""


LINKS = """<p>Wait two days. Ask <a href="https://carrier.example/x">the carrier</a>, read what holds
<a href="https://help.example/articles/abroad">abroad</a>, or <a href="tel:112">call</a>.
<a href="/contact">Contact us</a> then.</p>"""


@dataclass(frozen=True)
class Note:
    """Stands in for a prepared message."""

    subject: str
    body: str
    happened: str = ""
    when: str = ""
    order_number: str = ""
    tried: str = ""

    def mailto(self, address: str) -> str:
        """The message as a mailto address."""
        return f"mailto:{address}?subject={quote(self.subject)}&body={quote(self.body)}"


def _article(slug: str, title: str, topic: str, **more: Any) -> Article:
    return Article(slug, title, topic, f"{topic}/{slug}.md", summary=f"About: {title}", **more)


ARTICLES = (
    _article(
        "track-an-order",
        "Track your order",
        "orders",
        related=("late-parcel",),
        html=HTML,
        updated=date(2026, 10, 4),
        sections=(
            Section("", "", 0, "Open Orders."),
            Section("with-an-account", "With an account", 2, "Sign in."),
            Section("without", "Without & as a guest", 2, "Use your number."),
            Section("late", "It is late", 3, "Wait."),
        ),
    ),
    _article("short-note", "A short note", "orders", html='<h2 id="one">One</h2><p>Text.</p>'),
    _article("old-couriers", "Our old couriers", "delivery", retired=True, successor="late-parcel"),
    _article("fax-us", "Send us a fax", "delivery", retired=True),
    _article("late-parcel", "My parcel is late", "delivery", html=LINKS),
    _article("abroad", "Delivery abroad", "delivery/international", html="<p>To 13 countries.</p>"),
)

CHANNELS = (
    Channel(
        "chat",
        ChannelKind.CHAT,
        "Chat",
        "Most questions.",
        "https://shop.example/chat",
        "Mo-Fr 08:00-22:00; Sa-Su 09:00-18:00",
        closed_on_holidays=False,
        wait=Wait("about 2 minutes", "Nadia Bell", date(2026, 11, 16)),
        have_ready=("Your order number",),
    ),
    Channel(
        "phone",
        ChannelKind.PHONE,
        "Phone",
        "Urgent problems.",
        "0808 157 0142",
        "Mo-Fr 08:00-13:00",
        text_alternative="Chat, or <help@shop.example>",
    ),
    Channel("email", ChannelKind.EMAIL, "E-mail", "Not urgent.", "help@shop.example"),
    Channel("callback", ChannelKind.CALLBACK, "Callback", "We call you.", hours="Mo-Fr 09:00-19:00"),
)


SITE = Site("Harrow & Finch", language="en-GB", timezone="Europe/London", base_url="https://help.example/")
NOTHING = SearchResult("", Verdict.NOTHING_USEFUL, 0.1)


@dataclass
class SearchNotes:
    """What would be written down of searches."""

    noted: list[tuple[Any, ...]] = field(default_factory=list)

    def record(self, *search: Any) -> None:
        """One search."""
        self.noted.append(search)


@dataclass
class FakeLedger:
    """Requests and votes in a database of the test's own folder, and the searches in its memory."""

    files: Path
    searches: SearchNotes

    @property
    def requests(self) -> Requests:
        """Requests in the test's own database."""
        return Requests(Database.at(self.files), b"secret", "help.example")

    @property
    def feedback(self) -> Feedback:
        """The votes in a database of the test's own folder."""
        return Feedback(Database.at(self.files), self.files / ".kb")


@dataclass
class FakeCenter:
    """The front door's interface over the objects above; `found` is what every search answers."""

    site: Site = SITE
    topics: tuple[Topic, ...] = (
        Topic("orders", "Orders", "Find an order.", "box"),
        Topic("delivery", "Delivery", "Late and lost.", "truck"),
        Topic("delivery/international", "Abroad"),
        Topic("empty", "Nothing here"),
    )
    found: SearchResult = NOTHING
    files: Path = Path()
    asked: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False
    searches: SearchNotes = field(default_factory=SearchNotes)
    database_down: bool = False
    orders: OrderSource | None = None
    channels: tuple[Channel, ...] = CHANNELS
    generation: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(folder=Path("000007")))
    notices: tuple[Notice, ...] = ()
    logo: Path | None = None
    seeds_version: int = 0

    def key(self, purpose: str) -> bytes:
        """Of one length for every purpose."""
        return purpose.encode().ljust(32)

    @property
    def has_orders(self) -> bool:
        """Whether there is anybody to ask for them."""
        return self.orders is not None

    @property
    def logo_size(self) -> tuple[int, int]:
        """That of the logo's file."""
        return image_size(self.logo) if self.logo else (0, 0)

    @property
    def limits(self) -> Limits:
        """Counters in the test's own folder."""
        return Limits(self.files / ".kb")

    @property
    def slugs(self) -> list[str]:
        """The slugs of all articles that can be found."""
        return [article.slug for article in self.articles()]

    def failing(self) -> tuple[str, ...]:
        """The index, when this center is broken; the database when it is down."""
        return ("index",) * self.broken + ("database",) * self.database_down

    @property
    def ledger(self) -> FakeLedger:
        """What is kept of customers."""
        return FakeLedger(self.files, self.searches)

    def topic(self, path: str) -> Topic | None:
        """The topic at `path`."""
        return next((topic for topic in self.topics if topic.path == path), None)

    def topic_articles(self, path: str) -> tuple[Article, ...]:
        """The topic's own articles."""
        return tuple(article for article in ARTICLES if article.topic == path and not article.retired)

    def articles(self) -> tuple[Article, ...]:
        """All but the retired ones."""
        return tuple(article for article in ARTICLES if not article.retired)

    def markdown(self, article: Article) -> str | None:
        """A file that can be read for all but the short note."""
        return f"# {article.title}\n" if article.slug != "short-note" else None

    def suggest(self, text: str, limit: int = 6) -> list[Suggestion]:
        """One suggestion, with an address inside an article."""
        return [
            Suggestion(
                f"{text} my order", "/articles/track-an-order#late", "track-an-order", "Track your order"
            )
        ]

    def article(self, slug: str) -> Article | None:
        """The article, unless this center is broken."""
        if self.broken:
            raise RuntimeError("the index is gone")
        return next((article for article in ARTICLES if article.slug == slug), None)

    def alias(self, slug: str) -> str | None:
        """The slug in use."""
        return {"where-is-my-order": "track-an-order"}.get(slug)

    def most_needed(self, count: int) -> tuple[Article, ...]:
        """The first articles."""
        return ARTICLES[:count]

    def related(self, slugs: tuple[str, ...]) -> tuple[Article, ...]:
        """Those that there are."""
        return tuple(article for article in ARTICLES if article.slug in slugs)

    def asset(self, path: str) -> Path | None:
        """A file of the test's own folder."""
        return self.files / path if (self.files / path).is_file() else None

    def search(self, query: str, topic: str = "", page: int = 1) -> SearchResult:
        """`found`, for whatever is asked."""
        self.asked.append({"query": query, "topic": topic, "page": page})
        if self.broken:
            raise RuntimeError("the index is gone")
        return replace(self.found, query=query)

    def routes(
        self, query: str = "", topic: str = "", article: str = "", now: datetime | None = None
    ) -> tuple[Route, ...]:
        """All channels in their order."""
        if self.broken:
            raise RuntimeError("the channels are gone")
        assert now is not None
        openings = (
            Opening(True, until=now.replace(hour=22, minute=0)),
            Opening(False, opens=(now + timedelta(days=1)).replace(hour=8, minute=0)),
            Opening(True),
            Opening(False, opens=None),
        )
        return tuple(
            Route(channel, f"{channel.name} fits {query or topic or article}.", opening)
            for channel, opening in zip(self.channels, openings, strict=False)
        )

    def message(
        self, query: str = "", article: str = "", tried: Sequence[str] = (), translate: Any = None
    ) -> Note:
        """What was asked, as a message."""
        read = " ".join(filter(None, (article, *tried)))
        body = f"What happened: {query}\nI read: {read}\n"
        return Note(f"Help with {query or article}", body, when=find_when(query), tried=read)


def results(count: int, verdict: Verdict, total: int | None = None, **more: Any) -> SearchResult:
    """An answer to a search with `count` results shown."""
    shown = tuple(
        Result(
            f"article-{number}",
            f"Article {number}",
            f"/articles/article-{number}#the-steps",
            "The steps",
            "the-steps",
            "Where your <mark>parcel</mark> is &amp; why",
            "delivery",
            date(2026, 10, 4),
            10.0 - number,
        )
        for number in range(1, count + 1)
    )
    found = SearchResult("", verdict, 0.7, results=shown, topic=shown[0].topic if shown else "")
    return replace(found, total=count if total is None else total, **more)


@pytest.fixture
def center(tmp_path: Path) -> FakeCenter:
    """The help center behind `client`."""
    return FakeCenter(files=tmp_path)


@pytest.fixture
def app(center: FakeCenter) -> Flask:
    """The application over `center`, at a fixed moment."""
    return create_app(cast("Any", center), clock=lambda: NOW)


@pytest.fixture
def page_language(app: Flask) -> Iterator[None]:
    """The language of `app`'s pages, for what is asked without a request."""
    with app.test_request_context():
        yield


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A customer's browser."""
    with app.test_client() as browser:
        yield browser
