"""Requests whose mail is to be sent, at a moment that tests move."""

import threading
from datetime import UTC, datetime
from typing import Any

from kb.contact.attachments import Attachment
from kb.contact.outbox import Outbox
from kb.contact.record import Mail, Written
from kb.contact.requests import Requests
from kb.delivery import deliver
from kb.model import MailSecurity, MailSettings

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TEAM, ADA = "help@shop.example", "ada@example.com"
PHOTO = Attachment("müg.png", "image/png", b"\x89PNG" + bytes(range(256)))


class Clock:
    """A clock that the test sets."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def settings(port: int, **more: Any) -> MailSettings:
    return MailSettings(
        **{"host": "127.0.0.1", "sender": TEAM, "security": MailSecurity.NONE, **more, "port": port}
    )


def write(requests: Requests, count: int = 1, copies: bool = True, now: datetime = NOW) -> list[str]:
    """So many requests; their references."""
    return [
        requests.send(
            f"form {number} {now}",
            Written("email", "email", "It broke", ADA),
            [PHOTO],
            now,
            lambda reference, key: (
                Mail("team", TEAM, f"[{reference}] Mug", "It broke.\n.\nReally — ja, wörklich.", ADA),
                *([Mail("copy", ADA, f"[{reference}] Mug", f"Key {key}", TEAM)] if copies else []),
            ),
        ).reference
        for number in range(count)
    ]


def run(outbox: Outbox, clock: Clock, port: int, **more: Any) -> int:
    return deliver(outbox, settings(port, **more), "Harrow & Finch", threading.Event(), clock)
