"""How often something may be tried: counted in SQLite, so that all worker processes count together.

A window begins with a key's first try and holds at most so many. Keys (addresses of people) are stored
as keyed hashes only. Counting is a courtesy to be kept cheap: when the database can't be used, everything
is allowed, and a warning logged.
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


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Too often: not allowed again for so many whole seconds."""

    seconds: int


class Limits:
    """The counters in `folder` (`limits.sqlite`), shared by all processes that open the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._shares: dict[str, tuple[int, float]] = {}  # of each key: tries left, and until when

    def allow(self, key: str, limit: int, window_s: float, now: float, tries: int = 1) -> RetryAfter | None:
        """Counts one try of `key` at `now` (seconds since 1970): None, or how long it has to wait.

        What is not allowed is not counted. `limit` is at least `tries`, which are counted together.
        """
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
                (ends,) = database.execute(_ENDS, values).fetchone()
        except (sqlite3.Error, OSError) as error:
            log.warning("Tries can't be counted, so they are not limited: %s", error)
            return None
        return RetryAfter(max(1, math.ceil(ends - now)))

    def allow_often(self, key: str, limit: int, window_s: float, now: float) -> RetryAfter | None:
        """As `allow`, for what is tried many times a minute and should not wait for the disk each time.

        A process takes a share of the limit at once and hands it out from memory, so that a customer whom
        several processes serve may be refused a few shares early, and let through one late.
        """
        with self._lock:
            left, ends = self._shares.get(key, (0, 0.0))
            if left and now < ends:
                self._shares[key] = (left - 1, ends)
                return None
        share = max(1, limit // _SHARES)
        refused = self.allow(key, limit, window_s, now, share)
        with self._lock:
            if len(self._shares) >= _MOST_SHARES:
                self._shares.clear()
            self._shares[key] = (0 if refused else share - 1, now + window_s)
        return refused

    def give_back(self, key: str, window_s: float) -> None:
        """Takes back one try that `allow` counted and that, in the end, should not count."""
        try:
            with self._transaction() as database:
                database.execute(_GIVE_BACK, {"key": self._hashed(key), "window": window_s})
        except (sqlite3.Error, OSError) as error:
            log.warning("A try can't be taken back: %s", error)

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


def _with_schema(file: Path) -> None:
    """Makes the empty `file` a database without tries."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(_SCHEMA)
