"""SVG files that could do more than show a drawing: opened by its own address, one is a page of ours.

The server forbids such a page its scripts; the host of an export may not, so it must have none. Files are
read as browsers read them, because scripts can be written in many ways (entities, prefixes, encodings).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from kb.errors import Problem

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy (CSP) of a drawing that is opened by its own address."""

_LOADS_OR_LEADS = frozenset("applet base embed form frame frameset iframe link meta object portal".split())
"""Elements of HTML that a label of a diagram (in a `foreignObject`) has no use for."""

_GIVEN = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*')""")
"""What an instruction says, by names."""
_REMOVE = "Remove it, or save the drawing as PNG."
_REPAIR = "Save it again with the program that made it, or as PNG."


class Fault(NamedTuple):
    """What keeps a drawing from being served, the line where it stands, and the fix."""

    line: int
    problem: str
    fix: str


def is_drawing(path: str) -> bool:
    """Whether a file's name says that it is SVG."""
    return path.lower().endswith(".svg")


def fault_in(drawing: Path) -> Fault | None:
    """The first thing in an SVG file that is not for pictures; None when it may be served.

    Raises OSError when it can't be read.
    """
    stat = drawing.stat()
    return _fault(drawing, stat.st_size, stat.st_mtime_ns)


def drawing_problems(folder: Path, name: str, paths: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with the SVG files among `paths` below `folder`, which messages call `name`."""
    for path in filter(is_drawing, paths):
        try:
            fault = fault_in(folder / path)
        except OSError:
            continue
        if fault:
            line, problem, fix = fault
            yield Problem(f"{name}/{path}", line, f"{problem} So it is not served.", fix)


@lru_cache(maxsize=10_000)
def _fault(drawing: Path, _size: int, _changed: int) -> Fault | None:
    """As `fault_in`, read again only when the file is another."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[Fault] = []

    def tell(problem: str) -> None:
        found.append(Fault(parser.CurrentLineNumber, f"{problem}.", _REMOVE))

    def element(name: str, attributes: dict[str, str]) -> None:
        own = name.rpartition(" ")[2]
        if own.lower() == "script":
            tell("holds a script")
        elif own.lower() in _LOADS_OR_LEADS:
            tell(f"holds another page's content, or a form ('{own}')")
        for key, value in attributes.items():
            if key.lower().startswith("on"):
                tell(f"runs a script ('{key}')")
            elif "javascript:" in "".join(value.split()).lower():
                tell(f"runs a script ('{key.rpartition(' ')[2]}' is a 'javascript:' address)")

    def instruction(target: str, data: str) -> None:
        kinds = {value[1:-1] for name, value in _GIVEN.findall(data) if name == "type"}
        if target == "xml-stylesheet" and kinds != {"text/css"}:
            tell("is made into something else by a stylesheet")

    def entity(name: str, is_parameter: int, *_: object) -> None:
        if is_parameter:  # what is declared behind one, expat passes over and browsers don't
            tell(f"declares something in a way that may hide a script ('%{name};')")

    parser.StartElementHandler, parser.ProcessingInstructionHandler = element, instruction
    parser.EntityDeclHandler = parser.SkippedEntityHandler = entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)  # or one is skipped without a word
    try:
        parser.Parse(drawing.read_bytes(), True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        found.append(Fault(line, f"can't be read as a drawing: {error}.", _REPAIR))
    return found[0] if found else None
