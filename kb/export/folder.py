"""A folder that is replaced as a whole: built beside the old one, then swapped in.

What has not changed is taken over from the old folder as the file it is (a hard link where the disk has
them), so its time of change stays and nothing is written; what is not placed again is gone.
"""

import ctypes
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kb.export.target import MARK, check_free, claimed, mark

_DIGITS = 12
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class Placed(NamedTuple):
    """A file of the new folder: whether it differs from the old one."""

    file: str
    written: bool = False


@dataclass(frozen=True)
class Staging:
    """The new folder while it is filled: `old` is the one it will replace, which need not exist."""

    old: Path
    new: Path

    def place(self, file: str, content: bytes) -> Placed:
        """Puts a file in place, written only when it is new or differs."""
        new, old = self.new / file, self.old / file
        try:
            return Placed(file, self._put(old, new, content))
        except FileNotFoundError:
            new.parent.mkdir(parents=True, exist_ok=True)
            return Placed(file, self._put(old, new, content))

    def keep(self, file: str, known: str) -> bool:
        """Takes a file over from the old folder if its bytes there have the digest `known`; whether so."""
        new, old = self.new / file, self.old / file
        try:
            if digest(old.read_bytes()) != known:
                return False
            new.parent.mkdir(parents=True, exist_ok=True)
            _take_over(old, new)
        except OSError:
            return False
        return True

    def _put(self, old: Path, new: Path, content: bytes) -> bool:
        if _holds(old, content):
            _take_over(old, new)
            return False
        new.write_bytes(content)
        return True


@contextmanager
def staged(folder: Path) -> Iterator[Staging]:
    """A new folder beside `folder`, to be filled and swapped in; what was not swapped in is discarded.

    Raises what `check_free` and `claimed` raise, and OSError.
    """
    check_free(folder)
    folder = folder.resolve()  # its name is needed, which '..' is not
    folder.parent.mkdir(parents=True, exist_ok=True)
    with claimed(folder):
        _sweep(folder)
        new = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        try:
            new.chmod(0o755)
            yield Staging(folder, new)
        finally:
            shutil.rmtree(new, ignore_errors=True)  # or the old folder, once they are exchanged


def swap_in(staging: Staging) -> None:
    """Makes the new folder the live one, in one step where the system can, and notes what it holds.

    Raises what `check_free` raises: somebody may have put something there meanwhile.
    """
    check_free(staging.old)
    staging.place(MARK, mark(files_in(staging.new)))
    if not staging.old.exists():
        staging.new.rename(staging.old)
    elif not _exchange(staging.new, staging.old):
        aside = staging.new.with_name(staging.new.name + ".old")
        staging.old.rename(aside)
        staging.new.rename(staging.old)
        shutil.rmtree(aside)


def digest(content: bytes) -> str:
    """What tells the bytes of a file from any others it had or will have.

    The head of their SHA-256, which browsers can take too: the service worker keeps nothing else.
    """
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def files_in(folder: Path) -> set[str]:
    """All files below `folder`, relative to it, with forward slashes; none when there is no such folder."""
    start = len(os.fspath(folder)) + 1
    return {
        f"{place}/{name}"[start:].replace(os.sep, "/")
        for place, _, names in os.walk(folder)
        for name in names
    }


def _prefix(folder: Path) -> str:
    return f".{folder.name}.new-"


def _sweep(folder: Path) -> None:
    """Removes what a killed export left behind; puts the old folder back if it was killed in mid-swap.

    Call it under `claimed`: what is there by then is nobody's.
    """
    for left in sorted(folder.parent.glob(_prefix(folder).replace("[", "[[]") + "*")):
        if left.name.endswith(".old") and not folder.exists():
            left.rename(folder)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except OSError:
        return False


def _take_over(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without hard links: a USB stick's FAT, for one
        shutil.copy2(old, new)


def _exchange(new: Path, old: Path) -> bool:
    """Swaps two folders in one step (renameat2(2)); False where the system has no such call."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done: bool = call(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE) == 0
    if not done and ctypes.get_errno() not in (errno.ENOSYS, errno.EINVAL):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(old))
    return done
