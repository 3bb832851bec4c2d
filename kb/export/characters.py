"""Which characters are letters and digits: Python's idea of it, for JavaScript to share.

The two know different versions of Unicode, and would cut a text into other words where they differ. So the
tables travel with the index, and a word is the same in both for every character there is.
"""

import sys
from collections.abc import Callable
from functools import cache

import numpy as np

from kb.export.dense import Stream, encode_deltas

_KINDS: dict[str, Callable[[str], bool]] = {
    "word": str.isalnum,  # what `[^\W_]` matches
    "letter": str.isalpha,
    "digit": str.isdigit,
    "decimal": str.isdecimal,  # what `\d` matches
}


@cache
def character_tables() -> dict[str, Stream]:
    """For each kind the code points where a run of its characters begins and, in turn, where it has ended."""
    return {kind: encode_deltas(_edges(belongs)) for kind, belongs in _KINDS.items()}


def _edges(belongs: Callable[[str], bool]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    inside = np.fromiter(map(belongs, map(chr, range(sys.maxunicode + 1))), bool)
    return np.flatnonzero(np.diff(inside, prepend=False, append=False))
