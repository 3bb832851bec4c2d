"""The index on disk: generations side by side, one of them live, swapped in one step.

`<home>/<generation>/` holds a Whoosh index and what was compiled from it; `<home>/CURRENT` names the
live one. A build writes a new folder and only then replaces CURRENT, so a build that fails or is killed
leaves the last good index as it was.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from kb.content.store import ArticleStore
from kb.errors import KBError
from kb.following import Stamp, stamp
from kb.search.evidence import Evidence
from kb.search.hits import Layout
from kb.search.positions import Positions
from kb.search.scores import Postings
from kb.search.synonyms import read_means

FORMAT = 9
"""Changes whenever what is on disk does; an index of another format is built again."""

BUILD = "build"
"""The folder, in a generation's, of what no search reads."""

STAMPS = f"{BUILD}/stamps.json"

_KEPT = 2

_READ_BYTES = 65_536
"""So much of each file is looked at for damage: all of small ones, the head of others, which is quick."""


class IndexUnusableError(Exception):
    """There is no index that can be read: none yet, another format's, or a damaged one."""


class BeingBuiltError(KBError):
    """Another build is writing there."""


class Generation:
    """One built index, opened for reading and never changed; arrays are memory-mapped.

    As long as it is open, in this process or in one forked from it, no build removes its folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        weakref.finalize(self, os.close, _locked(folder, fcntl.LOCK_SH))
        manifest = read_manifest(folder)
        self.fingerprint: str = manifest["fingerprint"]
        self.slugs: list[str] = read_lines(folder / "slugs.txt")
        self.terms: list[str] = read_lines(folder / "terms.txt")
        self.term_number = {term: number for number, term in enumerate(self.terms)}
        self.synonyms = read_means(folder / "synonyms.json")
        # As plain arrays: every slice of a memmap object costs a microsecond more.
        arrays = {file.stem: np.asarray(np.load(file, mmap_mode="r")) for file in folder.glob("*.npy")}
        known = zip(arrays["word_term"].tolist(), arrays["word_count"].tolist(), strict=True)
        self.words = dict(zip(read_lines(folder / "words.txt"), known, strict=True))
        self.start = arrays["start"]
        self.article = arrays["article"]
        self.impact = arrays["impact"]
        self.postings = Postings(self.start, self.article, self.impact, len(self.slugs))
        self.rarity = arrays["rarity"]
        self.topic = arrays["topic"]
        self.topics: list[str] = read_lines(folder / "topics.txt")
        first_levels = [topic.partition("/")[0] for topic in self.topics]
        self.first_levels = list(dict.fromkeys(first_levels))
        self.first_level = np.array([self.first_levels.index(name) for name in first_levels], np.intp)[
            self.topic
        ]
        self.common = arrays["common"]
        self.evidence = Evidence(**{field.name: arrays[field.name] for field in fields(Evidence)})
        self.positions = Positions(**{field.name: arrays[field.name] for field in fields(Positions)})
        self.layout = Layout(self.evidence, self.positions, self.rarity)
        self.updated = arrays["updated"]  # a day as date.toordinal counts them, 0 for none
        self.passage_length = float(manifest["passage_length"])
        self.store = ArticleStore(folder / "articles.sqlite")

    def day(self, article: int) -> date | None:
        """The day an article was updated, None when neither its writer nor Git says."""
        ordinal = int(self.updated[article])
        return date.fromordinal(ordinal) if ordinal else None

    @cached_property
    def word_impact(self) -> float:
        """What a word gives on average in the article where it counts most, of words in several articles.

        It grows with the library, and with how many fields writers fill in.
        """
        found_in = np.diff(self.start)
        known = np.flatnonzero(found_in)
        if not len(known):
            return 1.0
        most = np.maximum.reduceat(self.impact, self.start[known])
        is_word = np.array([" " not in self.terms[term] for term in known.tolist()])
        several = is_word & (found_in[known] > 1)
        counted = most[several] if several.any() else most
        return int(counted.sum(dtype=np.int64)) / len(counted)

    @cached_property
    def stamps(self) -> dict[str, str]:
        """By slug what is another whenever anything of an article is; empty if that was not kept."""
        return read_stamps(self.folder)


def open_current(home: Path) -> Generation:
    """The live generation; raises IndexUnusableError, saying why, when there is none to read."""
    folder = current_folder(home)
    try:
        return Generation(folder)
    except IndexUnusableError:
        raise
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        raise IndexUnusableError(f"the index in {folder} is damaged: {error}") from error


def current_folder(home: Path) -> Path:
    """The folder of the live generation; raises IndexUnusableError when there is none."""
    try:
        name = (home / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise IndexUnusableError("there is no index yet") from None
    folder = home / name
    if not name or "/" in name or not folder.is_dir():
        raise IndexUnusableError(f"the index that {home / 'CURRENT'} names is missing")
    return folder


def live_fingerprint(home: Path) -> str:
    """What the live generation was made from; raises IndexUnusableError when its files are not whole."""
    return str(read_manifest(current_folder(home))["fingerprint"])


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """Only one build at a time writes to `home`; raises BeingBuiltError when another one is at it."""
    with writing_to(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "LOCK").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingBuiltError.at(
                home, "another 'kb index' is writing there.", "Wait until it is done, then try again."
            ) from None
        _held.add(lock)
        try:
            yield
        finally:
            _held.discard(lock)


_held: set[TextIO] = set()


def _let_go() -> None:
    """Closes a forked process's copies of locks: it may live on for a moment when its parent is killed."""
    for lock in _held:
        lock.close()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def writing_to(home: Path) -> Iterator[None]:
    """Turns a disk that is full or cannot be written into a KBError with the fix."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise KBError.at(
            home, f"cannot write: {error}.", "Free some space, or mend the permissions."
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, None):  # NumPy gives a short write no number
            served = "; the last good index is still served" if (home / "CURRENT").exists() else ""
            fix = f"Free some space{served}."
            raise KBError.at(home, "the disk is full.", fix) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            fix = "Mend its permissions, or choose another folder with --root."
            raise KBError.at(home, f"cannot write there: {error.strerror}.", fix) from error
        raise


def add_generation(home: Path, write: Callable[[Path], dict[str, Any]]) -> Path:
    """A new live generation, filled by `write`, which returns what its manifest should say.

    Call it under `build_lock`. When `write` fails, nothing has changed.
    """
    number = 1 + max((int(name) for name in os.listdir(home) if name.isdigit()), default=0)
    folder, unfinished = home / f"{number:06}", home / f"{number:06}.unfinished"
    with writing_to(home):
        for left in home.glob("*.unfinished"):
            shutil.rmtree(left)
        unfinished.mkdir()
        try:
            manifest = write(unfinished)
            files = {
                str(file.relative_to(unfinished)): _mark(file)
                for file in sorted(unfinished.rglob("*"))
                if file.is_file()
            }
            text = json.dumps({"format": FORMAT, **manifest, "files": files}, indent=1)
            (unfinished / "manifest.json").write_text(text, encoding="utf-8")
            unfinished.rename(folder)
            _replace(home / "CURRENT", folder.name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    _remove_old(home, number)
    return folder


def _replace(file: Path, text: str) -> None:
    """Not forced to the disk, as no file of a generation is: what a power cut spoils, its marks tell."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def _remove_old(home: Path, newest: int) -> None:
    """All but the newest generations and those that a reader has open, which a later build removes."""
    for entry in home.iterdir():
        if entry.is_dir() and entry.name.isdigit() and int(entry.name) <= newest - _KEPT:
            with suppress(OSError):  # above all BlockingIOError
                lock = _locked(entry, fcntl.LOCK_EX | fcntl.LOCK_NB)
                try:
                    shutil.rmtree(entry, ignore_errors=True)
                finally:
                    os.close(lock)


