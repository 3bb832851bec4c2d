"""What earlier builds made of each file, so that only what changed is read, rendered and analysed again.

One SQLite file beside the index. It can be deleted at any time; one that can't be read or written, or that
another process is writing, is done without. A file counts as unchanged while size, times and inode are as
they were (as Git does it), else its bytes decide.
"""

import hashlib
import pickle
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOSPC
from functools import cache
from importlib.metadata import version
from os import strerror
from pathlib import Path
from typing import Any, NamedTuple, Self

from msgspec import msgpack

from kb.content.packed import UNREADABLE, unpack
from kb.errors import Problem
from kb.following import Stamp, stamp
from kb.model import Article

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, stat TEXT, seen INTEGER, key TEXT, made BLOB, text BLOB
);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value BLOB);
"""

_SETTLED_NS = 2_000_000_000
"""A file changed so shortly before it was read may have been changed again within the clock's step."""

_MAKERS = ("content", "search", "model.py", "errors.py", "yamlfile.py", "yamltext.py", "yamlslips.py")
_PACKAGES = ("imagesize", "markdown", "nh3", "snowballstemmer", "python-slugify", "pyyaml")

Anchor = tuple[str, str, str, int | None]
"""A link to a heading: the article's slug, the anchor, the link as written, and its line."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link that leads nowhere: the path it means, and the path that was offered in its place."""

    target: str
    offered: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of one file, without text.

    `article` has neither HTML nor sections, and is None when nothing of the file can be served; its
    `updated` is the front matter's. `stamp` is another whenever anything of the whole article is. `lines` are
    those of front-matter keys; `anchors`, `targets` and `broken` are as in `PageLinks`; `places` are what a
    link's part after '#' may name in it.
    """

    article: Article | None
    draft: bool
    stamp: str = ""
    problems: tuple[Problem, ...] = ()
    lines: dict[str, int] | None = None
    anchors: tuple[Anchor, ...] = ()
    targets: frozenset[str] = frozenset()
    broken: tuple[BrokenLink, ...] = ()
    places: frozenset[str] = frozenset()


_pack_made = msgpack.Encoder().encode
_unpack_made = msgpack.Decoder(Made).decode


@dataclass(slots=True)
class _Row:
    stat: str
    seen: int
    key: str
    made: Made | bytes  # bytes until somebody asks: whether an index is fresh is known without


class _Look(NamedTuple):  # one a file; dataclasses take longer
    """What a file was like when it was looked at, at the moment `seen` (nanoseconds)."""

    file: str
    stat: str
    seen: int
    key: str

    def is_past(self) -> bool:
        """Whether the file is another by now, so that nobody knows which of the two was read."""
        try:
            return _text(stamp(self.file)) != self.stat
        except OSError:
            return True


def _text(mark: Stamp) -> str:
    return f"{mark.size} {mark.modified_ns} {mark.changed_ns} {mark.inode}"


class Memory:
    """The memory in `file`; with None there is nothing to remember and nothing is kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __init__(self, file: Path | None = None) -> None:
        self._db: sqlite3.Connection | None = None
        self._rows: dict[str, _Row] = {}
        self._looks: dict[str, _Look] = {}
        self._keys: dict[str, str] = {}
        self._failed = False  # SQLite may then have taken back what was kept before
        self.facts: dict[str, Any] = {}
        if file:
            try:
                self._open(file)
            except (sqlite3.Error, OSError, *UNREADABLE) as error:
                self._begin_anew(file, error)

    def _begin_anew(self, file: Path, error: Exception) -> None:
        """After `error`: a new memory in place of a damaged one, none where another process is at it."""
        self.close()
        self._rows, self.facts = {}, {}
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return
        with suppress(OSError):
            file.unlink(missing_ok=True)
        try:
            self._open(file)
        except (sqlite3.Error, OSError):  # a folder that can't be written
            self.close()

    def _open(self, file: Path) -> None:
        if not file.parent.is_dir():
            file.parent.mkdir(parents=True)
        self._db = sqlite3.connect(file, timeout=1)
        self._db.executescript(_SCHEMA)
        self.facts = _facts(self._db)
        if self.facts.get("recipe") != recipe():
            self.facts = _cleared(self._db)
        for path, stat, seen, key, made in self._db.execute("SELECT path, stat, seen, key, made FROM file"):
            self._rows[path] = _Row(stat, seen, key, made)

    def close(self) -> None:
        """Lets go of the file."""
        if self._db:
            self._db.close()
            self._db = None

    def key(self, path: str, file: str) -> str:
        """A digest of a file's bytes, without reading it when it is as it was; "" when it can't be read.

        It is looked at once: what is made of it later belongs to at least these bytes.
        """
        if path not in self._keys:
            self._keys[path] = self._look(path, file)
        return self._keys[path]

    def _look(self, path: str, file: str) -> str:
        now = time.time_ns()
        try:
            mark = stamp(file)
            stat, changed = _text(mark), max(mark.modified_ns, mark.changed_ns)
            row = self._rows.get(path)
            if row and row.stat == stat and changed < row.seen - _SETTLED_NS:
                # What is made of these bytes may be another all the same, when what they link to is.
                self._looks[path] = _Look(file, stat, row.seen, row.key)
                return row.key
            key = hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()
        except OSError:
            return ""
        self._looks[path] = _Look(file, stat, now, key)
        return key

    def made(self, path: str, key: str) -> Made | None:
        """What was made of the file at `path` when it had these bytes, None when that is not known."""
        row = self._rows.get(path)
        if not row or not key or row.key != key:
            return None
        if isinstance(row.made, Made):
            return row.made
        try:
            row.made = _unpack_made(row.made)
        except ValueError:  # damaged
            self._forget(path)
            return None
        return row.made

    def _forget(self, path: str) -> None:
        self._rows.pop(path, None)
        if self._db:
            with suppress(sqlite3.Error):
                self._db.execute("DELETE FROM file WHERE path = ?", (path,))

    def text(self, path: str) -> Any:
        """The texts that were kept with what was made of a file.

        Raises OSError when they were taken back, because the disk was full before all was written.
        """
        found = self._db and self._db.execute("SELECT text FROM file WHERE path = ?", (path,)).fetchone()
        if not found:
            raise OSError(ENOSPC, strerror(ENOSPC)) if self._failed else LookupError(path)
        return unpack(found[0])

    @property
    def keeps(self) -> bool:
        """Whether there is a file to keep anything in."""
        return self._db is not None

    def keep(self, path: str, made: Made, text: bytes) -> bool:
        """Keeps what was made of a file, with its packed texts; whether that could be done.

        Where it could not, what was made before is forgotten: it is out of date.
        """
        look = self._looks.pop(path, None)
        if not self._db or not look or look.is_past() or (packed := _packed(made)) is None:
            self._forget(path)
            return False
        row = (path, look.stat, look.seen, look.key, packed, text)
        try:
            self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error:
            self._failed = True
            return False
        self._rows[path] = _Row(look.stat, look.seen, look.key, made)
        return True

    def _is_new(self, path: str, look: _Look) -> bool:
        """Whether a look says something else of the bytes that are known than what stands there."""
        row = self._rows.get(path)
        return row is not None and row.key == look.key and (row.stat, row.seen) != (look.stat, look.seen)

    def finish(self, paths: Iterable[str], **facts: Any) -> None:
        """Forgets all files but `paths`, notes `facts`, and writes it down, as far as that can be done."""
        if not self._db or self._failed:
            return
        gone = self._rows.keys() - set(paths)
        seen = [
            (look.stat, look.seen, path) for path, look in self._looks.items() if self._is_new(path, look)
        ]
        self.facts |= {"recipe": recipe(), **facts}
        try:
            self._db.executemany("DELETE FROM file WHERE path = ?", ((path,) for path in gone))
            self._db.executemany("UPDATE file SET stat = ?, seen = ? WHERE path = ?", seen)
            kept = ((name, pickle.dumps(value)) for name, value in self.facts.items())
            self._db.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", kept)
            self._db.commit()
        except sqlite3.Error:
            self._failed = True


