"""How we notice that a file has changed while we run, without looking at it all the time."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
"""People expect a saved file to show at once; twice a second costs a server nothing."""


class Followed(Generic[T]):
    """What is made of files, looked after once `every_s` seconds have passed; safe for threads.

    `look` is given what there is and returns what there is now. It runs in one thread at a time, while others
    go on with what there was. With infinite `every_s` it never runs: all stays as it was `first`.

    What `look` raises takes nothing away: it is logged, and all stays as it was until a look succeeds.
    """

    def __init__(self, first: T, look: Callable[[T], T], every_s: float = LOOK_EVERY_S) -> None:
        self._now, self._look, self._every_s = first, look, every_s
        self._lock = threading.Lock()
        self._looked = monotonic()
        self._failed = ""  # how the last look did, so that the log says it once

    def now(self) -> T:
        """What there is, at most `every_s` old."""
        if monotonic() - self._looked > self._every_s and self._lock.acquire(blocking=False):
            try:
                self._looked = monotonic()
                self._now = self._look(self._now)
                self._failed = ""
            except Exception as error:
                if repr(error) != self._failed:
                    logger.exception("What has changed can't be used; all stays as it was.")
                self._failed = repr(error)
            finally:
                self._lock.release()
        return self._now


class Stamp(NamedTuple):
    """What is another after every change of a file, as Git has it: bytes, nanoseconds, and the inode."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


def stamp(file: str | Path) -> Stamp:
    """The stamp of a file or folder, without reading it; raises OSError when it can't be found."""
    found = os.stat(file)  # noqa: PTH116  for thousands of files, and no Path is made for each
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
