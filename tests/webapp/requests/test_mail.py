"""What goes out by mail: all of a request to our team, and a copy to the address typed in it."""

from collections.abc import Sequence

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.contact.tables import OUTBOX
from kb.database import Database
from tests.webapp.conftest import FakeCenter
from tests.webapp.requests.forms import Clock, fields, filled, only, post

WORDS = "Win at casino.example"


def mails(center: FakeCenter, purpose: str) -> Sequence[tuple[str, str]]:
    """Subject and body of each mail of that purpose."""
    wanted = select(OUTBOX.c.subject, OUTBOX.c.body).where(OUTBOX.c.purpose == purpose)
    with Database.at(center.files).reading() as connection:
        return [(row.subject, row.body) for row in connection.execute(wanted)]


def test_nobody_can_lead_others_elsewhere_in_the_shops_name(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    typed = dict.fromkeys(
        ("happened", "order_number", "name", "when_it_happened", "expected", "tried"), WORDS
    )
    link = post(client, filled(client, clock, **typed)).headers["Location"]
    reference = only(center).reference
    token = fields(client.get("/requests/links").text)
    client.post("/requests/links", data={**token, "email": "ada@example.com"})
    ((team_subject, team_body),) = mails(center, "team")
    assert WORDS in team_subject
    assert WORDS in team_body
    ((subject, body),) = mails(center, "copy")
    assert subject == f"We have your request {reference}"
    assert f"https://help.example{link}" in body
    assert "If it wasn’t you, nothing needs to be done" in body
    ((_, links_body),) = mails(center, "links")
    assert f"{reference} (23 November 2026" in links_body
    for sent in (subject, body, links_body):
        assert "casino" not in sent.lower()


def test_a_copy_quotes_what_was_sent_under_a_subject_of_ours(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    post(client, filled(client, clock, happened="The mug is broken.\nSo is its saucer."))
    ((subject, body),) = mails(center, "copy")
    assert subject == f"We have your request {only(center).reference}"
    assert "> What happened?\n> The mug is broken.\n> So is its saucer.\n" in body
    assert "If it wasn’t you, nothing needs to be done." in body
