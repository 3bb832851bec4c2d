"""Rendered articles on disk: written once with an index, read one at a time by every worker.

One SQLite file, opened immutable, so that workers share its pages and hold no article in memory. The HTML is
packed: a build copies the file before it changes one article.
"""

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import brotli

from kb.model import Article, Section, Topic

_SCHEMA = """
CREATE TABLE article (
    slug TEXT PRIMARY KEY, topic TEXT, position TEXT, card TEXT, sections TEXT, html BLOB
);
CREATE INDEX article_topic ON article (topic, position);
CREATE TABLE alias (old TEXT PRIMARY KEY, slug TEXT);
CREATE TABLE topic (position INTEGER PRIMARY KEY, card TEXT);
"""


_FARTHEST = 10**18
"""Beyond it a writer's `order` makes no difference."""


class Stored(NamedTuple):
    """An article's text as the store has it: headings as JSON, and packed HTML."""

    sections: str
    html: bytes


def stored(article: Article) -> Stored:
    """The text of a whole article, ready to be put into a store."""
    sections = [
        {"anchor": section.anchor, "heading": section.heading, "level": section.level, "text": ""}
        for section in article.sections
    ]
    html = brotli.compress(article.html.encode(), quality=0)  # as small as by zlib, in half the time
    return Stored(json.dumps(sections), html)


class StoreWriter:
    """Writes one store, article by article; raises sqlite3.OperationalError when the disk is full or locked.

    With `old`, the file of another store, it begins as a copy of that one.
    """

    def __init__(self, file: Path, old: Path | None = None) -> None:
        if old:
            shutil.copyfile(old, file)
        self._connection = sqlite3.connect(file)
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        if not old:
            self._connection.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        try:
            if not failed:
                self._connection.commit()
        finally:
            self._connection.close()

    def put(self, article: Article, text: Stored) -> None:
        """Takes in an article, which may be without text, and its `text`, in place of any of its slug."""
        row = article.slug, article.topic, _position(article), _written(article), *text
        self._connection.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?)", row)

    def remove(self, slugs: Iterable[str]) -> None:
        """Takes articles out."""
        self._connection.executemany("DELETE FROM article WHERE slug = ?", ((slug,) for slug in slugs))

    def finish(self, articles: Iterable[Article], topics: Sequence[Topic]) -> None:
        """Takes in what concerns all `articles` (which may be without text) together: aliases, and topics."""
        ordered = sorted((article for article in articles if article.aliases), key=_position)
        self._connection.executescript("DELETE FROM alias; DELETE FROM topic;")
        self._connection.executemany(
            "INSERT OR IGNORE INTO alias VALUES (?, ?)",
            ((alias, article.slug) for article in ordered for alias in article.aliases),
        )
        self._connection.executemany(
            "INSERT INTO topic VALUES (?, ?)",
            ((position, json.dumps(asdict(topic))) for position, topic in enumerate(topics)),
        )


def _position(article: Article) -> str:
    """A text that puts articles into the writers' order: those with an `order` first, then by title."""
    order = 0 if article.order is None else max(-_FARTHEST, min(article.order, _FARTHEST))
    return f"{article.order is None:d} {order + _FARTHEST:019d} {article.title.lower()}\1{article.slug}"


class ArticleStore:
    """Reads one store; safe for threads, each with a connection of its own."""

    def __init__(self, file: Path) -> None:
        self._uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        # Not kept: a server opens the store before it forks, and no connection may cross a fork.
        with closing(sqlite3.connect(self._uri, uri=True)) as connection:
            cards = connection.execute("SELECT card FROM topic ORDER BY position").fetchall()
        self.topics = tuple(Topic(**json.loads(card)) for (card,) in cards)

    def __del__(self) -> None:
        for connection in getattr(self, "_connections", ()):
            connection.close()

    def article(self, slug: str) -> Article | None:
        """The whole article, None when there is none of that slug; ValueError when it is damaged."""
        rows = self._all("SELECT card, sections, html FROM article WHERE slug = ?", slug)
        if not rows:
            return None
        card, sections, html = rows[0]
        try:
            return replace(_card(card, sections), html=brotli.decompress(html).decode())
        except brotli.error as error:
            raise ValueError(f"the article '{slug}' is damaged in {self._uri}") from error

    def cards(self, slugs: Sequence[str]) -> dict[str, Article]:
        """The articles of those slugs that exist, by slug, without text: headings, but no HTML."""
        marks = ",".join("?" * len(slugs))
        statement = f"SELECT card, sections FROM article WHERE slug IN ({marks})"  # noqa: S608  only marks
        rows = self._all(statement, *slugs)
        return {card.slug: card for card in (_card(*row) for row in rows)}

    def in_topic(self, path: str) -> Iterator[Article]:
        """The articles directly in a topic that are not retired, in the writers' order, without text.

        Each is read when it is asked for.
        """
        statement = "SELECT card FROM article WHERE topic = ? ORDER BY position"
        cards = (_card(card) for (card,) in self._connected().execute(statement, (path,)))
        yield from (card for card in cards if not card.retired)

    def in_turn(self) -> Iterator[Article]:
        """The first article `in_topic` of each topic, in menu order, then the second of each, and so on."""
        shelves = [self.in_topic(topic.path) for topic in self.topics]
        while shelves:
            left = []
            for shelf in shelves:
                for card in islice(shelf, 1):
                    yield card
                    left.append(shelf)
            shelves = left

    def all(self) -> tuple[Article, ...]:
        """Every article of the help center in the writers' order, without text."""
        return tuple(_card(row[0]) for row in self._all("SELECT card FROM article ORDER BY position"))

    def paths(self) -> dict[str, str]:
        """The slug of every article by its file's path, relative to the articles folder."""
        return dict(self._all("SELECT json_extract(card, '$.path'), slug FROM article"))

    def outline(self) -> Iterator[Article]:
        """Every article in the writers' order, retired ones too, without text: headings, but no HTML.

        Reads through a connection of its own, so that a process may fork afterwards.
        """
        with closing(sqlite3.connect(self._uri, uri=True)) as connection:
            for row in connection.execute("SELECT card, sections FROM article ORDER BY position"):
                yield _card(*row)

    def alias(self, old: str) -> str | None:
        """The slug that an old one stands for."""
        rows = self._all("SELECT slug FROM alias WHERE old = ?", old)
        return str(rows[0][0]) if rows else None

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connected().execute(statement, values).fetchall()

    def _connected(self) -> sqlite3.Connection:
        """The connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._connections.append(connection)
        return connection


def _written(article: Article) -> str:
    """An article's card, which `_card` reads."""
    card = {field.name: getattr(article, field.name) for field in fields(article)}
    updated = article.updated.isoformat() if article.updated else None
    return json.dumps(card | {"sections": (), "html": "", "updated": updated})


def _card(text: str, sections: str = "[]") -> Article:
    card: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(text).items()
    }
    card["updated"] = date.fromisoformat(card["updated"]) if card["updated"] else None
    card["sections"] = tuple(Section(**section) for section in json.loads(sections))
    return Article(**card)
