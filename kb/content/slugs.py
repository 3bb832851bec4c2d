"""Which address each file gets: short where it can be, never the same twice."""

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import count

from slugify import slugify as _slugify

from kb.errors import Problem, Severity

LONGEST = 200
"""Bytes of a slug that become a file's name in an export, with room for its ending: file systems take 255."""

_FOLDER_FILES = frozenset({"index", "readme"})


@lru_cache(maxsize=65536)
def slugify(text: str) -> str:
    """`text` as part of an address: lower case, Unicode kept, words joined by hyphens; never empty."""
    return _slugify(text, allow_unicode=True, replacements=[["'", ""], ["’", ""]]) or "untitled"


_ALIKE = 5
"""Letters that words have in common when one is a form of the other."""


def alias_slug(written: str) -> str | None:
    """The slug that an alias means: a slug, a title, a file's name or an address of ours; None for others."""
    name = written.partition("#")[0].strip().removeprefix("/").removeprefix("articles/").removesuffix(".md")
    return None if "/" in name or not name else slugify(name)


def is_too_long(slug: str) -> bool:
    """Whether no file of an export can be called so."""
    return len(slug.encode(errors="replace")) > LONGEST


_PAGE_IDS = frozenset(
    """
    main person why feedback feedback-heading search-query search-options prepared-message channels-heading
    contents-heading message-heading most-needed-heading person-heading related-heading topics-heading
    why-heading also-heading nearest-heading form-summary-heading next-heading not-here-heading
    progress-heading person-first-heading record-link
    """.split()
)
"""The ids of the pages around an article; no heading may take one."""


def says_as_much(title: str, heading: str) -> bool:
    """Whether `title` has two thirds of the words of `heading`, or words that begin like them.

    Little words don't count. Foreign trees often have both, in slightly other words.
    """
    words = slugify(heading).split("-")
    words = [word for word in words if len(word) > 2] or words
    said = {word[:_ALIKE] for word in slugify(title).split("-")}
    return 3 * sum(word[:_ALIKE] in said for word in words) >= 2 * len(words)


class AnchorMaker:
    """Anchors of headings, unique within one page: what a writer chose, else the slug; repeats get `-2`."""

    def __init__(self) -> None:
        self._taken = set(_PAGE_IDS)
        self._counts: dict[str, int] = {}

    def __call__(self, heading: str, chosen: str = "") -> str:
        """The anchor for the next heading of the page: `chosen` where it is an anchor and still free.

        One with '%' is none: in an address that begins another sign (RFC 3986, 2.1).
        """
        free = chosen.split() == [chosen] and "%" not in chosen and chosen not in self._taken
        base = anchor = chosen if free else slugify(heading)
        count = self._counts.get(base, 1)
        while anchor in self._taken:
            count += 1
            anchor = f"{base}-{count}"
        self._counts[base] = count
        self._taken.add(anchor)
        return anchor


def assign_slugs(
    paths: Iterable[str], drafts: Collection[str] = (), *, foreign: bool = False
) -> tuple[dict[str, str], list[Problem]]:
    """A slug for every path (relative to the articles folder), and the clashes.

    Of files that share a slug the shallowest, then alphabetically first, keeps it; the others prepend
    their parent folders, nearest first. What still clashes gets a number. A new file may so take an address
    from an old one, which is reported; in a `foreign` tree, where one name in many folders is usual, only
    what got a number. Those of `paths` that are `drafts` choose last: none moves a published address.
    """
    ordered = sorted(paths, key=lambda path: (path.count("/"), path))
    slugs: dict[str, str] = {}
    problems = _choose([path for path in ordered if path not in drafts], slugs, foreign)
    return slugs, problems + _choose([path for path in ordered if path in drafts], slugs, foreign)


def _choose(ordered: Sequence[str], slugs: dict[str, str], foreign: bool) -> list[Problem]:
    """Gives each path a slug that none in `slugs` has, in `slugs` too; the clashes."""
    named: dict[str, list[str]] = defaultdict(list)
    for path in ordered:
        named[slugify(_parts(path)[-1])].append(path)
    holders = {slug: path for path, slug in slugs.items()}
    taken = {*holders, *named}
    problems = []
    for slug, sharers in named.items():
        first = holders.get(slug) or sharers.pop(0)
        slugs[first] = slug
        for path in sharers:
            longer = _longer_slug(path, taken)
            if longer is None or not foreign:
                longer = longer or next(name for n in count(2) if (name := f"{slug}-{n}") not in taken)
                problems.append(_clash(path, longer, first, slug))
            taken.add(longer)
            slugs[path] = longer
    return problems


def _clash(path: str, longer: str, first: str, slug: str) -> Problem:
    return Problem(
        path,
        None,
        f"has the same name as {first}, which is served as /articles/{slug}; "
        f"it is served as /articles/{longer}.",
        "Rename the newer one of the two files, so that the other has its old address.",
        Severity.WARNING,
    )


def topic_of(path: str) -> str:
    """The topic a file lies in: its folders' slugs joined by `/`, "" at the top."""
    return "/".join(slugify(part) for part in path.split("/")[:-1])


def topics_above(paths: Iterable[str]) -> frozenset[str]:
    """The topics that these files lie in, and all that those lie in."""
    found = set()
    for topic in {topic_of(path) for path in paths}:
        parts = topic.split("/")
        found |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return frozenset(found - {""})


def _parts(path: str) -> list[str]:
    """What slugs are made of: a path's folders and file; a folder's own page takes the folder's name."""
    *parts, name = path.split("/")
    stem = posixpath.splitext(name)[0]
    return parts if parts and stem.lower() in _FOLDER_FILES else [*parts, stem]


def _longer_slug(path: str, taken: set[str]) -> str | None:
    parts = [slugify(part) for part in _parts(path)]
    for depth in range(2, len(parts) + 1):
        slug = "-".join(parts[-depth:])
        if slug not in taken:
            return slug
    return None
