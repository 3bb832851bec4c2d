"""The words of pages: those that they show, and those that translators are given."""

import re
from html.parser import HTMLParser
from typing import Any, cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from tests.builders import REPOSITORY

SHOWN = ("alt", "aria-label", "aria-description", "aria-roledescription", "content", "placeholder", "title")
"""Attributes whose value people see or hear; `content` is a meta description's."""
WORD = re.compile(r"[A-Za-z]{2,}")


class VisibleText(HTMLParser):
    """Gathers what a page shows and what a screen reader says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._hidden += tag in ("script", "style")
        if tag != "meta" or given.get("name") == "description":
            self.texts += [given[name] or "" for name in SHOWN if name in given]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def visible(page: str) -> list[str]:
    """The texts of a page, in order."""
    parser = VisibleText()
    parser.feed(page)
    return [text for text in parser.texts if text.strip()]


def messages() -> Catalog:
    """All texts of the library and the pages, as `make messages` finds them."""
    found = Catalog(locale="el")
    options = {"**/templates/**.*": {"trimmed": "true"}}
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "translate": None, "ngettext": (1, 2)}
    for folder in ("kb", "webapp"):
        extracted = extract_from_dir(
            REPOSITORY / folder,
            [("**.py", "python"), ("**/templates/**.*", "jinja2")],
            options,
            keywords=cast("Any", keywords),
        )
        for file, line, text, comments, _context in extracted:
            found.add(cast("Any", text), locations=[(file, line)], auto_comments=comments)
    return found
