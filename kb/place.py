"""Where a help center lies, and what lies where in it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DATABASE_URL = "KB_DATABASE_URL"
"""The environment variable that wins over the site's `database_url`, for addresses that hold a password."""


def told_database(setting: str) -> str:
    """The address of the database as the environment or the `setting` says, "" for the place's own file."""
    return os.environ.get(DATABASE_URL) or setting


@dataclass(frozen=True, slots=True)
class Place:
    """Where a help center lies: its `root` with seeds and derived files, and its `articles`.

    One `for_writers` has an index of its own: it holds drafts, which no customer and no export may meet.
    """

    root: Path
    articles: Path
    for_writers: bool = False

    @classmethod
    def at(cls, root: Path, articles: Path | None = None, *, for_writers: bool = False) -> Self:
        """The help center in `root`, with the articles of another tree when one is given."""
        return cls(root, articles or root / "articles", for_writers)

    @property
    def seeds(self) -> Path:
        """The folder of seeds."""
        return self.root / "seeds"

    @property
    def derived(self) -> Path:
        """The folder of the index, the secret, the counters and, unless it is elsewhere, the database."""
        return self.root / ".kb"

    @property
    def database(self) -> Path:
        """The file of the database, unless that is elsewhere."""
        return self.derived / "helpcenter.sqlite"

    @property
    def foreign(self) -> bool:
        """Whether the articles are a tree that was not written for this help center."""
        return self.articles.resolve() != (self.root / "articles").resolve()

    @property
    def index(self) -> Path:
        """Where the index lies: below the root, for each foreign tree apart."""
        above = self.derived / "writing" if self.for_writers else self.derived
        if not self.foreign:
            return above / "index"
        key = hashlib.blake2b(os.fsencode(self.articles.resolve()), digest_size=6).hexdigest()
        return above / "trees" / key / "index"

    @property
    def memory(self) -> Path:
        """Where builds keep what they made of each file: beside the index."""
        return self.index.parent / "files.sqlite"

    @property
    def notes(self) -> Path:
        """Where an export notes what each page was made of: beside the index."""
        return self.index.parent / "pages.pickle"
