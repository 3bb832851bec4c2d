"""Requests: what customers send us, stored before anything else happens to it.

The customer's record is opened by the reference together with a key of 128 bits, of which the hash alone
is stored. A key is derived from the submission, so that the same form sent twice leads to the same record.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from kb.contact.addresses import digits, folded
from kb.contact.attachments import Attachment
from kb.contact.record import Attached, Mail, Posted, Receipt, Request, Written
from kb.contact.reference import new_reference, read_reference
from kb.contact.tables import ATTACHMENTS, OUTBOX, REQUEST_KEYS, REQUESTS
from kb.database import AT_ONCE, Database
from kb.errors import DatabaseUnavailableError

_ATTEMPTS = 5
_LINKS = 20

B = TypeVar("B", Attached, Posted)

Compose = Callable[[str, str], Sequence[Mail]]
"""The mail for a new request, from its reference and key."""

_FIELDS = tuple(field.name for field in fields(Written))


class Requests:
    """The requests of one help center, in `database`.

    `secret` is what keys are derived from; `domain` stands behind the @ of mails' ids (RFC 5322, 3.6.4).
    """

    def __init__(self, database: Database, secret: bytes, domain: str) -> None:
        self._database, self._secret, self._domain = database, secret, domain

    def send(
        self,
        form: str,
        written: Written,
        attachments: Sequence[Attachment],
        now: datetime,
        compose: Compose,
    ) -> Receipt:
        """Stores a request and the mail about it, both or neither, and says how to open its record.

        `form` is the random name of the form that was filled in: the same form with the same content is
        the same request. Raises DatabaseUnavailableError when nothing could be stored.
        """
        submission = _digest(form, written, attachments)
        key = self._key(submission)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._stored(submission, key, written, attachments, now, compose)
            except IntegrityError:  # the reference is taken, or the same form came in twice at one moment
                continue
        return self._stored(submission, key, written, attachments, now, compose)

    def record(self, reference: str, key: str) -> Request | None:
        """The request that `reference` and `key` open together, else None."""
        with self._database.reading() as connection:
            row = self._opened(connection, reference, key)
            return _request(connection, row) if row else None

    def attachment(self, reference: str, key: str, number: int) -> Attachment | None:
        """The attachment of that number (from 0) of a record, None when there is none or it is not opened."""
        with self._database.reading() as connection:
            row = self._opened(connection, reference, key)
            return (
                next(iter(contents_of(connection, row["id"])[number:]), None) if row and number >= 0 else None
            )

    def send_links(
        self, email: str, now: datetime, compose: Callable[[Sequence[tuple[Request, str]]], Mail]
    ) -> None:
        """Mails the newest requests of an address new keys to their records.

        For an address without any, a mail without a recipient is stored: both cases do the same work.
        """
        newest = select(REQUESTS).where(REQUESTS.c.email_folded == folded(email))
        with self._database.writing() as connection:
            rows = connection.execute(newest.order_by(REQUESTS.c.id.desc()).limit(_LINKS)).mappings().all()
            keys = [self._key(secrets.token_bytes(32)) for _ in rows]
            for row, key in zip(rows, keys, strict=True):
                connection.execute(insert(REQUEST_KEYS).values(hash=_key_hash(key), request=row["id"]))
            mail = compose(list(zip(_requests(connection, rows), keys, strict=True)))
            self._post(connection, None, mail, now)

    def find(self, reference: str) -> Request | None:
        """The request of that reference, for staff; None when there is none."""
        with self._database.reading() as connection:
            row = _by_reference(connection, reference)
            return _request(connection, row) if row else None

    def contents(self, reference: str) -> list[Attachment]:
        """The attachments of a request in full, for staff."""
        with self._database.reading() as connection:
            row = _by_reference(connection, reference)
            return contents_of(connection, row["id"]) if row else []

    def newest(self, limit: int | None = None) -> list[Request]:
        """All requests, or so many, the newest first."""
        wanted = select(REQUESTS).order_by(REQUESTS.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted.limit(limit) if limit else wanted).mappings().all()
            return list(_requests(connection, rows))

    def forget(self, email: str) -> int:
        """Deletes every request of an address with all that belongs to it; how many there were.

        Raises DatabaseUnavailableError when that is done, but stands in the database's log as long as
        somebody reads it.
        """
        with self._database.writing() as connection:
            gone = connection.execute(delete(REQUESTS).where(REQUESTS.c.email_folded == folded(email)))
            others = connection.execute(select(OUTBOX.c.id, OUTBOX.c.recipient)).all()
            theirs = [number for number, recipient in others if folded(recipient) == folded(email)]
            connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(theirs)))
        self._scrub()
        return gone.rowcount

    def forget_phone(self, phone: str) -> int:
        """Deletes every request to call a number with all that belongs to it; how many there were.

        Digits decide, not spelling; a number with a country code and without one are two numbers. Raises as
        `forget` does.
        """
        with self._database.writing() as connection:
            given = connection.execute(select(REQUESTS.c.id, REQUESTS.c.phone).where(REQUESTS.c.phone != ""))
            theirs = [number for number, written in given if digits(written) == digits(phone)]
            connection.execute(delete(REQUESTS).where(REQUESTS.c.id.in_(theirs)))
        self._scrub()
        return len(theirs)

    def expire(self, before: datetime) -> int:
        """Deletes the requests made before a moment with all that belongs to them; how many there were."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(REQUESTS).where(REQUESTS.c.created < before))
            connection.execute(delete(OUTBOX).where(OUTBOX.c.request.is_(None), OUTBOX.c.created < before))
        self._database.scrub()  # also what a reader kept in the log the last time
        return gone.rowcount

    def _scrub(self) -> None:
        if not self._database.scrub():
            problem = "what was deleted can still be read from its log, which something else has open."
            fix = "Run the command again when that has ended, a backup for example."
            raise DatabaseUnavailableError.at(self._database.name, problem, fix)

    def _stored(
        self,
        submission: bytes,
        key: str,
        written: Written,
        attachments: Sequence[Attachment],
        now: datetime,
        compose: Compose,
    ) -> Receipt:
        with self._database.writing() as connection:
            same = select(REQUESTS.c.reference).where(REQUESTS.c.submission == submission)
            known = connection.scalar(same)
            if known is not None:
                return Receipt(known, key, is_new=False)
            reference = new_reference()
            values = {name: getattr(written, name) for name in _FIELDS}
            values |= {"reference": reference, "submission": submission, "created": now}
            values["email_folded"] = folded(written.email)
            made = connection.execute(insert(REQUESTS).values(values)).inserted_primary_key
            number = made[0] if made else None
            connection.execute(insert(REQUEST_KEYS).values(hash=_key_hash(key), request=number))
            for file in attachments:
                row = {"name": file.name, "media_type": file.media_type, "size": file.size}
                connection.execute(
                    insert(ATTACHMENTS).values(row | {"request": number, "content": file.content})
                )
            for mail in compose(reference, key):
                self._post(connection, number, mail, now)
        return Receipt(reference, key, is_new=True)

    def _post(self, connection: Connection, request: int | None, mail: Mail, now: datetime) -> None:
        row = {field.name: getattr(mail, field.name) for field in fields(Mail)}
        row |= {"request": request, "created": now, "tries": 0, "holder": "", "last_error": ""}
        row["message_id"] = f"<{secrets.token_hex(16)}@{self._domain}>"
        row["next_try"] = now if mail.recipient else None
        if not mail.recipient:
            row["body"] = ""
        connection.execute(insert(OUTBOX).values(row))

    def _key(self, submission: bytes) -> str:
        """A key of 128 bits, in 22 characters that may stand in an address."""
        derived = hmac.digest(self._secret, submission, hashlib.sha256)[:16]
        return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()

    def _opened(self, connection: Connection, reference: str, key: str) -> RowMapping | None:
        """The request's row; found by the key's hash, so an unknown reference costs what a known does."""
        wanted = select(REQUESTS).join(REQUEST_KEYS, REQUEST_KEYS.c.request == REQUESTS.c.id)
        row = connection.execute(wanted.where(REQUEST_KEYS.c.hash == _key_hash(key))).mappings().first()
        return row if row and row["reference"] == read_reference(reference) else None


