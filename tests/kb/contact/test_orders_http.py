"""Orders asked of the shop's own endpoint, over real HTTP."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kb.contact.orders import (
    Order,
    OrderStatus,
    OrdersUnavailableError,
)
from kb.contact.orders_http import HttpOrders
from tests.serve.running import free_port

TODAY = date(2026, 11, 23)


JSON = {
    "number": "HF-204815",
    "email": "Ada@example.com",
    "status": "shipped",
    "dates": {"ordered": "2026-11-20", "shipped": "2026-11-21"},
    "earliest": "2026-11-24",
    "latest": "2026-11-26",
    "carrier": "Swiftline",
    "tracking_number": "SL1",
    "tracking_url": "https://track.example/SL1",
    "warehouse": "is ignored",
}

Reply = Callable[[BaseHTTPRequestHandler], None]


def reply(code: int, body: bytes = b"", **headers: str) -> Reply:
    def write_to(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return write_to


def as_json(**changed: Any) -> Reply:
    return reply(200, json.dumps({**JSON, **changed}).encode())


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def say_nothing(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)
    hang_up(handler)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20):
        handler.wfile.write(b"X")
        time.sleep(0.1)


def always_continue(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(20):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.1)


def for_the_help_center_only(handler: BaseHTTPRequestHandler) -> None:
    known = handler.headers["Authorization"] == "Bearer of-ours"
    (as_json() if known else reply(401))(handler)


@contextmanager
def shop(*replies: Reply, timeout: float = 20.0) -> Iterator[tuple[HttpOrders, list[str]]]:
    """A shop that gives these replies one after the other, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            try:
                replies[min(len(asked), len(replies)) - 1](self)
            except OSError:
                self.close_connection = True  # whoever asked has gone

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/orders?k=1"
        yield HttpOrders(url, timeout=timeout, pause=0.01), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refusal(answer: Reply, timeout: float = 20.0) -> tuple[str, int]:
    """What is said of a reply that is no order, without the customer's address, and how often was asked."""
    with shop(answer, timeout=timeout) as (orders, asked), pytest.raises(OrdersUnavailableError) as caught:
        orders.find("HF-204815", "ada@example.com")
    assert "ada@" not in str(caught.value).lower()
    return str(caught.value), len(asked)


def test_the_endpoint_is_asked_with_number_and_address_and_its_order_is_read() -> None:
    with shop(as_json()) as (orders, asked):
        order = orders.find("HF-204815", " ada@example.com ")
    assert order == Order(
        "HF-204815",
        OrderStatus.SHIPPED,
        {OrderStatus.ORDERED: date(2026, 11, 20), OrderStatus.SHIPPED: date(2026, 11, 21)},
        date(2026, 11, 24),
        date(2026, 11, 26),
        "Swiftline",
        "SL1",
        "https://track.example/SL1",
    )
    expected = {"k": ["1"], "number": ["HF-204815"], "email": ["ada@example.com"]}
    assert [parse_qs(urlsplit(path).query) for path in asked] == [expected]


@pytest.mark.parametrize(
    "answer",
    [
        reply(404),
        as_json(email="eve@example.com"),
        as_json(number="HF-000001"),
        as_json(email="eve@example.com", status="on hold", dates=None),
    ],
)
def test_an_endpoint_that_knows_no_such_pair_or_forgets_to_compare_it_gives_nothing(answer: Reply) -> None:
    with shop(answer) as (orders, asked):
        assert orders.find("HF-204815", "ada@example.com") is None
    assert len(asked) == 1


@pytest.mark.parametrize("first", [reply(500), reply(503), hang_up])
def test_a_failure_is_asked_once_more(first: Reply) -> None:
    with shop(first, as_json()) as (orders, asked):
        assert orders.find("HF-204815", "ada@example.com")
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "message", "times"),
    [
        (reply(500), "answered 500", 2),
        (reply(401), "answered 401", 1),
        (reply(204), "answered 204", 1),
        (reply(302, Location="http://127.0.0.1:1/"), "answered 302", 1),
        (hang_up, "can't be reached", 2),
        (reply(200, b"<html>"), "JSON: the answer: Invalid JSON", 1),
        (reply(200, b"null"), "JSON: the answer", 1),
        (reply(200, b" " * 70_000), "too long", 1),
        (as_json(status="posted"), "JSON: status", 1),
        (as_json(dates={"ordered": "soon"}), "JSON: dates.ordered", 1),
        (as_json(dates={"ordered": "2026-11-20"}), "'shipped' is empty", 1),
        (as_json(latest=None), "'earliest' and 'latest'", 1),
        (as_json(latest="2026-11-01"), "'latest' is before 'earliest'", 1),
        (as_json(tracking_url="javascript:alert(1)"), "JSON: tracking_url", 1),
        (as_json(tracking_url="https://[SL1]"), "JSON: tracking_url", 1),
    ],
)
def test_anything_else_is_said_to_be_unavailable_without_the_customers_address(
    answer: Reply, message: str, times: int
) -> None:
    said, asked = refusal(answer)
    assert message in said
    assert asked == times


@pytest.mark.parametrize("answer", [say_nothing, drip, drip_headers, always_continue])
def test_what_takes_too_long_is_said_to_be_unavailable_and_not_asked_again(answer: Reply) -> None:
    said, asked = refusal(answer, timeout=0.5)
    assert "did not answer within 0.5 s" in said
    assert asked == 1


def test_a_slow_endpoint_keeps_no_more_than_two_look_ups_waiting() -> None:
    begun, goes_on = threading.Semaphore(0), threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        begun.release()
        goes_on.wait(20)
        as_json()(handler)

    with shop(wait) as (orders, asked), ThreadPoolExecutor(2) as customers:
        waiting = [customers.submit(orders.find, "HF-204815", "ada@example.com") for _ in range(2)]
        assert [begun.acquire(timeout=20) for _ in waiting] == [True, True]
        with pytest.raises(OrdersUnavailableError, match="2 look-ups wait for it"):
            orders.find("HF-204815", "ada@example.com")
        goes_on.set()
        assert all(found.result(20) for found in waiting)
        assert orders.find("HF-204815", "ada@example.com"), "who comes after them has a place again"
    assert len(asked) == 3


def test_an_endpoint_is_not_asked_a_second_time_when_its_time_would_be_over_by_then() -> None:
    with shop(reply(500)) as (orders, asked), pytest.raises(OrdersUnavailableError, match="answered 500"):
        replace(orders, pause=30.0).find("HF-204815", "ada@example.com")
    assert len(asked) == 1


def test_the_token_is_sent_and_shown_to_nobody() -> None:
    with shop(for_the_help_center_only) as (orders, _):
        with pytest.raises(OrdersUnavailableError, match="401"):
            orders.find("HF-204815", "ada@example.com")
        trusted = replace(orders, token="of-ours")  # noqa: S106  the shop above asks for it
        assert trusted.find("HF-204815", "ada@example.com")
    assert "of-ours" not in repr(trusted)


def test_a_shop_that_is_down_is_unavailable() -> None:
    orders = HttpOrders(f"http://127.0.0.1:{free_port()}/orders", pause=0.01)
    with pytest.raises(OrdersUnavailableError, match="can't be reached"):
        orders.find("HF-204815", "ada@example.com")
