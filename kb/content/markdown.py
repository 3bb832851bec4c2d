"""Markdown into safe HTML, and the same text in sections for the search.

Python-Markdown renders, nh3 takes out whatever could run or track, and one pass over the clean HTML
gives headings their anchors, links and images their addresses, and the sections their plain text.

Beyond Markdown itself, writers have what they know from elsewhere, as `dialect` and `callouts` say.
Addresses of websites are links; an image with a title, alone in its paragraph, is a figure whose caption
is the title.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import NamedTuple

from kb.content.autolinks import addresses
from kb.content.blocks import Unclear
from kb.content.callouts import TASK, TASK_DONE
from kb.content.dialect import converted
from kb.content.lost import lost
from kb.content.sanitising import VOID, sanitised
from kb.content.slugs import AnchorMaker, says_as_much
from kb.model import Section

_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")

_FIGURE = re.compile(r'<p>\s*(<img\b[^>]*?) title="([^"]+)"([^>]*>)\s*</p>')
_FOOTNOTE = re.compile(r"#fn(ref\d*)?:")
_WAY_BACK = re.compile(r'(?:\s|&#160;)*<a class="footnote-backref" href="#([^"]*)".*?</a>')
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""The blocks of Unicode that hold scripts written from right to left."""

_BLOCKS = frozenset(
    "p li dt dd pre blockquote h1 h2 h3 h4 h5 h6 tr table ul ol dl div section figure figcaption "
    "summary details hr br".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NO_LINKS_IN = frozenset("a pre code kbd samp".split())
_SIDES = ("left", "center", "right")
_DIGITS = 5  # of a size that a picture can have

_TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [^\s="<>]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
"""Tags and attributes as nh3 writes them, and in no other way: it parses all HTML and writes it anew."""

_BEFORE_HEADINGS = ("", "", 0)
"""Anchor, heading and level of the section before the first heading."""

_TASK_MARKS = tuple(
    f'<span class="task-mark" role="img" aria-label="{name}">{sign}\N{VARIATION SELECTOR-15}</span> '
    for name, sign in (("To do", "☐"), ("Done", "☑"))
)

TABLE_NAME = 'aria-label="Table"'
TABLE_OPEN = f'<div class="table-scroll" tabindex="0" role="group" {TABLE_NAME}>'


class Picture(NamedTuple):
    """Where an image is loaded from, and its width and height in pixels, 0 for those nobody knows."""

    src: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """One body, rendered. `first_heading` is the text of the body's leading h1, taken out of `html`.

    `unclear` is what other readers of Markdown would make something else of, and what does not show.
    """

    html: str
    sections: tuple[Section, ...]
    first_heading: str
    unclear: tuple[Unclear, ...] = ()


def render(
    body: str, link: Callable[[str], str], image: Callable[[str], Picture], title: str = ""
) -> Rendered:
    """The sanitised HTML of a Markdown body and its sections.

    `link` and `image` are asked for what to use in place of each address written; they may note what
    they could not find. Where a `title` is known, a leading h1 that says more than it stays a heading.
    """
    html, unclear = converted(body)
    html = _FIGURE.sub(r"<figure>\1\3<figcaption>\2</figcaption></figure>", html)
    if "footnote-backref" in html:  # a search for what may stand before it looks at every blank
        html = _WAY_BACK.sub(lambda found: found[0] if f'id="{found[1]}"' in html else "", html)
    any_direction = not body.isascii() and _RIGHT_TO_LEFT.search(body) is not None
    page = _Page(link, image, title, any_direction=any_direction)
    clean = sanitised(html)
    unclear += lost(body, html, clean)
    return replace(page.read(_EMPTY_PARAGRAPH.sub("", clean)), unclear=tuple(unclear))


class _OpenHeading(NamedTuple):
    """A heading until it ends: its tag, the anchor its writer chose, its words, its place in the output."""

    tag: str
    chosen: str
    words: list[str]
    begin: int


class _Page:
    """One pass over sanitised HTML: writes it out again, and gathers the sections' text."""

    def __init__(
        self, link: Callable[[str], str], image: Callable[[str], Picture], title: str, *, any_direction: bool
    ) -> None:
        self._link, self._image, self._title = link, image, title
        self._any_direction = any_direction  # each outermost block then finds its own, by its first letter
        self._depth = 0
        self._anchor = AnchorMaker()
        self._out: list[str] = []
        self._sections: list[Section] = []
        self._current = _BEFORE_HEADINGS
        self._text: list[str] = []
        self._heading: _OpenHeading | None = None
        self._first_heading = ""
        self._in_pre = self._no_links = 0
        self._row: int | None = None  # where in the text a table's row begins, while it has heads alone
        self._heads = ""  # of the rows above

    def read(self, html: str) -> Rendered:
        """The page that `html`, as nh3 writes it, is."""
        first, *parts = _TAG.split(html)
        self._add_data(first)
        for end, tag, attributes, data in zip(*(parts[place::4] for place in range(4)), strict=True):
            if end:
                self._end(tag)
            else:
                self._start(tag, {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)})
            if data:
                self._add_data(data)
        self._end_section()
        return Rendered("".join(self._out).strip(), tuple(self._sections), self._first_heading)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag in _HEADINGS:
            self._heading = _OpenHeading(tag, given.get("id", ""), [], len(self._out))
            return
        if tag == "a" and given.get("id"):
            given["name"] = given.pop("id")  # as good to lead to, and never in the way of the page's own ids
        if tag == "a" and "href" in given and not _FOOTNOTE.match(given["href"]):
            written, given["href"] = given["href"], self._link(given["href"])
            if written and not given["href"]:
                del given["href"]
        elif tag == "a" and not given:
            self._link("")  # as good as none: what it had may not be linked to
        elif tag == "img":
            given |= _shown(self._image(given.get("src", "")), given)
            if self._current != _BEFORE_HEADINGS:
                given["loading"] = "lazy"
            self._add_text(f" {given['alt']} ")
        elif tag == "table":
            self._out.append(TABLE_OPEN)
        elif "align" in given:  # obsolete in HTML, and a style of its own is against the pages' policy
            side = given.pop("align").lower()
            given |= {"class": f"align-{side}"} if side in _SIDES else {}
        if tag in _BLOCKS:
            self._add_text("\n")
            # A callout's name has a direction of its own, so that the text after it decides the callout's.
            outermost = not self._depth or given.get("class") == "callout-title"
            if self._any_direction and outermost and tag != "pre":
                given["dir"] = "auto"
        if tag in ("tr", "td"):
            self._start_cells(of_row=tag == "tr")
        self._depth += tag not in VOID
        if tag in _NO_LINKS_IN:
            self._no_links += 1
            self._in_pre += tag == "pre"
        self._out.append(_open_tag(tag, given) if given else f"<{tag}>")
        if tag == "li" and TASK in given.get("class", ""):
            self._out.append(_TASK_MARKS[TASK_DONE in given["class"]])

    def _end(self, tag: str) -> None:
        if self._heading and tag == self._heading.tag:
            self._end_heading(self._heading)
            return
        if tag in _HEADINGS:
            return
        self._depth -= 1
        if tag in _NO_LINKS_IN:
            self._no_links -= 1
            self._in_pre -= tag == "pre"
        if tag in ("tr", "table"):
            self._end_heads(of_table=tag == "table")
        if tag in _BLOCKS:
            self._add_text("\n")
        elif tag in ("td", "th"):
            self._add_text(" \N{EN DASH} ")
        self._out.append(f"</{tag}>")
        if tag == "table":
            self._out.append("</div>")

    def _start_cells(self, *, of_row: bool) -> None:
        if of_row:
            self._row = len(self._text)
            self._add_text(self._heads)
            self._heads = ""
        else:
            self._row = None

    def _end_heads(self, *, of_table: bool) -> None:
        """A row of heads says nothing by itself: it begins the text of the row below, where there is one."""
        if of_table:
            self._add_text(self._heads.removesuffix(": "))
            self._heads = ""
        elif self._row is not None:
            heads = " ".join("".join(self._text[self._row :]).split()).strip(" \N{EN DASH}")
            del self._text[self._row :]
            self._heads = f"{heads}: " if heads else ""
        self._row = None

    def _add_data(self, escaped: str) -> None:
        data = escaped
        if "&" in escaped:  # nh3 leaves no other sign of HTML in a text
            data = unescape(escaped)
            escaped = escape(data, quote=False)
        linked = "://" in data and not self._no_links
        self._out.append(self._with_links(data) if linked else escaped)
        # Only a block's end ends a line of the text; where a writer's editor wrapped it says nothing.
        self._add_text(data if self._in_pre else data.replace("\n", " "))

    def _with_links(self, text: str) -> str:
        parts, end = [], 0
        for begin, address in addresses(text):
            shown = escape(address, quote=False)
            parts += [
                escape(text[end:begin], quote=False),
                f'<a href="{escape(self._link(address))}">{shown}</a>',
            ]
            end = begin + len(address)
        return "".join(parts) + escape(text[end:], quote=False)

    def _add_text(self, data: str) -> None:
        (self._heading.words if self._heading else self._text).append(data)

    def _end_heading(self, opened: "_OpenHeading") -> None:
        tag, chosen, words, begin = opened
        self._heading = None
        inner = "".join(self._out[begin:])
        del self._out[begin:]
        heading = " ".join("".join(words).split())
        if not heading:
            self._out.append(inner)
            return
        if tag == "h1" and not self._first_heading and self._is_title(heading):
            self._first_heading = heading
            return
        level = max(2, int(tag[1]))
        if level > 4:
            self._text.append(f"\n{heading}\n")
            self._out.append(f"<h{level}{self._direction()}>{inner}</h{level}>")
            return
        self._end_section()
        anchor = self._anchor(heading, chosen)
        self._current = (anchor, heading, level)
        self._out.append(f'<h{level} id="{escape(anchor)}"{self._direction()}>{inner}</h{level}>')

    def _is_title(self, heading: str) -> bool:
        is_first = self._current == _BEFORE_HEADINGS and not "".join(self._text).strip()
        return is_first and (not self._title or says_as_much(self._title, heading))

    def _direction(self) -> str:
        return ' dir="auto"' if self._any_direction and not self._depth else ""

    def _end_section(self) -> None:
        lines = "".join(self._text).split("\n")
        blocks = (" ".join(line.split()).removesuffix(" \N{EN DASH}") for line in lines)
        text = "\n".join(block for block in blocks if block)
        anchor, heading, level = self._current
        if text or heading:
            self._sections.append(Section(anchor, heading, level, text))
        self._text, self._row = [], None


def _shown(picture: Picture, written: dict[str, str]) -> dict[str, str]:
    """The attributes of an image: its size keeps its place free while it loads (no layout shift)."""
    found = {"src": picture.src, "alt": written.get("alt", "")}
    for side in ("width", "height"):
        size = written.get(side, "")
        if size.isdecimal() and len(size) > _DIGITS:
            del written[side]
    width, height = written.get("width", ""), written.get("height", "")
    if not picture.width or not picture.height or (width and height):
        return found
    share = picture.height / picture.width
    if width.isdecimal():
        return {**found, "width": width, "height": str(round(int(width) * share))}
    if height.isdecimal():
        return {**found, "width": str(round(int(height) / share)), "height": height}
    return {**found, "width": str(picture.width), "height": str(picture.height)}


def _open_tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(
        f' {name}="{escape(value)}"' for name, value in attributes.items() if name != "class" or value
    )
    return f"<{tag}{written}>"
