"""Compiles the inner loops of the search where that was not done yet, and installs a C compiler for it.

Nothing fails without one: the same loops run as Python, and what compares the two is skipped.
"""

import sys

from hatch_build import LOOPS, compile_loops
from tests import debian
from tests.builders import REPOSITORY


def is_compiled() -> bool:
    """Whether all the loops are there for this Python."""
    tag = sys.implementation.cache_tag
    return all(list((REPOSITORY / "kb" / "search").glob(f"{name}.{tag}*.so")) for name in LOOPS)


if __name__ == "__main__" and not is_compiled():
    debian.install("gcc", "libc6-dev", "python3-dev")
    if len(compile_loops(REPOSITORY)) < len(LOOPS):
        sys.exit("No C compiler could be installed: the tests run, but their searches are slow.")
