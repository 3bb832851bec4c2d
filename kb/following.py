"""How we notice that a file has changed while we run, without looking at it all the time."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

LOOK_EVERY_S = 0.5
"""People expect a saved file to show at once; twice a second costs a server nothing."""


class Followed(Generic[T]):
    """What is made of files, looked after once `every_s` seconds have passed; safe for threads.

    `look` is given what there is and returns what there is now. It runs in one thread at a time, while others
    go on with what there was. With infinite `every_s` it never runs: all stays as it was `first`.
    """

    def __init__(self, first: T, look: Callable[[T], T], every_s: float = LOOK_EVERY_S) -> None:
        self._now, self._look, self._every_s = first, look, every_s
        self._lock = threading.Lock()
        self._looked = monotonic()

    def now(self) -> T:
        """What there is, at most `every_s` old; raises what `look` raises, and then stays as it was."""
        if monotonic() - self._looked > self._every_s and self._lock.acquire(blocking=False):
            try:
                self._looked = monotonic()
                self._now = self._look(self._now)
            finally:
                self._lock.release()
        return self._now
