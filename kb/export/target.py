"""Where an export may go: a folder that it may replace, and that no other export is writing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kb.errors import KBError
from kb.place import Place

MARK = ".kb-export"
"""The file that says a folder is an export, so that the next one may replace it."""


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
    """Raises KBError unless `folder` is none yet, empty, or an earlier export."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise KBError.at(folder, "is not a folder.", "Name a new folder for the export.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise KBError.at(
            folder,
            "holds files that no export has put there, and an export replaces the whole folder.",
            "Name a new or an empty folder.",
        )


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