def _locked(folder: Path, how: int) -> int:
    """A descriptor that keeps `folder` locked until it and all its copies in forked processes are closed.

    Raises BlockingIOError when another lock forbids it, OSError when there is no such folder.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        pass  # a share without locks, such as one that is only read from: nothing is built there
    return descriptor


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the build of a generation says of it; raises IndexUnusableError unless all its files are whole."""
    try:
        manifest: dict[str, Any] = dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexUnusableError(f"the index in {folder} is damaged: no manifest") from error
    if manifest.get("format") != FORMAT:
        raise IndexUnusableError(f"the index in {folder} was written by another version of kb")
    for name, mark in manifest["files"].items():
        file = folder / name
        if not file.is_file() or _mark(file) != mark:
            raise IndexUnusableError(f"the index in {folder} is damaged: {name} is not as it was written")
    return manifest


def _mark(file: Path) -> str:
    """What tells a file from a damaged one: its size, and a digest of its bytes, of a large one the first."""
    now = stamp(file)
    return f"{now.size} {_digest(file, now)}"


@lru_cache(1024)
def _digest(file: Path, _now: Stamp) -> str:
    """Read once as long as the file's stamp is the same."""
    with file.open("rb") as stream:
        return hashlib.blake2b(stream.read(_READ_BYTES), digest_size=8).hexdigest()


def read_stamps(folder: Path) -> dict[str, str]:
    """The stamps in a generation's folder, as `Library.stamps` has them."""
    return dict(json.loads((folder / STAMPS).read_text(encoding="utf-8")))


def read_lines(file: Path) -> list[str]:
    """The lines of one of a generation's lists, which may hold any character but a line feed."""
    return file.read_text(encoding="utf-8").split("\n")[:-1]
