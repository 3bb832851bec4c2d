"""A folder of Markdown files as a library of articles, and everything wrong with it in one go.

What can be read is served; what cannot is reported with file, line, problem and fix.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TypeVar

from kb.content.frontmatter import FrontMatter, SourceFile, read_source
from kb.content.history import last_changes
from kb.content.links import LinkResolver
from kb.content.markdown import Rendered, render
from kb.content.slugs import assign_slugs, slugify, topic_of
from kb.errors import KBError, Problem, Severity, closest
from kb.model import Article, Topic

T = TypeVar("T")
Track = Callable[[Sequence[T], str], Iterable[T]]


def untracked(things: Sequence[T], _label: str) -> Iterable[T]:
    """No progress bar."""
    return things


@dataclass(frozen=True, slots=True)
class Library:
    """All articles of a folder, the topics they lie in, and what writers should mend."""

    articles: tuple[Article, ...]
    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """What one pass over the files gathers."""

    name: str  # the folder's name in messages
    sources: dict[str, SourceFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    changed: dict[str, date] = field(default_factory=dict)  # by path, where front matter has no date


def read_library(
    folder: Path,
    topics: Sequence[Topic] = (),
    *,
    drafts: bool = False,
    foreign: bool = False,
    track: Track[str] = untracked,
) -> Library:
    """Every article below `folder`, rendered, with its topics in Help-menu order.

    `topics` are those that seeds list; folders they don't list follow under their own names.
    `foreign` is a tree that was not written for us: nobody is asked to add titles or topics to it.
    Raises KBError when the folder is missing or holds no article that can be served.
    """
    name = folder.name if not foreign else str(folder)
    reading = _Reading(name)
    paths = list(find_articles(folder, reading.problems))
    slugs, clashes = assign_slugs(paths)
    reading.problems += [_named(problem, name) for problem in clashes]
    for path in track(paths, "Reading articles"):
        try:
            reading.sources[path], problems = read_source(folder / path, f"{name}/{path}")
            reading.problems += problems
        except KBError as error:
            reading.problems += error.problems
    served = {
        path: slugs[path] for path, source in reading.sources.items() if drafts or not source.front.draft
    }
    if not served:
        what = "has no article in it" if not reading.problems else "has no article that can be served"
        nothing = Problem(f"{name}/", None, f"{what}.", 'Add one: kb new "A title" --topic a-topic.')
        raise KBError([*reading.problems, nothing])
    undated = [path for path in served if reading.sources[path].front.updated is None]
    reading.changed = last_changes(folder, undated)
    links = LinkResolver(folder, name, served)
    articles = []
    for path in track(list(served), "Rendering articles"):
        try:
            articles.append(_article(path, served[path], reading, links, foreign))
        except (RecursionError, ValueError, IndexError, KeyError, AssertionError) as error:
            kind = "it is nested too deeply" if isinstance(error, RecursionError) else repr(error)
            reading.problems.append(
                Problem(f"{name}/{path}", None, f"cannot be rendered: {kind}.", "Simplify its Markdown.")
            )
    reading.problems += links.broken_anchors({a.slug: {s.anchor for s in a.sections} for a in articles})
    reading.problems += _cross_check(articles, reading)
    menu = _menu(articles, topics, reading, folder, foreign)
    return Library(tuple(articles), menu, tuple(sorted(reading.problems, key=_place)))


def find_articles(folder: Path, problems: list[Problem]) -> Iterator[str]:
    """The paths of all article files below `folder`, relative, sorted; links that loop are reported.

    Raises KBError when the folder is missing or cannot be read.
    """
    if not folder.is_dir():
        raise KBError.at(f"{folder}", "there is no such folder.", "Run 'kb init' for a new help center.")
    yield from _walk(folder, "", (os.path.realpath(folder),), problems)


def _walk(folder: Path, inside: str, above: tuple[str, ...], problems: list[Problem]) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(
            Problem(str(folder), None, f"cannot be read: {error.strerror}.", "Check its permissions.")
        )
        return
    for entry in entries:
        path = inside + entry.name
        if entry.name.startswith((".", "_")):
            continue
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:
            is_folder = is_file = False
        if is_folder:
            real = os.path.realpath(entry.path)
            if real in above:
                problems.append(
                    Problem(
                        entry.path,
                        None,
                        "is a link to a folder it lies in.",
                        "Remove the link.",
                        Severity.WARNING,
                    )
                )
            else:
                yield from _walk(Path(entry.path), f"{path}/", (*above, real), problems)
        elif entry.name.lower().endswith(".md"):
            if is_file and not _is_text(path):
                shown = os.fsencode(entry.path).decode(errors="replace")
                problems.append(Problem(shown, None, "has a name that is not UTF-8.", "Rename the file."))
            elif is_file:
                yield path
            else:
                problems.append(
                    Problem(entry.path, None, "is a link that leads nowhere.", "Remove or repair the link.")
                )


def _is_text(name: str) -> bool:
    """Whether a file's name is text, not bytes that Python could only carry along (PEP 383)."""
    return name.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in name)


