"""The form: it begins with what is known, says what is wrong, and loses nothing."""

import errno
import io
import logging
import re
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.contact.attachments import LARGEST, MEDIA_TYPES
from kb.contact.hours import opening
from kb.model import Verdict
from tests.webapp.conftest import CHANNELS, FakeCenter, results
from tests.webapp.requests.forms import PNG, SCRIPT, Clock, fields, filled, only, opened, post
from webapp import create_app
from webapp.request_form import LARGEST_TEXT, calls


def test_the_form_begins_with_what_is_known(client: FlaskClient, center: FakeCenter) -> None:
    about = "q=due+last+Tuesday&order=HF-204815&topic=orders&article=late-parcel"
    found = fields(client.get(f"/requests/new?{about}").text)
    assert (found["order_number"], found["topic"], found["article"]) == ("HF-204815", "orders", "late-parcel")
    assert found["when_it_happened"] == "last Tuesday"


@pytest.mark.parametrize(
    ("channel", "needed"),
    [("email", ("E-mail address",)), ("callback", ("Phone number", "When shall we call?", "E-mail address"))],
)
def test_it_asks_first_for_what_is_needed_and_on_demand_for_details(
    client: FlaskClient, channel: str, needed: tuple[str, ...]
) -> None:
    page = client.get(f"/requests/new?channel={channel}").text
    details = ("When did it happen?", "What would you like", "What have you tried", "Your name", "</details>")
    asked = [
        page.index(f">{label}") if label[0] != "<" else page.index(label, page.index("request-more"))
        for label in (
            "What happened?",
            *needed,
            "Order number",
            "Photos or",
            "Add details (optional)",
            *details,
        )
    ]
    assert asked == sorted(asked)


@pytest.mark.parametrize(("about", "shown"), [("", False), ("?q=it+came+last+Tuesday", True)])
def test_details_are_shown_when_there_are_some(client: FlaskClient, about: str, shown: bool) -> None:
    assert ('<details class="request-more" open>' in client.get(f"/requests/new{about}").text) is shown


def test_what_is_wrong_is_listed_in_the_forms_order_and_details_are_shown(
    client: FlaskClient, clock: Clock
) -> None:
    files = [(io.BytesIO(b"<html>"), "mug.png")]
    typed = filled(client, clock, happened="", email="", name="x" * 300, attachments=files)
    page = post(client, typed).text
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["happened", "email", "attachments", "name"]
    assert '<details class="request-more" open>' in page


def test_it_says_what_happens_to_what_is_written(client: FlaskClient) -> None:
    page = client.get("/requests/new").text
    assert "delete it after 2 years" in page
    assert '<a href="/articles/late-parcel">How we use your data</a>' in page


def test_every_kind_of_file_that_is_taken_can_be_chosen(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MEDIA_TYPES, "image/avif", ".avif")
    accepted = re.search(r'<input type="file"[^>]* accept="([^"]+)"', client.get("/requests/new").text)
    assert accepted
    assert accepted[1].split(",") == list(MEDIA_TYPES)


