"""What there is to be linked to, looked up by path and by slug."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kb.content.assets import asset_file
from kb.content.changes import Linkable
from kb.content.slugs import topics_above
from kb.errors import closest


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

    def closest_path(self, target: str) -> str | None:
        """The article file whose path is most like `target`."""
        return closest(target, list(self.slugs))


def meant(target: str) -> tuple[str, ...]:
    """The paths that a relative path may mean: itself, without `.md`, or a folder's own page."""
    return target, f"{target}.md", f"{target}/index.md", f"{target}/README.md"
