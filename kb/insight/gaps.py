"""Search gaps: what customers searched for and no article answers, for those who write articles.

Searches are kept by day, without who or when, and scrubbed of what may say who: e-mail addresses, and
numbers of orders, phones and cards. They wait in memory and are written a batch at a time by a thread of
their own, so that no search waits for the database.
"""

import atexit
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError

from kb.contact.message import one_line
from kb.database import AT_ONCE, Database
from kb.errors import DatabaseUnavailableError
from kb.insight.tables import SEARCHES
from kb.model import Verdict
from kb.search.analysis import terms

log = logging.getLogger(__name__)

RETENTION = timedelta(days=180)
WRITE_EVERY_S = 5.0
MOST_WAITING = 2000
"""Different searches that wait to be written at most; more are not kept, so that memory stays small."""

_LONGEST = 120
_EMAIL = re.compile(r"\S+@\S+|\S+ ?@ ?\S+\.\S+")
_NUMBER = re.compile(r"\+?(?:\b[A-Za-z]{1,4}[-\u2010-\u2013]?)?\d(?:[\W_]{0,3}\d){4,}|#\d{3,}")
"""Five digits or more, whatever stands between them but letters, and a few letters before; or behind a #."""

_KEY = (SEARCHES.c.query, SEARCHES.c.day, SEARCHES.c.verdict, SEARCHES.c.nearest)
_COUNT_ON = (
    SEARCHES.update()
    .where(*(column == bindparam(f"this_{column.name}") for column in _KEY))
    .values({"count": SEARCHES.c["count"] + bindparam("this_count")})
)


@dataclass(frozen=True, slots=True, order=True)
class Search:
    """What is kept of a search: `nearest` is the slug of its first result, '' for none."""

    query: str
    day: date
    verdict: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Searches that mean the same and that no article surely answers.

    `queries` are how they were put, the most frequent first; `unanswered` of the `count` found nothing
    useful; `nearest` is the article that most often came first, '' when there was none.
    """

    queries: tuple[str, ...]
    count: int
    unanswered: int
    nearest: str
    last: date


def scrub(query: str) -> str:
    """`query` in small letters without what may say who somebody is, at most 120 characters.

    Nor with control characters: some databases take no NUL, and terminals obey others.
    """
    text = _EMAIL.sub("[e-mail]", one_line(query))
    text = _NUMBER.sub("[number]", text)
    return " ".join(text.lower().split())[:_LONGEST].strip()


class SearchLog:
    """The searches of a help center, in its database. Safe for threads and for processes forked later."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: Counter[Search] = Counter()
        self._process = 0
        self._forgotten: date | None = None
        self._told = ""

    def record(self, query: str, verdict: Verdict, nearest: str, day: date) -> None:
        """Notes a search; it is written within seconds, and lost if the process is killed before that."""
        search = Search(scrub(query), day, verdict.value, nearest[:200])
        if not search.query:
            return
        if self._process != os.getpid():  # a thread stays behind in the process that started it
            self._start()
        with self._lock:
            if search in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[search] += 1

    def write(self) -> None:
        """Writes what waits. When the database can't be used now, it waits on."""
        with self._lock:
            batch, self._waiting = self._waiting, Counter()
        if not batch:
            return
        try:
            self._add(batch)
            self._told = ""
        except (DatabaseUnavailableError, IntegrityError) as error:
            if self._told != str(error):  # it is tried every few seconds
                log.warning("Searches can't be written, and wait: %s", error)
            self._told = str(error)
            with self._lock:
                self._waiting.update(dict(batch.most_common(MOST_WAITING)))

    def gaps(self, since: date | None = None) -> tuple[Gap, ...]:
        """What no article surely answers, from the day `since` on, the most frequent first."""
        unsure = [Verdict.UNSURE.value, Verdict.NOTHING_USEFUL.value]
        query = select(SEARCHES).where(SEARCHES.c.verdict.in_(unsure))
        if since:
            query = query.where(SEARCHES.c.day >= since)
        groups: dict[frozenset[str], list[Row[Any]]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                groups.setdefault(meaning(row.query), []).append(row)
        found = (_gap(rows) for rows in groups.values())
        return tuple(sorted(found, key=lambda gap: (-gap.count, gap.queries)))

    def answers(self, since: date) -> dict[str, int]:
        """How often each article was the answer to a search, from the day `since` on, by slug."""
        query = (
            select(SEARCHES.c.nearest, func.sum(SEARCHES.c["count"]))
            .where(SEARCHES.c.day >= since, SEARCHES.c.verdict == Verdict.ANSWERED.value)
            .group_by(SEARCHES.c.nearest)
        )
        with self._database.reading() as connection:
            return {slug: int(count) for slug, count in connection.execute(query)}

    def _start(self) -> None:
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._waiting = Counter()  # what waited in the process before is that process's to write
        threading.Thread(target=self._keep_writing, daemon=True, name="searches").start()
        atexit.register(self.write)

    def _keep_writing(self) -> None:
        pause = threading.Event()
        while not pause.wait(WRITE_EVERY_S):
            self.write()

    def _add(self, batch: Counter[Search]) -> None:
        """Writes a batch in a few statements: with one for each search, a busy worker does little else.

        All processes write in the same order, so that no two wait for what the other one has locked.
        """
        today = max(search.day for search in batch)
        with self._database.writing() as connection:
            known = _known(connection, batch)
            rows = [(search, {**asdict(search), "count": count}) for search, count in sorted(batch.items())]
            counted = [
                {f"this_{name}": value for name, value in row.items()} for one, row in rows if one in known
            ]
            new = [row for one, row in rows if one not in known]
            if counted:
                connection.execute(_COUNT_ON, counted)
            if new:
                connection.execute(SEARCHES.insert(), new)
            if self._forgotten != today:
                connection.execute(delete(SEARCHES).where(SEARCHES.c.day < today - RETENTION))
                self._forgotten = today


def _known(connection: Connection, batch: Iterable[Search]) -> set[Search]:
    """Those of a batch that the table has already.

    Nothing is read of other days: what is often searched for has a row on each, and other writers wait.
    """
    queries = iter({search.query for search in batch})
    days = {search.day for search in batch}
    known: set[Search] = set()
    while some := list(islice(queries, AT_ONCE)):
        found = connection.execute(select(*_KEY).where(SEARCHES.c.query.in_(some), SEARCHES.c.day.in_(days)))
        known.update(Search(*row) for row in found)
    return known


def meaning(query: str) -> frozenset[str]:
    """What queries that mean the same have in common: their words' stems, in any order."""
    return frozenset(terms(query)) or frozenset([query])


def _gap(rows: Iterable[Row[Any]]) -> Gap:
    queries: Counter[str] = Counter()
    nearest: Counter[str] = Counter()
    unanswered, last = 0, date.min
    for row in rows:
        times = int(row._mapping["count"])  # row.count is a tuple's own method
        queries[row.query] += times
        last = max(last, row.day)
        if row.nearest:
            nearest[row.nearest] += times
        if row.verdict == Verdict.NOTHING_USEFUL.value:
            unanswered += times
    ordered = tuple(sorted(queries, key=lambda query: (-queries[query], query)))
    first = min(nearest, key=lambda slug: (-nearest[slug], slug), default="")
    return Gap(ordered, queries.total(), unanswered, first, last)
