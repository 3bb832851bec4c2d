"""New links to records: mailed to who wrote, and nobody learns who did."""

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.contact.tables import OUTBOX
from kb.database import Database
from tests.webapp.conftest import FakeCenter
from tests.webapp.requests.forms import Clock, fields, filled, post


def test_links_are_sent_to_who_wrote_and_everybody_gets_the_same_answer(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    post(client, filled(client, clock))
    token = fields(client.get("/requests/links").text)
    known = client.post("/requests/links", data={**token, "email": "ADA@example.com"})
    unknown = client.post("/requests/links", data={**token, "email": "bob@example.com"})
    assert known.status_code == unknown.status_code == 200
    said = [answer.text.replace(fields(answer.text)["csrf_token"], "") for answer in (known, unknown)]
    assert said[0].replace("ADA@", "bob@") == said[1], "but for the token, which the second is part of"
    assert client.post("/requests/links", data={**token, "email": "nobody"}).status_code == 422
    assert client.post("/requests/links", data={"email": "ada@example.com"}).status_code == 422
    codes = [
        client.post("/requests/links", data={**token, "email": f"{n}@x.zz"}).status_code for n in range(4)
    ]
    assert codes == [200, 200, 200, 429]


def links_sent(center: FakeCenter) -> Sequence[str]:
    """To whom mails with links are going; '' for nobody."""
    to = select(OUTBOX.c.recipient).where(OUTBOX.c.purpose == "links")
    with Database.at(center.files).reading() as connection:
        return connection.scalars(to).all()


@pytest.mark.parametrize("typed", ["ada@stra\u00dfe.example", "\u017fada@strasse.example"])
def test_links_never_go_to_an_address_that_only_looks_the_same(
    typed: str, client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    """Without case, ß is ss, and the long s is s; to mail servers they are other people's addresses."""
    post(client, filled(client, clock, email="ada@strasse.example"))
    post(client, filled(client, clock, email="sada@strasse.example"))
    token = fields(client.get("/requests/links").text)
    client.post("/requests/links", data={**token, "email": typed})
    assert set(links_sent(center)) <= {""}


def test_links_go_to_an_address_as_it_was_stored(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    post(client, filled(client, clock, email="ada@stra\u00dfe.example"))
    token = fields(client.get("/requests/links").text)
    client.post("/requests/links", data={**token, "email": "ADA@stra\u00dfe.example"})
    assert links_sent(center) == ["ada@xn--strae-oqa.example"]
