"""Of those who send mail, one holds each."""

from pathlib import Path

from kb.contact.outbox import LEASE, Outbox
from kb.contact.requests import Requests
from kb.database import Database
from tests.kb.sending import NOW, write


def test_nobody_sends_what_another_holds_until_its_lease_ends(
    requests: Requests, outbox: Outbox, tmp_path: Path
) -> None:
    write(requests, copies=False)
    other = Outbox(Database.at(tmp_path), "another")
    held = outbox.claim(NOW)
    assert held
    assert other.claim(NOW) is None
    again = other.claim(NOW + LEASE)
    assert again
    assert again.message_id == held.message_id, "a mail that may go twice must be known for one"


def test_who_comes_back_under_the_same_name_needs_not_wait(requests: Requests, outbox: Outbox) -> None:
    write(requests, copies=False)
    assert outbox.claim(NOW)
    assert outbox.claim(NOW) is None
    outbox.release()
    assert outbox.claim(NOW)
