"""Requests at the real server: none is lost, whatever is killed, full or down meanwhile."""

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kb.contact.record import Request
from kb.contact.requests import Requests
from kb.database import Database
from tests.disks import fill, small_disk
from tests.mailbox import mailbox
from tests.serve.running import Answer, Server, free_port, serving, until
from webapp.request_form import LEAST_SECONDS

TEAM = "help@harrowandfinch.example"


def with_mail(root: Path, port: int) -> None:
    """Sets up a mail server at `port` in the help center's settings."""
    site = root / "seeds" / "site.yaml"
    mail = f"mail: {{host: 127.0.0.1, port: {port}, security: none, from: {TEAM}}}\n"
    site.write_text(site.read_text(encoding="utf-8") + mail, encoding="utf-8")


def stored(root: Path) -> list[Request]:
    return Requests(Database.at(root), b"", "").newest()


class Customer:
    """Somebody with a browser: opens the form, waits as people do, and sends."""

    def __init__(self, server: Server, address: str = "192.0.2.1") -> None:
        self._server, self._headers = server, {"X-Forwarded-For": address}
        page, headers = self._ask("GET", "/requests/new")
        self._headers["Cookie"] = headers["set-cookie"].split(";")[0]
        self.hidden = dict(re.findall(r'name="(csrf_token|form_token)"[^>]*value="([^"]*)"', page))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[str, dict[str, str]]:
        answer = self.ask(method, path, body)
        assert answer.status == 200, answer.text
        return answer.text, answer.headers

    def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        try:
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            connection.request(method, path, body, {**self._headers, **form})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode())
        finally:
            connection.close()

    def send(self, happened: str, email: str = "ada@example.com") -> Answer:
        typed = {**self.hidden, "happened": happened, "email": email}
        return self.ask("POST", "/requests/new", urlencode(typed))

    def ask_for_a_call(self, happened: str) -> Answer:
        typed = {**self.hidden, "happened": happened, "phone": "0808 157 0142"}
        return self.ask("POST", "/requests/new?channel=callback", urlencode(typed))


def wait_as_people_do() -> None:
    """The form takes nothing that comes faster than people type."""
    time.sleep(LEAST_SECONDS + 0.1)


def test_two_hundred_at_once_are_all_stored_and_all_mailed_though_the_mail_server_was_down(
    root: Path,
) -> None:
    port = free_port()
    with_mail(root, port)
    with serving(root, "--proxies", "1") as server:
        with ThreadPoolExecutor(50) as pool:
            customers = list(pool.map(lambda number: Customer(server, f"198.51.100.{number}"), range(200)))
            wait_as_people_do()
            asked = pool.map(lambda number: customers[number].ask_for_a_call(f"Problem {number}"), range(200))
            answers = list(asked)
        assert {answer.status for answer in answers} == {303}
        requests = stored(root)
        assert len({request.reference for request in requests}) == 200
        assert {request.written.happened for request in requests} == {f"Problem {n}" for n in range(200)}
        with mailbox(port) as box:
            until(lambda: len(box.messages) >= 200, "every request is mailed", 120)
            references = sorted(message["Subject"].split("]")[0][1:] for message in box.messages)
            assert references == sorted(request.reference for request in requests)


def test_killed_between_storing_and_mailing_it_goes_out_once_after_the_restart(root: Path) -> None:
    port = free_port()
    with_mail(root, port)
    with serving(root) as server:
        customer = Customer(server)
        wait_as_people_do()
        assert customer.send("My mug broke").status == 303
        killed = server.processes() + server.delivery() + [server.process.pid]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
    with mailbox(port) as box, serving(root):
        until(lambda: len(box.messages) >= 2, "the mail goes out")
        time.sleep(1.5)  # long enough for a second one to come, were there one
        assert sorted(box.recipients) == ["ada@example.com", TEAM]


def test_a_mistake_in_the_settings_keeps_no_mail_waiting_and_nothing_runs_from_where_it_was_started(
    root: Path, tmp_path: Path
) -> None:
    port = free_port()
    with_mail(root, port)
    (tmp_path / "smtplib.py").write_text("raise SystemExit('this is not the one')", encoding="utf-8")
    (tmp_path / "kb").mkdir()
    with mailbox(port) as box, serving(root, cwd=tmp_path, installed=True) as server:
        customer = Customer(server)
        wait_as_people_do()
        (root / "seeds" / "site.yaml").write_text("name: [", encoding="utf-8")
        (delivery,) = server.delivery()
        os.kill(delivery, signal.SIGKILL)
        assert customer.send("My mug broke").status == 303
        until(lambda: len(box.messages) == 2, "the mail goes out as it was set up")
        assert "this is not the one" not in server.printed()


def test_a_mail_server_that_does_not_answer_keeps_nobody_waiting(root: Path) -> None:
    with_mail(root, free_port())
    with serving(root) as server:
        customer = Customer(server)
        wait_as_people_do()
        sent = customer.send("My mug broke")
        assert sent.status == 303
        record = customer.ask("GET", sent.headers["location"])
        assert "on its way to our team" in record.text
        until(lambda: "No mail can be sent now" in server.printed(), "the operator is told")
        assert "127.0.0.1" in server.printed()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        yield disk


def test_on_a_full_disk_the_text_comes_back_and_what_was_stored_stays(root: Path, disk: Path) -> None:
    site = root / "seeds" / "site.yaml"
    file = disk / "requests.sqlite"
    site.write_text(site.read_text(encoding="utf-8") + f"database_url: sqlite:///{file}\n", encoding="utf-8")
    with serving(root) as server:
        customer = Customer(server)
        wait_as_people_do()
        assert customer.send("The first").status == 303
        filling = fill(disk)
        refused = customer.send("The second " + "x" * 4000)
        assert refused.status == 503
        assert "The second xxx" in refused.text
        until(lambda: "full" in server.printed() or "I/O" in server.printed(), "the operator is told")
        filling.unlink()
        assert customer.send("The third").status == 303
    found = Requests(Database(f"sqlite:///{file}"), b"", "").newest()
    assert [request.written.happened for request in found] == ["The third", "The first"]


def test_a_database_that_cannot_be_read_is_named_at_the_start_and_used_once_it_can_be(root: Path) -> None:
    port = free_port()
    with_mail(root, port)
    file = root / ".kb" / "helpcenter.sqlite"
    file.write_text("This is no database. " * 500)
    with serving(root) as server:
        assert f"{file}: the database can't be used: file is not a database." in server.printed()
        assert server.get("/articles/charged-twice").status == 200
        customer = Customer(server)
        wait_as_people_do()
        refused = customer.send("My mug broke")
        assert refused.status == 503
        assert "My mug broke" in refused.text
        file.unlink()
        assert customer.send("My mug broke").status == 303
        with mailbox(port) as box:
            until(lambda: len(box.messages) == 2, "the mail goes out though the database came late")


def test_a_body_too_large_gets_its_page_though_the_browser_is_still_sending(root: Path) -> None:
    with serving(root) as server:
        customer = Customer(server)
        answer = customer.ask("POST", "/requests/new", "happened=" + "x" * (70 << 20))
        assert answer.status == 413
        assert "Go back in your browser" in answer.text
