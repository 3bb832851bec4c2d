"""What a request consists of: what a customer wrote, the mail about it, and what became of both."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Who a mail is for and why: our team, or the customer, who gets a copy or asked for links."""

    TEAM = "team"
    COPY = "copy"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Written:
    """What a customer wrote into the form, as plain text with '' for what was left empty.

    `channel` is the id of the channel it is for, `kind` that channel's kind; `call_at` is when to call
    back, in words; `topic` and `article` are where the customer came from.
    """

    channel: str
    kind: str
    happened: str
    email: str = ""
    name: str = ""
    phone: str = ""
    call_at: str = ""
    order_number: str = ""
    when_it_happened: str = ""
    expected: str = ""
    tried: str = ""
    topic: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to be sent; `purpose` is a `Purpose`.

    One without a recipient is never sent: it takes the time of one that is.
    """

    purpose: str
    recipient: str
    subject: str
    body: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail about a request, as its record tells of it: sent, given up (no next try), or waiting.

    `tries` is how often it was refused for now; trouble with the mail server as a whole does not count.
    """

    purpose: str
    recipient: str
    sent: datetime | None
    next_try: datetime | None
    tries: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment without its content; `size` in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Request:
    """A stored request, with what became of it."""

    reference: str
    created: datetime
    written: Written
    attachments: tuple[Attached, ...] = ()
    mails: tuple[Posted, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the customer gets for a request; `is_new` is False when the same one was stored before."""

    reference: str
    key: str
    is_new: bool
