"""A help center opened for use: what the web pages, the command and the export all ask.

Articles and search come from the index, channels from seeds. Everything here is safe for threads.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kb.contact.hours import opening
from kb.contact.limits import Limits
from kb.contact.message import Message, Translate, in_english, prepare
from kb.contact.orders import OrderSource
from kb.contact.routing import route
from kb.contact.rules import Rules
from kb.content.assets import asset_file
from kb.content.changes import Linkable
from kb.content.drawings import fault_in, is_drawing
from kb.content.frontmatter import read_source
from kb.content.links import PageLinks
from kb.content.notices import linked
from kb.content.portable import portable
from kb.content.resolver import LinkResolver
from kb.errors import KBError
from kb.following import LOOK_EVERY_S
from kb.model import Article, Channel, Notice, Opening, Route, SearchResult, Site, Suggestion, Topic
from kb.place import Place, told_database
from kb.search.engine import Engine
from kb.search.explain import explain
from kb.search.generation import Generation, IndexUnusableError, read_manifest
from kb.secret import site_key
from kb.seeds import LiveSeeds

if TYPE_CHECKING:
    from kb.ledger import Ledger

ORDERS_TOKEN = "KB_ORDERS_TOKEN"  # noqa: S105  the name of an environment variable, which holds the secret
"""Names the environment variable with the token for the shop's orders endpoint."""

logger = logging.getLogger(__name__)


