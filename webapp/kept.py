"""Whole pages kept in memory: rendered once an index, compressed once, sent many times.

A view opts in with `@kept`. Its page may depend on the address, the index, the seeds, the day and the notices
shown, and on nothing else: nothing of the customer's, no form with a token, no opening hours.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, request

from kb.model import Notice
from webapp.compression import compressed, is_personal, is_worth_it, request_coding
from webapp.current import center, now

MOST_BYTES = 24_000_000
"""How much a worker keeps; the pages asked for longest ago go first."""

Key = tuple[tuple[str, int], str, str, date, tuple[Notice, ...], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A response's body in one content coding ("" for none), its strong ETag and its media type."""

    body: bytes
    etag: str
    content_type: str
    coding: str


class Shelf:
    """Pages by key, in at most so many bytes; safe for threads."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        """The page for `key`, None when it is not kept."""
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        """Keeps a page, and lets others go when there are too many."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._size += len(page.body) - (len(old.body) if old else 0)
            self._pages[key] = page
            while self._size > self._most:
                _, gone = self._pages.popitem(last=False)
                self._size -= len(gone.body)


def kept(view: Callable[..., Any]) -> Callable[..., Response]:
    """The view, asked once for each page while nothing that the page shows changes.

    A page that turns out to hold something of the customer's (their session was looked at, or a cookie
    set) is sent, but not kept; nor is any answer but 200, nor one to an address with a query.
    """

    @wraps(view)
    def look_up(**values: Any) -> Response:
        shelf: Shelf | None = current_app.extensions["kept"]
        if shelf is None or request.query_string:
            return make_response(view(**values))
        made_from = _made_from()
        moment = now()
        notices = tuple(notice for notice in center().notices if notice.shown_at(moment))
        coding = request_coding()
        key: Key = (made_from, request.script_root, request.path, moment.date(), notices, coding)
        page = shelf.get(key)
        if page is None:
            response = make_response(view(**values))
            touched = is_personal() or "Set-Cookie" in response.headers
            if response.status_code != 200 or touched or made_from != _made_from():
                return response
            page = _page(response, coding)
            shelf.put(key, page)
        return _sent(page)

    return look_up


def _made_from() -> tuple[str, int]:
    """The index and the seeds that pages are made from now."""
    return str(center().generation.folder), center().seeds_version


def _page(response: Response, coding: str) -> Page:
    body = response.get_data()
    response.add_etag()
    name = response.get_etag()[0] or ""
    content_type = response.content_type or ""
    if coding and is_worth_it(content_type, len(body)):
        return Page(compressed(body, coding, best=True), f"{name}-{coding}", content_type, coding)
    return Page(body, name, content_type, "")


def _sent(page: Page) -> Response:
    response = Response(page.body, content_type=page.content_type)
    response.set_etag(page.etag)
    response.vary.add("Accept-Encoding")
    if page.coding:
        response.content_encoding = page.coding
    return response
