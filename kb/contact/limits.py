"""How often something may be tried: counted in SQLite, so that all worker processes count together.

A window begins with a key's first try and holds at most so many. Keys (addresses of people) are stored
as keyed hashes only. When the database can't be used, each process counts for itself, and a warning is
logged: what is limited against guessing must not be open to all because a disk is full.
"""

import contextlib
import hashlib
import logging
import math
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kb.secret import create_once, site_key

log = logging.getLogger(__name__)

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE tries (key BLOB, window REAL, ends REAL, count INTEGER, PRIMARY KEY (key, window)) WITHOUT ROWID;
CREATE INDEX tries_by_end ON tries (ends);
"""

_FORGET = "DELETE FROM tries WHERE ends <= :now OR (key = :key AND ends > :now + 2 * window)"
"""Windows that are over, and one that a clock set back has left far in the future."""

_COUNT = """
INSERT INTO tries VALUES (:key, :window, :now + :window, :tries)
ON CONFLICT DO UPDATE SET count = count + :tries WHERE count + :tries <= :limit
RETURNING 1
"""
_ENDS = "SELECT ends FROM tries WHERE key = :key AND window = :window"
_GIVE_BACK = "UPDATE tries SET count = max(count - 1, 0) WHERE key = :key AND window = :window"
_BUSY_SECONDS = 2.0
_SHARES = 30
_MOST_SHARES = 10_000
"""Keys that a process remembers, each for as long as its window lasts."""


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Too often: not allowed again for so many whole seconds."""

    seconds: int

    @property
    def minutes(self) -> int:
        """The same in whole minutes, for people."""
        return math.ceil(self.seconds / 60)


class _Share(NamedTuple):
    """What a process holds of a key's limit: tries `left` until `ends`, or the refusal of any before that."""

    left: int
    ends: float
    refused: bool


class Limits:
    """The counters in `folder` (`limits.sqlite`), shared by all processes that open the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._shares: dict[str, _Share] = {}
        self._counted: dict[tuple[str, float], tuple[float, int]] = {}

    def allow(self, key: str, limit: int, window_s: float, now: float) -> RetryAfter | None:
        """Counts one try of `key` at `now` (seconds since 1970): None, or how long it has to wait.

        What is not allowed is not counted.
        """
        refused_until = self._count(key, limit, window_s, now, 1)
        return _wait(refused_until, now) if refused_until else None

    def allow_often(self, key: str, limit: int, window_s: float, now: float) -> RetryAfter | None:
        """As `allow`, for what is tried many times a minute and should not wait for the disk each time.

        A process takes a share of the limit at once and hands it out from memory, so that a customer whom
        several processes serve may be refused a few shares early, and let through one late. It remembers a
        refusal too: who goes on all the same keeps no disk busy.
        """
        with self._lock:
            held = self._shares.get(key)
            if held and 0 < held.ends - now <= 2 * window_s:  # or the clock has been set back
                if held.refused:
                    return _wait(held.ends, now)
                if held.left:
                    self._shares[key] = held._replace(left=held.left - 1)
                    return None
        share = max(1, limit // _SHARES)
        refused_until = self._count(key, limit, window_s, now, share)
        with self._lock:
            if len(self._shares) >= _MOST_SHARES:
                self._shares.clear()
            if refused_until:
                self._shares[key] = _Share(0, refused_until, refused=True)
                return _wait(refused_until, now)
            self._shares[key] = _Share(share - 1, now + window_s, refused=False)
        return None

    def give_back(self, key: str, window_s: float) -> None:
        """Takes back one try that `allow` counted and that, in the end, should not count."""
        try:
            with self._transaction() as database:
                database.execute(_GIVE_BACK, {"key": self._hashed(key), "window": window_s})
        except (sqlite3.Error, OSError) as error:
            log.warning("A try is taken back in this process alone: %s", error)
            with self._lock:
                ends, count = self._counted.get((key, window_s), (0.0, 0))
                if count:
                    self._counted[key, window_s] = ends, count - 1

    def _count(self, key: str, limit: int, window_s: float, now: float, tries: int) -> float | None:
        """Counts so many tries together, at most `limit`: None, or until when none are allowed."""
        try:
            values = {
                "key": self._hashed(key),
                "window": window_s,
                "now": now,
                "limit": limit,
                "tries": tries,
            }
            with self._transaction() as database:
                database.execute(_FORGET, values)
                if database.execute(_COUNT, values).fetchone():
                    return None
                ends: float = database.execute(_ENDS, values).fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            log.warning("Tries are counted by each process for itself: %s", error)
            return self._count_here(key, limit, window_s, now, tries)
        return ends

    def _count_here(self, key: str, limit: int, window_s: float, now: float, tries: int) -> float | None:
        """As `_count`, in this process alone."""
        with self._lock:
            ends, count = self._counted.get((key, window_s), (0.0, 0))
            if not now < ends <= now + 2 * window_s:  # over, or the clock has been set back
                ends, count = now + window_s, 0
            if count + tries > limit:
                return ends
            if len(self._counted) >= _MOST_SHARES:
                self._counted.clear()
            self._counted[key, window_s] = ends, count + tries
            return None

    def _hashed(self, key: str) -> bytes:
        secret = site_key(self._folder, "limits")
        return hashlib.blake2b(key.encode(errors="replace"), key=secret, digest_size=16).digest()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction of its own connection: none is shared with a forked process or a thread."""
        path = self._folder / "limits.sqlite"
        create_once(path, _with_schema)
        with contextlib.closing(
            sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        ) as database:
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")


def _wait(ends: float, now: float) -> RetryAfter:
    return RetryAfter(max(1, math.ceil(ends - now)))


def _with_schema(file: Path) -> None:
    """Makes the empty `file` a database without tries."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(_SCHEMA)
