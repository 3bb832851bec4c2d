"""Builds an index, as a process of its own that a test can kill: python -m tests.kb.search.building HOME N.

Says "begun" once it has begun to write, then waits at its first article until standard input ends.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.search.index import build_index
from tests.kb.search.libraries import article, library


def shelf(count: int) -> Any:
    """A library of `count` articles, each about a parcel and its own number."""
    return library(*(article(f"a{n:04}", f"Parcel {n}", f"number{n} of many") for n in range(count)))


def _pausing(things: Any, label: str) -> Iterator[Any]:
    for number, thing in enumerate(things):
        if number == len(things) // 2 and label == "Writing the index":
            print("begun", flush=True)  # noqa: T201  the test waits for it
            sys.stdin.read()
        yield thing


if __name__ == "__main__":
    build_index(Path(sys.argv[1]), shelf(int(sys.argv[2])), track=_pausing)
