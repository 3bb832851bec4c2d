"""Inline Markdown of GitHub, and looking only for what a text can hold."""

import re
from collections.abc import Callable
from functools import cached_property, partial
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.footnotes import FootnoteInlineProcessor
from markdown.inlinepatterns import (
    AUTOLINK_RE,
    HtmlInlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.inlinepatterns import InlineProcessor as InlinePattern
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AMP_SUBSTITUTE, ETX, STX, AtomicString

from kb.content import autolinks, directives

_INLINE = re.compile(r"[`\\*_\[\]!<>&~\x02]|  \n|\{[{%/]|:[a-z]+-")
"""What a text must have one of for any inline Markdown to be in it."""

_STRIKETHROUGH = r"(?<!~)(~~)(?=[^\s~])((?:[^~]|~(?!~))+)(?<!\s)~~(?!~)"

_TAG = (
    r"(<(?:/?[a-zA-Z][a-zA-Z0-9:-]*+"
    r"""(?:\s+[a-zA-Z_:][a-zA-Z0-9_.:-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>]++))?+)*+\s*+/?"""
    r"|!--(?:(?!<!--|-->).)*--|\?(?:(?!<\?|\?>).)*\?|!\[CDATA\[(?:(?!<!\[CDATA\[|\]\]>).)*\]\])>)"
)
"""HTML in a line (https://spec.commonmark.org/0.31.2/#raw-html). Python-Markdown's own pattern takes
`<order_id>` for a tag as well, which would be taken out.
"""

_ESCAPE = rf"(?<!\]\()(?:{_TAG}|{AUTOLINK_RE})|\\(?P<sign>[!-/:-@\[-`{{-~])"
"""A tag or an address in angle brackets, in which backslashes are what they are, or a backslash and the sign
whose meaning it takes away, any punctuation of ASCII (https://spec.commonmark.org/0.31.2/#backslash-escapes).
After `](` a bracket begins no tag.
"""

_FAR = 50
"""How many brackets, and quotes in an address, may stand between a link's begin and its end: none has so
many, and a text of nothing but beginnings would be searched to its end for each.
"""

_DONE, _SEEN = 4000, 100
"""Of more signs than the first that a pattern is done with, it sees the last alone: Python-Markdown copies
all of a text for each thing that is found in it.
"""

_BRACKET = re.compile(r"[\[\]]")
_NEAR = re.compile(rf"""(?:[^()"']*+[()"']){{0,{_FAR}}}+""")

_WIKILINK = r"(?<!\[)(!?)\[\[(?![ _])([^\[\]|\n]{1,200}?)(?<! )(?:\|([^\[\]\n]{0,200}))?\]\](?![(\[:\]])"
"""Obsidian's link to a note, or its picture (https://help.obsidian.md/links)."""

BY_NAME = "[["
"""What the address begins with of one that names its article or file from anywhere."""

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif")

_SIGNS = {
    "backtick": "`",
    "left_out": "{:",
    **dict.fromkeys(("escape", "backslash_break"), "\\"),
    "address": "/",
    "strikethrough": "~",
    **dict.fromkeys(("footnote", "reference", "link", "short_reference", "wikilink"), "["),
    **dict.fromkeys(("image_link", "image_reference", "short_image_ref"), "!"),
    **dict.fromkeys(("autolink", "automail", "html"), "<"),
    "linebreak": "\n",
    "entity": "&",
    "em_strong": "*_",
}
"""What a text must have one of for each of Python-Markdown's inline patterns to be in it."""

_ALL_SIGNS = frozenset("".join(_SIGNS.values()))

_BEGINS = {
    "footnote": "[^",
    "linebreak": "  \n",
    "wikilink": "[[",
    **dict.fromkeys(("image_link", "image_reference", "short_image_ref"), "!["),
}
"""What stands in full in all that some of them find."""

_REFERENCES = ("reference", "short_reference", "image_reference", "short_image_ref")
"""Those that find nothing in an article which defines no references."""


def extend(md: markdown.Markdown) -> None:
    """Registers each pattern in its place in the order; plain texts before all inline Markdown."""
    md.treeprocessors.register(_PlainTexts(md), "plain_texts", 21)
    md.treeprocessors.register(_Inline(md), "inline", 20)
    for name in ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"):
        pattern: Any = md.inlinePatterns[name]
        pattern.getText, pattern.getLink = _near_text, partial(_near_link, pattern.getLink)
    notes: Any = md.inlinePatterns["footnote"]
    md.inlinePatterns.register(FootnoteInlineProcessor(r"\[\^([^\[\]]*)\]", notes.footnotes), "footnote", 175)
    md.inlinePatterns.register(_LeftOut(directives.WITHIN, md), "left_out", 185)
    md.inlinePatterns.register(_Escape(_ESCAPE, md), "escape", 180)
    md.inlinePatterns.register(_WikiLink(_WIKILINK, md), "wikilink", 172)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 105)
    md.inlinePatterns.register(HtmlInlineProcessor(_TAG, md), "html", 90)
    md.inlinePatterns.register(_Address(autolinks.ADDRESS, md), "address", 85)
    md.inlinePatterns.register(SimpleTagInlineProcessor(_STRIKETHROUGH, "del"), "strikethrough", 65)


