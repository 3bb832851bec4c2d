"""Markdown as writers know it from elsewhere: Python-Markdown, its extensions, and what these leave out."""

import re
import threading
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import BlockQuoteProcessor, HashHeaderProcessor, ParagraphProcessor
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.tables import TableProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from kb.content import inline
from kb.content.callouts import as_ours
from kb.content.containers import Unclear, arranged

_EXTENSIONS = "fenced_code sane_lists def_list footnotes md_in_html attr_list admonition".split()
_EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TEXT": "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"},
}

_DETAILS = re.compile(r"^( {0,3}<details)(?![^>]*\bmarkdown\b)", re.IGNORECASE)
_CHOSEN_ANCHOR = re.compile(r"^(#{1,6}.*\S)(\{#[^\s{}]+\}\s*#*\s*)$")
_BAR = re.compile(r"(\\\\)|\\\|")
"""A backslash that stands for itself, or one before a bar."""

_WORDY = re.compile(r"(?:[A-Za-z][^\n]*+(?:\n|$))++")
"""A block whose lines all begin with a letter is a paragraph: all others have a line that does not."""

_OPENED = re.compile(r"<(?=[a-zA-Z/])")
_MANY, _FAR = 100, 10_000
"""More tags than these, each longer than that, are more than an article can hold."""

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
        attribute. What replaces a processor of Python-Markdown's has its place.
        """
        md.registerExtension(self)
        md.preprocessors.register(_Containers(md, self.unclear), "containers", 28)
        md.preprocessors.register(_Lines(md), "lines_as_elsewhere", 22)
        md.treeprocessors.register(_Ours(md), "as_ours", 22)
        inline.extend(md)
        md.parser.blockprocessors.register(_Tables(md.parser, {"use_align_attribute": True}), "table", 75)
        md.parser.blockprocessors.register(_Headings(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(_Quotes(md.parser), "quote", 20)
        md.parser.blockprocessors.register(_Paragraphs(md.parser), "wordy_paragraph", 110)
        md.parser.blockprocessors.register(_Admonitions(md.parser), "admonition", 105)


class _Tables(TableProcessor):
    """A backslash before a bar keeps it in its cell, and is gone before the cell is read, as on GitHub."""

    def test(self, parent: Element, block: str) -> bool:
        """As Python-Markdown's, which takes each block apart for what hardly any has."""
        return "|" in block and super().test(parent, block)

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
        text = "\n".join(lines)
        if text.count("<") > _MANY:
            lines = _without_endless_tags(text).split("\n")
        return [self._line(line) if "<" in line or "{#" in line else line for line in lines]

    def _line(self, line: str) -> str:
        return _CHOSEN_ANCHOR.sub(r"\1 \2", _DETAILS.sub(r'\1 markdown="1"', line))


def _without_endless_tags(text: str) -> str:
    """`text`, in which many tags that end nowhere near are text: each would be searched for its end."""
    tags = (found.start() for found in _OPENED.finditer(text))
    endless = [at for at in tags if text.find(">", at, at + _FAR) < 0]
    if len(endless) <= _MANY:
        return text
    parts = (text[begin + 1 : end] for begin, end in pairwise([-1, *endless, len(text)]))
    return "&lt;".join(parts)


class _Ours(Treeprocessor):
    def run(self, root: Element) -> None:
        """Callouts, folded parts and tasks as our pages have them."""
        as_ours(root)
