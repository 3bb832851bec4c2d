"""Which articles must be made again because what they link to has changed, though they have not."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from rapidfuzz import fuzz

from kb.content.memory import BrokenLink, Made
from kb.content.slugs import topics_above
from kb.errors import closest

_HINTED_FROM = 70.0
"""As alike as a path or slug must be to be offered for a broken link."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What can be linked to and is not as it was: `targets` as links name it; paths and slugs."""

    targets: frozenset[str]
    come: tuple[str, ...]
    gone: frozenset[str]

    @classmethod
    def between(
        cls,
        old: Mapping[str, str],
        new: Mapping[str, str],
        old_assets: Mapping[str, str],
        new_assets: Mapping[str, str],
    ) -> Self:
        """From one state to another: slugs of served articles by path, and marks of other files by path."""
        articles = dict(old.items() ^ new.items())
        slugs_come, slugs_gone = set(new.values()) - set(old.values()), set(old.values()) - set(new.values())
        targets = {name for path in articles for name in _names(path)}
        targets |= {f"/articles/{slug}" for slug in slugs_come | slugs_gone}
        targets |= {"/topics"} if topics_above(old) != topics_above(new) else set()
        targets |= {path for path, _ in old_assets.items() ^ new_assets.items()}
        come = (*sorted(new.keys() - old.keys()), *sorted(slugs_come))
        return cls(frozenset(targets), come, frozenset((old.keys() - new.keys()) | slugs_gone))

    def touch(self, made: Made, slug: str) -> bool:
        """Whether an article that now has `slug` must be made again."""
        if made.article is None or made.article.slug != slug or not self.targets.isdisjoint(made.targets):
            return True
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
