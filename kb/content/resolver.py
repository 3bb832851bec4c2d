"""What there is to be linked to, looked up by path and by slug."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from kb.content.assets import asset_file
from kb.content.changes import Linkable
from kb.content.slugs import topics_above
from kb.errors import closest

_A_NAME = 60.0
"""As alike as names must be, in percent, where one may have been written for the other."""


@dataclass(frozen=True)
class LinkResolver:
    """Finds what is linked to: what is `there`, and the files in `folder`, called `name` in messages.

    A `foreign` tree was not written for us: what it names from its own root is not looked up.
    """

    folder: Path
    name: str
    there: Linkable
    foreign: bool = False

    @property
    def slugs(self) -> dict[str, str]:
        """The slug of each served article by its path."""
        return self.there.slugs

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that articles lie in, and those above them."""
        return topics_above(self.slugs)

    @cached_property
    def path_of(self) -> dict[str, str]:
        """The path of each served article by its slug."""
        return {slug: path for path, slug in self.slugs.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """The slugs of all served articles."""
        return frozenset(self.slugs.values())

    def article_at(self, target: str) -> str | None:
        """The path of the article a relative path means, with or without `.md` or an index file."""
        return next((path for path in meant(target) if path in self.slugs), None)

    def is_asset(self, target: str) -> bool:
        """Whether `target` is a file beside the articles that may be served."""
        return asset_file(self.folder, target) is not None

    @cached_property
    def _assets_called(self) -> dict[str, list[str]]:
        """The paths of the files beside the articles by their names."""
        called: dict[str, list[str]] = {}
        for path in self.there.assets:
            called.setdefault(posixpath.basename(path), []).append(path)
        return called

    def asset_called(self, name: str) -> str | None:
        """The file beside the articles whose path ends in `name`, the nearest to the root."""
        called = self._assets_called.get(posixpath.basename(name), ())
        found = [path for path in called if f"/{path}".endswith(f"/{name}") and self.is_asset(path)]
        return min(found, key=lambda path: (path.count("/"), path), default=None)

    @cached_property
    def closest_slug(self) -> Callable[[str], str | None]:
        """The slug most like what it is given, which many links may name: a look at all slugs takes long."""
        known = sorted(self.known)
        return cache(lambda slug: closest(slug, known))

    @cached_property
    def _names(self) -> dict[str, str]:
        """The name of each article's file by its path."""
        return {path: _stem(path) for path in self.slugs}

    def closest_path(self, target: str, besides: str) -> str | None:
        """The article file whose path is most like `target`, and its name too: folders alone tell little."""
        alike = process.extract_iter(_stem(target), self._names, scorer=fuzz.ratio, score_cutoff=_A_NAME)
        return closest(target, [path for _, _, path in alike if path != besides])


def meant(target: str) -> tuple[str, ...]:
    """The paths that a relative path may mean: itself, without `.md`, or a folder's own page."""
    return target, f"{target}.md", f"{target}/index.md", f"{target}/README.md"


def _stem(path: str) -> str:
    """The name of a file or folder, without its ending."""
    return posixpath.splitext(posixpath.basename(path))[0]
