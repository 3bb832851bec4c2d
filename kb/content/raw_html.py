"""Blocks of raw HTML, which for CommonMark end at an empty line: what comes after it is Markdown again.

https://spec.commonmark.org/0.31.2/#html-blocks. Python-Markdown takes all up to the closing tag as it is, and
so do we, unless what stands after an empty line within can only be Markdown.
"""

import re
from collections.abc import Sequence
from itertools import islice, takewhile

_BEGIN = re.compile(r"<(?:!--|/?[a-z][a-z0-9-]*(?:[\s/>]|$))", re.IGNORECASE)
_ENDED = re.compile(r"<(?:!--|(pre|script|style|textarea)\b)", re.IGNORECASE)

_NAMES = (
    "address|article|aside|blockquote|center|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|li|main|menu|nav|ol|p|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCK = re.compile(rf"</?(?:{_NAMES})(?=[\s/>]|$)", re.IGNORECASE)
_TAGS = re.compile(rf"<(/?)(?:{_NAMES})(?:\s[^<>]*)?>", re.IGNORECASE)
_LEFT_TO_OTHERS = re.compile(r"<details\b|\smarkdown\b", re.IGNORECASE)


def begins(line: str) -> bool:
    """Whether raw HTML begins with `line`, which is not indented."""
    return _BEGIN.match(line) is not None


def end_of(lines: Sequence[str], begin: int) -> int:
    """The line after the raw HTML that begins at `begin`."""
    ended = _ENDED.match(lines[begin].lstrip(" "))
    closing = re.compile(f"</{ended[1]}>" if ended[1] else "-->", re.IGNORECASE) if ended else None
    for at in range(begin, len(lines)):
        if closing and closing.search(lines[at]):
            return at + 1
        if not closing and not lines[at].strip(" "):
            return at
    return len(lines)


def depth_after(html: str, depth: int) -> int:
    """How many elements are open after the block `html`, where `depth` were before it."""
    return max(0, depth + sum(-1 if found[1] else 1 for found in _TAGS.finditer(html)))


def goes_on_in_markdown(lines: Sequence[str], begin: int, end: int) -> bool:
    """Whether the raw HTML of `lines[begin:end]` leaves something open, and Markdown comes then."""
    html = "\n".join(lines[begin:end])
    if not is_block(html) or _LEFT_TO_OTHERS.search(html) or not depth_after(html, 0):
        return False
    after = next((at for at in range(end, len(lines)) if lines[at].strip(" ")), end)
    if after == end or lines[after].startswith(("<", "    ")):
        return False
    paragraph = takewhile(lambda line: line.strip(" "), islice(lines, after, None))
    return not any(_BLOCK.search(line, 1) for line in paragraph)


def is_block(html: str) -> bool:
    """Whether `html` begins with the tag of an element that is no part of a line."""
    return _BLOCK.match(html.lstrip(" ")) is not None