def _near_text(data: str, index: int) -> tuple[str, int, bool]:
    """What stands from `index` on in a link's brackets, the place after them, and whether they are closed."""
    depth = 1
    for found in islice(_BRACKET.finditer(data, index), _FAR):
        depth += 1 if found[0] == "[" else -1
        if not depth:
            return data[index : found.start()], found.end(), True
    return "", index, False


def _near_link(
    whole: Callable[[str, int], tuple[str, str | None, int, bool]], data: str, index: int
) -> tuple[str, str | None, int, bool]:
    """Address and title as `whole` finds them, the place after them, and whether there are any."""
    if not data.startswith("(", index):
        return "", None, index, False
    near = _NEAR.match(data, index)
    href, title, after, found = whole(near[0] if near else "", 0)
    return href, title, index + after, found


class _Escape(InlinePattern):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        """A sign after a backslash, kept from all that would take it for Markdown or HTML."""
        if not m["sign"]:
            return None, None, None
        # A number is made the sign again before texts become HTML, where `&amp;` would stay what it is.
        kept = f"{AMP_SUBSTITUTE}amp;" if m["sign"] == "&" else f"{STX}{ord(m['sign'])}{ETX}"
        return kept, m.start(), m.end()


class _WikiLink(InlinePattern):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        """A link or a picture that is to be looked up by its name."""
        name, shown = m[2].strip(), (m[3] or "").strip()
        if m[1] and name.lower().endswith(_PICTURES):
            element = Element("img", {"src": f"{BY_NAME}{name}", "alt": "" if shown.isdecimal() else shown})
            if shown.isdecimal():
                element.set("width", shown)
        else:
            element = Element("a", {"href": f"{BY_NAME}{name}"})
            element.text = shown or " > ".join(part for part in name.split("#") if part)
        return element, m.start(), m.end()


class _LeftOut(InlinePattern):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        """What is shown in place of a word to another site's builder."""
        after = data[m.end() : m.end() + directives.FAR]
        return directives.replaced(m[0], after), m.start(), m.end()


class _Address(InlinePattern):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802
        """An address in a text, so that no sign in it is taken for Markdown; it becomes a link later."""
        address = autolinks.ended(m[0])
        return address, m.start(), m.start() + len(address)


class _PlainTexts(Treeprocessor):
    def run(self, root: Element) -> None:
        """Before inline Markdown is looked for: texts without any are told apart, which is most of them."""
        for element in root.iter():
            if element.text and not _INLINE.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not _INLINE.search(element.tail):
                element.tail = AtomicString(element.tail)


class _Inline(InlineProcessor):
    """Tries only the patterns whose sign a text has: of fifteen, most texts need one or two."""

    @cached_property
    def _signed(self) -> list[tuple[int, Any, str, str, bool]]:
        """Each pattern's place, itself, its signs, what stands in full in all it finds, whether it refers."""
        names = {self.inlinePatterns.get_index_for_name(name): name for name in _SIGNS}
        return [
            (at, pattern, _SIGNS[names[at]], _BEGINS.get(names[at], ""), names[at] in _REFERENCES)
            for at, pattern in enumerate(self.inlinePatterns)
        ]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """`data` with a placeholder for all that patterns find in it, from the one at `patternIndex` on."""
        if isinstance(data, AtomicString):
            return data
        start, signs, has_references = 0, _ALL_SIGNS.intersection(data), bool(self.md.references)
        for index, pattern, needed, begin, refers in self._signed[patternIndex:]:
            found = not signs.isdisjoint(needed) and begin in data and (has_references or not refers)
            done: list[str] = []
            while found:
                data, found, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                    pattern, data, index, start
                )
                if start > _DONE:
                    done.append(data[: start - _SEEN])
                    data, start = data[start - _SEEN :], _SEEN
            data = "".join([*done, data]) if done else data
        return data
