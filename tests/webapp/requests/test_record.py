"""The record: what its owner sees and takes away, and nobody else."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kb.model import Wait
from tests.webapp.conftest import CHANNELS, NOW, FakeCenter
from tests.webapp.requests.forms import PNG, Clock, filled, only, post


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
    cards = page.split('<li class="card channel-card"')[1:]
    folded = ['<details class="channel-more">' in card for card in cards]
    assert folded == ["E-mail</" not in card for card in cards], "there is nothing more to say of e-mail"
    assert sum(folded) > 1


@pytest.mark.parametrize(
    ("method", "rest", "status"),
    [
        ("GET", "", 200),
        ("GET", "/", 301),
        ("POST", "", 405),
        ("GET", "/foo", 404),
        ("GET", "/attachments/4", 404),
        ("GET", "/attachments/x", 404),
        ("GET", "/download", 200),
    ],
)
def test_no_address_with_a_key_is_kept_or_told_to_others_whatever_the_answer(
    method: str, rest: str, status: int, client: FlaskClient, clock: Clock
) -> None:
    location = urlsplit(post(client, filled(client, clock)).headers["Location"])
    answer = client.open(f"{location.path}{rest}?{location.query}", method=method)
    assert answer.status_code == status
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == ("no-store" if method == "GET" else "private, no-cache")


def test_the_record_gives_its_whole_address_to_copy_before_anything_else(
    client: FlaskClient, clock: Clock
) -> None:
    location = post(client, filled(client, clock)).headers["Location"]
    page = client.get(location).text
    address = re.search(r'<input id="record-link"[^>]* readonly value="([^"]*)"', page)
    assert address
    assert unescape(address[1]) == f"https://help.example{location}"
    copy = re.search('<button class="button needs-script"[^>]* data-copies="record-link"', page)
    assert copy
    assert copy.start() < page.index(">Download<")


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
