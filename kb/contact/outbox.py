"""The mail that waits in the database: one process at a time holds each, for as long as its lease lasts.

A mail goes to the server once: it is marked as sent as soon as the server has taken it. Who is killed in
between leaves a lease behind; when it ends the mail goes again, with the same Message-ID.
"""

import random
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from kb.contact.attachments import Attachment
from kb.contact.record import Purpose
from kb.contact.requests import contents_of
from kb.contact.tables import OUTBOX, REQUESTS
from kb.database import Database

LEASE = timedelta(minutes=10)
"""Longer than any dialogue with a mail server may take."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that this process holds now.

    `thread` is the id of its request's first mail, '' for none; mail to us has the `reference` instead.
    """

    id: int
    request: int | None
    purpose: str
    recipient: str
    reply_to: str
    subject: str
    body: str
    message_id: str
    created: datetime
    tries: int
    thread: str = ""
    reference: str = ""
    attachments: tuple[Attachment, ...] = ()


_COLUMNS = tuple(field.name for field in fields(Waiting) if field.name in OUTBOX.c)


class Outbox:
    """The mail in `database`, as seen by the process that calls itself `holder`."""

    def __init__(self, database: Database, holder: str) -> None:
        self._database, self._holder = database, holder

    def release(self) -> None:
        """Ends the leases that a process of the same name left behind; call it when that one surely ended."""
        with self._database.writing() as connection:
            left = and_(OUTBOX.c.holder == self._holder, OUTBOX.c.sent.is_(None))
            connection.execute(update(OUTBOX).where(left).values(holder="", held_until=None))

    def claim(self, now: datetime) -> Waiting | None:
        """The next mail that is due and that nobody holds, held from now on; None when there is none."""
        free = or_(OUTBOX.c.held_until.is_(None), OUTBOX.c.held_until <= now)
        due = and_(OUTBOX.c.next_try <= now, free)
        columns = [OUTBOX.c[name] for name in _COLUMNS]
        with self._database.reading() as connection:  # most often there is nothing: no need to lock
            if connection.scalar(select(OUTBOX.c.id).where(due).limit(1)) is None:
                return None
        with self._database.writing() as connection:
            row = connection.execute(
                select(*columns).where(due).order_by(OUTBOX.c.next_try, OUTBOX.c.id).limit(1)
            ).first()
            if row is None:
                return None
            lease = update(OUTBOX).where(OUTBOX.c.id == row.id, due)
            held = connection.execute(lease.values(holder=self._holder, held_until=now + LEASE))
            if held.rowcount != 1:
                return None
            return Waiting(**row._mapping, **_of_request(connection, row.request, row.purpose))

    def sent(self, mail: Waiting, now: datetime) -> None:
        """The server has taken the mail: its text, which may hold a key, is not kept."""
        self._end(mail, sent=now, last_error="")

    def give_up(self, mail: Waiting, error: str) -> None:
        """The mail will never go; `error` says why."""
        self._end(mail, last_error=error[:500])

    def put_off(self, mail: Waiting, now: datetime, error: str, *, counts: bool = True) -> None:
        """Lets the mail go again later: twice as late each time, up to an hour, give or take a quarter.

        With `counts` False it may go again at once, nothing being wrong with it as far as we know; but after
        those that wait already, so that one at which a server always hangs up does not hold up the others.
        """
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(mail.tries, 10)) * random.uniform(0.75, 1.25)  # noqa: S311
        values: dict[str, Any] = {
            "holder": "",
            "held_until": None,
            "last_error": error[:500],
            "next_try": now,
        }
        if counts:
            values |= {"tries": mail.tries + 1, "next_try": now + wait}
        with self._database.writing() as connection:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == mail.id).values(values))

    def _end(self, mail: Waiting, **values: datetime | str) -> None:
        over = {"next_try": None, "holder": "", "held_until": None, "body": "", **values}
        with self._database.writing() as connection:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == mail.id).values(over))


def _of_request(connection: Connection, request: int | None, purpose: str) -> dict[str, Any]:
    """The id of the request's first mail, for those that follow it; for us its reference and attachments."""
    if request is None:
        return {}
    if purpose != Purpose.TEAM:
        first = select(OUTBOX.c.message_id).where(OUTBOX.c.request == request).order_by(OUTBOX.c.id).limit(1)
        return {"thread": connection.scalar(first) or ""}
    reference = connection.scalar(select(REQUESTS.c.reference).where(REQUESTS.c.id == request))
    return {"reference": reference or "", "attachments": tuple(contents_of(connection, request))}
