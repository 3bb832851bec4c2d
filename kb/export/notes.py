"""What an export notes for the next one: what each page was made of, and what the self-test saw in each file.

One file beside the index, which can be deleted at any time. A note says that a page which read this has that
content; it says nothing of what lies in a folder, which is read again.
"""

import hashlib
import os
import pickle
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Self

from kb.content.packed import UNREADABLE
from kb.export.check import Looked
from kb.export.folder import files_in
from kb.export.watch import Reads
from kb.following import Stamp, stamp

_PACKAGES = ("babel", "flask", "flask-babel", "jinja2", "markupsafe", "tzdata", "werkzeug")


class Note(NamedTuple):  # thousands are pickled, as of all that processes hand over; dataclasses take longer
    """A page: its file and the digest of that, the addresses it needs, and all that it read.

    Without reads nobody can say whether it is still the same.
    """

    file: str
    digest: str
    needs: frozenset[str]
    reads: Reads | None


@dataclass(frozen=True, slots=True)
class Notes:
    """Pages by address, and files; they hold for one `recipe`."""

    recipe: str
    pages: dict[str, Note] = field(default_factory=dict)
    files: dict[str, Looked] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path, recipe: str) -> Self:
        """The notes in `file`; none if there are none that can be read, or if they are of another recipe."""
        try:
            with file.open("rb") as stream:
                if pickle.load(stream) == recipe:  # noqa: S301  our own file
                    return cls(recipe, *pickle.load(stream))  # noqa: S301
        except (OSError, *UNREADABLE):
            pass
        return cls(recipe)

    def save(self, file: Path) -> None:
        """Writes the notes to `file`, as far as that can be done."""
        pages = {address: note for address, note in self.pages.items() if note.reads is not None}
        noted = b"".join(pickle.dumps(one, protocol=5) for one in (self.recipe, (pages, self.files)))
        beside = file.with_name(f".{file.name}.new-{os.getpid()}")
        with suppress(OSError):
            beside.write_bytes(noted)
            beside.replace(file)
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def recipe(folders: Iterable[Path], *facts: object) -> str:
    """A digest of what all pages are made with: the files of `folders`, the packages in use, and `facts`."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((sys.version, [version(package) for package in _PACKAGES], facts)).encode())
    for folder in folders:
        for name in sorted(files_in(folder)):
            file = folder / name
            if file.suffix != ".pyc" and file.is_file():
                digest.update(os.fsencode(f"\n{name}\n") + _digest(file, stamp(file)))
    return digest.hexdigest()


@lru_cache(1024)
def _digest(file: Path, _now: Stamp) -> bytes:
    """Read once as long as the file's stamp is the same: before an export, and once more after it."""
    return hashlib.blake2b(file.read_bytes(), digest_size=16).digest()
