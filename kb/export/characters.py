"""Which characters are letters and digits: Python's idea of it, for JavaScript to share.

The two know different versions of Unicode, and would cut a text into other words where they differ. So the
tables travel with the index, and a word is the same in both for every character there is.
"""

import re
from functools import cache

import numpy as np

from kb.export.dense import Stream, encode_deltas
from kb.search.arrays import Array

_WORD = re.compile(r"[^\W_]+")
"""Runs of what `str.isalnum` is true of: all letters and digits of any kind."""

_END = 0x40000
"""Beyond the first four planes Unicode has given no letter or digit to any code point (its Roadmaps)."""


@cache
def character_tables() -> dict[str, Stream]:
    """For each kind the code points where a run of its characters begins and, in turn, where it has ended."""
    codes = np.arange(_END, dtype="<u4")
    every = codes.tobytes().decode("utf-32-le", "surrogatepass")
    runs = [found.span() for found in _WORD.finditer(every)]
    words = "".join(every[begin:end] for begin, end in runs)
    within = np.concatenate([codes[begin:end] for begin, end in runs])
    is_letter = np.fromiter(map(str.isalpha, words), bool)
    others = within[~is_letter].tolist()
    kinds = {
        "letter": within[is_letter],
        "digit": [code for code in others if chr(code).isdigit()],
        "decimal": [code for code in others if chr(code).isdecimal()],  # what `\d` matches
    }
    edges = {kind: _edges(inside) for kind, inside in kinds.items()}
    return {kind: encode_deltas(found) for kind, found in {"word": np.array(runs).ravel(), **edges}.items()}


def _edges(codes: Array | list[int]) -> Array:
    """Where runs of `codes`, which ascend, begin and have ended."""
    inside = np.zeros(_END, bool)
    inside[codes] = True
    return np.flatnonzero(np.diff(inside, prepend=False, append=False))
