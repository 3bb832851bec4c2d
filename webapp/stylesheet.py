"""The site's one stylesheet: its brand's colours, then help.css, and print.css for paper.

One request instead of three, because a browser paints nothing until it has all stylesheets of a page.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp import brand, responses

_SCREEN, _PAPER = "help.css", "print.css"


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The whole stylesheet as `text`; its `version` changes when the text does."""

    text: str
    version: str


def stylesheet(colour: str, folder: Path) -> Stylesheet:
    """The stylesheet for a brand colour, from the files in `folder`, read again when they have changed."""
    changed = tuple((folder / name).stat().st_mtime_ns for name in (_SCREEN, _PAPER))
    return _joined(colour, folder, changed)


@cache
def _joined(colour: str, folder: Path, _changed: tuple[int, ...]) -> Stylesheet:
    screen, paper = ((folder / name).read_text(encoding="utf-8") for name in (_SCREEN, _PAPER))
    text = f"{brand.stylesheet(colour)}{screen}@media print {{\n{paper}}}\n"
    return Stylesheet(text, responses.digest(text.encode()))
