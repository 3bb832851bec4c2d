"""Markdown into safe HTML, and the same text in sections for the search.

Python-Markdown renders, nh3 takes out whatever could run or track, and one pass over the clean HTML
gives headings their anchors, links and images their addresses, and the sections their plain text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import markdown
import nh3

from kb.content.slugs import AnchorMaker
from kb.model import Section

_EXTENSIONS = ["fenced_code", "tables", "sane_lists", "def_list", "footnotes", "md_in_html", "attr_list"]
_EXTENSION_SETTINGS = {"tables": {"use_align_attribute": True}}

_CALLOUT = re.compile(
    r"<blockquote>\s*<p>\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br\s*/?>)?(.*?)</p>",
    re.IGNORECASE | re.DOTALL,
)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")

_CALLOUTS = ("note", "tip", "important", "warning", "caution")
_TAGS = set(nh3.ALLOWED_TAGS) | {"section", "figure", "figcaption", "details", "summary", "mark", "u"}
_ATTRIBUTES = {
    "a": {"href", "title", "name"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
    "blockquote": {"role"},
    "details": {"open"},
}
_CLASSES = {
    "blockquote": {"callout", *(f"callout-{kind}" for kind in _CALLOUTS)},
    "p": {"callout-title"},
}
_DROPPED = {"script", "style", "template", "iframe", "object", "noscript", "svg", "math", "form"}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)

_BLOCKS = frozenset(
    "p li dt dd pre blockquote h1 h2 h3 h4 h5 h6 tr table ul ol dl div section figure figcaption "
    "summary details hr br".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_VOID = frozenset({"br", "hr", "img", "col", "wbr", "area"})

TABLE_OPEN = '<div class="table-scroll" tabindex="0" role="region" aria-label="Table">'


@dataclass(frozen=True, slots=True)
class Rendered:
    """One body, rendered. `first_heading` is the text of the body's leading h1, taken out of `html`."""

    html: str
    sections: tuple[Section, ...]
    first_heading: str


def render(body: str, link: Callable[[str], str], image: Callable[[str], str]) -> Rendered:
    """The sanitised HTML of a Markdown body and its sections.

    `link` and `image` are asked for the address to use in place of each one written; they may note
    what they could not find.
    """
    converter = markdown.Markdown(extensions=_EXTENSIONS, extension_configs=_EXTENSION_SETTINGS)
    html = _CALLOUT.sub(_open_callout, converter.convert(body))
    page = _Page(link, image)
    page.feed(_cleaner.clean(_EMPTY_PARAGRAPH.sub("", html)))
    page.close()
    return page.finish()


def _open_callout(match: re.Match[str]) -> str:
    kind = match[1].lower()
    return (
        f'<blockquote role="note" class="callout callout-{kind}">'
        f'<p class="callout-title">{kind.capitalize()}</p><p>{match[2]}</p>'
    )


class _Page(HTMLParser):
    """One pass over sanitised HTML: writes it out again, and gathers the sections' text."""

    def __init__(self, link: Callable[[str], str], image: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._link, self._image = link, image
        self._anchor = AnchorMaker()
        self._out: list[str] = []
        self._sections: list[Section] = []
        self._current = ("", "", 0)  # anchor, heading, level
        self._text: list[str] = []
        self._heading: tuple[str, list[str], int] | None = None  # tag, its text, where it began in _out
        self._first_heading = ""
        self._in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS:
            self._heading = (tag, [], len(self._out))
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            given["href"] = self._link(given["href"])
        elif tag == "img":
            given["src"] = self._image(given.get("src", ""))
            given.setdefault("alt", "")
            given["loading"] = "lazy"
            self._add_text(f" {given['alt']} ")
        elif tag == "table":
            self._out.append(TABLE_OPEN)
        if tag in _BLOCKS:
            self._add_text("\n")
        self._in_pre += tag == "pre"
        self._out.append(_open_tag(tag, given))

    def handle_endtag(self, tag: str) -> None:
        if self._heading and tag == self._heading[0]:
            self._end_heading(self._heading)
            return
        if tag in _VOID or tag in _HEADINGS:
            return
        self._in_pre -= tag == "pre"
        if tag in _BLOCKS:
            self._add_text("\n")
        elif tag in ("td", "th"):
            self._add_text(" \N{EN DASH} ")
        self._out.append(f"</{tag}>")
        if tag == "table":
            self._out.append("</div>")

    def handle_data(self, data: str) -> None:
        self._out.append(escape(data, quote=False))
        # Only a block's end ends a line of the text; where a writer's editor wrapped it says nothing.
        self._add_text(data if self._in_pre else data.replace("\n", " "))

    def _add_text(self, data: str) -> None:
        (self._heading[1] if self._heading else self._text).append(data)

    def _end_heading(self, heading_open: tuple[str, list[str], int]) -> None:
        tag, words, begin = heading_open
        self._heading = None
        inner = "".join(self._out[begin:])
        del self._out[begin:]
        heading = " ".join("".join(words).split())
        if not heading:
            self._out.append(inner)
            return
        if tag == "h1" and not self._first_heading and not self._sections and not "".join(self._text).strip():
            self._first_heading = heading
            return
        level = max(2, int(tag[1]))
        if level > 4:
            self._text.append(f"\n{heading}\n")
            self._out.append(f"<h{level}>{inner}</h{level}>")
            return
        self._end_section()
        anchor = self._anchor(heading)
        self._current = (anchor, heading, level)
        self._out.append(f'<h{level} id="{escape(anchor)}">{inner}</h{level}>')

    def _end_section(self) -> None:
        lines = "".join(self._text).split("\n")
        blocks = (" ".join(line.split()).removesuffix(" \N{EN DASH}") for line in lines)
        text = "\n".join(block for block in blocks if block)
        anchor, heading, level = self._current
        if text or heading:
            self._sections.append(Section(anchor, heading, level, text))
        self._text = []

    def finish(self) -> Rendered:
        """The whole page, once all of it was fed."""
        self._end_section()
        return Rendered("".join(self._out).strip(), tuple(self._sections), self._first_heading)


def _open_tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>"
