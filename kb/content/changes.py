"""What can be linked to, and which articles must be made again because that has changed and they have not."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from rapidfuzz import fuzz

from kb.content.memory import BrokenLink, Made
from kb.content.slugs import topics_above
from kb.errors import closest

_HINTED_FROM = 70.0
"""As alike as a path or slug must be to be offered for a broken link."""


@dataclass(frozen=True, slots=True)
class Linkable:
    """What can be linked to, in one state of the folder.

    `slugs` maps the path of each served article to its slug, `aliases` each slug that one had before to its
    path; `assets` has a mark for the path of each other file. `drafts` are the articles, with their slugs,
    that customers don't see even where drafts are served; of `unread` files nothing can be made.
    """

    slugs: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @property
    def aliased(self) -> set[tuple[str, str, str]]:
        """Each alias with the path and the slug of its article."""
        return {(alias, path, self.slugs[path]) for alias, path in self.aliases.items()}


@dataclass(frozen=True, slots=True)
class Changes:
    """What can be linked to and is not as it was: `targets` as links name it; paths and slugs."""

    targets: frozenset[str]
    come: tuple[str, ...]
    gone: frozenset[str]

    @classmethod
    def between(cls, old: Linkable, new: Linkable) -> Self:
        """From one state to another."""
        if old == new:  # an article's text alone was changed
            return cls(frozenset(), (), frozenset())
        paths, slugs, known = old.slugs.keys(), set(new.slugs.values()), set(old.slugs.values())
        drafts = old.drafts.items() ^ new.drafts.items()
        moved = {path for path, _ in (old.slugs.items() ^ new.slugs.items()) | drafts}
        targets = {name for path in moved | (old.unread ^ new.unread) for name in _names(path)}
        aliases = {alias for alias, *_ in old.aliased ^ new.aliased}
        aliases |= {slug for _, slug in drafts}
        targets |= {f"/articles/{slug}" for slug in (slugs ^ known) | aliases}
        targets |= {"/topics"} if topics_above(old.slugs) != topics_above(new.slugs) else set()
        assets = {path for path, _ in old.assets.items() ^ new.assets.items()}
        targets |= assets | {posixpath.basename(path) for path in assets}
        come = (*sorted(new.slugs.keys() - paths), *sorted(slugs - known))
        return cls(frozenset(targets), come, frozenset((paths - new.slugs.keys()) | (known - slugs)))

    def touch(self, made: Made, slug: str) -> bool:
        """Whether an article that now has `slug` must be made again."""
        if made.article is None or made.article.slug != slug or not self.targets.isdisjoint(made.targets):
            return True
        if not self.gone and not self.come:
            return False
        return any(broken.offered in self.gone or self._better(broken) for broken in made.broken)

    def _better(self, broken: BrokenLink) -> bool:
        """Whether what has come is at least as like a broken link's target as what is offered for it."""
        offered = fuzz.ratio(broken.target, broken.offered) if broken.offered else 0.0
        return closest(broken.target, self.come, max(offered, _HINTED_FROM)) is not None


def _names(path: str) -> Iterator[str]:
    """All that a link may write for the article at `path`."""
    yield path
    stem, extension = posixpath.splitext(path)
    if extension == ".md":
        yield stem
    if posixpath.basename(path) in ("index.md", "README.md"):
        yield posixpath.dirname(path) or "."
