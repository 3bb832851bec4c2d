"""Paragraphs and list items of Markdown, where CommonMark's columns put them, as Python-Markdown wants them.

CommonMark goes by columns: what is indented as far as an item's own text belongs to the item
(https://spec.commonmark.org/0.31.2/#list-items). Python-Markdown wants four blanks a level, and an empty line
between a paragraph and a list. So lines are indented anew and empty lines added, but only where
Python-Markdown would not take them as they are. A table may follow a line of text, as on GitHub
(https://github.github.com/gfm/#tables-extension-).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import NamedTuple

from kb.content import callouts
from kb.content.lines import ADMONITION, FENCE, HEADING, ITEM, NOTE, RULE, UNDERLINE, is_table

LEVEL = 4
"""How many blanks Python-Markdown wants for each level."""

_SIGNS = frozenset("`~>#<-*+_:0123456789")
"""What lines begin with that are more than text."""


class Unclear(NamedTuple):
    """What others read otherwise than we do: the line (from 0), what is wrong with it, and the fix."""

    line: int
    problem: str
    fix: str


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
class Blocks(ABC):
    """One pass over the lines of a text, or of a part of it.

    What has lines of its own (code, a quote, raw HTML …) is written by the methods that are not here.
    """

    lines: list[str]
    unclear: list[Unclear]
    quotes: int = 0  # that these lines lie in
    first: int = 0  # where they begin in the whole text
    out: list[str] = field(default_factory=list)
    at: int = 0  # the line to be read next
    items: list[_Item] = field(default_factory=list)
    in_text: bool = False  # whether the line before is a paragraph's, which the next may go on with
    chunk: int | None = None  # depth of the item that the lines since the last empty one begin with, or -1
    shift: int = 0  # what was added to the indentation of the block that goes on

    @abstractmethod
    def _holder(self, rest: str, indent: int, depth: int, column: int) -> bool:
        """Whether a line begins what has lines of its own; then all of that is written."""

    @abstractmethod
    def _first_holder(self, text: str, indent: int, depth: int) -> bool:
        """Whether an item's first line begins it; then that is written."""

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
            elif (
                line[0].isalpha()
                and not (self.items or "|" in line)
                and (self.in_text or not line.startswith(("import ", "export ")))
            ):
                out.append(line)  # as most lines, and nothing to be asked
                self.in_text, self.chunk, self.shift = True, -1, 0
            else:
                self._read(rest, len(line) - len(rest))
        return out

    def _read(self, rest: str, indent: int) -> None:
        depth, column = self._place(indent)
        ended, is_code = False, column >= LEVEL and not depth * LEVEL <= indent < (depth + 1) * LEVEL
        if rest[0] in "?=" and not is_code:
            rest = callouts.admonition(rest)
        if not is_code and self._holder(rest, indent, depth, column):
            return
        if rest[0] in _SIGNS and not is_code:
            if self._item(rest, indent, depth, column):
                return
            ended = (HEADING if rest[0] == "#" else RULE).match(rest) is not None
            if FENCE.match(rest):  # which nothing closes: at the margin its end would be looked for again
                indent = max(indent, 1)
        table = self.in_text and "|" in rest and is_table(rest, "".join(self.lines[self.at : self.at + 1]))
        if self.in_text and not (ended or table):  # a paragraph goes on, wherever it is indented to
            within = depth == len(self.items)
            moved = self.shift if within else 0
            self.out.append(" " * max(0, indent + moved) + rest)
            if UNDERLINE.match(rest):
                if within and not self.out[-2].lstrip(" ").startswith(">"):
                    self._end_heading(depth)
                else:  # what goes on with the text of an item or a quote from outside is text
                    self.out[-1] = f"\\{rest}"
            return
        if table or (ended and self.items):
            self._part()
        self._block(rest, indent, depth, column)
        if ended:
            self._end_heading(depth)

    def _place(self, indent: int) -> tuple[int, int]:
        """How many of the open items a line lies in, and its indentation within the innermost of them."""
        for depth, item in enumerate(self.items):
            if indent < item.offset and indent < LEVEL:
                return depth, indent
            if indent < item.width:
                item.width = indent
            indent -= item.width
        return len(self.items), indent

    def _target(self, indent: int, depth: int, column: int) -> int:
        """The indentation that Python-Markdown wants: the one there is, if it will do."""
        if column >= LEVEL:
            return max(indent, depth * LEVEL + column)
        return indent if depth * LEVEL <= indent < (depth + 1) * LEVEL else depth * LEVEL

    def _end_chunk(self) -> None:
        self.in_text, self.chunk = False, None

    def _end_heading(self, depth: int) -> None:
        """After a heading or a rule: an empty line, or Python-Markdown takes all below apart for each."""
        if not depth and not self.quotes:
            self._part()
        self._end_chunk()

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
        self.in_text = column < LEVEL
        if self.chunk is None:
            self.chunk = -1
        if rest[0] == "!" and ADMONITION.match(rest):
            self._warn_of_empty(rest, indent)
            self.items.append(_Item("", indent + LEVEL, LEVEL, LEVEL))
            self._end_chunk()
        elif rest[0] in "[:" and NOTE.match(rest):
            self.items.append(_Item("", indent + LEVEL, LEVEL, LEVEL))

    def _item(self, rest: str, indent: int, depth: int, column: int) -> bool:
        found = ITEM.match(rest)
        if not found or RULE.match(rest):
            return False
        mark, blanks, text = found[1], found[2], rest[found.end() :]
        kind = "ol" if mark[0].isdecimal() else "ul"
        within, beside = depth == len(self.items), depth < len(self.items) and self.items[depth].kind == kind
        in_paragraph = self.in_text and within and (self.chunk == -1 or indent < depth * LEVEL)
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
        self.items.append(_Item(kind, indent - column + offset, offset, max(offset, LEVEL)))
        if text and text[0] in "`~:?=!":  # what takes more lines begins on the item's first
            self.out.append(" " * target + rest.removesuffix(text))
            if self._first_holder(text, indent - column + offset, depth + 1):
                return True
            self.out.pop()
        self.out.append(" " * target + (rest if text or rest[-1] == " " else f"{rest} "))
        self.in_text = True
        return True

    def _warn_of_depth(self, indent: int, depth: int) -> None:
        """Notes an item that lies deeper than CommonMark's three blanks; Python-Markdown takes it for one."""
        text = self.items[depth - 1].text if depth else 0
        if not text <= indent < text + LEVEL:
            problem = f"this list is indented by {indent} blanks, which elsewhere makes it code or text."
            self._warn(self.at - 1, problem, f"Indent it by {text} blanks, as far as the text it belongs to.")

    def _warn_of_empty(self, rest: str, indent: int) -> None:
        """Notes an admonition whose text is not indented; one with a title may have none."""
        at = next((at for at in range(self.at, len(self.lines)) if self.lines[at].strip(" ")), None)
        below = "" if at is None else self.lines[at]
        is_inside = len(below) - len(below.lstrip(" ")) >= indent + LEVEL
        if not is_inside and (at == self.at or '"' not in rest):
            self._warn(self.at - 1, f"the callout '{rest}' holds no text.", "Indent its text by four blanks.")

    def _warn(self, at: int, problem: str, fix: str) -> None:
        self.unclear.append(Unclear(self.first + at, problem, fix))
