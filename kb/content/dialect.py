"""Markdown as writers know it from elsewhere: Python-Markdown, its extensions, and what these leave out."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, pairwise
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockQuoteProcessor,
    HashHeaderProcessor,
    ParagraphProcessor,
    SetextHeaderProcessor,
)
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionExtension, AdmonitionProcessor
from markdown.extensions.tables import TableProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from kb.content import inline
from kb.content.blocks import Unclear
from kb.content.callouts import as_ours
from kb.content.containers import arranged
from kb.content.lines import ITEM, QUOTE

_BACK = "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"
"""What leads from a footnote back to the text."""

_DETAILS = re.compile(r"^( {0,3}<details)(?![^>]*\bmarkdown\b)", re.IGNORECASE)
_CHOSEN_ANCHOR = re.compile(r"^(#{1,6}.*\S)(\{#[^\s{}]+\}\s*#*\s*)$")
_BAR = re.compile(r"(\\\\)|\\\|")
"""A backslash that stands for itself, or one before a bar."""

_WORDY = re.compile(r"(?:[A-Za-z][^\n]*+(?:\n|$))++")
"""A block whose lines all begin with a letter is a paragraph: all others have a line that does not."""

_NO_HEADING = re.compile(rf" *(?:{ITEM.pattern}|{QUOTE.pattern})", re.MULTILINE)
"""What a heading's words do not begin with: items and quotes."""

_OPENED = re.compile(r"<(?=[a-zA-Z/])")
_LONG = 1000
"""Signs of a block that is searched once; of a shorter one it costs more to remember it."""

_MANY, _FAR = 100, 10_000
"""More tags than these, each longer than that, are more than an article can hold."""

_idle = threading.local()
"""Each thread's converter, to be used again: making one takes as long as a short article."""


def converted(body: str) -> tuple[str, list[Unclear]]:
    """The HTML of a Markdown body, not sanitised, and what others would read otherwise in it."""
    md, as_elsewhere = _idle.__dict__.pop("converter", None) or _converter()
    html = md.reset().convert(body)
    _idle.converter = md, as_elsewhere  # unless it was left in the middle of a text by an error
    return html, [*as_elsewhere.unclear, *_without_column(body, as_elsewhere.too_wide)]


def _without_column(body: str, cells: Sequence[tuple[str, str]]) -> Iterator[Unclear]:
    """The cells that no table shows, each given with its row."""
    lines = [line.rstrip(" ") for line in body.split("\n")] if cells else []
    line = -1
    for row, cell in cells:
        line = next((at for at in range(line + 1, len(lines)) if lines[at].endswith(row)), max(line, 0))
        problem = f"the cell '{cell}' does not show: the head of its table has no column for it."
        yield Unclear(line, problem, "Add one there and to the line '---' below it, or write \\| for a bar.")


def _converter() -> tuple[markdown.Markdown, "_AsElsewhere"]:
    """A converter and the extension that says what was unclear; what it needs loads for who renders alone."""
    from markdown.extensions.attr_list import AttrListExtension
    from markdown.extensions.def_list import DefListExtension
    from markdown.extensions.fenced_code import FencedCodeExtension
    from markdown.extensions.footnotes import FootnoteExtension
    from markdown.extensions.md_in_html import MarkdownInHtmlExtension
    from markdown.extensions.sane_lists import SaneListExtension

    as_elsewhere = _AsElsewhere()
    extensions: list[Extension] = [
        FencedCodeExtension(),
        SaneListExtension(),
        DefListExtension(),
        FootnoteExtension(BACKLINK_TEXT=_BACK),
        MarkdownInHtmlExtension(),
        AttrListExtension(),
        AdmonitionExtension(),
        as_elsewhere,
    ]
    return markdown.Markdown(extensions=extensions), as_elsewhere


