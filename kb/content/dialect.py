"""Markdown as writers know it from elsewhere: Python-Markdown, its extensions, and what these leave out."""

import re
import threading
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import BlockQuoteProcessor, HashHeaderProcessor, ParagraphProcessor
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    AUTOLINK_RE,
    HtmlInlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.inlinepatterns import InlineProcessor as InlinePattern
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AMP_SUBSTITUTE, ETX, STX, AtomicString

from kb.content import autolinks
from kb.content.callouts import as_ours
from kb.content.containers import Unclear, arranged

_EXTENSIONS = "fenced_code sane_lists def_list footnotes md_in_html attr_list admonition".split()
_EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TEXT": "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"},
}

_DETAILS = re.compile(r"^( {0,3}<details)(?![^>]*\bmarkdown\b)", re.IGNORECASE)
_CHOSEN_ANCHOR = re.compile(r"^(#{1,6}.*\S)(\{#[^\s{}]+\}\s*#*\s*)$")
_INLINE = re.compile(r"[`\\*_\[\]!<>&~\x02]|  \n")
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

_BAR = re.compile(r"(\\\\)|\\\|")
"""A backslash that stands for itself, or one before a bar."""

_WORDY = re.compile(r"(?:[A-Za-z][^\n]*+(?:\n|$))++")
"""A block whose lines all begin with a letter is a paragraph: all others have a line that does not."""

_SIGNS = {
    "backtick": "`",
    **dict.fromkeys(("escape", "backslash_break"), "\\"),
    "address": "/",
    "strikethrough": "~",
    **dict.fromkeys(("footnote", "reference", "link", "short_reference"), "["),
    **dict.fromkeys(("image_link", "image_reference", "short_image_ref"), "!"),
    **dict.fromkeys(("autolink", "automail", "html"), "<"),
    "linebreak": "\n",
    "entity": "&",
    "em_strong": "*_",
}
"""What a text must have one of for each of Python-Markdown's inline patterns to be in it."""

_ALL_SIGNS = frozenset("".join(_SIGNS.values()))

_idle = threading.local()
"""Each thread's converter, to be used again: making one takes as long as a short article."""


def converted(body: str) -> tuple[str, list[Unclear]]:
    """The HTML of a Markdown body, not sanitised, and what others would read otherwise in it."""
    md, as_elsewhere = _idle.__dict__.pop("converter", None) or _converter()
    html = md.reset().convert(body)
    _idle.converter = md, as_elsewhere  # unless it was left in the middle of a text by an error
    return html, [*as_elsewhere.unclear]


def _converter() -> tuple[markdown.Markdown, "_AsElsewhere"]:
    as_elsewhere = _AsElsewhere()
    extensions: list[str | Extension] = [*_EXTENSIONS, as_elsewhere]
    return markdown.Markdown(extensions=extensions, extension_configs=_EXTENSION_SETTINGS), as_elsewhere