def _packed(made: Made) -> bytes | None:
    """What `_unpack_made` takes; None for half a character, or a number without end."""
    try:
        return _pack_made(made)
    except (UnicodeEncodeError, OverflowError):
        return None


def _facts(db: sqlite3.Connection) -> dict[str, Any]:
    facts = db.execute("SELECT name, value FROM fact").fetchall()
    return {name: pickle.loads(value) for name, value in facts}  # noqa: S301  our own file


def _cleared(db: sqlite3.Connection) -> dict[str, Any]:
    """The facts of a memory emptied of what other code made: by one process, whose work no second clears."""
    db.execute("BEGIN IMMEDIATE")
    facts = _facts(db)
    if facts.get("recipe") != recipe():
        facts = {"recipe": recipe()}
        db.execute("DELETE FROM file")
        db.execute("DELETE FROM fact")
        db.execute("INSERT INTO fact VALUES (?, ?)", ("recipe", pickle.dumps(recipe())))
    db.commit()
    return facts


@cache
def recipe() -> str:
    """A digest of the code that makes articles of files: with other code, nothing remembered holds."""
    digest = hashlib.blake2b(digest_size=16)
    here = Path(__file__).parents[1]
    for name in _MAKERS:
        place = here / name
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    for package in _PACKAGES:
        digest.update(version(package).encode())
    return digest.hexdigest()
