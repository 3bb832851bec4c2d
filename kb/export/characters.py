"""Which characters are letters and digits: Python's idea of it, for JavaScript to share.

The two know different versions of Unicode, and would cut a text into other words where they differ. So the
tables travel with the index, and a word is the same in both for every character there is.
"""

import re
import sys
from collections.abc import Callable
from functools import cache

import numpy as np

from kb.export.dense import Stream, encode_deltas
from kb.search.arrays import Array

_WORD = re.compile(r"[^\W_]+")
"""Runs of what `str.isalnum` is true of: all letters and digits of any kind."""

_KINDS: dict[str, Callable[[str], bool]] = {
    "letter": str.isalpha,
    "digit": str.isdigit,
    "decimal": str.isdecimal,  # what `\d` matches
}


@cache
def character_tables() -> dict[str, Stream]:
    """For each kind the code points where a run of its characters begins and, in turn, where it has ended."""
    codes = np.arange(sys.maxunicode + 1, dtype="<u4")
    every = codes.tobytes().decode("utf-32-le", "surrogatepass")
    runs = [found.span() for found in _WORD.finditer(every)]
    tables = {"word": encode_deltas(np.array(runs).ravel())}
    within = np.concatenate([codes[begin:end] for begin, end in runs])
    characters = "".join(every[begin:end] for begin, end in runs)
    for kind, belongs in _KINDS.items():
        inside = np.zeros(len(codes), bool)
        inside[within] = np.fromiter(map(belongs, characters), bool)
        tables[kind] = encode_deltas(_edges(inside))
    return tables


def _edges(inside: Array) -> Array:
    return np.flatnonzero(np.diff(inside, prepend=False, append=False))
