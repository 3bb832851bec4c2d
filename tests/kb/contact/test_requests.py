"""Requests: stored whole or not at all, opened with their key alone, and gone when they are to be gone."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from kb.contact import requests as module
from kb.contact.attachments import Attachment
from kb.contact.outbox import Outbox
from kb.contact.record import Mail, Receipt, Request, Written
from kb.contact.reference import new_reference
from kb.contact.requests import Requests
from kb.contact.tables import OUTBOX
from kb.database import Database

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WRITTEN = Written("email", "email", "My mug came broken", "Ada@example.com", tried="I read “Broken”.")
PHOTO = Attachment("mug.png", "image/png", b"\x89PNG" + bytes(100))


def compose(reference: str, key: str) -> Sequence[Mail]:
    return (
        Mail("team", "help@shop.example", f"[{reference}] Mug", "It broke.", "ada@example.com"),
        Mail("copy", "ada@example.com", f"[{reference}] Mug", f"Your link: {key}"),
    )


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.at(tmp_path)


@pytest.fixture
def requests(database: Database) -> Requests:
    return Requests(database, b"secret", "shop.example")


def send(requests: Requests, form: str = "form", written: Written = WRITTEN, now: datetime = NOW) -> Receipt:
    return requests.send(form, written, [PHOTO], now, compose)


def opened(requests: Requests, receipt: Receipt) -> Request:
    record = requests.record(receipt.reference, receipt.key)
    assert record is not None
    return record


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """All SQL that any database is given."""
    given: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        given.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield given
    event.remove(Engine, "before_cursor_execute", note)


def test_many_requests_are_read_with_as_few_statements_as_one(
    requests: Requests, statements: list[str]
) -> None:
    sent = [send(requests, form).reference for form in "abcde"]
    statements.clear()
    found = requests.newest()
    for_all = len(statements)
    assert [request.reference for request in found] == sent[::-1]
    assert [(len(request.attachments), len(request.mails)) for request in found] == [(1, 2)] * 5
    statements.clear()
    assert len(requests.newest(1)) == 1
    assert len(statements) == for_all


def test_what_was_written_comes_back_with_its_mail_and_attachments(requests: Requests) -> None:
    record = opened(requests, send(requests))
    assert (record.written, record.created) == (WRITTEN, NOW)
    assert [(file.name, file.size) for file in record.attachments] == [("mug.png", 104)]
    assert [(mail.purpose, mail.recipient, mail.sent) for mail in record.mails] == [
        ("team", "help@shop.example", None),
        ("copy", "ada@example.com", None),
    ]


def test_the_reference_opens_in_any_spelling_but_never_without_its_key(requests: Requests) -> None:
    one, other = send(requests), send(requests, "another form")
    assert requests.record(one.reference.lower().replace("-", ""), one.key)
    for key in ("", one.key[:-1], one.key + "A", one.key.swapcase(), other.key, "\ud800", "é" * 22):
        assert requests.record(one.reference, key) is None
        assert requests.attachment(one.reference, key, 0) is None
    assert requests.record("", one.key) is None
    assert requests.record(new_reference(), one.key) is None


def test_an_attachment_comes_back_as_it_was(requests: Requests) -> None:
    receipt = send(requests)
    assert requests.attachment(receipt.reference, receipt.key, 0) == PHOTO
    assert requests.attachment(receipt.reference, receipt.key, 1) is None
    assert requests.attachment(receipt.reference, receipt.key, -1) is None
    assert requests.contents(receipt.reference) == [PHOTO]


def test_a_key_has_128_bits_and_is_stored_nowhere_once_the_mail_has_gone(
    requests: Requests, database: Database, tmp_path: Path
) -> None:
    receipt = send(requests)
    assert len(receipt.key) == 22
    outbox = Outbox(database, "me")
    while mail := outbox.claim(NOW):
        outbox.sent(mail, NOW)
    database.scrub()
    for file in (tmp_path / ".kb").iterdir():
        assert receipt.key.encode() not in file.read_bytes()


def test_the_same_form_sent_twice_is_one_request(requests: Requests) -> None:
    first, again = send(requests), send(requests, now=NOW + timedelta(minutes=1))
    assert again == replace(first, is_new=False)
    assert len(requests.newest()) == 1


@pytest.mark.parametrize("written", [replace(WRITTEN, expected="A new one"), replace(WRITTEN, name="Ada")])
def test_the_same_form_with_other_words_is_another_request(requests: Requests, written: Written) -> None:
    assert send(requests).key != send(requests, written=written).key
    assert len(requests.newest()) == 2


def test_many_at_once_are_all_stored_under_references_of_their_own(requests: Requests) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: send(requests, f"form {number}"), range(60)))
        again = list(pool.map(lambda _: send(requests, "one form"), range(16)))
    assert len({receipt.reference for receipt in receipts}) == 60
    assert len({receipt.reference for receipt in again}) == 1
    assert sum(receipt.is_new for receipt in again) == 1


def test_a_reference_that_is_taken_is_not_given_again(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(["2222-2222", "2222-2222", "3333-3333"])
    monkeypatch.setattr(module, "new_reference", lambda: next(given))
    assert [send(requests, form).reference for form in ("a", "b")] == ["2222-2222", "3333-3333"]


def test_mail_that_cannot_be_written_leaves_no_request_behind(requests: Requests) -> None:
    def failing(_reference: str, _key: str) -> Sequence[Mail]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        requests.send("form", WRITTEN, [], NOW, failing)
    assert requests.newest() == []


def test_links_open_every_request_of_an_address_and_the_old_ones_still_do(requests: Requests) -> None:
    old = [send(requests, form) for form in ("a", "b")]
    send(requests, "c", replace(WRITTEN, email="grace@example.com"))
    links: list[tuple[Request, str]] = []

    def mail(found: Sequence[tuple[Request, str]]) -> Mail:
        links.extend(found)
        return Mail("links", "ada@example.com", "Your requests", "…")

    requests.send_links(" ADA@example.com", NOW, mail)
    assert [request.reference for request, _ in links] == [receipt.reference for receipt in reversed(old)]
    for request, key in links:
        assert requests.record(request.reference, key)
    for receipt in old:
        assert requests.record(receipt.reference, receipt.key)


def test_for_an_unknown_address_a_mail_is_stored_that_never_goes(
    requests: Requests, database: Database
) -> None:
    def mail(found: Sequence[tuple[Request, str]]) -> Mail:
        assert found == []
        return Mail("links", "", "Your requests", "…")

    requests.send_links("nobody@example.com", NOW, mail)
    with database.reading() as connection:
        assert len(connection.execute(select(OUTBOX)).all()) == 1
    assert Outbox(database, "me").claim(NOW) is None


def test_who_is_forgotten_is_in_no_file_any_more(requests: Requests, tmp_path: Path) -> None:
    send(requests, "a")
    send(requests, "b", replace(WRITTEN, email="ADA@Example.com", happened="Wombat post"))
    requests.send_links("ada@example.com", NOW, lambda _: Mail("links", "ada@example.com", "x", "Wombat"))
    kept = send(requests, "c", replace(WRITTEN, email="grace@example.com", happened="Something else"))
    requests.forget("grace@example.org")
    assert requests.forget("ada@example.COM ") == 2
    assert [request.reference for request in requests.newest()] == [kept.reference]
    for file in (tmp_path / ".kb").iterdir():
        assert b"Wombat" not in file.read_bytes()


def test_a_phone_number_is_forgotten_whatever_else_was_given_with_it(
    requests: Requests, tmp_path: Path
) -> None:
    send(requests, "a", replace(WRITTEN, email="", phone="+44 20 7946 0000", happened="Wombat call"))
    send(requests, "b", replace(WRITTEN, phone="+44 (20) 7946-0000", happened="Wombat again"))
    kept = send(requests, "c", replace(WRITTEN, happened="No number"))
    assert requests.forget_phone("\u0664\u0664 2079460000") == 2
    assert [request.reference for request in requests.newest()] == [kept.reference]
    for file in (tmp_path / ".kb").iterdir():
        assert b"Wombat" not in file.read_bytes()


def test_old_requests_go_with_all_that_belongs_to_them(requests: Requests, database: Database) -> None:
    send(requests, "old", now=NOW - timedelta(days=731))
    requests.send_links("x@y.zz", NOW - timedelta(days=731), lambda _: Mail("links", "", "x", "y"))
    recent = send(requests, "recent", now=NOW - timedelta(days=729))
    assert requests.expire(NOW - timedelta(days=730)) == 1
    assert [request.reference for request in requests.newest()] == [recent.reference]
    with database.reading() as connection:
        assert len(connection.execute(select(OUTBOX)).all()) == 2


def test_staff_find_a_request_by_its_reference_alone(requests: Requests) -> None:
    receipt = send(requests)
    found = requests.find(receipt.reference.lower())
    assert found
    assert found.written == WRITTEN
    assert requests.find("") is None
    assert requests.find(new_reference()) is None
