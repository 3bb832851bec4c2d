"""Bodies made smaller: Brotli (RFC 7932) or gzip (RFC 1952), as the browser asks (RFC 9110, 12.5.3)."""

import gzip
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Response, request
from flask.globals import request_ctx

LEAST_BYTES = 600
"""A smaller body fits into one packet of the network anyway."""

_BROTLI = {True: 9, False: 1}
_GZIP = {True: 9, False: 1}
"""Levels: the best for what is kept, the fastest for what is made for one request."""

_TEXT = frozenset(
    """
    application/javascript application/json application/problem+json application/ld+json application/xml
    application/atom+xml application/opensearchdescription+xml image/svg+xml
    """.split()
)


def is_worth_it(content_type: str, size: int) -> bool:
    """Whether a body of that type and size gets much smaller."""
    kind = content_type.partition(";")[0]
    return size >= LEAST_BYTES and (kind.startswith("text/") or kind in _TEXT)


def compressed(body: bytes, coding: str, *, best: bool) -> bytes:
    """`body` in a content coding, br or gzip; `best` takes longer and makes it smaller."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI[best]))
    return gzip.compress(body, _GZIP[best], mtime=0)


def request_coding() -> str:
    """The content coding to answer the request in hand in: br, gzip, or "" for none."""
    accepted = request.accept_encodings
    return next((coding for coding in ("br", "gzip") if accepted[coding] > 0), "")


def is_personal() -> bool:
    """Whether the customer's session was looked at for the request in hand, as for a form's token."""
    opened = request_ctx._session  # by Flask's public name, asking would count as looking
    return opened is not None and opened.accessed


def depends_on_coding(response: Response) -> bool:
    """Whether a response that was not made yet in a coding is sent in one to who takes it.

    A page with something of the customer's session is sent as it is: what they typed stands beside a token,
    and sizes would tell the token by and by (BREACH, 2013).
    """
    if response.status_code != 200 or response.content_encoding or is_personal():
        return False
    size = response.content_length or (0 if response.is_streamed else len(response.get_data()))
    return is_worth_it(response.content_type or "", size)


def coding_for(response: Response) -> str:
    """The coding to send a response in that was not made yet in one; "" to send it as it is."""
    return request_coding() if depends_on_coding(response) else ""


def compress(response: Response, coding: str) -> None:
    """Puts the body of a response into a coding."""
    response.set_data(compressed(response.get_data(), coding, best=False))
    response.content_encoding = coding


def compress_file(response: Response, file: Path, coding: str) -> None:
    """Puts a response that sends a file of ours into a coding, compressed once."""
    response.close()  # the file that it would have sent
    response.direct_passthrough = False
    response.set_data(_compressed_file(file, file.stat().st_mtime_ns, coding))
    response.content_encoding = coding


@lru_cache(maxsize=64)
def _compressed_file(file: Path, _changed: int, coding: str) -> bytes:
    return compressed(file.read_bytes(), coding, best=True)
