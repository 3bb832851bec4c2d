"""Where a help center lies, and what lies where in it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Place:
    """Where a help center lies: its `root` with seeds and derived files, and its `articles`."""

    root: Path
    articles: Path

    @classmethod
    def at(cls, root: Path, articles: Path | None = None) -> Self:
        """The help center in `root`, with the articles of another tree when one is given."""
        return cls(root, articles or root / "articles")

    @property
    def seeds(self) -> Path:
        """The folder of seeds."""
        return self.root / "seeds"

    @property
    def derived(self) -> Path:
        """The folder of the index, the secret, the counters and, unless it is elsewhere, the database."""
        return self.root / ".kb"

    @property
    def foreign(self) -> bool:
        """Whether the articles are a tree that was not written for this help center."""
        return self.articles.resolve() != (self.root / "articles").resolve()

    @property
    def index(self) -> Path:
        """Where the index lies: below the root, for each foreign tree apart."""
        if not self.foreign:
            return self.derived / "index"
        key = hashlib.blake2b(str(self.articles.resolve()).encode(), digest_size=6).hexdigest()
        return self.derived / "trees" / key / "index"

    @property
    def memory(self) -> Path:
        """Where builds keep what they made of each file: beside the index."""
        return self.index.parent / "files.sqlite"

    @property
    def notes(self) -> Path:
        """Where an export notes what each page was made of: beside the index."""
        return self.index.parent / "pages.pickle"
