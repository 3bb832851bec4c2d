"""Lists, quotes and fenced code within one another, as CommonMark has them, made fit for Python-Markdown.

CommonMark goes by columns: what is indented as far as an item's own text belongs to the item
(https://spec.commonmark.org/0.31.2/#list-items). Python-Markdown wants four blanks a level, an empty line
between a paragraph and a list, and fenced code at the margin. So lines are indented anew, empty lines added
and fenced code is set apart, but only where Python-Markdown would not take them as they are. A table may
follow a line of text, as on GitHub (https://github.github.com/gfm/#tables-extension-), and other sites'
callouts are written as ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from kb.content import callouts, raw_html
from kb.content.lines import (
    ADMONITION,
    FENCE,
    HEADING,
    ITEM,
    NOTE,
    QUOTE,
    RULE,
    dedented,
    end_of_fence,
    is_table,
)

_LEVEL = 4
"""How many blanks Python-Markdown wants for each level."""

_DEEPEST_QUOTE = 20
"""Quotes within more quotes than these stay as they are."""

_SIGNS = frozenset("`~>#<-*+_:0123456789")
"""What lines begin with that are more than text."""


class Unclear(NamedTuple):
    """What others read otherwise than we do: the line (from 0), what is wrong with it, and the fix."""

    line: int
    problem: str
    fix: str


def arranged(lines: list[str], store: Callable[[str], str], unclear: list[Unclear]) -> list[str]:
    """`lines` of Markdown without tabs, so that Python-Markdown finds in them what CommonMark finds.

    `store` keeps a piece of HTML and gives the placeholder to write for it; `unclear` gets what remains.
    """
    return _Blocks(lines, store, unclear).run()


@dataclass(slots=True)
class _Item:
    """A list item ("ul" or "ol"), or what else has indented text ("").

    Its text stands at column `text` of the lines. Lines belong to it that are indented by `offset` more than
    what it lies in, or by a level as Python-Markdown has it; `width` of that is not their own indentation.
    """

    kind: str
    text: int
    offset: int
    width: int


@dataclass(slots=True)
class _Blocks:
    """One pass over the lines of a text, or of a quote in it."""

    lines: list[str]
    store: Callable[[str], str]
    unclear: list[Unclear]
    quotes: int = 0  # that these lines lie in
    first: int = 0  # where they begin in the whole text
    out: list[str] = field(default_factory=list)
    at: int = 0  # the line to be read next
    items: list[_Item] = field(default_factory=list)
    in_text: bool = False  # whether the line before is a paragraph's, which the next may go on with
    chunk: int | None = None  # depth of the item that the lines since the last empty one begin with, or -1
    shift: int = 0  # what was added to the indentation of the block that goes on
    endless: set[str] = field(default_factory=set)  # fences that nothing below closes
    html: int = 0  # elements of raw HTML that are open, with Markdown in them

    def run(self) -> list[str]:
        """All lines, arranged."""
        lines, out = self.lines, self.out
        while self.at < len(lines):
            line = lines[self.at]
            self.at += 1
            rest = line.lstrip(" ")
            if not rest:
                out.append(line)
                self.in_text, self.chunk = False, None
            elif line[0].isalpha() and not self.items and "|" not in line:
                out.append(line)  # as most lines, and nothing to be asked
                self.in_text, self.chunk, self.shift = True, -1, 0
            else:
                self._read(rest, len(line) - len(rest))
        return out

    def _read(self, rest: str, indent: int) -> None:
        depth, column = self._place(indent)
        ended, is_code = False, column >= _LEVEL and not depth * _LEVEL <= indent < (depth + 1) * _LEVEL
        if rest[0] in "?=" and not is_code:
            rest = callouts.admonition(rest)
        if rest[0] in _SIGNS and not is_code:
            if self._container(rest, indent, depth, column):
                return
            ended = (HEADING if rest[0] == "#" else RULE).match(rest) is not None
        table = self.in_text and "|" in rest and is_table(rest, "".join(self.lines[self.at : self.at + 1]))
        if self.in_text and not (ended or table):  # a paragraph goes on, wherever it is indented to
            moved = self.shift if depth == len(self.items) else 0
            self.out.append(" " * max(0, indent + moved) + rest)
            return
        if table or (ended and depth):
            self._part()
        self._block(rest, indent, depth, column)
        if ended:
            self._end_chunk()

    def _place(self, indent: int) -> tuple[int, int]:
        """How many of the open items a line lies in, and its indentation within the innermost of them."""
        for depth, item in enumerate(self.items):
            if indent < item.offset and indent < _LEVEL:
                return depth, indent
            if indent < item.width:
                item.width = indent
            indent -= item.width
        return len(self.items), indent

    def _target(self, indent: int, depth: int, column: int) -> int:
        """The indentation that Python-Markdown wants: the one there is, if it will do."""
        if column >= _LEVEL:
            return max(indent, depth * _LEVEL + column)
        return indent if depth * _LEVEL <= indent < (depth + 1) * _LEVEL else depth * _LEVEL

    def _end_chunk(self) -> None:
        self.in_text, self.chunk = False, None

    def _part(self) -> None:
        """Writes an empty line, unless there is one."""
        if self.chunk is not None:
            self.out.append("")
            self._end_chunk()

    def _block(self, rest: str, indent: int, depth: int, column: int) -> None:
        """Writes the first line of a paragraph, or of anything else that is no list and no quote."""
        del self.items[depth:]
        target = self._target(indent, depth, column)
        self.out.append(" " * target + rest)
        self.shift = target - indent
        self.in_text = column < _LEVEL
        if self.chunk is None:
            self.chunk = -1
        if rest[0] == "!" and ADMONITION.match(rest):
            self._warn_of_empty(rest, indent)
            self.items.append(_Item("", indent + _LEVEL, _LEVEL, _LEVEL))
            self._end_chunk()
        elif rest[0] in "[:" and NOTE.match(rest):
            self.items.append(_Item("", indent + _LEVEL, _LEVEL, _LEVEL))

    def _container(self, rest: str, indent: int, depth: int, column: int) -> bool:
        """Whether a line begins an item, a quote, fenced code or raw HTML; then what it begins is written."""
        first = rest[0]
        if first in "`~":
            return self._fence(rest, indent, depth, column)
        if first == ">":
            self._quote(indent, depth, column)
            return True
        if first == ":":
            return rest.startswith(":::") and self._colons(rest, indent, depth, column)
        if first == "<":
            return not depth and self._html(rest)
        return first not in "#_" and self._item(rest, indent, depth, column)

    def _item(self, rest: str, indent: int, depth: int, column: int) -> bool:
        found = ITEM.match(rest)
        if not found or RULE.match(rest):
            return False
        mark, blanks, text = found[1], found[2], rest[found.end() :]
        kind = "ol" if mark[0].isdecimal() else "ul"
        within, beside = depth == len(self.items), depth < len(self.items) and self.items[depth].kind == kind
        in_paragraph = self.in_text and within and (self.chunk == -1 or indent < depth * _LEVEL)
        if in_paragraph and not text:
            return False
        if in_paragraph and kind == "ol" and mark[:-1] != "1":  # a number with a full stop, as text has it
            self.out.append(" " * indent + rest.replace(mark, f"{mark[:-1]}\\{mark[-1]}", 1))
            return True
        if self.chunk is None or not 0 <= self.chunk <= depth or not (within or beside):
            self._part()
        self._warn_of_depth(indent, depth)
        del self.items[depth:]
        target = self._target(indent, depth, 0)
        self.shift = target - indent
        if mark[-1] == ")":
            rest = rest.replace(")", ".", 1)
        self.chunk = depth if self.chunk is None else self.chunk
        offset = column + len(mark) + len(blanks or " ")
        self.items.append(_Item(kind, indent - column + offset, offset, max(offset, _LEVEL)))
        if text and text[0] in "`~:?=!":  # what takes more lines begins on the item's first
            self.out.append(" " * target + rest.removesuffix(text))
            if self._first_block(text, indent - column + offset, depth + 1):
                return True
            self.out.pop()
        self.out.append(" " * target + (rest if text or rest[-1] == " " else f"{rest} "))
        self.in_text = True
        return True

    def _first_block(self, text: str, indent: int, depth: int) -> bool:
        """Whether an item's `text` begins code or a callout; then that is written."""
        if text[0] in "`~":
            return self._fence(text, indent, depth, 0)
        if text[0] == ":":
            return text.startswith(":::") and self._colons(text, indent, depth, 0)
        callout = callouts.admonition(text)
        if not ADMONITION.match(callout):
            return False
        self._part()
        self.items[-1].width = self.items[-1].offset  # as if it were indented that far
        self._block(callout, indent, depth, 0)
        return True

    def _warn_of_depth(self, indent: int, depth: int) -> None:
        """Notes an item that lies deeper than CommonMark's three blanks; Python-Markdown takes it for one."""
        text = self.items[depth - 1].text if depth else 0
        if not text <= indent < text + _LEVEL:
            problem = f"this list is indented by {indent} blanks, which elsewhere makes it code or text."
            self._warn(self.at - 1, problem, f"Indent it by {text} blanks, as far as the text it belongs to.")

    def _warn_of_empty(self, rest: str, indent: int) -> None:
        """Notes an admonition whose text is not indented; one with a title may have none."""
        at = next((at for at in range(self.at, len(self.lines)) if self.lines[at].strip(" ")), None)
        below = "" if at is None else self.lines[at]
        is_inside = len(below) - len(below.lstrip(" ")) >= indent + _LEVEL
        if not is_inside and (at == self.at or '"' not in rest):
            self._warn(self.at - 1, f"the callout '{rest}' holds no text.", "Indent its text by four blanks.")

    def _warn(self, at: int, problem: str, fix: str) -> None:
        self.unclear.append(Unclear(self.first + at, problem, fix))

    def _fence(self, rest: str, indent: int, depth: int, column: int) -> bool:
        opened = FENCE.match(rest)
        if not opened or (not depth and opened[0].startswith(tuple(self.endless))):
            return False
        fence, begin = opened[0], self.at
        end, closed = end_of_fence(self.lines, begin, fence, indent - column)
        if not closed:
            fix = f"Put a line '{fence}' after it, indented as this one is."
            self._warn(begin - 1, f"the code that begins with '{fence}' is never closed.", fix)
        if not closed and not depth:
            self.endless.add(fence)
            return False
        self.at = end + closed
        del self.items[depth:]
        if not indent and not self.quotes:
            # Python-Markdown takes it here, unless much stands after the fence.
            self.out += [fence, *self.lines[begin:end], fence]
        else:
            self._part()
            code = escape("".join(f"{line}\n" for line in dedented(self.lines[begin:end], indent)))
            self.out += [" " * (depth * _LEVEL) + self.store(f"<pre><code>{code}</code></pre>"), ""]
        self._end_chunk()
        return True

    def _colons(self, rest: str, indent: int, depth: int, column: int) -> bool:
        """Writes what stands between lines of colons as an admonition, arranged by itself."""
        opened = callouts.container(rest)
        if not opened or self.quotes == _DEEPEST_QUOTE:
            return False
        fence, begin, name = opened.fence, self.at, f"'{opened.fence}{opened.name}'"
        if not opened.admonition:
            fix = "Write it in Markdown or HTML; ':::note' and the like make callouts."
            self._warn(begin - 1, f"{name} is not understood, and shows as it is.", fix)
            return False
        end, closed = begin, False
        if depth or not fence.startswith(tuple(self.endless)):
            end, closed = end_of_fence(self.lines, begin, fence, indent - column)
        if not closed:
            self.endless |= set() if depth else {fence}
            fix = f"Put a line '{fence}' after it, indented as this one is."
            self._warn(begin - 1, f"{name} is never closed.", fix)
            return False
        self._part()
        self.at = end + 1
        del self.items[depth:]
        lines = dedented(self.lines[begin:end], indent)
        inner = _Blocks(lines, self.store, self.unclear, self.quotes + 1, self.first + begin).run()
        margin = " " * (depth * _LEVEL)
        self.out.append(margin + opened.admonition)
        self.out += [f"{margin}{' ' * _LEVEL}{line}" if line else "" for line in inner]
        self.out.append("")
        self._end_chunk()
        return True

    def _quote(self, indent: int, depth: int, column: int) -> None:
        """Writes all lines of a quote, arranged by themselves."""
        if self.chunk is not None and depth < len(self.items):
            self._part()
        del self.items[depth:]
        begin, inner = self.at - 1, self._quoted(indent - min(column, _LEVEL - 1))
        straight_after_item = self.chunk is not None and self.chunk >= 0
        level = (depth - straight_after_item) * _LEVEL
        new = inner
        if self.quotes < _DEEPEST_QUOTE:
            blocks = _Blocks(inner, self.store, self.unclear, self.quotes + 1, self.first + begin)
            new = blocks.run()
        if new == inner and level <= indent < level + _LEVEL:
            self.out += self.lines[begin : self.at]
        else:
            self.out += [f"{' ' * level}> {line}".rstrip(" ") for line in new]
        self.in_text, self.chunk, self.shift = bool(inner[-1].strip(" ")), -1, 0

    def _quoted(self, origin: int) -> list[str]:
        """The lines of the quote that the line before begins, without their marks; reads on after them."""
        inner = []
        self.at -= 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            mark = QUOTE.match(line, origin)
            if not mark or line[:origin].strip(" "):
                break
            inner.append(line[mark.end() :])
            self.at += 1
        return inner

    def _html(self, rest: str) -> bool:
        """Writes raw HTML as it is; for itself, where Markdown comes before what it opens is closed."""
        apart = self.html and raw_html.is_block(rest)
        if not raw_html.begins(rest) or (self.in_text and not apart):
            return False
        del self.items[:]
        begin = self.at - 1
        self.at = raw_html.end_of(self.lines, begin)
        lines = self.lines[begin : self.at]
        if apart or raw_html.goes_on_in_markdown(self.lines, begin, self.at):
            html = "\n".join(lines)
            self.html = raw_html.depth_after(html, self.html)
            self._part()
            self.out += [self.store(html), ""]
            self._end_chunk()
        else:
            self.out += lines
            self.in_text, self.chunk = False, -1
        return True
