"""A folder of Markdown files as a library of articles, and everything wrong with it in one go.

What can be read is served; what cannot is reported with file, line, problem and fix.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from kb.content.changes import Changes, Linkable
from kb.content.crosscheck import broken_anchors, cross_check, misplaced
from kb.content.drawings import drawing_problems
from kb.content.files import Files, find_files
from kb.content.frontmatter import SourceFile, read_source
from kb.content.history import last_changes
from kb.content.memory import Made, Memory
from kb.content.packed import unpack
from kb.content.rendering import Digest, aliases_in, rendered, text_of
from kb.content.resolver import LinkResolver
from kb.content.slugs import assign_slugs, slugify
from kb.errors import KBError, Problem, Severity, by_place, near_miss
from kb.model import Article, Topic

T = TypeVar("T")
Track = Callable[[Sequence[T], str], Iterable[T]]


def untracked(things: Sequence[T], _label: str) -> Iterable[T]:
    """No progress bar."""
    return things


@dataclass(frozen=True, slots=True)
class Library:
    """All articles of a folder, the topics they lie in, and what writers should mend.

    Read with a memory, `articles` are without HTML and sections, and `kept` gives what the digest made of a
    whole one; else it is None. `stamps` names, by slug, the state each is in; `places` has, by slug, what a
    link's part after '#' may name in it.
    """

    articles: tuple[Article, ...]
    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]
    places: dict[str, frozenset[str]] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    kept: Callable[[Article], Any] | None = None


@dataclass(slots=True)
class _Reading:
    """What one pass over the files gathers."""

    folder: Path
    name: str  # the folder's name in messages
    foreign: bool
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, SourceFile] = field(default_factory=dict)
    reported: dict[str, list[Problem]] = field(default_factory=dict)  # of each source
    made: dict[str, Made] = field(default_factory=dict)
    digests: dict[str, Any] = field(default_factory=dict)  # which no memory keeps

    def place(self, path: str) -> str:
        """How messages name a file."""
        return f"{self.name}/{path}"


def read_library(
    folder: Path,
    topics: Sequence[Topic] | None = (),
    *,
    drafts: bool = False,
    foreign: bool = False,
    track: Track[str] = untracked,
    memory: Memory | None = None,
    digest: Digest = text_of,
    files: Files | None = None,
) -> Library:
    """Every article below `folder`, rendered, with its topics in Help-menu order.

    `topics` are those that seeds list; folders they don't list follow under their own names. With None nobody
    knows what they list, and no folder is reported for not being there.
    `foreign` is a tree that was not written for us: nobody is asked to add titles or topics to it.
    What `memory` knows is not made again; it keeps what `digest` makes of each whole article.
    `files` are those found below `folder` already.
    Raises KBError when the folder is missing or holds no article that can be served.
    """
    memory = memory or Memory()
    files = files or find_files(folder)
    reading = _Reading(folder, folder.name if not foreign else str(folder), foreign)
    reading.problems += [*files.problems, *drawing_problems(folder, reading.name, files.assets)]
    paths = files.articles
    about = (reading.name, foreign, drafts)
    if memory.keeps:
        _remember(reading, paths, memory, about)
    _read_sources(reading, track([path for path in paths if path not in reading.made], "Reading articles"))
    there = _what_there_is(reading, files, drafts)
    served = there.slugs
    if not served:
        raise _nothing(reading, there)
    changes = Changes.between(memory.facts.get("there", Linkable()), there)
    _read_sources(
        reading, [p for p in served if p in reading.made and changes.touch(reading.made[p], served[p])]
    )
    _render(reading, there, memory, track, digest if memory.keeps else text_of)
    memory.finish(paths, there=there, about=about)
    return _library(reading, there, topics, memory)


def _remember(reading: _Reading, paths: Sequence[str], memory: Memory, about: tuple[str, bool, bool]) -> None:
    """Takes from the memory what still holds for its file by itself."""
    for path in paths:
        made = memory.made(path, memory.key(path, f"{reading.folder}/{path}"))
        if made and memory.facts.get("about") == about:
            reading.made[path] = made


def _read_sources(reading: _Reading, paths: Iterable[str]) -> None:
    for path in paths:
        reading.made.pop(path, None)
        try:
            reading.sources[path], reading.reported[path] = read_source(
                reading.folder / path, reading.place(path)
            )
        except KBError as error:
            reading.problems += error.problems


def _what_there_is(reading: _Reading, files: Files, drafts: bool) -> Linkable:
    """What can be linked to; the address of a file that can't be read waits for it."""
    kept_back = {path for path, one in reading.made.items() if one.draft}
    kept_back |= {path for path, source in reading.sources.items() if source.front.draft}
    slugs, clashes = assign_slugs(files.articles, kept_back, foreign=reading.foreign)
    reading.problems += [_named(one, reading.name) for one in clashes if drafts or one.path not in kept_back]
    chosen = [path for path in files.articles if drafts or path not in kept_back]
    served = {path: slugs[path] for path in chosen if _can_be_served(reading, path)}
    unread = frozenset(files.articles) - reading.made.keys() - reading.sources.keys() | set(files.unread)
    drafted = {path: slugs[path] for path in files.articles if path in kept_back}
    aliases = _aliases(reading, sorted(served, key=lambda path: path in kept_back))
    return Linkable(served, aliases, files.assets, drafted, unread)


