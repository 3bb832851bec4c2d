"""Compiles the inner loops of the search where that was not done yet, and installs a C compiler for it.

Nothing fails without one: the same loops run as Python, and what compares the two is skipped.
"""

import sys
from pathlib import Path

from hatch_build import LOOPS, compile_loops
from tests import debian
from tests.builders import REPOSITORY


def compiled_modules() -> list[Path]:
    """The loops that are compiled for this Python, in the order of their names in `LOOPS`."""
    tag, search = sys.implementation.cache_tag, REPOSITORY / "kb" / "search"
    return [file for name in LOOPS for file in search.glob(f"{name}.{tag}*.so")]


if __name__ == "__main__" and not compiled_modules():
    debian.install("gcc", "libc6-dev", "python3-dev")
    if not compile_loops(REPOSITORY):
        sys.exit("No C compiler could be installed: the tests run, but their searches are slow.")
