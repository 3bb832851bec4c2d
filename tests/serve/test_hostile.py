"""Nothing that can be typed or sent takes the server down."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from kb.server import THREADS
from tests.serve.running import PATIENCE_S, Server, free_port, until

HOSTILE = {
    "a star": "*",
    "stars around a letter": "*a*",
    "question marks": "?????",
    "2,000 parentheses": "(" * 2_000,
    "300 times NOT": "NOT " * 300,
    "unbalanced quotes": 'charged "twice "and" again"""',
    "field names": "title:refund topic: topic:../../etc _id:1",
    "only minus signs": "-refund --refund ---",
    "null bytes": "refund\0\0twice",
    "line ends": "refund\r\nSet-Cookie: a=b\r\n\r\n",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "SQL": "'; DROP TABLE article; --",
    "emoji": "📦💥🤷🏽\N{ZERO WIDTH JOINER}♀️" * 20,
    "right to left": "أين طردي \N{RIGHT-TO-LEFT OVERRIDE}drawkcab",
    "marks upon marks": "ė́̃" * 60 + "\N{COMBINING ACUTE ACCENT}" * 100,
    "a long word": "a" * 7_000,
    "many words": "refund parcel " * 400,
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("page", ["/search?q=", "/contact?q="])
def test_a_hostile_query_gets_a_page(server: Server, page: str, query: str) -> None:
    answer = server.get(page + quote(query, safe="()"))
    assert answer.status == 200
    assert "</h1>" in answer.text
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=%ff%fe%00",
        "/search?q=%",
        "/search?q=a&q=b&topic=../..&page=-1",
        "/search?q=refund&page=99999999999999999999",
        "/search?q=refund&page=0x10",
        "/search?q=refund&topic=%00",
        "/contact?article=../../seeds/site&topic=%ff",
    ],
)
def test_hostile_parameters_get_a_page_or_the_way_to_one(server: Server, address: str) -> None:
    answer = server.get(address)
    assert answer.status in (200, 302)
    if answer.status == 302:
        assert server.get(answer.headers["location"]).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/files/../seeds/site.yaml",
        "/files/..%2f..%2fseeds/site.yaml",
        "/files/%2fetc/passwd",
        "/files/%00",
        "/files/payments/charged-twice.md",
        "/static/../__init__.py",
        "/articles/..%2f..%2fseeds",
        "/articles/%00",
        "/topics/%ff",
        "/topics/" + "a/" * 1_000,
    ],
)
def test_hostile_paths_are_not_found(server: Server, path: str) -> None:
    answer = server.get(path)
    if answer.status in (301, 308):  # to the same path without a last slash or doubled ones
        answer = server.get(answer.headers["location"].removeprefix(server.url))
    assert answer.status == 404
    assert "<h1>We can’t find that page</h1>" in answer.text


def test_a_request_too_long_to_be_one_is_refused_and_others_go_on(server: Server) -> None:
    assert server.get("/search?q=" + "a" * 40_000).status in (400, 414)
    assert server.get("/search?q=refund").status == 200


def test_nonsense_instead_of_http_is_refused_and_others_go_on(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"\0\xff\xfe nonsense\r\n\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 400")
    assert server.get("/search?q=refund").status == 200


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "X-Forwarded-Prefix"])
def test_a_client_can_not_lead_our_links_elsewhere(server: Server, name: str) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/contact", headers={name: "//evil.example"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert "evil.example" not in answer.read().decode()
    connection.close()


_SOON = """
import sys
from kb import server
server.REQUEST_SECONDS, server.ANSWER_SECONDS = 1.0, float(sys.argv[2])

def answer(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    large = environ["PATH_INFO"] == "/large"
    return [bytes(50_000_000) if large else str(len(environ["wsgi.input"].read())).encode()]

server.run(lambda: answer, "127.0.0.1", int(sys.argv[1]), 1)
"""


@contextmanager
def _impatient(answer_seconds: float = 1.0) -> Iterator[int]:
    """The port of a server that gives a request a second, and then its answer so many."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", _SOON, str(port), str(answer_seconds)])
    try:
        until(lambda: _answers(port), "the server answers")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


_SLOW_UPLOAD = b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n1234"


@pytest.mark.parametrize(
    "begin",
    [_SLOW_UPLOAD, b"GET / HTTP/1.1\r\nHo", b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["upload", "header", "nothing is fetched"],
)
def test_clients_that_never_end_keep_no_thread_for_ever(begin: bytes) -> None:
    with _impatient() as port, ExitStack() as slow:
        for _ in range(THREADS):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(begin)
        until(lambda: _answers(port), "its threads are free again")


def test_who_was_too_slow_to_send_still_gets_an_answer() -> None:
    with _impatient(60.0) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(_SLOW_UPLOAD)
        assert client.recv(1_000).startswith(b"HTTP/1.1 200")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.recv(1_000).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
