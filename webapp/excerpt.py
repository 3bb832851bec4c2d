"""A part of an article, to be shown elsewhere: its blocks whole, the first of them apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate, takewhile

from markupsafe import Markup

from kb.content.sanitising import VOID
from kb.model import Article, Site
from webapp.prose import article_text, with_table_names

SHOWN_CHARACTERS = 600
"""How much text stands open: about as much as a phone shows at once. A block is never cut."""

MOST_CHARACTERS = 4000
"""An article with more text than this is read on its own page."""

_HEADING = re.compile(r"(</?h)([2-4])\b")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """HTML of a section: what stands open, and what is folded away ('' for nothing)."""

    shown: Markup
    folded: Markup


@dataclass(frozen=True, slots=True)
class _Block:
    tag: str
    id: str
    html: str
    characters: int

    @property
    def level(self) -> int:
        """Of a heading, 2 to 4; of anything else, above all of them."""
        return int(self.tag[1]) if self.tag in ("h2", "h3", "h4") else 9


def excerpt(article: Article, anchor: str, contact_url: str, site: Site) -> Excerpt | None:
    """The section of that anchor without its heading; for '' the article from its top.

    Of an article that is longer than a few screens only its introduction is taken. None when it is
    empty, or its heading stands inside something else. Links within the article lead there, those to
    Contact us to `contact_url`.
    """
    blocks = _section(_blocks(with_table_names(article.html)), anchor)
    if not blocks:
        return None
    before = accumulate((block.characters for block in blocks), initial=0)
    count = max(1, len(list(takewhile(lambda total: total < SHOWN_CHARACTERS, before))))
    while count < len(blocks) and blocks[count - 1].level < 9:
        count += 1  # a heading belongs to what it stands above
    shown, folded = (_html(some, article, contact_url, site) for some in (blocks[:count], blocks[count:]))
    return Excerpt(shown, folded)


def _section(blocks: Sequence[_Block], anchor: str) -> list[_Block]:
    if not anchor:
        if sum(block.characters for block in blocks) <= MOST_CHARACTERS:
            return list(blocks)
        return list(takewhile(lambda block: block.level == 9, blocks))
    place = next((at for at, block in enumerate(blocks) if block.id == anchor and block.level < 9), None)
    if place is None:
        return []
    level = blocks[place].level
    return list(takewhile(lambda block: block.level > level, blocks[place + 1 :]))


def _html(blocks: Sequence[_Block], article: Article, contact_url: str, site: Site) -> Markup:
    html = str(article_text("".join(block.html for block in blocks), contact_url, site))
    html = _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", html)  # below the result’s own
    return Markup(html.replace('href="#', f'href="{article.url}#'))  # noqa: S704  it was Markup before


def _blocks(html: str) -> list[_Block]:
    """The elements of `html` that stand in no other."""
    reader = _Reader(html)
    return reader.blocks


class _Reader(HTMLParser):
    """Notes where each outermost element begins and ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[_Block] = []
        self._html, self._open, self._characters = html, 0, 0
        self._begin, self._tag, self._id = 0, "", ""
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An outermost one begins a block."""
        if not self._open:
            self._begin, self._tag, self._id = self._at(), tag, dict(attrs).get("id") or ""
            self._characters = 0
        if tag not in VOID:
            self._open += 1
        elif not self._open:
            self._end(self._at() + len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        """That of an outermost one ends its block."""
        self._open -= 1
        if not self._open:
            self._end(self._at() + len(f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        """Counts."""
        self._characters += len(data.strip())

    def _end(self, end: int) -> None:
        self.blocks.append(_Block(self._tag, self._id, self._html[self._begin : end], self._characters))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
