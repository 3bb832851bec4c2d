"""The sets that are measured: a help center's own judged queries, or a corpus (see `kb.search.judged`)."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.building import read
from kb.content.library import Library
from kb.model import Article
from kb.place import Place
from kb.search.engine import Engine
from kb.search.index import build_index
from kb.search.judged import JudgedQuery, is_corpus, read_corpus, read_queries
from kb.search.synonyms import read_synonyms
from kb.starter import starter_folder

REPOSITORY = Path(__file__).parents[2]
SYNONYMS = "synonyms.txt"


@dataclass(frozen=True, slots=True)
class PlainArticle:
    """What every engine is given of an article: its id, its title, and all other text as one."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A library and the queries to ask of it; `ids` gives the queries' name for each article's slug."""

    name: str
    library: Library
    ids: dict[str, str]
    queries: tuple[JudgedQuery, ...]
    synonyms: str

    @property
    def answerable(self) -> list[JudgedQuery]:
        """The queries that some article answers."""
        return [query for query in self.queries if query.answers]

    @property
    def unanswerable(self) -> list[JudgedQuery]:
        """The queries that no article answers, as far as the set knows any."""
        return [query for query in self.queries if not query.answers]

    def plain(self) -> list[PlainArticle]:
        """The articles as other engines are given them: those that ours can find, with all their text."""
        return plain(self.library, self.ids)


def name_of(folder: Path) -> str:
    """The set's name: the folder's."""
    return folder.resolve().name


def has_queries(folder: Path) -> bool:
    """Whether a folder is a set that can be measured: it has articles and judged queries."""
    queries = "queries.jsonl" if is_corpus(folder) else "seeds/queries.yaml"
    return (folder / queries).is_file()


def read_set(folder: Path) -> JudgedSet:
    """The set in a folder; raises KBError when a file can't be used."""
    name = name_of(folder)
    if is_corpus(folder):
        library, ids, queries, _ = read_corpus(folder)
        by_slug = {article.slug: one for article, one in zip(library.articles, ids, strict=True)}
        synonyms = starter_folder() / "seeds" / SYNONYMS
        return JudgedSet(name, library, by_slug, tuple(queries), read_synonyms(synonyms))
    place = Place.at(folder)
    library = read(place)
    by_slug = {article.slug: article.slug for article in library.articles}
    queries, _ = read_queries(place.seeds, by_slug)
    return JudgedSet(name, library, by_slug, tuple(queries), read_synonyms(place.seeds / SYNONYMS))


@contextmanager
def indexed(judged: JudgedSet) -> Iterator[Engine]:
    """An engine over a fresh index of the set, which goes when the block ends."""
    with tempfile.TemporaryDirectory() as home:
        build_index(Path(home), judged.library, synonyms=judged.synonyms)
        yield Engine(Path(home))


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Engine, Library, list[str]]]:
    """An engine over a fresh index of what lies in a folder, its library, and the queries known for it.

    A set as above, or a tree of Markdown files in `md`, which nobody has queries for. Raises KBError when
    a file can't be used.
    """
    if has_queries(folder):
        judged = read_set(folder)
        with indexed(judged) as engine:
            yield engine, judged.library, [query.text for query in judged.queries]
        return
    place = Place.at(starter_folder(), folder / "md")
    library = read(place)
    with tempfile.TemporaryDirectory() as home:
        build_index(Path(home), library, synonyms=read_synonyms(place.seeds / SYNONYMS))
        yield Engine(Path(home)), library, []


def usable(folders: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The folders that can be measured, and those that can't; without any given, this repository's."""
    given = list(folders) or [REPOSITORY]
    return [one for one in given if has_queries(one)], [one for one in given if not has_queries(one)]


def plain(library: Library, ids: dict[str, str] | None = None) -> list[PlainArticle]:
    """The articles of a library that can be found, by `ids` for each slug, or by slug."""
    found = (article for article in library.articles if not article.retired)
    return [
        PlainArticle(ids[article.slug] if ids else article.slug, article.title, _text(article))
        for article in found
    ]


def _text(article: Article) -> str:
    sections = (part for section in article.sections for part in (section.heading, section.text))
    parts = (article.summary, *article.questions, ", ".join(article.keywords), *sections)
    return "\n\n".join(part for part in parts if part)
