"""The tables of requests and of the mail about them, as `kb/migrations/` makes them.

A request's attachments, keys and mail go when it goes. Text columns are never NULL: nothing said is ''.
"""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from kb.database import METADATA, Moment


def _of_request(*, nullable: bool = False) -> Column[int]:
    """The request that a row belongs to."""
    reference = ForeignKey("requests.id", ondelete="CASCADE")
    return Column("request", Integer, reference, nullable=nullable, index=True)


REQUESTS = Table(
    "requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("submission", LargeBinary(32), nullable=False, unique=True),
    Column("created", Moment, nullable=False, index=True),
    Column("channel", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("email", String(254), nullable=False),
    Column("email_folded", String(254), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("call_at", String(200), nullable=False),
    Column("order_number", String(40), nullable=False),
    Column("topic", String(200), nullable=False),
    Column("article", String(200), nullable=False),
    Column("happened", Text, nullable=False),
    Column("when_it_happened", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("tried", Text, nullable=False),
)
"""`submission` stands for one sending of the form: the same one again makes no second request."""

REQUEST_KEYS = Table(
    "request_keys",
    METADATA,
    Column("hash", LargeBinary(32), primary_key=True),
    _of_request(),
)
"""SHA-256 of each key that opens a record; the keys themselves are kept by the customer alone."""

ATTACHMENTS = Table(
    "attachments",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_request(),
    Column("name", String(200), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary(2**24), nullable=False),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of_request(nullable=True),
    Column("purpose", String(16), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("reply_to", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", Moment, nullable=True, index=True),
    Column("holder", String(200), nullable=False),
    Column("held_until", Moment, nullable=True),
    Column("sent", Moment, nullable=True),
    Column("last_error", String(500), nullable=False),
)
"""Mail to be sent and sent. `next_try` is NULL when there is nothing more to try: sent, or given up.

`body` may hold a record's key, so it is emptied once the mail is sent or given up.
"""
