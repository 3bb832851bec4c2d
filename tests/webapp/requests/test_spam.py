"""Programs, other sites, and who sends too often: refused in a way that a person can go on from."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp.conftest import FakeCenter
from tests.webapp.requests.forms import Clock, fields, filled, post
from webapp.requests import SENDS


def test_faster_than_people_type_is_not_taken_and_then_it_is(client: FlaskClient, clock: Clock) -> None:
    typed = {**fields(client.get("/requests/new").text), "happened": "x", "email": "ada@example.com"}
    answer = post(client, typed)
    assert answer.status_code == 422
    assert "very quick for a form" in answer.text
    clock.now += timedelta(seconds=3)
    assert post(client, fields(answer.text)).status_code == 303


def test_faster_than_people_type_is_not_said_beside_what_they_have_to_mend(client: FlaskClient) -> None:
    answer = post(client, fields(client.get("/requests/new").text))
    assert answer.status_code == 422
    assert "Tell us what happened" in answer.text
    assert "very quick for a form" not in answer.text


def test_who_sends_with_a_browser_may_be_as_quick_as_it_fills_in(client: FlaskClient) -> None:
    typed = {**fields(client.get("/requests/new").text), "happened": "x", "email": "ada@example.com"}
    assert post(client, typed, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_clock_that_is_set_back_ends_no_open_form(client: FlaskClient, clock: Clock) -> None:
    typed = filled(client, clock)
    clock.now -= timedelta(hours=1)
    answer = post(client, typed)
    assert "open for too long" in answer.text
    assert post(client, fields(answer.text)).status_code == 303


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
    assert len(center.ledger.requests.newest()) == 1


def test_who_has_sent_too_much_is_shown_no_way_back_to_the_form(
    client: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.requests.SENDS", 1)
    typed = filled(client, clock)
    assert post(client, {**typed, "happened": "My cup broke"}).status_code == 303
    refused = post(client, typed)
    assert refused.status_code == 429
    assert "mailto:help@shop.example" in refused.text
    assert 'href="/requests/new' not in refused.text
    assert "can help you now" not in refused.text, "which is not so at night"


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


def test_who_fills_in_anothers_address_neither_fills_its_postbox_nor_keeps_it_from_writing(
    client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    typed = filled(client, clock)

    def send(number: int) -> TestResponse:
        client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        return post(client, {**typed, "happened": f"{number}"})

    before = [send(number) for number in range(SENDS)]
    told, untold = client.get(before[-1].headers["Location"]).text, send(SENDS)
    assert [answer.status_code for answer in (*before, untold)] == [303] * (SENDS + 1)
    mails = [[mail.purpose for mail in request.mails] for request in center.ledger.requests.newest()]
    assert mails == [["team"]] + [["team", "copy"]] * SENDS
    assert "A copy is on its way to you" in told
    assert "You get no copy by e-mail, as many" not in told
    page = client.get(untold.headers["Location"]).text
    assert "It is safe with us, and on its way to our team" in page
    assert "You get no copy by e-mail, as many requests came with your address (ada@example.com)" in page
    assert send(SENDS).headers["Location"] == untold.headers["Location"], "sent twice it is still one"
    clock.now += timedelta(hours=2)
    typed = filled(client, clock)
    send(SENDS + 1)
    assert [mail.purpose for mail in center.ledger.requests.newest(1)[0].mails] == ["team", "copy"]
