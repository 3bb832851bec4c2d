"""HTTP answers that have come whole in time or not at all.

Python's timeout holds for each piece of an answer: a server that sends one byte a second keeps whoever waits
for its headers waiting for days. Here it holds for the whole answer, counted from before the connection is
made; the name of the server is looked up, and each of its addresses tried, in the system's own time.
"""

import time
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from socket import socket
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request

from kb.contact.until import reader_until


class _Response(HTTPResponse):
    def __init__(self, deadline: float, sock: socket, *given: Any, **more: Any) -> None:
        super().__init__(sock, *given, **more)
        self.fp.close()
        self.fp = reader_until(sock, deadline)


class _InTime(HTTPConnection):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        deadline = time.monotonic() + float(self.timeout or 0)
        self.response_class = partial(_Response, deadline)  # type: ignore[assignment]  # it makes one too


class _InTimeOverTls(_InTime, HTTPSConnection):
    pass


class HttpInTime(HTTPHandler):
    """Opens http addresses; the timeout that `open` is given holds for all of the answer."""

    def http_open(self, req: Request) -> HTTPResponse:
        """As its parent's."""
        return self.do_open(_InTime, req)


class HttpsInTime(HTTPSHandler):
    """The same for https addresses, whose certificates are checked as ever."""

    def https_open(self, req: Request) -> HTTPResponse:
        """As its parent's."""
        return self.do_open(_InTimeOverTls, req)
