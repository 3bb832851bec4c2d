"""Code, quotes, callouts and HTML in a text of Markdown: what has lines of its own, fit for Python-Markdown.

CommonMark has them within list items and one another; Python-Markdown wants fenced code at the margin, so
that is set apart. Other sites' callouts are written as ours. Only what Python-Markdown would not take as it
is becomes another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from kb.content import callouts, directives, raw_html
from kb.content.blocks import LEVEL, Blocks, Unclear
from kb.content.lines import ADMONITION, FENCE, QUOTE, dedented, end_of_fence

_DEEPEST_QUOTE = 20
"""Quotes within more quotes than these stay as they are."""


def arranged(lines: list[str], store: Callable[[str], str], unclear: list[Unclear]) -> list[str]:
    """`lines` of Markdown without tabs, so that Python-Markdown finds in them what CommonMark finds.

    `store` keeps a piece of HTML and gives the placeholder to write for it; `unclear` gets what remains.
    """
    return _Containers(lines, unclear, store=store).run()


@dataclass(slots=True, kw_only=True)
class _Containers(Blocks):
    """One pass over the lines of a text, or of a quote or callout in it."""

    store: Callable[[str], str]
    endless: set[str] = field(default_factory=set)  # what nothing below ends
    told: set[str] = field(default_factory=set)  # directives that are not understood
    html: int = 0  # elements of raw HTML that are open, with Markdown in them

    def _holder(self, rest: str, indent: int, depth: int, column: int) -> bool:
        first = rest[0]
        if first in directives.SIGNS and self._directive(rest, indent, depth, column):
            return True
        if first in "`~":
            return self._fence(rest, indent, depth, column)
        if first == ">":
            self._quote(indent, depth, column)
            return True
        return first == "<" and not depth and self._html(rest)

    def _first_holder(self, text: str, indent: int, depth: int) -> bool:
        if text[0] in "`~":
            return self._fence(text, indent, depth, 0)
        if text[0] == ":":
            return self._directive(text, indent, depth, 0)
        callout = callouts.admonition(text)
        if not ADMONITION.match(callout):
            return False
        self._part()
        self.items[-1].width = self.items[-1].offset  # as if it were indented that far
        self._block(callout, indent, depth, 0)
        return True

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
            self._code(begin, end, indent, depth)
        self._end_chunk()
        return True

    def _code(self, begin: int, end: int, indent: int, depth: int) -> None:
        self._part()
        code = escape("".join(f"{line}\n" for line in dedented(self.lines[begin:end], indent)))
        self.out += [" " * (depth * LEVEL) + self.store(f"<pre><code>{code}</code></pre>"), ""]

    def _directive(self, rest: str, indent: int, depth: int, column: int) -> bool:
        """Whether a line is meant for a builder; then what it says here is written, or nothing."""
        if rest.startswith(":::") and self._colons(rest, indent, depth, column):
            return True
        found = directives.directive(rest)
        if not found or (self.in_text and rest[0] in "ie*") or (not rest.strip(": ") and not self.told):
            return False
        if found.name and found.name not in self.told:
            self.told.add(found.name)
            problem = f"'{found.name}' is not understood: it is left out, and what it holds is shown."
            self._warn(self.at - 1, problem, "Say in Markdown or HTML what it means.")
        end = self._end_of(found, indent - column, depth)
        if found.holds == directives.COMMENT and end is None and not found.shown:
            return False
        self._part()
        if found.shown:
            self._block(found.shown, indent, depth, column)
            self._part()
        if end is None:
            return True
        begin, self.at = self.at, end + 1
        if found.holds == directives.CODE:
            self._code(begin, end, indent, depth)
        elif found.holds != directives.COMMENT:
            self._admonition(callouts.admonition(found.holds), begin, end, indent, depth)
        self._end_chunk()
        return True

    def _end_of(self, found: directives.Directive, origin: int, depth: int) -> int | None:
        """The line that ends what a directive holds; None where nothing does, or in what it does not lie."""
        if not found.end or (not depth and found.end.pattern in self.endless):
            return None
        for at in range(self.at, len(self.lines)):
            line = self.lines[at]
            if found.end.search(line):
                return at
            if line[:origin].strip(" "):
                return None
        if not depth:
            self.endless.add(found.end.pattern)
        return None

    def _colons(self, rest: str, indent: int, depth: int, column: int) -> bool:
        """Writes what stands between lines of colons as an admonition, arranged by itself."""
        opened = callouts.container(rest)
        if not opened or not opened.admonition or self.quotes == _DEEPEST_QUOTE:
            return False
        fence, begin, name = opened.fence, self.at, f"'{opened.fence}{opened.name}'"
        end, closed = begin, False
        if depth or not fence.startswith(tuple(self.endless)):
            end, closed = end_of_fence(self.lines, begin, fence, indent - column)
        if not closed:
            self.endless |= set() if depth else {fence}
            fix = f"Put a line '{fence}' after it, indented as this one is."
            self._warn(begin - 1, f"{name} is never closed.", fix)
            return False
        self.at = end + 1
        self._admonition(opened.admonition, begin, end, indent, depth)
        return True

    def _admonition(self, opening: str, begin: int, end: int, indent: int, depth: int) -> None:
        """Writes the lines from `begin` to `end` as what an admonition holds."""
        self._part()
        del self.items[depth:]
        inner = dedented(self.lines[begin:end], indent)
        if self.quotes < _DEEPEST_QUOTE:
            inner = self._within(inner, begin).run()
        margin = " " * (depth * LEVEL)
        self.out.append(margin + opening)
        self.out += [f"{margin}{' ' * LEVEL}{line}" if line else "" for line in inner]
        self.out.append("")
        self._end_chunk()

    def _within(self, lines: list[str], begin: int) -> "_Containers":
        """The lines that stand in a quote or callout from line `begin` on."""
        first = self.first + begin
        return _Containers(lines, self.unclear, self.quotes + 1, first, store=self.store, told=self.told)

    def _quote(self, indent: int, depth: int, column: int) -> None:
        """Writes all lines of a quote, arranged by themselves."""
        if self.chunk is not None and depth < len(self.items):
            self._part()
        del self.items[depth:]
        begin, inner = self.at - 1, self._quoted(indent - min(column, LEVEL - 1))
        straight_after_item = self.chunk is not None and self.chunk >= 0
        level = (depth - straight_after_item) * LEVEL
        new = inner
        if self.quotes < _DEEPEST_QUOTE:
            new = self._within(inner, begin).run()
        if new == inner and level <= indent < level + LEVEL:
            self.out += self.lines[begin : self.at]
        else:
            margin = " " * level
            self.out += [f"{margin}> {line}" if line.strip(" ") else f"{margin}>" for line in new]
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
