"""Every error is a page with search and the way to a person on it."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.model import MAX_CHARACTERS
from tests.webapp.conftest import FakeCenter
from webapp.errors import words_of


def test_an_unknown_page_prefills_the_search_from_its_address_and_lists_channels(client: FlaskClient) -> None:
    answer = client.get("/articles/where-is-my_sofa.html")
    assert answer.status_code == 404
    assert 'value="where is my sofa"' in answer.text
    assert 'href="/search?q=where+is+my+sofa"' in answer.text
    assert "https://shop.example/chat" in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ""),
        ("/help/", "help"),
        ("/articles/Gr%C3%B6%C3%9Fe-%C3%A4ndern.htm", "Größe ändern"),
        ("/hc/en-us/articles/360-my--parcel", "360 my parcel"),
        ("/" + "a" * 2000, "a" * MAX_CHARACTERS),
        ("/articles/%D8%A5%D8%B1%D8%AC%D8%A7%D8%B9-%D8%B7%D9%84%D8%A8", "إرجاع طلب"),
        ("/articles/注文の追跡.html", "注文の追跡"),
        ("/ऑर्डर-ट्रैक_करें", "ऑर्डर ट्रैक करें"),
        ("/ติดตามคำสั่งซื้อ", "ติดตามคำสั่งซื้อ"),
        ("/cafe\u0301-order", "cafe\u0301 order"),
        ("/%ff%fe", ""),
    ],
)
def test_the_words_of_an_address_are_its_last_part(path: str, words: str) -> None:
    assert words_of(path) == words


def test_a_wrong_method_is_refused_in_our_own_page_and_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/search")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert 'action="/search"' in answer.text


def test_when_everything_behind_it_fails_the_page_still_has_search_and_contact(
    app: Flask, center: FakeCenter
) -> None:
    center.broken = True
    answer = app.test_client().get("/search?q=parcel")
    assert answer.status_code == 500
    assert 'value="parcel"' in answer.text
    assert 'href="/contact"' in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_an_unknown_page_shows_the_first_channels_in_short_and_the_way_to_all(client: FlaskClient) -> None:
    page = client.get("/articles/where-is-my_sofa.html").text
    assert page.count('class="card card-link channel-brief"') == 3
    assert 'href="/contact?q=where+is+my+sofa">All ways to reach us' in page


@pytest.mark.parametrize(("method", "can_be_asked_again"), [("GET", True), ("POST", False)])
def test_after_a_failure_the_same_address_is_tried_again_unless_a_form_was_sent(
    app: Flask, center: FakeCenter, monkeypatch: pytest.MonkeyPatch, method: str, can_be_asked_again: bool
) -> None:
    app.add_url_rule("/fails", view_func=lambda: str(1 / 0), methods=[method])
    page = app.test_client().open("/fails?q=parcel", method=method).text
    assert ('<a class="button" href="">Try again</a>' in page) is can_be_asked_again
    assert ">Contact us</a>" not in page[page.index('class="button-row"') : page.index("person-heading")], (
        "the channels stand below"
    )


def test_when_only_search_fails_the_error_page_lists_the_channels(
    app: Flask, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(center, "search", lambda *_, **__: 1 / 0)
    answer = app.test_client().get("/search?q=parcel")
    assert answer.status_code == 500
    assert "https://shop.example/chat" in answer.text


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/articles/track-an-order/", "/articles/track-an-order"),
        ("/articles/track-an-order/?a=%C3%A9&b", "/articles/track-an-order?a=%C3%A9&b"),
        ("/topics/delivery/", "/topics/delivery"),
        ("/contact/", "/contact"),
    ],
)
def test_a_slash_too_many_leads_to_the_page(client: FlaskClient, address: str, leads_to: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (301, leads_to)


@pytest.mark.parametrize("address", ["/nowhere/", "//evil.example/", "/%5Cevil.example/", "///"])
def test_a_slash_too_many_leads_nowhere_else(client: FlaskClient, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 404 or answer.request.path == "/"


@pytest.mark.parametrize(
    ("path", "content_type", "begin", "size"),
    [
        ("/api/v1/feedback", "application/json", b'{"article": "late-parcel", "helpful": true}', 10_000),
        ("/articles/late-parcel/feedback", "application/x-www-form-urlencoded", b"helpful=yes&x=", 1000),
        ("/requests/new", "application/x-www-form-urlencoded", b"happened=", 1024 * 1024),
        ("/requests/new", "multipart/form-data; boundary=x", b"--x\r\n", 64 * 1024 * 1024),
    ],
)
def test_a_body_sent_in_chunks_may_be_no_larger_than_any_other(
    client: FlaskClient, path: str, content_type: str, begin: bytes, size: int
) -> None:
    def send(body: bytes) -> int:
        chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
        form: Any = {"input_stream": io.BytesIO(body), "content_type": content_type}
        return client.post(path, environ_overrides=chunked, **form).status_code

    assert send(begin + b" " * size) == 413
    assert send(begin) != 413


@pytest.mark.parametrize(
    ("query", "shown"), [("q=caf\xe9", 'value="caf%E9"'), ("q=caf\xc3\xa9", 'value="café"')]
)
def test_a_query_of_raw_bytes_is_read_as_if_they_were_escaped(
    client: FlaskClient, query: str, shown: str
) -> None:
    answer = client.get("/search", environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == 200
    assert shown in answer.text


def test_the_error_page_is_shown_though_what_was_asked_cannot_be_read(
    app: Flask, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.errors.asked", lambda: 1 / 0)
    center.broken = True
    answer = app.test_client().get("/search?q=parcel")
    assert answer.status_code == 500
    assert 'href="/contact"' in answer.text


def test_a_form_that_is_cut_off_on_its_way_is_not_taken(client: FlaskClient) -> None:
    cut: Any = {"input_stream": io.BytesIO(b"happened=My mu"), "environ_overrides": {"CONTENT_LENGTH": "40"}}
    form = "application/x-www-form-urlencoded"
    assert client.post("/requests/new", content_type=form, **cut).status_code == 400
