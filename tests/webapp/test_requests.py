"""Requests on the web: a form that loses nothing, a record that only its owner opens, no spam, no scripts."""

import io
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import EnvironBuilder, FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.contact.attachments import LARGEST
from kb.contact.record import Request
from kb.contact.tables import OUTBOX
from kb.database import Database
from kb.model import MailSecurity, MailSettings, Verdict, Wait
from tests.webapp.conftest import CHANNELS, NOW, FakeCenter, results
from webapp import create_app
from webapp.requests import SENDS

EXAMPLES = int(os.environ.get("KB_FORM_EXAMPLES", "150"))
"""Generated inputs to the form; `make audit` asks for ten thousand."""

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60)
MAIL = MailSettings("mail.example", "help@shop.example", 25, MailSecurity.NONE)
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


class Clock:
    """The moment, which the test moves."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(center: FakeCenter, clock: Clock) -> Flask:
    center.site = replace(center.site, mail=MAIL, privacy_url="/articles/late-parcel")
    return create_app(cast("Any", center), clock=clock)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as browser:
        yield browser


class _Fields(HTMLParser):
    """What the form on a page would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._in: str | None = None
        self.feed(page[page.index("<main") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and given.get("type") != "file":
            self.values[name] = given.get("value") or ""
        elif tag == "textarea" or tag == "select":
            self._in, self.values[name] = name, ""
        elif tag == "option" and "selected" in given and self._in:
            self.values[self._in] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._in and self._in != "call_at":
            self.values[self._in] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            if self._in and tag == "textarea":
                self.values[self._in] = self.values[self._in].removeprefix("\n")
            self._in = None


def fields(page: str) -> dict[str, str]:
    return _Fields(page).values


def opened(client: FlaskClient, clock: Clock, address: str = "/requests/new") -> dict[str, str]:
    """What a form just opened holds, some seconds later."""
    found = fields(client.get(address).text)
    clock.now += timedelta(seconds=30)
    return found


def post(
    client: FlaskClient, typed: dict[str, Any], address: str = "/requests/new", **more: Any
) -> TestResponse:
    """Sends the form; unlike the client itself it closes the temporary file that a large body lies in."""
    form: dict[str, Any] = {"data": typed, "method": "POST", "content_type": "multipart/form-data"}
    environ = EnvironBuilder(client.application, address, **form, **more).get_environ()
    answer = client.open(environ, buffered=True)
    environ["wsgi.input"].close()
    return answer


def filled(client: FlaskClient, clock: Clock, **typed: Any) -> dict[str, Any]:
    return {**opened(client, clock), "happened": "My mug broke", "email": "ada@example.com", **typed}


def only(center: FakeCenter) -> Request:
    (request,) = center.requests.newest()
    return request


def test_the_form_begins_with_what_is_known(client: FlaskClient, center: FakeCenter) -> None:
    about = "q=due+last+Tuesday&order=HF-204815&topic=orders&article=late-parcel"
    found = fields(client.get(f"/requests/new?{about}").text)
    assert (found["order_number"], found["topic"], found["article"]) == ("HF-204815", "orders", "late-parcel")
    assert found["when_it_happened"] == "last Tuesday"


def test_it_asks_in_the_order_that_agents_need(client: FlaskClient) -> None:
    page = client.get("/requests/new").text
    asked = [
        page.index(f">{label}")
        for label in (
            "What happened?",
            "When did it happen?",
            "What would you like us to do?",
            "What have you tried already?",
        )
    ]
    assert asked == sorted(asked)


def test_it_says_what_happens_to_what_is_written(client: FlaskClient) -> None:
    page = client.get("/requests/new").text
    assert "delete it after 2 years" in page
    assert '<a href="/articles/late-parcel">How we use your data</a>' in page


def test_what_is_sent_is_stored_with_its_mail_and_shown_as_a_record(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    typed = filled(
        client,
        clock,
        happened=" It broke.\r\n\r\nBadly. ",
        order_number="hf 204815".replace(" ", "-"),
        attachments=[(io.BytesIO(PNG), "mug.png")],
    )
    answer = post(client, typed)
    assert answer.status_code == 303
    request = only(center)
    assert request.written.happened == "It broke.\n\nBadly."
    assert request.written.order_number == "HF-204815"
    assert [(mail.purpose, mail.recipient) for mail in request.mails] == [
        ("team", "help@shop.example"),
        ("copy", "ada@example.com"),
    ]
    record = client.get(answer.headers["Location"])
    for shown in (
        request.reference,
        "Thank you, we have your message",
        "It broke.\n\nBadly.",
        "mug.png",
        "HF-204815",
    ):
        assert shown in record.text
    assert record.headers["Cache-Control"] == "no-store"
    assert record.headers["Referrer-Policy"] == "no-referrer"
    assert record.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in record.text


def test_a_new_record_says_when_an_answer_is_to_be_expected(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    wait = Wait("answered within 1 working day", "Nadia Bell", NOW.date())
    center.channels = tuple(replace(one, wait=wait if one.id == "email" else None) for one in CHANNELS)
    address = post(client, filled(client, clock)).headers["Location"]
    assert "<li>Expected wait: answered within 1 working day.</li>" in client.get(address).text
    clock.now += timedelta(days=1)
    assert "<li>Expected wait:" not in client.get(address).text


def test_the_record_is_there_to_take_away_and_tells_who_calls_or_chats_its_reference(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    location = post(client, filled(client, clock, attachments=[(io.BytesIO(PNG), "mug.png")])).headers[
        "Location"
    ]
    address, key = urlsplit(location).path, parse_qs(urlsplit(location).query)["key"][0]
    reference = only(center).reference
    text = client.get(f"{address}/download?key={key}")
    assert text.headers["Content-Disposition"] == f'attachment; filename="{reference}.txt"'
    assert "My mug broke" in text.text
    file = client.get(f"{address}/attachments/1?key={key}")
    assert (file.data, file.mimetype) == (PNG, "image/png")
    assert file.headers["Content-Disposition"].startswith("attachment")
    page = client.get(location).text
    assert f"https://shop.example/chat?reference={reference}" in page
    assert f'Your reference to read aloud: <strong class="reference">{reference}' in page
    assert page.count('<li class="card channel-card"') == page.count('<details class="channel-more">') > 1


def test_without_its_key_a_record_is_the_same_404_as_one_that_never_was(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    post(client, filled(client, clock, attachments=[(io.BytesIO(PNG), "mug.png")]))
    reference = only(center).reference
    for rest in ("", "/download", "/attachments/1"):
        there = client.get(f"/requests/{reference}{rest}?key=AAAAAAAAAAAAAAAAAAAAAA")
        nowhere = client.get(f"/requests/2222-2222{rest}?key=AAAAAAAAAAAAAAAAAAAAAA")
        assert there.status_code == nowhere.status_code == 404
        assert reference not in there.text
        assert there.headers.get("Cache-Control") == nowhere.headers.get("Cache-Control")


def test_a_form_that_fails_hands_everything_back_and_names_the_files_to_add_again(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    typed = filled(
        client,
        clock,
        happened=SCRIPT,
        expected="A new\none",
        tried="Glue",
        name="Ada",
        email="ada at example",
        order_number="HF-1",
        when_it_happened="yesterday",
        attachments=[(io.BytesIO(PNG), "mug.png")],
    )
    answer = post(client, typed)
    assert answer.status_code == 422
    back = fields(answer.text)
    for name in (
        "happened",
        "expected",
        "tried",
        "name",
        "email",
        "order_number",
        "when_it_happened",
        "form_token",
    ):
        assert back[name] == typed[name], name
    assert "Please add these again: mug.png" in " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())
    assert "<script>alert" not in answer.text
    assert '<a href="#email">Enter the e-mail address in full' in answer.text
    assert center.requests.newest() == []
    back["email"] = "ada@example.com"
    assert post(client, back).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"happened": " \n "}, "Tell us what happened"),
        ({"happened": "x" * 5003}, "This is 3 characters too long"),
        ({"email": ""}, "Enter your e-mail address"),
        ({"email": "ada@localhost"}, "Enter the e-mail address in full"),
        ({"email": "ada@example.com\r\nBcc: x@example.com"}, "Enter the e-mail address in full"),
        ({"website": "https://buy.example"}, "A hidden field was filled in"),
        ({"form_token": "made up"}, "open for too long"),
        ({"csrf_token": "made up"}, "cookie"),
        ({"attachments": [(io.BytesIO(b"<html><script>"), "mug.png")]}, "is not a picture or a PDF"),
        ({"attachments": [(io.BytesIO(PNG + bytes(LARGEST)), "mug.png")]}, "is larger than 8 MB"),
        ({"attachments": [(io.BytesIO(PNG), f"{n}.png") for n in range(6)]}, "Attach at most 5 files"),
        (
            {"attachments": [(io.BytesIO(PNG + bytes(6 << 20)), f"{n}.png") for n in range(3)]},
            "larger than 16 MB",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    typed: dict[str, Any], said: str, client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    answer = post(client, filled(client, clock, **typed))
    assert answer.status_code == 422
    assert said in answer.text
    assert center.requests.newest() == []


def test_faster_than_people_type_is_not_taken_and_then_it_is(client: FlaskClient, clock: Clock) -> None:
    typed = {**fields(client.get("/requests/new").text), "happened": "x", "email": "ada@example.com"}
    answer = post(client, typed)
    assert answer.status_code == 422
    assert "faster than anybody types" in answer.text
    clock.now += timedelta(seconds=3)
    assert post(client, fields(answer.text)).status_code == 303


def test_faster_than_people_type_is_not_said_beside_what_they_have_to_mend(client: FlaskClient) -> None:
    answer = post(client, fields(client.get("/requests/new").text))
    assert answer.status_code == 422
    assert "Tell us what happened" in answer.text
    assert "faster than anybody types" not in answer.text


@pytest.mark.parametrize("wrong", ["form_token", "csrf_token", "website"])
def test_after_whatever_looked_like_a_program_sending_again_works(
    wrong: str, client: FlaskClient, clock: Clock
) -> None:
    answer = post(client, filled(client, clock, **{wrong: "nonsense"}))
    assert post(client, fields(answer.text)).status_code == 303


def test_another_site_cannot_send_in_a_visitors_name(app: Flask, client: FlaskClient, clock: Clock) -> None:
    stranger = app.test_client()
    assert post(stranger, filled(client, clock)).status_code == 422


def test_sent_twice_it_is_one_request(client: FlaskClient, center: FakeCenter, clock: Clock) -> None:
    typed = filled(client, clock)
    first, again = post(client, dict(typed)), post(client, dict(typed))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(center.requests.newest()) == 1


def test_too_many_are_handed_back_with_the_time_to_wait_and_a_way_to_a_person(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    typed = filled(client, clock)
    for number in range(SENDS):
        assert (
            post(client, {**typed, "happened": f"{number}", "email": f"a{number}@example.com"}).status_code
            == 303
        )
    refused = post(client, typed)
    assert refused.status_code == 429
    assert 3000 < int(refused.headers["Retry-After"]) <= 3600
    assert fields(refused.text)["happened"] == "My mug broke"
    assert "tel:08081570142" in refused.text
    clock.now += timedelta(seconds=int(refused.headers["Retry-After"]) - 1)
    assert "You can send again in 1 minute." in post(client, typed).text
    clock.now += timedelta(hours=1)
    assert post(client, typed).status_code == 303


def test_nobodys_postbox_is_filled_from_many_addresses(client: FlaskClient, clock: Clock) -> None:
    typed = filled(client, clock)
    codes = [
        post(client, {**typed, "happened": f"{n}"}, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code
        for n in range(SENDS + 1)
    ]
    assert codes == [303] * SENDS + [429]


@pytest.mark.parametrize("spoilt", ["a folder", "no database"])
def test_when_nothing_can_be_stored_the_text_comes_back_with_other_ways(
    spoilt: str, client: FlaskClient, center: FakeCenter, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    typed = filled(client, clock)
    file = center.files / ".kb" / "helpcenter.sqlite"
    file.parent.mkdir(exist_ok=True)
    file.mkdir() if spoilt == "a folder" else file.write_text("no database" * 100)
    with caplog.at_level(logging.ERROR):
        answer = post(client, typed)
    assert answer.status_code == 503
    assert fields(answer.text)["happened"] == "My mug broke"
    assert "mailto:help@shop.example" in answer.text
    assert "helpcenter.sqlite" in caplog.text
    assert client.get("/requests/2222-2222?key=x").status_code == 503


def test_a_callback_asks_for_a_number_and_offers_hours_when_somebody_can_call(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    address = "/requests/new?channel=callback"
    typed = opened(client, clock, address)
    page = client.get(address).text
    offered = re.findall(r'<option value="(2026[^"]+)"', page)
    assert offered[:3] == [
        "2026-11-23T16:00:00+00:00",
        "2026-11-23T17:00:00+00:00",
        "2026-11-23T18:00:00+00:00",
    ]
    assert "Tuesday 24 November, 09:00" in page
    typed |= {"happened": "Call me", "email": ""}
    assert "Enter the phone number" in post(client, {**typed, "phone": "call"}, address).text
    late = post(client, {**typed, "phone": "0808 157 0142", "call_at": "2026-11-23T03:00:00+00:00"}, address)
    assert "can’t be chosen" in late.text
    assert (
        post(client, {**typed, "phone": "0808 157 0142", "call_at": offered[3]}, address).status_code == 303
    )
    written = only(center).written
    assert (written.phone, written.call_at[:19]) == ("0808 157 0142", "Tuesday 24 November")
    assert [mail.purpose for mail in only(center).mails] == ["team"]


def test_without_a_mail_server_the_page_says_so_and_keeps_the_request(
    center: FakeCenter, clock: Clock
) -> None:
    client = create_app(cast("Any", center), clock=clock).test_client()
    assert "sends no e-mail" in client.get("/requests/new").text
    page = client.get(post(client, filled(client, clock)).headers["Location"]).text
    assert "Our team reads it here; no e-mail is sent" in page
    assert only(center).mails == ()
    assert client.get("/requests/links").status_code == 404


def test_a_help_center_nobody_can_write_to_has_no_form(center: FakeCenter, client: FlaskClient) -> None:
    center.channels = tuple(channel for channel in CHANNELS if channel.id in ("chat", "phone"))
    assert client.get("/requests/new").status_code == 404


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


def test_articles_are_offered_where_they_may_answer(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(5, Verdict.UNSURE)
    piece = client.get("/requests/articles?q=mug").text
    assert piece.count("<li>") == 3
    assert 'target="_blank"' in piece
    center.found = results(5, Verdict.NOTHING_USEFUL)
    assert client.get("/requests/articles?q=mug").text.strip() == ""
    assert client.get("/requests/articles").text.strip() == ""


def test_a_body_beyond_all_measure_gets_a_kind_page(
    client: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = filled(client, clock, attachments=[(io.BytesIO(PNG + bytes(100_000)), "mug.png")])
    monkeypatch.setattr("webapp.requests._LARGEST_BODY", 50_000)
    answer = post(client, typed)
    assert answer.status_code == 413
    assert "Go back in your browser" in answer.text


def test_a_stored_script_is_text_on_every_page(client: FlaskClient, center: FakeCenter, clock: Clock) -> None:
    texts = ("happened", "expected", "tried", "name", "order_number", "when_it_happened")
    typed = filled(
        client, clock, **dict.fromkeys(texts, SCRIPT[:39]), attachments=[(io.BytesIO(PNG), SCRIPT)]
    )
    record = client.get(post(client, typed).headers["Location"]).text
    assert "<script>alert" not in record
    assert "onerror=alert(1)>" not in record


hostile = st.text() | st.sampled_from(
    [SCRIPT, "\0", "\ud800", "a" * 6000, "../../x", "' OR 1=1 --", "\r\nBcc: a@b.cc"]
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.dictionaries(
        st.sampled_from(
            [
                "happened",
                "expected",
                "tried",
                "name",
                "email",
                "phone",
                "call_at",
                "order_number",
                "when_it_happened",
                "topic",
                "article",
                "form_token",
                "csrf_token",
                "website",
                "x",
            ]
        ),
        hostile,
    ),
    channel=hostile,
)
def test_whatever_is_sent_is_stored_or_handed_back(
    typed: dict[str, str], channel: str, client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    clock.now += timedelta(hours=2)  # nobody is refused for having tried often
    whole = {
        name: text.encode(errors="replace").decode() for name, text in filled(client, clock, **typed).items()
    }
    answer = client.post(
        "/requests/new", data=whole, query_string={"channel": channel.encode(errors="replace")}
    )
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        answer = client.get(answer.headers["Location"])
        assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>" not in answer.text


@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=hostile, key=hostile)
def test_whatever_address_is_tried_opens_nothing(reference: str, key: str, client: FlaskClient) -> None:
    safe = re.sub(r"[/\\?#%.\ud800-\udfff]", "_", reference) or "x"
    answer = client.get(f"/requests/{safe}", query_string={"key": key.encode(errors="replace")})
    assert answer.status_code in (200, 404, 405)
    assert answer.status_code != 200 or safe in ("new", "links", "articles")
