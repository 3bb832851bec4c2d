"""Other search engines, each behind the same two methods, set up as their own documentation has it.

All take a query as plain words, any of which may match, and rank by BM25 or what they have for it. Made with
`snippets`, they mark the query's words in each result too, as they would for a page. A peer that can't run
here raises CannotRunError, with the reason, when it is made.
"""

import importlib
import re
import sqlite3
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
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
    snippets: tuple[str, ...] = ()


class Peer(Protocol):
    """A search engine to compare with."""

    name: ClassVar[str]

    def __init__(self, *, snippets: bool = False) -> None:
        """Raises CannotRunError when it can't run here, or has no snippets."""

    def index(self, articles: Sequence[PlainArticle]) -> None:
        """Takes in all articles, in place of any before."""

    def search(self, text: str) -> Answer:
        """The best ten articles for a query in plain words."""

    def disk_bytes(self) -> int:
        """How much its index takes on disk, 0 when it has none there."""

    def close(self) -> None:
        """Lets go of files and processes."""


def size_of(folder: Path) -> int:
    """The bytes of all files below `folder`, one that lies there under two names counted once."""
    files = (file.stat() for file in folder.rglob("*") if file.is_file())
    return sum({stat.st_ino: stat.st_size for stat in files}.values())


def words(text: str) -> list[str]:
    """The words of a query in lower case: what is left has no meaning in any query language."""
    return _WORD.findall(text.lower())


class WhooshOr:
    """Stock Whoosh: StemmingAnalyzer, BM25F as it comes, OrGroup over title and body.

    https://whoosh.readthedocs.io/en/latest/parsing.html: OrGroup, MultifieldParser; without its plugins
    the parser knows no syntax.
    """

    name: ClassVar[str] = "whoosh_or"

    def __init__(self, *, snippets: bool = False) -> None:
        self._snippets = snippets
        with warnings.catch_warnings():
            # Whoosh 2.7.4 has invalid escapes in docstrings, which Python 3.12 and later report once.
            warnings.simplefilter("ignore", SyntaxWarning)
            from whoosh import analysis, fields, index, qparser
        self._whoosh = index
        text = fields.TEXT(analyzer=analysis.StemmingAnalyzer())
        body = fields.TEXT(analyzer=analysis.StemmingAnalyzer(), stored=snippets)
        schema = fields.Schema(id=fields.STORED, title=text, body=body)
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
        score = float(hits.score(0)) if hits.scored_length() else 0.0
        marked = tuple(hit.highlights("body") for hit in hits) if self._snippets else ()
        return Answer(tuple(hit["id"] for hit in hits), score, snippets=marked)

    def disk_bytes(self) -> int:
        return size_of(Path(self._folder.name))

    def close(self) -> None:
        if self._searcher:
            self._searcher.close()
        self._folder.cleanup()


class SqliteFts5:
    """SQLite's full-text search with the porter tokenizer, ordered by its bm25() rank.

    https://www.sqlite.org/fts5.html, sections 3.1 (strings in double quotes are no syntax) and 5.1.
    """

    name: ClassVar[str] = "sqlite_fts5"

    def __init__(self, *, snippets: bool = False) -> None:
        self._marked = ", snippet(article, 2, '<mark>', '</mark>', '…', 32)" if snippets else ""
        self._folder = tempfile.TemporaryDirectory()
        self._db = sqlite3.connect(Path(self._folder.name) / "fts5.sqlite")
        try:
            self._create()
        except sqlite3.OperationalError as error:
            self.close()
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
        sql = f"SELECT id, rank{self._marked} FROM article WHERE article MATCH ? ORDER BY rank LIMIT ?"  # noqa: S608  our own words
        rows = self._db.execute(sql, (wanted, LIMIT)).fetchall()
        marked = tuple(row[2] for row in rows if self._marked)
        return Answer(tuple(row[0] for row in rows), -rows[0][1] if rows else 0.0, snippets=marked)

    def disk_bytes(self) -> int:
        return size_of(Path(self._folder.name))

    def close(self) -> None:
        self._db.close()
        self._folder.cleanup()


class Tantivy:
    """tantivy, the Rust engine: its English stemmer, OR over title and body, BM25.

    https://tantivy-py.readthedocs.io: `en_stem`, `parse_query`, which takes quoted words as they are.
    """

    name: ClassVar[str] = "tantivy"

    def __init__(self, *, snippets: bool = False) -> None:
        self._snippets = snippets
        self._folder = tempfile.TemporaryDirectory()
        try:
            # Not among what the tests need, so type checking does without it.
            self._tantivy: Any = importlib.import_module("tantivy")
        except ImportError as error:
            raise CannotRunError("the package 'tantivy' is missing; `make audit` installs it") from error

    def index(self, articles: Sequence[PlainArticle]) -> None:
        builder = self._tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in ("title", "body"):
            builder.add_text_field(field, stored=self._snippets, tokenizer_name="en_stem")
        self._schema = builder.build()
        self._index = self._tantivy.Index(self._schema, path=self._folder.name)
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
        query = self._index.parse_query(wanted, ["title", "body"])
        hits = self._searcher.search(query, LIMIT).hits
        found = [self._searcher.doc(address) for _, address in hits]
        marked: tuple[str, ...] = ()
        if self._snippets:
            maker = self._tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
            marked = tuple(maker.snippet_from_doc(one).to_html() for one in found)
        score = float(hits[0][0]) if hits else 0.0
        return Answer(tuple(one["id"][0] for one in found), score, snippets=marked)

    def disk_bytes(self) -> int:
        return size_of(Path(self._folder.name))

    def close(self) -> None:
        self._folder.cleanup()
