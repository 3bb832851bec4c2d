"""Markdown as writers know it from elsewhere: Python-Markdown, its extensions, and what these leave out."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_EXTENSIONS = "fenced_code tables sane_lists def_list footnotes md_in_html attr_list admonition".split()
_EXTENSION_SETTINGS: dict[str, dict[str, Any]] = {
    "tables": {"use_align_attribute": True},
    "footnotes": {"BACKLINK_TEXT": "\N{LEFTWARDS ARROW WITH HOOK}\N{VARIATION SELECTOR-15}"},
}

_DETAILS = re.compile(r"^( {0,3}<details)(?![^>]*\bmarkdown\b)", re.IGNORECASE)
_CHOSEN_ANCHOR = re.compile(r"^(#{1,6}.*\S)(\{#[^\s{}]+\}\s*#*\s*)$")
_INLINE = re.compile(r"[`\\*_\[\]!<>&\x02]|  \n")
"""What a text must have one of for any inline Markdown to be in it."""


def converter() -> markdown.Markdown:
    """A converter for one text: those of several would share its footnotes."""
    return markdown.Markdown(extensions=[*_EXTENSIONS, _AsElsewhere()], extension_configs=_EXTENSION_SETTINGS)


class _AsElsewhere(Extension):
    """Markdown inside `<details>` is Markdown, each quote its own, and `## Word{#anchor}` has that anchor."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802  the name it is called by
        """Lines after fenced code, before md_in_html looks for its attribute; plain texts before inline."""
        md.preprocessors.register(_Lines(md), "lines_as_elsewhere", 22)
        md.treeprocessors.register(_PlainTexts(md), "plain_texts", 21)
        md.parser.blockprocessors.register(_Quotes(md.parser), "quote", 20)


class _Quotes(BlockQuoteProcessor):
    """Quotes with an empty line between them stay apart, as in CommonMark; so do GitHub's alerts."""

    def lastChild(self, parent: Element) -> Element | None:  # noqa: N802  the name it is called by
        """Nothing that the next quote could be joined to."""
        return None


class _Lines(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        """The lines, each opened `<details>` marked for md_in_html and anchors set off for attr_list."""
        return [_CHOSEN_ANCHOR.sub(r"\1 \2", _DETAILS.sub(r'\1 markdown="1"', line)) for line in lines]


class _PlainTexts(Treeprocessor):
    def run(self, root: Element) -> None:
        """Before inline Markdown is looked for: texts without any are told apart, which is most of them."""
        for element in root.iter():
            if element.text and not _INLINE.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not _INLINE.search(element.tail):
                element.tail = AtomicString(element.tail)