class HelpCenter:
    """One help center, open for reading; follows its index and its seeds by itself."""

    def __init__(
        self,
        place: Place,
        today: Callable[[], date] | None = None,
        look_every_s: float = LOOK_EVERY_S,
        *,
        index_later: bool = False,
    ) -> None:
        """Opens the help center at `place`; changes of its index and its seeds show after `look_every_s`.

        `today` says which day it is for orders; unless given, it is today in the site's time zone.
        Raises KBError for broken seeds, IndexUnusableError when there is no index to read. With `index_later`
        the index may still be being built: it is opened, and that raised, when it is first asked for, which
        one thread has to do before others.
        """
        self.place, self._is_foreign = place, place.foreign
        self._seeds = LiveSeeds(place.seeds, look_every_s, today or self._today)
        self._open = partial(Engine, place.index, look_every_s, self.site.own)
        self._opened = None if index_later else self._open()
        url = self.site.orders_url
        self._shop = _shop(url) if url else None
        self.limits = Limits(place.derived)
        self._linked: tuple[Generation | None, LinkResolver | None] = (None, None)

    @property
    def _engine(self) -> Engine:
        self._opened = self._opened or self._open()
        return self._opened

    @cached_property
    def ledger(self) -> "Ledger":
        """What customers leave here; raises KBError when there can be no database at the site's address."""
        from kb.ledger import Ledger  # what loads takes as long as a dozen searches, which don't need it

        return Ledger(self.place, self.site)

    @property
    def site(self) -> Site:
        """What `seeds/site.yaml` says; like channels, notices and rules may be another at the next look."""
        return self._seeds.now().site

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways to a person, in the order of their file."""
        return self._seeds.now().channels

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All service notices, whether they are shown now or not."""
        notices = self._seeds.now().notices
        return linked(notices, self.slugs) if notices and self._is_foreign else notices

    @property
    def rules(self) -> Rules:
        """Which channel comes first for which problem."""
        return self._seeds.now().rules

    @property
    def orders(self) -> OrderSource | None:
        """Who is asked for orders: the shop's endpoint, else the file of seeds, else nobody."""
        return self._shop or self._seeds.now().orders

    @property
    def has_orders(self) -> bool:
        """Whether there is anybody to ask for orders: a plain fact, as pages need it."""
        return self.orders is not None

    @property
    def seeds_version(self) -> int:
        """Another number whenever anything that seeds say may be another: for who keeps pages."""
        return self._seeds.now().version

    @property
    def generation(self) -> Generation:
        """The live generation of the index; look once and keep it for all that has to go together."""
        return self._engine.generation

    def failing(self) -> tuple[str, ...]:
        """What cannot be used now: "index", "database"; nothing when all is well."""
        failing = []
        try:
            for slug in self.slugs[:1]:
                self.article(slug)
            folder = self.generation.folder
            if folder.is_dir():  # a removed one lives on here until it is closed
                read_manifest(folder)
        except IndexUnusableError as error:
            logger.error("%s. Build it again: kb index", error)
            failing.append("index")
        except (OSError, sqlite3.Error, ValueError):
            logger.exception("The index cannot be read. Build it again: kb index --rebuild")
            failing.append("index")
        if not self.ledger.can_be_read():
            failing.append("database")
        return tuple(failing)

    def key(self, purpose: str) -> bytes:
        """32 secret bytes for one purpose, as `kb.secret.site_key`."""
        return site_key(self.place.derived, purpose)

    @property
    def logo(self) -> Path | None:
        """The file of the shop's logo, None when it has none."""
        return self.place.seeds / self.site.logo if self.site.logo else None

    @property
    def logo_size(self) -> tuple[int, int]:
        """Width and height of the logo, (0, 0) when there is none or they can't be told."""
        return self._seeds.now().logo_size

    @property
    def slugs(self) -> list[str]:
        """The slugs of all articles that can be found, in order."""
        return self._engine.generation.slugs

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All topics in the order of the Help menu, nested ones too."""
        return self._engine.generation.store.topics

    def topic(self, path: str) -> Topic | None:
        """The topic of that path, None when there is none."""
        return next((topic for topic in self.topics if topic.path == path), None)

    def topic_articles(self, path: str) -> tuple[Article, ...]:
        """The articles directly in a topic, in the writers' order, without text."""
        return tuple(self._engine.generation.store.in_topic(path))

    def articles(self) -> tuple[Article, ...]:
        """All articles that customers should find, in the writers' order, without text."""
        found = self._engine.generation.store.all()
        return tuple(article for article in found if not (article.retired or article.draft))

    def article(self, slug: str) -> Article | None:
        """The whole article, None when there is none of that slug."""
        return self._engine.generation.store.article(slug)

    def stamp(self, slug: str) -> str | None:
        """What is another whenever `article` answers otherwise; None without an article, or a stamp of it."""
        return self._engine.generation.stamps.get(slug)

    def markdown(self, article: Article) -> str | None:
        """An article's file to be read elsewhere, None when it can't be read any more.

        Of its front matter only what customers see too; every link is a whole address.
        """
        try:
            source, _ = read_source(self.place.articles / article.path, article.path)
        except KBError:
            return None
        link = PageLinks(self._links(), article.path, source).link
        return portable(article, source.body, link, self.site.base_url.rstrip("/"))

    def _links(self) -> LinkResolver:
        """All that articles can link to, made once for each generation: it reads where every article lies."""
        generation = self._engine.generation
        known, links = self._linked
        if links is None or known is not generation:
            links = LinkResolver(self.place.articles, "", Linkable(generation.store.paths()))
            self._linked = generation, links
        return links

    def outline(self) -> Iterator[Article]:
        """Every article in the writers' order, retired ones too, with headings but without text."""
        return self._engine.generation.store.outline()

    def alias(self, slug: str) -> str | None:
        """The slug in use for an old one, None when it never was one."""
        return self._engine.generation.store.alias(slug)

    def most_needed(self, count: int) -> tuple[Article, ...]:
        """The articles to show first: those that helped most of late, as far as that is known.

        Then each topic's first one, in menu order, then each one's second.
        """
        helped = self.ledger.most_needed() if self._has_ledger else ()
        some_at_a_time = (self.related(helped[at : at + count]) for at in range(0, len(helped), count))
        chosen = list(islice(chain.from_iterable(some_at_a_time), count))
        known = {article.slug for article in chosen}
        others = (card for card in self._engine.generation.store.in_turn() if card.slug not in known)
        chosen += islice(others, count - len(chosen))
        return tuple(chosen) or self.topic_articles("")[:count]

    def related(self, slugs: tuple[str, ...]) -> tuple[Article, ...]:
        """The articles that a writer named as related, in that order, without text; retired ones left out."""
        cards = self._engine.generation.store.cards(slugs)
        found = [cards[slug] for slug in slugs if slug in cards]
        return tuple(card for card in found if not card.retired)

    def asset(self, path: str) -> Path | None:
        """The file beside the articles at `path`, None when there is none or it may not be served."""
        file = asset_file(self.place.articles, path)
        try:
            return None if file and is_drawing(path) and fault_in(file) else file
        except OSError:
            return None

    def search(self, query: str, topic: str = "", page: int = 1) -> SearchResult:
        """Page `page` (from 1, ten a page) of what a query finds, within a topic when given."""
        return self._engine.search(query, topic, page, self.site)

    def suggest(self, text: str, limit: int = 6) -> list[Suggestion]:
        """Titles and customers' questions that go with what is being typed, the best first."""
        return self._engine.suggest(text, limit)

    def explain(self, query: str) -> list[str]:
        """Why the results of a query stand where they stand, in lines of plain text."""
        return explain(self._engine.explain(query), self._engine.generation)

    def routes(
        self, query: str = "", topic: str = "", article: str = "", now: datetime | None = None
    ) -> tuple[Route, ...]:
        """The channels for a problem, the best first, each with its reason; all when nothing is known.

        Misspelt words of `query` count as what the search takes them for.
        """
        channels, site, moment = self.channels, self.site, now or datetime.now(UTC)
        openings = {channel.id: opening(channel, site, moment) for channel in channels}
        return route(self.rules, channels, openings, *self._problem(query, topic, article))

    def usual_routes(self, query: str = "", topic: str = "", article: str = "") -> tuple[Route, ...]:
        """As `routes`, at no particular moment: as if every channel were open."""
        channels = self.channels
        always = {channel.id: Opening(is_open=True) for channel in channels}
        return route(self.rules, channels, always, *self._problem(query, topic, article))

    @property
    def _has_ledger(self) -> bool:
        """Whether customers may have left anything: not where nobody has made a database yet."""
        return bool(told_database(self.site.database_url)) or self.place.database.exists()

    def _today(self) -> date:
        return datetime.now(ZoneInfo(self.site.timezone)).date()

    def _problem(self, query: str, topic: str, article: str) -> tuple[str, str, str]:
        """A problem as routing asks for it: the query as the search reads it, topic, slug.

        Without a topic it is that of the article, else of the best one for the query, if it is of any use.
        """
        if not topic and article:
            found = self.article(article)
            topic = found.topic if found else ""
        if not topic and query:
            topic = self.search(query).topic
        return self._engine.repaired(query), topic, article

    def message(
        self, query: str = "", article: str = "", tried: Sequence[str] = (), translate: Translate = in_english
    ) -> Message:
        """A message to start from, with what is known of the problem filled in; `tried` are slugs."""
        about = self.article(article) if article else None
        read = [found for slug in tried if (found := self.article(slug))]
        return prepare(self.site, query, about, tried=read, translate=translate)


def _shop(url: str) -> OrderSource:
    from kb.contact.orders_http import HttpOrders  # hardly any help center asks its shop, and no export does

    return HttpOrders(url, os.environ.get(ORDERS_TOKEN, "").strip())
