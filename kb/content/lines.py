"""What lines of Markdown begin, each looked at by itself or with those after it."""

import re
from collections.abc import Sequence

ITEM = re.compile(r"([-*+]|\d{1,9}[.)])(?:( {1,4})(?=\S)| {5,}(?=\S)| *$)")
RULE = re.compile(r"([-*_])(?: *\1){2,} *$")
FENCE = re.compile(r"(`{3,})(?=[^`]*$)|(~{3,})")
QUOTE = re.compile(r" {0,3}> ?")
UNDERLINE = re.compile(r"(?:=+|-+) *$")
HEADING = re.compile(r"#{1,6}(?: |$)")
ADMONITION = re.compile(r"!!! ?[\w-]")
NOTE = re.compile(r"\[\^[^\]]+\]:|: {1,3}\S")
"""A footnote or a definition."""

_ROW = re.compile(r"\|?(?: *:?-+:? *\|)* *:?-+:?(?: *\|)?")
"""What stands below the head of a table."""

_BAR = re.compile(r"(?<!\\)\|")


def is_table(line: str, below: str) -> bool:
    """Whether a table begins with `line` and the one below it, by their cells."""
    row = below.strip(" ")
    return "|" in row and _ROW.fullmatch(row) is not None and cells(row) == cells(line.strip(" "))


def cells(row: str) -> int:
    """How many cells a row of a table has."""
    return 1 + len(_BAR.findall(row.removeprefix("|").removesuffix("|")))


def end_of_fence(lines: Sequence[str], begin: int, fence: str, origin: int) -> tuple[int, bool]:
    """The line from `begin` on that closes `fence`, and True; or that ends what it lies in, and False.

    What it lies in is indented by `origin`; a closing fence by less than four more
    (https://spec.commonmark.org/0.31.2/#fenced-code-blocks). One that is not indented enough closes it too.
    """
    for at in range(begin, len(lines)):
        rest = lines[at].lstrip(" ")
        indent = len(lines[at]) - len(rest)
        closes = rest.startswith(fence) and not rest.strip(f"{fence[0]} ")
        if (rest and indent < origin) or (closes and indent < origin + 4):
            return at, closes
    return len(lines), False


def dedented(lines: Sequence[str], indent: int) -> list[str]:
    """`lines` without `indent` blanks, or as many as each has."""
    return [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines]
