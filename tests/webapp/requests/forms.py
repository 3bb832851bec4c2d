"""A request as a browser sends it: what the form on a page holds, and a moment that tests move."""

from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from flask.testing import EnvironBuilder, FlaskClient
from werkzeug.test import TestResponse

from kb.contact.record import Request
from tests.webapp.conftest import NOW, FakeCenter

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60)
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


class Clock:
    """The moment, which the test moves."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


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
    (request,) = center.ledger.requests.newest()
    return request
