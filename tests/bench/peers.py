"""Other search engines, each behind the same two methods, set up as their own documentation has it.

All take a query as plain words, any of which may match, and rank by BM25 or what they have for it. A peer
that can't run here raises CannotRunError, with the reason, when it is made.
"""

import importlib
import re
import sqlite3
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from tests.bench.sets import PlainArticle

LIMIT = 10
"""How many results every engine is asked for: a page of ours."""

_WORD = re.compile(r"[^\W_]+")


class CannotRunError(Exception):
    """An engine can't run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The ids found, best first, and the engine's own score of the first (0 without any).

    `milliseconds` is how long it took when the engine runs in another process and says so itself.
    """

    ids: tuple[str, ...]
    score: float
    milliseconds: float | None = None


class Peer(Protocol):
    """A search engine to compare with."""

    name: ClassVar[str]

    def __init__(self) -> None:
        """Raises CannotRunError when it can't run here."""

    def index(self, articles: Sequence[PlainArticle]) -> None:
        """Takes in all articles, in place of any before."""

    def search(self, text: str) -> Answer:
        """The best ten articles for a query in plain words."""

    def close(self) -> None:
        """Lets go of files and processes."""


def words(text: str) -> list[str]:
    """The words of a query in lower case: what is left has no meaning in any query language."""
    return _WORD.findall(text.lower())


class WhooshOr:
    """Stock Whoosh: StemmingAnalyzer, BM25F as it comes, OrGroup over title and body.

    https://whoosh.readthedocs.io/en/latest/parsing.html: OrGroup, MultifieldParser; without its plugins
    the parser knows no syntax.
    """

    name: ClassVar[str] = "whoosh_or"

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Whoosh 2.7.4 has invalid escapes in docstrings, which Python 3.12 and later report once.
            warnings.simplefilter("ignore", SyntaxWarning)
            from whoosh import analysis, fields, index, qparser
        self._whoosh = index
        text = fields.TEXT(analyzer=analysis.StemmingAnalyzer())
        schema = fields.Schema(id=fields.STORED, title=text, body=text)
        self._schema = schema
        self._folder = tempfile.TemporaryDirectory()
        self._searcher: Any = None
        self._parser = qparser.MultifieldParser(
            ["title", "body"], schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
        )

    def index(self, articles: Sequence[PlainArticle]) -> None:
        made = self._whoosh.create_in(self._folder.name, self._schema)
        writer = made.writer(limitmb=256)
        for article in articles:
            writer.add_document(id=article.id, title=article.title, body=article.text)
        writer.commit()
        self._searcher = made.searcher()

    def search(self, text: str) -> Answer:
        hits = self._searcher.search(self._parser.parse(" ".join(words(text))), limit=LIMIT)
        return Answer(tuple(hit["id"] for hit in hits), float(hits.score(0)) if hits.scored_length() else 0.0)

    def close(self) -> None:
        if self._searcher:
            self._searcher.close()
        self._folder.cleanup()


class SqliteFts5:
    """SQLite's full-text search with the porter tokenizer, ordered by its bm25() rank.

    https://www.sqlite.org/fts5.html, sections 3.1 (strings in double quotes are no syntax) and 5.1.
    """

    name: ClassVar[str] = "sqlite_fts5"

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        try:
            self._create()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise CannotRunError(f"this Python's SQLite has no FTS5 ({error})") from error

    def _create(self) -> None:
        self._db.execute("DROP TABLE IF EXISTS article")
        self._db.execute(
            "CREATE VIRTUAL TABLE article USING fts5(id UNINDEXED, title, body, tokenize='porter')"
        )

    def index(self, articles: Sequence[PlainArticle]) -> None:
        self._create()
        rows = ((article.id, article.title, article.text) for article in articles)
        self._db.executemany("INSERT INTO article VALUES (?, ?, ?)", rows)
        self._db.commit()

    def search(self, text: str) -> Answer:
        wanted = " OR ".join(f'"{word}"' for word in words(text))
        if not wanted:
            return Answer((), 0.0)
        sql = "SELECT id, rank FROM article WHERE article MATCH ? ORDER BY rank LIMIT ?"
        rows = self._db.execute(sql, (wanted, LIMIT)).fetchall()
        return Answer(tuple(row[0] for row in rows), -rows[0][1] if rows else 0.0)

    def close(self) -> None:
        self._db.close()


class Tantivy:
    """tantivy, the Rust engine: its English stemmer, OR over title and body, BM25.

    https://tantivy-py.readthedocs.io: `en_stem`, `parse_query`, which takes quoted words as they are.
    """

    name: ClassVar[str] = "tantivy"

    def __init__(self) -> None:
        try:
            # Not among what the tests need, so type checking does without it.
            self._tantivy: Any = importlib.import_module("tantivy")
        except ImportError as error:
            raise CannotRunError("the package 'tantivy' is missing; `make audit` installs it") from error

    def index(self, articles: Sequence[PlainArticle]) -> None:
        builder = self._tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in ("title", "body"):
            builder.add_text_field(field, stored=False, tokenizer_name="en_stem")
        self._index = self._tantivy.Index(builder.build())
        writer = self._index.writer()
        for article in articles:
            document = self._tantivy.Document(id=article.id, title=article.title, body=article.text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str) -> Answer:
        wanted = " ".join(f'"{word}"' for word in words(text))
        if not wanted:
            return Answer((), 0.0)
        hits = self._searcher.search(self._index.parse_query(wanted, ["title", "body"]), LIMIT).hits
        ids = tuple(self._searcher.doc(address)["id"][0] for _, address in hits)
        return Answer(ids, float(hits[0][0]) if hits else 0.0)

    def close(self) -> None:
        pass
