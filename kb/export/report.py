"""Dead links as problems that can be mended: in the article and the line on which a writer wrote them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from kb.errors import Problem
from kb.export.check import Dead
from kb.export.urls import HOME
from kb.model import Article
from kb.place import Place

_WRITTEN = re.compile(
    r"""\]\(\s*(?:<([^<>]*)>|(?=([^\s<>]+)))|^\s*\[[^]]+\]:\s*<?([^\s<>]+)|(?:^|\s)(?:href|src)=["']([^"']*)"""
)
"""Where a link leads in a line of Markdown: `[…](<here>)`, `[…](here)`, `[…]: here`, and of HTML."""

_ENDINGS = (".html", ".md")


Run = Callable[[Callable[["_Lost"], list[Problem]], list["_Lost"]], Iterable[list[Problem]]]
"""What `map` does, perhaps on several cores."""


class _Lost(NamedTuple):
    """The dead links of an article: its path in problems, and its file."""

    path: str
    source: Path
    links: list[Dead]


def problems(
    place: Place, articles: Iterable[Article], dead: Iterable[Dead], run: Run = map
) -> Iterator[Problem]:
    """Each dead link once: those of articles by line, then those that our pages or seeds have written.

    `run` begins to look for the lines at once.
    """
    by_file = {f"articles/{article.slug}.html": article for article in articles}
    name = str(place.articles) if place.foreign else place.articles.name
    lost: list[_Lost] = []
    elsewhere: dict[str, list[Dead]] = {}
    for file, links in groupby(dead, lambda one: one.file):
        article = by_file.get(file)
        if article:
            lost.append(_Lost(f"{name}/{article.path}", place.articles / article.path, list(links)))
            continue
        for link in links:
            elsewhere.setdefault(link.missing, []).append(link)
    return _once(run(_in_article, lost), elsewhere.values())


def _once(located: Iterable[list[Problem]], elsewhere: Iterable[Sequence[Dead]]) -> Iterator[Problem]:
    yield from dict.fromkeys(chain.from_iterable(located))
    yield from map(_elsewhere, elsewhere)


def _in_article(lost: _Lost) -> list[Problem]:
    written = [(line, link, _end(link)) for line, link in _links_written(lost.source) if "://" not in link]
    found = []
    for link in lost.links:
        line, href = _where(written, link)
        fix = "Correct the part after '#'." if "#" in link.missing else "Correct the path, or add the file."
        found.append(Problem(lost.path, line, f"'{href}' leads nowhere.", fix))
    return sorted(found, key=lambda one: one.line or 0)


def _elsewhere(links: Sequence[Dead]) -> Problem:
    more = f" So do those of {len(links) - 1} more pages." if len(links) > 1 else ""
    problem = f"'{links[0].href}' leads nowhere.{more}"
    return Problem(links[0].file, None, problem, "No page of the export has it: look in your seeds.")


def _links_written(source: Path) -> Iterator[tuple[int, str]]:
    """The lines of an article's file with the links that are written there, in order."""
    try:
        text = source.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if "](" in line or "]:" in line or "=" in line:  # most lines have no link
            for found in _WRITTEN.finditer(line):
                yield number, _balanced(found[found.lastindex or 0])


def _balanced(written: str) -> str:
    """A destination up to the bracket that ends it: those within it come in pairs."""
    before = written.partition(")")[0]
    if "(" not in before:
        return before
    depth = 0
    for at, letter in enumerate(written):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return written[:at]
    return written


def _where(written: Iterable[tuple[int, str, tuple[str, str]]], dead: Dead) -> tuple[int | None, str]:
    """The line on which a link of a page was written, and how: the first that ends like it.

    One that leads straight to what is missing comes before it. An article's own path becomes its slug on
    the page, so a heading alone is enough to know a link by.
    """
    meant = _end(dead.href)
    alike = [(line, link) for line, link, end in written if end == meant]
    straight = [(line, link) for line, link in alike if _path(link) == _path(f"/{dead.missing}")]
    nearly = [(line, link) for line, link, end in written if meant[1] and end[1] == meant[1]]
    return next(iter(straight or alike or nearly), (None, dead.href))


def _path(link: str) -> str:
    """Where a link of an article's page leads on the server, whether or not it is there."""
    path = posixpath.normpath(posixpath.join("/articles", unquote(re.split("[?#]", link, maxsplit=1)[0])))
    return path.removesuffix(f"/{HOME}").removesuffix(".html")


@lru_cache(maxsize=4096)  # a help center's articles lead to the same places
def _end(href: str) -> tuple[str, str]:
    """The last part of a link's path, without what is added or taken off on its way, and its anchor."""
    address, _, anchor = href.partition("#")
    last = address.partition("?")[0].removesuffix(f"/{HOME}").rstrip("/").rpartition("/")[2]
    for ending in _ENDINGS:
        last = last.removesuffix(ending)
    return unquote(last), unquote(anchor)