class _AsElsewhere(Extension):
    """Blocks lie within others as in CommonMark, and Markdown inside `<details>` is Markdown.

    Each quote is its own, and `## Word{#anchor}` has that anchor. Callouts, tasks, `~~struck~~` and a
    backslash at a line's end are what they are on GitHub, and so is a backslash before any punctuation.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unclear: list[Unclear] = []

    def reset(self) -> None:
        """For the next text."""
        self.unclear.clear()

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802  the name it is called by
        """Each processor in its place in the order.

        Containers when tabs are gone, before fenced code; lines after that, before md_in_html looks for its
        attribute; plain texts before inline. What replaces a processor of Python-Markdown's has its place.
        """
        md.registerExtension(self)
        md.preprocessors.register(_Containers(md, self.unclear), "containers", 28)
        md.preprocessors.register(_Lines(md), "lines_as_elsewhere", 22)
        md.treeprocessors.register(_Ours(md), "as_ours", 22)
        md.treeprocessors.register(_PlainTexts(md), "plain_texts", 21)
        md.treeprocessors.register(_Inline(md), "inline", 20)
        md.inlinePatterns.register(_Escape(_ESCAPE, md), "escape", 180)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 105)
        md.inlinePatterns.register(HtmlInlineProcessor(_TAG, md), "html", 90)
        md.inlinePatterns.register(_Address(autolinks.ADDRESS, md), "address", 85)
        md.inlinePatterns.register(SimpleTagInlineProcessor(_STRIKETHROUGH, "del"), "strikethrough", 65)
        md.parser.blockprocessors.register(_Tables(md.parser, {"use_align_attribute": True}), "table", 75)
        md.parser.blockprocessors.register(_Headings(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(_Quotes(md.parser), "quote", 20)
        md.parser.blockprocessors.register(_Paragraphs(md.parser), "wordy_paragraph", 110)
        md.parser.blockprocessors.register(_Admonitions(md.parser), "admonition", 105)


class _Tables(TableProcessor):
    """A backslash before a bar keeps it in its cell, and is gone before the cell is read, as on GitHub."""

    def _split(self, row: str) -> list[str]:
        return [_BAR.sub(lambda found: found[1] or "|", cell) for cell in super()._split(row)]  # type: ignore[misc]


class _Headings(HashHeaderProcessor):
    """Blanks stand between a heading's signs and its text: `#12345` is a word, and so is `C#` in `## C#`."""

    RE = re.compile(
        r"(?:^|\n) {0,3}(?P<level>#{1,6})(?![^ \n])"
        r"(?P<header>(?:[^ \n]++| ++(?!#*+ *+(?:\n|$)))*+)"
        r" *+#*+ *+(?:\n|$)"
    )


class _Quotes(BlockQuoteProcessor):
    """Quotes with an empty line between them stay apart, as in CommonMark; so do GitHub's alerts."""

    def lastChild(self, parent: Element) -> Element | None:  # noqa: N802  the name it is called by
        """Nothing that the next quote could be joined to."""
        return None


class _Paragraphs(ParagraphProcessor):
    def test(self, parent: Element, block: str) -> bool:
        """Whether it is one for certain, so that it need not be searched for all else first."""
        return _WORDY.fullmatch(block) is not None


class _Admonitions(AdmonitionProcessor):
    def test(self, parent: Element, block: str) -> bool:
        """As Python-Markdown's, which searches each block at length for what hardly any has."""
        return ("!!!" in block or block.startswith(" ")) and super().test(parent, block)


class _Containers(Preprocessor):
    def __init__(self, md: markdown.Markdown, unclear: list[Unclear]) -> None:
        super().__init__(md)
        self._unclear = unclear

    def run(self, lines: list[str]) -> list[str]:
        """The lines, with lists, quotes and fenced code within one another as Python-Markdown wants them."""
        return arranged(lines, self.md.htmlStash.store, self._unclear)


class _Lines(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines, each opened `<details>` marked for md_in_html and anchors set off for attr_list."""
        return [self._line(line) if "<" in line or "{#" in line else line for line in lines]

    def _line(self, line: str) -> str:
        return _CHOSEN_ANCHOR.sub(r"\1 \2", _DETAILS.sub(r'\1 markdown="1"', line))


class _Ours(Treeprocessor):
    def run(self, root: Element) -> None:
        """Callouts, folded parts and tasks as our pages have them."""
        as_ours(root)


class _Escape(InlinePattern):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        """A sign after a backslash, kept from all that would take it for Markdown or HTML."""
        if not m["sign"]:
            return None, None, None
        # A number is made the sign again before texts become HTML, where `&amp;` would stay what it is.
        kept = f"{AMP_SUBSTITUTE}amp;" if m["sign"] == "&" else f"{STX}{ord(m['sign'])}{ETX}"
        return kept, m.start(), m.end()


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
    def _signed(self) -> list[tuple[int, Any, str]]:
        signs = {self.inlinePatterns.get_index_for_name(name): sign for name, sign in _SIGNS.items()}
        return [(index, pattern, signs[index]) for index, pattern in enumerate(self.inlinePatterns)]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """`data` with a placeholder for all that patterns find in it, from the one at `patternIndex` on."""
        if isinstance(data, AtomicString):
            return data
        start, signs = 0, _ALL_SIGNS.intersection(data)
        for index, pattern, needed in self._signed[patternIndex:]:
            found = not signs.isdisjoint(needed)
            while found:
                data, found, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                    pattern, data, index, start
                )
        return data
