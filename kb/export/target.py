"""Where an export may go: a folder that it may replace, and that no other export is writing."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from kb.errors import KBError
from kb.place import Place

MARK = ".kb-export"
"""The file that says which files an export has put into its folder, so that the next one may replace them."""

_DROPPED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave where somebody has looked."""

_NAMED = 3


def check_target(folder: Path, place: Place) -> None:
    """Raises KBError where `check_free` does, and for the help center's own folders.

    What holds one of them, or the folder somebody stands in, would be replaced with all of it; an export
    among the articles would be served as a part of them.
    """
    out = folder.resolve()
    own = [part.resolve() for part in (place.articles, place.seeds, place.derived)]
    for part in (*own, place.root.resolve()):
        if part.is_relative_to(out):
            raise KBError.at(
                folder,
                f"is or holds {part}, which an export would replace.",
                "Name a new or an empty folder.",
            )
    for part in own:
        if out.is_relative_to(part):
            raise KBError.at(folder, f"lies in {part}, the help center's own.", "Name a folder elsewhere.")
    if Path.cwd().is_relative_to(out):
        raise KBError.at(
            folder, "is or holds the folder you are in, which an export would replace.", "Leave it first."
        )
    check_free(folder)


def check_free(folder: Path) -> None:
    """Raises KBError unless `folder` is none yet, or holds nothing but what the last export put there."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise KBError.at(folder, "is not a folder.", "Name a new folder for the export.")
    own = _own(folder)
    others = _others(folder, own)
    if others:
        names = ", ".join(others[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        problem = f"holds what no export has put there, and would be gone: {names}{more}."
        if not own and (folder / MARK).is_file():
            problem = "is an export of another version of kb, which did not note what it put there."
        raise KBError.at(folder, problem, "Move that away, or name a new or an empty folder.")


def mark(files: Iterable[str]) -> bytes:
    """What MARK says of an export of `files`."""
    said = {"made_by": "kb export", "format": 2, "files": sorted(files)}
    return json.dumps(said, indent=0).encode() + b"\n"


def _own(folder: Path) -> set[str]:
    """The files that the last export put there; none when nobody can say."""
    try:
        return {MARK, *json.loads((folder / MARK).read_bytes())["files"]}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _others(folder: Path, own: Set[str]) -> list[str]:
    """What else than `own` files lies in `folder`, in order; what has none of them is named as a whole."""
    within = {file[:at] for file in own for at, letter in enumerate(file) if letter == "/"}
    others: list[str] = []
    for place, folders, files in os.walk(folder):
        start = f"{place}/"[len(os.fspath(folder)) + 1 :].replace(os.sep, "/")
        others += [start + name for name in files if start + name not in own and name not in _DROPPED]
        mine = [name for name in folders if start + name not in within and os.listdir(f"{place}/{name}")]
        others += [f"{start}{name}/" for name in mine]
        folders[:] = [name for name in folders if start + name in within]
    return sorted(others)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Only one export at a time writes to `folder`; raises KBError when another one is at it.

    The lock is the kernel's, on a file beside the folder that is gone afterwards: a folder can't be locked
    for what will stand in its place. OSError when nothing can be written there.
    """
    file = folder.with_name(f".{folder.name}.lock")
    try:
        lock = _lock(file)
        while not _is_still(file, lock):  # whoever held it has removed it before we had it
            os.close(lock)
            lock = _lock(file)
    except BlockingIOError:
        raise KBError.at(
            folder, "another 'kb export' is writing there.", "Wait until it is done, then try again."
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_UN)  # for forked processes too, which have a copy of it
        os.close(lock)


def _lock(file: Path) -> int:
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:
        pass  # a share without locks
    return lock


def _is_still(file: Path, lock: int) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(lock))
    except FileNotFoundError:
        return False