def _article(path: str, slug: str, reading: _Reading, links: LinkResolver, foreign: bool) -> Article:
    source = reading.sources[path]
    page = links.page(path, source)
    rendered = render(source.body, page.link, page.image)
    reading.problems += page.problems
    front = source.front
    if not front.title and not foreign:
        reading.problems.append(
            Problem(
                f"{reading.name}/{path}",
                1,
                "has no title.",
                "Add 'title: …' to its front matter.",
                Severity.WARNING,
            )
        )
    return Article(
        slug=slug,
        title=_title(path, front, rendered),
        topic=topic_of(path),
        path=path,
        summary=front.summary,
        questions=front.questions,
        keywords=front.keywords,
        aliases=tuple(slugify(alias) for alias in front.aliases),
        related=front.related,
        updated=front.updated or reading.changed.get(path),
        order=front.order,
        draft=front.draft,
        retired=front.retired,
        successor=front.successor,
        sections=rendered.sections,
        html=rendered.html,
    )


def _title(path: str, front: FrontMatter, rendered: Rendered) -> str:
    if front.title or rendered.first_heading:
        return front.title or rendered.first_heading
    pure = PurePosixPath(path)
    own = pure.parent.name if pure.stem.lower() in ("index", "readme") and pure.parent.name else pure.stem
    return own.replace("-", " ").replace("_", " ").strip().capitalize() or path


def _cross_check(articles: Sequence[Article], reading: _Reading) -> Iterator[Problem]:
    """What one article says of others that does not hold."""
    slugs = {article.slug: article for article in articles}
    aliases: dict[str, str] = {}
    for article in articles:
        place = f"{reading.name}/{article.path}"
        lines = reading.sources[article.path].lines
        named = [("related", slug) for slug in article.related]
        named += [("successor", article.successor)] if article.successor else []
        for key, slug in named:
            if slug not in slugs:
                near = closest(slug, list(slugs))
                fix = f"Did you mean '{near}'?" if near else "Write the slug of an article."
                yield Problem(place, lines.get(key), f"'{key}' names '{slug}', which is no article.", fix)
        for alias in article.aliases:
            other = article.slug if alias in slugs else aliases.get(alias)
            if other:
                taken = f"the alias '{alias}' is the address of another article."
                yield Problem(place, lines.get("aliases"), taken, "Remove it here or there.")
            aliases[alias] = article.slug


def _menu(
    articles: Sequence[Article], listed: Sequence[Topic], reading: _Reading, folder: Path, foreign: bool
) -> tuple[Topic, ...]:
    """The topics that have articles, the listed ones first in their order, then the others by title."""
    used: dict[str, tuple[str, str]] = {}  # topic path -> its folder's name, the first article's path in it
    for article in articles:
        folders = PurePosixPath(article.path).parts[:-1]
        for depth in range(1, len(folders) + 1):
            path = "/".join(slugify(part) for part in folders[:depth])
            used.setdefault(path, (folders[depth - 1], article.path))
    known = {topic.path for topic in listed}
    unlisted = sorted(set(used) - known)
    if not foreign:
        for path in unlisted:
            near = closest(path, sorted(known))
            hint = f" Did you mean '{near}'?" if near else ""
            reading.problems.append(
                Problem(
                    f"{reading.name}/{used[path][1]}",
                    None,
                    f"topic '{path}' is not in seeds/topics.yaml; it is shown last.",
                    f"Add it there, or move the file.{hint}",
                    Severity.WARNING,
                )
            )
    others = [Topic(path, used[path][0]) for path in unlisted]
    return (*[topic for topic in listed if topic.path in used], *others)


def _named(problem: Problem, name: str) -> Problem:
    return Problem(f"{name}/{problem.path}", problem.line, problem.problem, problem.fix, problem.severity)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.path, problem.line or 0, problem.problem
