"""Mail on its way: every one goes once, whatever the server does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from kb.contact.attachments import Attachment
from kb.contact.mail import ServerTroubleError
from kb.contact.outbox import Outbox
from kb.contact.record import Mail, Written
from kb.contact.requests import Requests
from kb.content.seeds import load_site
from kb.database import Database
from kb.delivery import only_one
from kb.delivery import run as deliver_all
from kb.insight.feedback import Feedback
from kb.insight.tables import VOTES
from kb.model import Site
from tests.builders import help_center
from tests.kb.sending import ADA, NOW, TEAM, Clock, run, settings, write
from tests.mailbox import Mailbox, mailbox
from tests.serve.running import PATIENCE_S, REPOSITORY, free_port, until


def test_each_goes_once_and_its_record_says_when(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    (reference,) = write(requests)
    run(outbox, clock, box.port)
    clock.now += timedelta(days=1)
    assert run(outbox, clock, box.port) == 0
    found = requests.find(reference)
    assert found
    assert [mail.sent for mail in found.mails] == [NOW, NOW]


def test_a_server_that_is_down_loses_nothing_and_everything_goes_when_it_is_up(
    requests: Requests, outbox: Outbox, clock: Clock
) -> None:
    port = free_port()
    references = write(requests, 15)
    for _ in range(3):
        with pytest.raises(ServerTroubleError, match=f"127.0.0.1:{port}"):
            run(outbox, clock, port)
    with mailbox(port) as box:
        while run(outbox, clock, port):
            pass
        assert [message["Subject"].split()[0] for message in box.to(TEAM)] == [
            f"[{one}]" for one in references
        ]
        assert len(box.to(ADA)) == 15


def test_an_address_refused_for_good_is_given_up_for_a_customer_and_never_for_us(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    box.answers |= {TEAM: "550 no such user", ADA: "550 no such user"}
    (reference,) = write(requests)
    assert run(outbox, clock, box.port) == 0
    found = requests.find(reference)
    assert found
    team, copy = found.mails
    assert team.next_try
    assert NOW + timedelta(seconds=45) <= team.next_try <= NOW + timedelta(seconds=75)
    assert (copy.next_try, copy.last_error) == (None, "550 no such user")
    box.answers.clear()
    clock.now += timedelta(days=30)
    assert run(outbox, clock, box.port) == 1
    assert box.recipients == [TEAM]


def test_refused_for_now_is_tried_later_and_later_up_to_an_hour_and_to_five_days(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    box.answers[ADA] = "451 try later"
    (reference,) = write(requests)
    waits = []
    for _ in range(9):
        run(outbox, clock, box.port)
        found = requests.find(reference)
        assert found
        assert found.mails[1].next_try
        waits.append(found.mails[1].next_try - clock.now)
        clock.now = found.mails[1].next_try
    assert all(first * 1.1 < second for first, second in pairwise(waits[:6]))
    assert timedelta(minutes=45) <= waits[-1] <= timedelta(minutes=75)
    clock.now = NOW + timedelta(days=5, seconds=1)
    run(outbox, clock, box.port)
    found = requests.find(reference)
    assert found
    assert (found.mails[1].next_try, found.mails[1].last_error) == (None, "451 try later")
    assert len(box.to(TEAM)) == 1


def test_one_that_is_too_large_goes_without_its_attachments_and_says_how_to_get_at_them(
    requests: Requests, outbox: Outbox, clock: Clock
) -> None:
    scan = Attachment("scan.pdf", "application/pdf", b"%PDF" + bytes(30_000))
    mail = Mail("team", TEAM, "Mug", "It broke.", ADA)
    receipt = requests.send("large", Written("email", "email", "Mug", ADA), [scan], NOW, lambda *_: [mail])
    with mailbox(data_size_limit=20_000) as box:
        write(requests)
        assert run(outbox, clock, box.port) == 3
    large, *others = box.messages
    body = large.get_body()
    assert body
    assert "It broke." in body.get_content()
    assert "- scan.pdf (30,004 bytes)" in body.get_content()
    assert f"kb requests show {receipt.reference} --save FOLDER" in body.get_content()
    assert list(large.iter_attachments()) == []
    assert [len(list(other.iter_attachments())) for other in others] == [1, 0]


def test_one_that_is_too_large_without_attachments_holds_up_nothing(
    requests: Requests, outbox: Outbox, clock: Clock
) -> None:
    requests.send_links(ADA, NOW, lambda _: Mail("links", ADA, "Links", "x" * 30_000))
    write(requests)
    with mailbox(data_size_limit=20_000) as box:
        assert run(outbox, clock, box.port) == 2
        clock.now += timedelta(days=1)
        assert run(outbox, clock, box.port) == 0


def test_one_that_cannot_be_made_into_a_message_does_not_hold_up_the_others(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    requests.send_links(ADA, NOW, lambda _: Mail("links", "a@b\r\nBcc: everyone@example.com", "x", "y"))
    write(requests)
    assert run(outbox, clock, box.port) == 2
    assert box.recipients == [TEAM, ADA]


def test_one_at_which_the_server_hangs_up_does_not_hold_up_the_others(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    box.answers[TEAM] = "421 closing"
    write(requests)
    for _ in range(2):
        clock.now += timedelta(seconds=1)
        with pytest.raises(ServerTroubleError):
            run(outbox, clock, box.port)
    assert box.recipients == [ADA]
    box.answers.clear()
    assert run(outbox, clock, box.port) == 1
    assert box.recipients == [ADA, TEAM]


def test_no_customers_address_stands_in_the_log_but_the_servers_words_beside_the_mail(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.answers[ADA] = f"550 5.1.1 <{ADA}> unknown"
    (reference,) = write(requests)
    run(outbox, clock, box.port)
    assert "(copy) was refused for good (550)" in caplog.text
    assert ADA not in caplog.text
    found = requests.find(reference)
    assert found
    assert found.mails[1].last_error == box.answers[ADA]


def test_a_server_that_hangs_up_over_a_customer_is_named_in_the_log_without_them(
    requests: Requests, outbox: Outbox, clock: Clock, box: Mailbox
) -> None:
    box.answers[ADA] = f"421 no more for {ADA}"
    (reference,) = write(requests)
    with pytest.raises(ServerTroubleError) as raised:
        run(outbox, clock, box.port)
    assert ADA not in str(raised.value)
    found = requests.find(reference)
    assert found
    assert found.mails[1].last_error == box.answers[ADA]


@contextmanager
def _process(root: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m kb.delivery`, started as `kb serve` does."""
    command = [sys.executable, "-P", "-m", "kb.delivery", str(root), str(os.getpid())]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE)
    assert process.stdin
    with process.stdin as pipe:
        pipe.write(TypeAdapter(Site).dump_json(load_site(root / "seeds")))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _served_by(box: Mailbox, folder: Path) -> tuple[Path, Requests]:
    """A help center that keeps requests for 30 days and sends its mail to `box`."""
    mail = f"{{host: 127.0.0.1, port: {box.port}, security: none, from: {TEAM}}}"
    site = f"name: Shop\nretention_days: 30\nmail: {mail}\n"
    root = help_center(folder, {"seeds/site.yaml": site}).root
    return root, Requests(Database.at(root), b"secret", "shop.example")


