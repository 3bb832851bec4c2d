"""A Markdown body without its code and comments, in which nothing is a link.

Each is found by looking once at all places where one may end: a search from each beginning would go to the
text's end, and an article may be nothing but beginnings.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

_BEGINS = re.compile(
    r"^[ \t>]*+(?P<fence>`{3,}+(?=[^`\n]*+$)|~{3,}+)[^\n]*+$|(?P<ticks>`++)|<!--", re.MULTILINE
)
_FENCE_ENDS = re.compile(r"^[ \t>]*+(`{3,}+|~{3,}+)[`~]*+[ \t]*+$", re.MULTILINE)
_TICKS = re.compile(r"`++")
_BLANK_LINE = re.compile(r"\n[ \t]*+(?=\n)")


def without_code(body: str) -> str:
    """`body` with blanks in place of code and comments: all else stands where it stood."""
    ends = _Ends(body)
    parts, done, place = [], 0, 0
    while found := _BEGINS.search(body, place):
        end = ends.after(found)
        place = end or found.end("fence" if found["fence"] else 0)
        if end:
            parts += [body[done : found.start()], re.sub(r"[^\n]", " ", body[found.start() : end])]
            done = end
    return "".join([*parts, body[done:]])


class _FenceEnd(NamedTuple):
    begin: int
    end: int
    length: int
    longest: int  # of this one and all after it


class _Ends:
    """The places where code and comments of a body may end."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._last_comment = body.rfind("-->")
        self._blank_lines = [found.start() for found in _BLANK_LINE.finditer(body)]
        self._ticks: dict[int, list[int]] = defaultdict(list)  # by how many there are
        for found in _TICKS.finditer(body):
            self._ticks[len(found[0])].append(found.start())
        self._fences: dict[str, list[_FenceEnd]] = {"`": [], "~": []}
        for found in reversed(list(_FENCE_ENDS.finditer(body))):
            ends, length = self._fences[found[1][0]], len(found[1])
            longest = max(length, ends[-1].longest if ends else 0)
            ends.append(_FenceEnd(found.start(), found.end(), length, longest))
        for ends in self._fences.values():
            ends.reverse()

    def after(self, begun: re.Match[str]) -> int | None:
        """Where what has `begun` ends, None where it does not."""
        fence = begun["fence"] or ""
        if fence.startswith("~"):
            return self._fence(fence, begun.end())
        if fence:
            return self._fence(fence, begun.end()) or self._code(len(fence), begun.end("fence"))
        if begun["ticks"]:
            return self._code(len(begun["ticks"]), begun.end())
        end = self._body.index("-->", begun.end()) if begun.end() <= self._last_comment else None
        return None if end is None else end + len("-->")

    def _fence(self, fence: str, begin: int) -> int | None:
        ends = self._fences[fence[0]]
        for place in range(bisect_left(ends, (begin,)), len(ends)):
            if ends[place].longest < len(fence):
                return None
            if ends[place].length >= len(fence):
                return ends[place].end
        return None

    def _code(self, ticks: int, begin: int) -> int | None:
        """Code in a line ends within its paragraph."""
        ends = self._ticks[ticks]
        place, blank = bisect_left(ends, begin), bisect_left(self._blank_lines, begin)
        if place == len(ends) or (blank < len(self._blank_lines) and self._blank_lines[blank] < ends[place]):
            return None
        return ends[place] + ticks