class _AsElsewhere(Extension):
    """Blocks lie within others as in CommonMark, and Markdown inside `<details>` is Markdown.

    Each quote is its own, and `## Word{#anchor}` has that anchor. Callouts, tasks, `~~struck~~` and a
    backslash at a line's end are what they are on GitHub, and so is a backslash before any punctuation.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unclear: list[Unclear] = []
        self.too_wide: list[tuple[str, str]] = []

    def reset(self) -> None:
        """For the next text."""
        self.unclear.clear()
        self.too_wide.clear()

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802  the name it is called by
        """Each processor in its place in the order.

        Containers when tabs are gone, before fenced code; lines after that, before md_in_html looks for its
        attribute. What replaces a processor of Python-Markdown's has its place.
        """
        md.registerExtension(self)
        md.preprocessors.register(_Containers(md, self.unclear), "containers", 28)
        md.preprocessors.register(_Lines(md), "lines_as_elsewhere", 22)
        md.treeprocessors.register(_Ours(md), "as_ours", 22)
        attribute_lists: Any = md.treeprocessors["attr_list"]
        attribute_lists.run = partial(_where_braces_are, attribute_lists.run)
        inline.extend(md)
        md.parser.blockprocessors.register(_Tables(md.parser, self.too_wide), "table", 75)
        md.parser.blockprocessors.register(_Headings(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(_Underlined(md.parser), "setextheader", 60)
        md.parser.blockprocessors.register(_Quotes(md.parser), "quote", 20)
        md.parser.blockprocessors.register(_Paragraphs(md.parser), "wordy_paragraph", 110)
        md.parser.blockprocessors.register(_Admonitions(md.parser), "admonition", 105)
        for processor in md.parser.blockprocessors:
            for name in ("RE", "SEARCH_RE"):
                if isinstance(pattern := getattr(processor, name, None), re.Pattern):
                    setattr(processor, name, _Remembering(pattern))


class _Remembering:
    """Searches as its pattern does, but not again what stands below a line of a block without any match.

    Python-Markdown takes what it finds off a block's top, and then searches all that is left for all else.
    """

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.match, self.finditer, self._pattern = pattern.match, pattern.finditer, pattern
        self._without = ""

    def search(self, block: str) -> re.Match[str] | None:
        """The first match in `block`, of a pattern that begins where a line does."""
        if len(block) < _LONG:
            return self._pattern.search(block)
        above = len(self._without) - len(block)
        if self._without.endswith(block) and (not above or self._without[above - 1] == "\n"):
            return None
        found = self._pattern.search(block)
        if not found:
            self._without = block
        return found


class _Tables(TableProcessor):
    """A backslash before a bar keeps it in its cell, and is gone before the cell is read, as on GitHub.

    `too_wide` gets each row, as it is written, and the first of its cells that the table has no column for.
    """

    def __init__(self, parser: BlockParser, too_wide: list[tuple[str, str]]) -> None:
        super().__init__(parser, {"use_align_attribute": True})
        self._too_wide = too_wide

    def test(self, parent: Element, block: str) -> bool:
        """As Python-Markdown's, which takes each block apart for what hardly any has."""
        return "|" in block and super().test(parent, block)

    def _build_row(self, row: str, parent: Element, align: Sequence[str | None]) -> None:
        super()._build_row(row, parent, align)  # type: ignore[misc]
        if row.strip("| ").count("|") >= len(align):  # else none is beyond, which is quick to know
            beyond = (cell.strip() for cell in self._split_row(row)[len(align) :])  # type: ignore[attr-defined]
            self._too_wide += [(row, cell) for cell in islice(filter(None, beyond), 1)]

    def _split(self, row: str) -> list[str]:
        return [_BAR.sub(lambda found: found[1] or "|", cell) for cell in super()._split(row)]  # type: ignore[misc]


class _Headings(HashHeaderProcessor):
    """Blanks stand between a heading's signs and its text: `#12345` is a word, and so is `C#` in `## C#`."""

    RE = re.compile(
        r"(?:^|\n) {0,3}(?P<level>#{1,6})(?![^ \n])"
        r"(?P<header>(?:[^ \n]++| ++(?!#*+ *+(?:\n|$)))*+)"
        r" *+#*+ *+(?:\n|$)"
    )


class _Underlined(SetextHeaderProcessor):
    def test(self, parent: Element, block: str) -> bool:
        """As Python-Markdown's, but for an item or a quote, which an empty one or a rule may follow."""
        return super().test(parent, block) and not _NO_HEADING.match(block)

    def run(self, parent: Element, blocks: list[str]) -> None:
        """As Python-Markdown's, which takes the whole block apart into lines."""
        text, line, *below = blocks.pop(0).split("\n", 2)
        SubElement(parent, "h1" if line.startswith("=") else "h2").text = text.strip()
        blocks[:0] = below


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


def _where_braces_are(run: Callable[[Element], None], root: Element) -> None:
    """Looks for attribute lists, for which each element is searched, in those articles that may have any."""
    if "{" in "".join(root.itertext()):
        run(root)


class _Ours(Treeprocessor):
    def run(self, root: Element) -> None:
        """Callouts, folded parts and tasks as our pages have them."""
        as_ours(root)
