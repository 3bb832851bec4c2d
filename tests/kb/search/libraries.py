"""Small libraries straight from objects, indexed for real, to ask the search about."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kb.content.library import Library
from kb.model import Article, Section, Topic
from kb.search.engine import Engine
from kb.search.index import build_index


def article(
    slug: str,
    title: str = "",
    text: str = "",
    *,
    topic: str = "",
    questions: Iterable[str] = (),
    keywords: Iterable[str] = (),
    summary: str = "",
    sections: Iterable[tuple[str, str]] = (),
    retired: bool = False,
) -> Article:
    """An article with `text` as its introduction and `sections` as (heading, text) below it."""
    below = (Section(head.lower().replace(" ", "-"), head, 2, words) for head, words in sections)
    return Article(
        slug,
        title or slug,
        topic,
        f"{topic or '.'}/{slug}.md",
        summary=summary,
        questions=tuple(questions),
        keywords=tuple(keywords),
        sections=(Section("", "", 0, text), *below),
        retired=retired,
    )


def library(*articles: Article) -> Library:
    """`articles` as a library; its topics are those they name."""
    topics = sorted({one.topic for one in articles} - {""})
    return Library(articles, tuple(Topic(path, path.capitalize()) for path in topics), ())


def engine(home: Path, *articles: Article, synonyms: str = "", own: Sequence[str] = ()) -> Engine:
    """An engine over a new generation below `home` that holds `articles`; `own` is as in `Expander`."""
    build_index(home, library(*articles), synonyms=synonyms)
    return Engine(home, own=own)


def shop(home: Path, name: str, number: str = "") -> Engine:
    """An engine for a shop of this name; it and a number stand in one article each, in no other."""
    charges = article("charges", f"A charge from {name}", f"{name} is how we are called on a statement.")
    numbers = article("numbers", "Find your order number", f"It looks like {number}.")
    return engine(home, charges, numbers, article("returns", "Returns", "Send it back."), own=(name, number))


def found(searcher: Engine, query: str, topic: str = "") -> list[str]:
    """The slugs that a query finds, best first, at most ten."""
    return [result.slug for result in searcher.search(query, topic).results]