def test_articles_are_offered_where_they_may_answer(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(5, Verdict.UNSURE)
    piece = client.get("/requests/articles?q=mug").text
    assert re.findall(r'<li><a href="([^"]*)"', piece) == [
        f"/articles/article-{number}#the-steps" for number in (1, 2, 3)
    ]
    assert 'target="_blank"' in piece
    center.found = results(5, Verdict.NOTHING_USEFUL)
    assert client.get("/requests/articles?q=mug").text.strip() == ""
    assert client.get("/requests/articles").text.strip() == ""


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
    assert center.ledger.requests.newest() == []
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
    assert center.ledger.requests.newest() == []


def test_a_body_beyond_all_measure_gets_a_kind_page(
    client: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = filled(client, clock, attachments=[(io.BytesIO(PNG + bytes(100_000)), "mug.png")])
    monkeypatch.setattr("webapp.requests._LARGEST_BODY", 50_000)
    answer = post(client, typed)
    assert answer.status_code == 413
    assert "Go back in your browser" in answer.text


def test_a_full_disk_for_temporary_files_loses_nothing(
    client: FlaskClient, center: FakeCenter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    typed = filled(client, clock, attachments=[(io.BytesIO(PNG + bytes(2_000_000)), "mug.png")])
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert post(client, typed).status_code == 303
    (request,) = center.ledger.requests.newest()
    assert [file.size for file in request.attachments] == [len(PNG) + 2_000_000]


def test_a_form_without_files_may_not_be_as_large_as_files(client: FlaskClient, clock: Clock) -> None:
    typed = filled(client, clock, happened="x" * LARGEST_TEXT)
    assert client.post("/requests/new", data=typed).status_code == 413


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
    assert 'href="/requests/new' not in answer.text, "which would be handed back again"
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


@pytest.mark.parametrize(
    ("hours", "moment"),
    [
        ("Mo-Fr 09:00-19:00", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        ("Mo-Fr 09:30-12:15,13:00-17:00", datetime(2026, 12, 23, 9, tzinfo=UTC)),
        ("Mo-Su 22:00-03:00", datetime(2026, 3, 27, 12, tzinfo=UTC)),  # clocks skip an hour within
        ("Mo-Su 22:00-03:00", datetime(2026, 10, 24, 12, tzinfo=UTC)),  # and show one twice
        ("2026 Dec 24 10:00-12:00", datetime(2026, 12, 11, 8, tzinfo=UTC)),
        ("24/7", datetime(2026, 11, 23, 23, 59, tzinfo=UTC)),
        ("24/7", datetime(2026, 3, 28, 21, tzinfo=UTC)),
    ],
)
def test_a_call_is_offered_for_each_hour_in_which_the_channel_is_open_throughout(
    app: Flask, center: FakeCenter, clock: Clock, hours: str, moment: datetime
) -> None:
    clock.now = moment
    channel = replace(CHANNELS[3], hours=hours)
    with app.test_request_context():
        offered = calls(channel)
    first = moment.astimezone(ZoneInfo("Europe/London")).replace(minute=0) + timedelta(hours=2)
    skipped = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Europe/London"))
    usable = [
        begins
        for begins in (first + timedelta(hours=hour) for hour in range(14 * 24))
        if begins != skipped
        and all(
            opening(channel, center.site, begins + timedelta(minutes=minute)).is_open for minute in (0, 59)
        )
    ]
    days = sorted({begins.date() for begins in usable})[:3]
    assert offered == [begins for begins in usable if begins.date() in days]


def test_no_call_is_offered_at_a_time_that_clocks_skip(app: Flask, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 28, 21, tzinfo=UTC)
    with app.test_request_context():
        offered = calls(replace(CHANNELS[3], hours="24/7"))
    assert [moment.isoformat() for moment in offered[:3]] == [
        "2026-03-28T23:00:00+00:00",
        "2026-03-29T00:00:00+00:00",
        "2026-03-29T02:00:00+01:00",
    ]


@pytest.mark.parametrize("name", ["happened", "name", "email", "phone", "topic"])
def test_what_is_far_too_long_is_cut_and_costs_no_more_than_what_is_kept(
    client: FlaskClient, clock: Clock, name: str
) -> None:
    typed = filled(client, clock, **{name: "a b" * 300_000})
    begin = time.process_time()
    answer = post(client, typed)
    assert time.process_time() - begin < 1
    assert answer.status_code == 422 or name in ("phone", "topic")
    assert len(answer.text) < 150_000


def test_without_a_mail_server_the_page_says_so_and_keeps_the_request(
    center: FakeCenter, clock: Clock
) -> None:
    client = create_app(cast("Any", center), clock=clock).test_client()
    assert "You get no copy by e-mail" in client.get("/requests/new").text
    page = client.get(post(client, filled(client, clock)).headers["Location"]).text
    assert "Our team has it. You get no copy by e-mail" in page
    assert only(center).mails == ()
    assert client.get("/requests/links").status_code == 404


def test_a_help_center_nobody_can_write_to_has_no_form(center: FakeCenter, client: FlaskClient) -> None:
    center.channels = tuple(channel for channel in CHANNELS if channel.id in ("chat", "phone"))
    assert client.get("/requests/new").status_code == 404