def _can_be_served(reading: _Reading, path: str) -> bool:
    made = reading.made.get(path)
    return made.article is not None if made else path in reading.sources


def _nothing(reading: _Reading, there: Linkable) -> KBError:
    reported = [one for source in reading.reported.values() for one in source]
    problems = [*reading.problems, *reported, *(p for one in reading.made.values() for p in one.problems)]
    if there.drafts:
        return KBError([*problems, only_drafts(reading.name)])
    what = "has no article that can be served" if problems else "has no article in it"
    nothing = Problem(f"{reading.name}/", None, f"{what}.", 'Add one: kb new "A title" --topic a-topic.')
    return KBError([*problems, nothing])


def only_drafts(name: str) -> Problem:
    """What to do when nothing in the folder called `name` is published."""
    fix = "Write 'draft: false' in one, or see them by 'kb serve --development'."
    return Problem(f"{name}/", None, "has only drafts in it.", fix)


def _aliases(reading: _Reading, served: Iterable[str]) -> dict[str, str]:
    """The path of the article that has each alias; the first of several."""
    found: dict[str, str] = {}
    for path in served:
        made = reading.made.get(path)
        own = made.article.aliases if made and made.article else aliases_in(reading.sources[path].front)
        for alias in own:
            found.setdefault(alias, path)
    return found


def _render(reading: _Reading, there: Linkable, memory: Memory, track: Track[str], digest: Digest) -> None:
    """Makes what is not made yet, and keeps it where there is a memory."""
    paths = [path for path in there.slugs if path in reading.sources]
    links = LinkResolver(reading.folder, reading.name, there, reading.foreign)
    sources = [(path, reading.sources[path]) for path in paths]
    results = rendered(sources, links, reading.foreign, digest)
    for path, (one, packed) in zip(track(paths, "Rendering articles"), results, strict=True):
        made = replace(one, problems=(*reading.reported[path], *one.problems))
        reading.made[path] = made
        if made.article and not memory.keep(path, made, packed):
            reading.digests[path] = unpack(packed)
    for path in reading.sources.keys() - there.slugs.keys():
        reading.made[path] = Made(None, draft=True, problems=tuple(reading.reported[path]))
        memory.keep(path, reading.made[path], b"")
    reading.sources.clear()  # a large library's texts are not wanted any more


def _library(reading: _Reading, there: Linkable, topics: Sequence[Topic] | None, memory: Memory) -> Library:
    reading.problems += [problem for one in reading.made.values() for problem in one.problems]
    made = {path: reading.made[path] for path in there.slugs}
    undated = [path for path, one in made.items() if one.article and one.article.updated is None]
    changed = last_changes(reading.folder, undated)
    articles = [
        replace(one.article, updated=changed[path]) if path in changed else one.article
        for path, one in made.items()
        if one.article
    ]

    def kept(article: Article) -> Any:
        return reading.digests.get(article.path) or memory.text(article.path)

    def whole(article: Article) -> Article:
        html, sections = kept(article)
        return replace(article, html=html, sections=sections)

    places = {one.article.slug: one.places for one in made.values() if one.article}
    for path, one in made.items():
        reading.problems += broken_anchors(reading.place(path), one.anchors, places)
    lines = {path: one.lines or {} for path, one in made.items()}
    reading.problems += cross_check(articles, lines, there.drafts, reading.name, foreign=reading.foreign)
    if not reading.foreign:
        reading.problems += misplaced(articles, lines, reading.name, bool(topics), date.today())
    menu = _menu(articles, topics or (), reading, tells=not reading.foreign and topics is not None)
    problems = tuple(sorted(reading.problems, key=by_place))
    if not memory.keeps:
        return Library(tuple(map(whole, articles)), menu, problems, places)
    stamps = {a.slug: f"{made[a.path].stamp} {a.updated or ''}" for a in articles}
    return Library(tuple(articles), menu, problems, places, stamps, kept)


def _menu(
    articles: Sequence[Article], listed: Sequence[Topic], reading: _Reading, *, tells: bool
) -> tuple[Topic, ...]:
    """The topics that have articles, the listed ones first in their order, then the others by title.

    These others are reported when it `tells` of them.
    """
    used: dict[str, tuple[str, str]] = {}  # topic path -> its folder's name, the first article's path in it
    first_in: dict[str, str] = {}  # folder -> the first article's path in it
    for article in articles:
        first_in.setdefault(article.path.rpartition("/")[0], article.path)
    for inside, first in first_in.items():
        folders = inside.split("/") if inside else []
        for depth in range(1, len(folders) + 1):
            path = "/".join(slugify(part) for part in folders[:depth])
            used.setdefault(path, (folders[depth - 1], first))
    known = {topic.path for topic in listed}
    unlisted = sorted(set(used) - known)
    if tells:
        for path in unlisted:
            hint = near_miss(path, sorted(known))
            reading.problems.append(
                Problem(
                    f"{reading.name}/{used[path][1]}",
                    None,
                    f"topic '{path}' is not in seeds/topics.yaml; it is shown last.",
                    f"Add it there, or move the file. {hint}".rstrip(),
                    Severity.WARNING,
                )
            )
    others = [Topic(path, used[path][0]) for path in unlisted]
    return (*[topic for topic in listed if topic.path in used], *others)


def _named(problem: Problem, name: str) -> Problem:
    return Problem(f"{name}/{problem.path}", problem.line, problem.problem, problem.fix, problem.severity)