def _by_reference(connection: Connection, reference: str) -> RowMapping | None:
    wanted = select(REQUESTS).where(REQUESTS.c.reference == read_reference(reference))
    return connection.execute(wanted).mappings().first()


def _request(connection: Connection, row: RowMapping) -> Request:
    return next(_requests(connection, [row]))


def _requests(connection: Connection, rows: Sequence[RowMapping]) -> Iterator[Request]:
    """The requests of those rows, in their order, with what belongs to them."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        files = _belonging(connection, some, ATTACHMENTS, Attached)
        mails = _belonging(connection, some, OUTBOX, Posted)
        for row in some:
            written: dict[str, Any] = {name: row[name] for name in _FIELDS}
            about = row["reference"], row["created"], Written(**written)
            yield Request(*about, tuple(files[row["id"]]), tuple(mails[row["id"]]))


def _belonging(
    connection: Connection, rows: Iterable[RowMapping], table: Table, shape: type[B]
) -> dict[int, list[B]]:
    """What belongs to the requests of those rows in `table`, by their ids, in the order in which it came."""
    found: dict[int, list[B]] = {row["id"]: [] for row in rows}
    columns = [table.c[field.name] for field in fields(shape)]
    wanted = select(table.c.request, *columns).where(table.c.request.in_(found)).order_by(table.c.id)
    for request, *values in connection.execute(wanted):
        found[request].append(shape(*values))
    return found


def contents_of(connection: Connection, request: int) -> list[Attachment]:
    """The attachments of the request of that id, in the order in which they came."""
    wanted = select(ATTACHMENTS.c.name, ATTACHMENTS.c.media_type, ATTACHMENTS.c.content)
    rows = connection.execute(wanted.where(ATTACHMENTS.c.request == request).order_by(ATTACHMENTS.c.id))
    return [Attachment(*row) for row in rows]


def _key_hash(key: str) -> bytes:
    """SHA-256 is enough for a random key of 128 bits: there is nothing to guess."""
    return hashlib.sha256(key.encode(errors="replace")).digest()


def _digest(form: str, written: Written, attachments: Sequence[Attachment]) -> bytes:
    parts = [form.encode(), *(getattr(written, name).encode() for name in _FIELDS)]
    parts += [part for file in attachments for part in (file.name.encode(), file.content)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()
