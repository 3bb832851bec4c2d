"""Source files into articles: each by itself, on all cores when there are many."""

import gc
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from html import unescape
from multiprocessing import get_context
from pathlib import PurePosixPath
from typing import Any

from kb.content import directives
from kb.content.crosscheck import said_of_itself
from kb.content.frontmatter import FrontMatter, SourceFile
from kb.content.links import PageLinks
from kb.content.markdown import Rendered, render
from kb.content.memory import Made
from kb.content.packed import pack
from kb.content.resolver import LinkResolver
from kb.content.slugs import alias_slug, topic_of
from kb.errors import Problem, Severity
from kb.model import Article, Section
from kb.processes import cores, end_with_parent, is_one_thread, leave_a_core

Digest = Callable[[Article], Any]
"""What is kept of each whole article; a function of a module, so that processes can share it."""

PARALLEL_FROM = 200
"""How many articles make up for starting processes."""

_CHUNK = 16

_TEMPLATE = re.compile(directives.TAG)
_NAMED = re.compile(r'<[^<>]* (?:id|name)="([^"]*)"')
"""A heading, or a place named by HTML as in `<a name="here"></a>`."""
_SHOWS = re.compile(r"(?:^|>)[^<>]*[^\s<>]|<img\b")
"""Text, or a picture."""


def text_of(article: Article) -> tuple[str, tuple[Section, ...]]:
    """Its HTML and sections: the digest of those who want the articles themselves."""
    return article.html, article.sections


def rendered(
    sources: Sequence[tuple[str, SourceFile]], links: LinkResolver, foreign: bool, digest: Digest
) -> Iterator[tuple[Made, bytes]]:
    """What is made of each of `sources` (path and file), in order, and packed what `digest` makes of it."""
    make = partial(_make, links=links, foreign=foreign, digest=digest)
    processes = cores()
    if processes < 2 or len(sources) < PARALLEL_FROM:
        leave_a_core()
        yield from map(make, sources)
        return
    # A fork is at work half a second sooner, but copies locks as other threads hold them.
    start = "fork" if is_one_thread() else "spawn"
    with ProcessPoolExecutor(
        processes, mp_context=get_context(start), initializer=_begin, initargs=(make,)
    ) as pool:
        last_chunk = (len(sources) - 1) // _CHUNK * _CHUNK
        for number, result in enumerate(pool.map(_work, sources, chunksize=_CHUNK), 1):
            if number == last_chunk:  # which one process has in hand, and the others have nothing
                leave_a_core()
            yield result


_make_here: Callable[[tuple[str, SourceFile]], tuple[Made, bytes]]


def _begin(make: Callable[[tuple[str, SourceFile]], tuple[Made, bytes]]) -> None:
    global _make_here  # a process of the pool is handed once what all its work shares
    _make_here = make
    gc.freeze()  # what a fork shares is not to be copied
    gc.enable()
    end_with_parent()


def _work(source: tuple[str, SourceFile]) -> tuple[Made, bytes]:
    return _make_here(source)


def _make(
    named: tuple[str, SourceFile], *, links: LinkResolver, foreign: bool, digest: Digest
) -> tuple[Made, bytes]:
    path, source = named
    place = f"{links.name}/{path}"
    page = PageLinks(links, path, source)
    try:
        found = render(source.body, page.link, page.image, source.front.title)
    except (RecursionError, ValueError, LookupError, ArithmeticError, AssertionError) as error:
        kind = "it is nested too deeply" if isinstance(error, RecursionError) else repr(error)
        lost = Problem(place, None, f"cannot be rendered: {kind}.", "Simplify its Markdown.")
        return Made(None, source.front.draft, problems=(lost,)), b""
    said = said_of_itself(place, source.front, links.slugs[path], source.lines, foreign=foreign)
    problems = [*page.problems, *_unclear(place, source, found), *said]
    if not (source.front.title or source.title_lost or foreign):
        fix = "Add 'title: …' to its front matter."
        problems.append(Problem(place, 1, "has no title.", fix, Severity.WARNING))
    article = _article(path, links.slugs[path], source.front, found)
    if not (_SHOWS.search(article.html) or article.retired or foreign):
        nothing = "has no text: its page is empty."
        problems.append(Problem(place, 1, nothing, "Write the answer.", Severity.WARNING))
    light = replace(article, html="", sections=())
    made = Made(
        light,
        source.front.draft,
        hashlib.blake2b(repr(article).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
        tuple(problems),
        source.lines,
        tuple(page.anchors),
        frozenset(page.targets),
        tuple(page.broken),
        frozenset(unescape(name) for name in _NAMED.findall(article.html)),
    )
    return made, pack(digest(article))


def _unclear(place: str, source: SourceFile, found: Rendered) -> Iterator[Problem]:
    for line, problem, fix in found.unclear:
        yield Problem(place, source.body_line + line, problem, fix, Severity.WARNING)


def _article(path: str, slug: str, front: FrontMatter, found: Rendered) -> Article:
    return Article(
        slug=slug,
        title=_title(path, front, found),
        topic=topic_of(path),
        path=path,
        summary=front.summary,
        questions=front.questions,
        keywords=front.keywords,
        aliases=tuple(alias for alias in aliases_in(front) if alias != slug),
        related=tuple(dict.fromkeys(other for other in front.related if other != slug)),
        updated=front.updated,
        order=front.order,
        draft=front.draft,
        retired=front.retired,
        successor=front.successor,
        sections=found.sections,
        html=found.html,
    )


def aliases_in(front: FrontMatter) -> tuple[str, ...]:
    """The addresses that an article had before, as slugs, each once."""
    return tuple(dict.fromkeys(slug for alias in front.aliases if (slug := alias_slug(alias))))


def _title(path: str, front: FrontMatter, found: Rendered) -> str:
    for title in (front.title, found.first_heading):
        if title and not _TEMPLATE.search(title):
            return title
    pure = PurePosixPath(path)
    own = pure.parent.name if pure.stem.lower() in ("index", "readme") and pure.parent.name else pure.stem
    return own.replace("-", " ").replace("_", " ").strip().capitalize() or path
