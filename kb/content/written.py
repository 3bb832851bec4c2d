"""Where in a Markdown body its links are written: of two that are alike, the second has its own line."""

import re
from functools import cached_property
from html import escape, unescape
from typing import TypeVar

from kb.content.unread import without_code

T = TypeVar("T")

_BEFORE, _AFTER = r"""(?:\]\(\s*<?|\]:\s*<?|\b(?:href|src)\s*=\s*["']?|<)""", r"""(?=[\s)>"']|\Z)"""

_LINK = re.compile(_BEFORE + r"""(?P<address>[^\s)>"']+)""")
"""A link as nearly all are written; another may hold blanks or brackets."""

_NO_ADDRESS = re.compile(
    r"(?P<image>!\[[^\[\]]*+)?\]\((?:<?((?!https?:|mailto:|tel:)[A-Za-z][\w+.-]*+:[^\s)>]*)|\s*+(?:<>\s*+)?\))"
)
"""A link of Markdown without an address, or to what the sanitiser takes out: `[x](C:\\x.md)`."""

_NO_SOURCE = re.compile(
    r"""(?:!\[[^\[\]]*+\]\(\s*+<?|<img\b[^>]*?\bsrc\s*=\s*["']?)((?!https?:)[A-Za-z][\w+.-]*+:[^\s)>"']*+|(?=[)>"']))"""
)
"""A picture without an address, or from what the sanitiser takes out: `![x](data:image/png;base64,…)`."""

_NOTHING, _NO_PICTURE = "\0", "\0\0"
"""No address that is written."""


class Written:
    """The links in a `body` that begins on `first_line` of its file."""

    def __init__(self, body: str, first_line: int) -> None:
        self._body = body
        self._first_line = first_line
        self._asked: dict[str, int] = {}
        self._found: dict[str, list[int]] = {}

    def ask(self, address: str) -> None:
        """Goes on to the next of the places where `address` is written."""
        self._asked[address] = self._asked.get(address, -1) + 1

    def line_of(self, address: str) -> int | None:
        """The line on which the place that was asked for stands, None when it can't be told."""
        if address not in self._found:
            self._found[address] = self._places(address)
        at = self._this(address, self._found[address])
        return None if at is None else self._line(at)

    def next_without_address(self) -> tuple[str, int | None]:
        """What is written in place of an address in the next link that has none, maybe nothing; its line."""
        self.ask(_NOTHING)
        return self._this(_NOTHING, self._taken_out) or ("", None)

    def next_without_source(self) -> tuple[str, int | None]:
        """As `next_without_address`, of the next picture."""
        self.ask(_NO_PICTURE)
        return self._this(_NO_PICTURE, self._sourceless) or ("", None)

    def _this(self, address: str, places: list[T]) -> T | None:
        """The place asked for; the last one where one definition serves several links."""
        return places[min(self._asked.get(address, 0), len(places) - 1)] if places else None

    def _line(self, at: int) -> int:
        return self._first_line + self._body.count("\n", 0, at)

    @cached_property
    def _read(self) -> str:
        """The body with blanks in place of what holds no links."""
        return without_code(self._body)

    @cached_property
    def _taken_out(self) -> list[tuple[str, int | None]]:
        matches = _NO_ADDRESS.finditer(self._read)
        return [(found[2] or "", self._line(found.start())) for found in matches if not found["image"]]

    @cached_property
    def _sourceless(self) -> list[tuple[str, int | None]]:
        matches = _NO_SOURCE.finditer(self._read)
        return [(found[1], self._line(found.start())) for found in matches]

    @cached_property
    def _links(self) -> dict[str, list[int]]:
        """Where each address is written in a link, by the address, in HTML's spelling too."""
        places: dict[str, list[int]] = {}
        for link in _LINK.finditer(self._read):
            for address in {link["address"], unescape(link["address"])}:
                places.setdefault(address, []).append(link.start())
        return places

    def _places(self, address: str) -> list[int]:
        return self._links.get(address) or self._places_of_odd(address)

    def _places_of_odd(self, address: str) -> list[int]:
        """As `_places`, for an address of any signs, and for what is in no link."""
        plain = re.escape(address)
        link = f"{_BEFORE}(?:{plain}|{re.escape(escape(address))}){_AFTER}"
        for pattern, text in ((link, self._read), (plain, self._read), (plain, self._body)):
            if found := [match.start() for match in re.finditer(pattern, text)]:
                return found
        return []
