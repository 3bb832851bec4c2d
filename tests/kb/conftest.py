"""Where mail waits, and where it goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.contact.outbox import Outbox
from kb.contact.requests import Requests
from kb.database import Database
from tests.kb.sending import Clock
from tests.mailbox import Mailbox, mailbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def requests(tmp_path: Path) -> Requests:
    return Requests(Database.at(tmp_path), b"secret", "shop.example")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(Database.at(tmp_path), "me")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box