def test_the_process_sends_what_waits_lets_old_requests_and_voters_go_and_ends_when_told(
    tmp_path: Path,
) -> None:
    with mailbox() as box:
        root, requests = _served_by(box, tmp_path)
        today = datetime.now(UTC)
        write(requests, now=today - timedelta(days=31))
        (recent,) = write(requests, now=today)
        votes = Feedback(Database.at(root), root / ".kb")
        votes.vote("mugs", True, None, "203.0.113.7", (today - timedelta(days=3)).date())
        with _process(root) as process:
            # The old one may be mailed before it goes.
            until(
                lambda: sum(recent in one["Subject"] for one in box.messages) == 2, "both mails of a request"
            )
            until(lambda: [one.reference for one in requests.newest()] == [recent], "the old one goes")
            with Database.at(root).reading() as connection:
                (voter,) = connection.scalars(select(VOTES.c.voter))
            assert len(voter) == 15, "random bytes stand for who voted days ago"
            process.terminate()
            assert process.wait(PATIENCE_S) == 0


def test_old_requests_go_while_a_mail_server_keeps_us_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, goes_on, stop = threading.Event(), threading.Event(), threading.Event()

    def deliver(*_: object) -> int:
        waits.set()
        goes_on.wait(60)
        return 0

    monkeypatch.setattr("kb.delivery.deliver", deliver)
    monkeypatch.setattr("kb.delivery._RETENTION_EVERY", timedelta(seconds=0.05))
    root = help_center(tmp_path, {"seeds/site.yaml": "name: Shop\nretention_days: 30\n"}).root
    requests = Requests(Database.at(root), b"secret", "shop.example")
    site = replace(load_site(root / "seeds"), mail=settings(25))
    process = threading.Thread(target=deliver_all, args=(root, site, stop, "a"))
    process.start()
    try:
        assert waits.wait(PATIENCE_S)
        write(requests, now=datetime.now(UTC) - timedelta(days=31))
        until(lambda: requests.newest() == [], "the old request goes")
    finally:
        stop.set()
        goes_on.set()
        process.join()


def test_where_no_lock_can_be_written_each_process_holds_mail_by_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with only_one(tmp_path / ".kb", threading.Event()) as locked:
        assert str(os.getpid()) not in locked, "who comes after it may take over what it held"
    with only_one(tmp_path / "file", threading.Event()) as unlocked:
        assert str(os.getpid()) in unlocked


def test_killed_in_the_middle_of_a_dialogue_it_sends_at_most_one_mail_twice(tmp_path: Path) -> None:
    """The server has taken the mail, and the process is killed before it can write that down."""
    killed = threading.Event()

    class Killing(Mailbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            answer = await super().handle_DATA(server, session, envelope)
            if not killed.is_set():
                os.kill(process.pid, signal.SIGKILL)
                killed.set()
            return answer

    with mailbox(box_type=Killing) as box:
        root, requests = _served_by(box, tmp_path)
        write(requests, 5, now=datetime.now(UTC))
        with _process(root) as process:
            assert process.wait(PATIENCE_S) == -signal.SIGKILL
        with _process(root):
            until(lambda: all(mail.sent for one in requests.newest() for mail in one.mails), "all are sent")
    ids = [message["Message-ID"] for message in box.messages]
    assert len(set(ids)) == 10
    assert len(ids) == 11, "the one that the server had taken went again, under the same id"
