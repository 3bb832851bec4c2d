"""Whole numbers as printable text that gzip still finds repetitions in: (s,c)-dense code.

A number is a run of characters: none or more *continuers*, then one *stopper*. Of an alphabet of 92
characters the first s are stoppers and the others continuers; s is chosen for each stream, so that small
numbers take one character. Whole characters rather than bits, because equal numbers then look equal.
Source: Brisaboa, Fariña, Navarro and Esteller, "(S,C)-Dense Coding", SPIRE 2003.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Stream = tuple[int, int, str]
"""How many numbers, how many stoppers, and the text."""

ALPHABET = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"\\<')
"""What needs no escape in a JavaScript string, nor ends a `<script>`."""

_CODES = np.frombuffer(ALPHABET.encode("ascii"), np.uint8)
_BASE = len(ALPHABET)
_LAST_OF_ONE_UNIT = 0xFFFF


def encode(numbers: Array) -> Stream:
    """`numbers` (whole, from 0 below 2³²) as a stream; the same numbers give the same text."""
    values = np.asarray(numbers, np.int64)
    if not len(values):
        return 0, 1, ""
    stoppers = _best_stoppers(np.sort(values))
    continuers = _BASE - stoppers
    columns, lengths = [values % stoppers], np.ones(len(values), np.int64)
    rest = values // stoppers
    while rest.any():
        more = rest > 0
        columns.append(np.where(more, stoppers + (rest - 1) % continuers, 0))
        lengths += more
        rest = np.where(more, (rest - 1) // continuers, 0)
    table = _CODES[np.stack(columns[::-1], axis=1)]
    used = np.arange(len(columns))[::-1] < lengths[:, None]
    return len(values), stoppers, table[used].tobytes().decode("ascii")


def encode_deltas(ascending: Array) -> Stream:
    """Numbers that ascend, each as its distance from the one before, the first from 0."""
    return encode(np.diff(ascending, prepend=0))


def _best_stoppers(ordered: Array) -> int:
    """The number of stoppers that gives the shortest text; the least of equals."""
    return min(range(1, _BASE - 1), key=lambda stoppers: (_length(ordered, stoppers), stoppers))


def _length(ordered: Array, stoppers: int) -> int:
    """How many characters `ordered` takes."""
    total = len(ordered)
    bound = span = stoppers
    while bound <= ordered[-1]:
        total += len(ordered) - int(np.searchsorted(ordered, bound))
        span *= _BASE - stoppers
        bound += span
    return total


def front_coded(words: Sequence[str]) -> str:
    """Sorted words, a line each: how many characters it shares with the one before, then its others.

    The number is a character of the alphabet. Shared characters end before one that JavaScript counts as two.
    """
    lines, previous = [], ""
    for word in words:
        shared = 0
        for one, other in zip(word[: _BASE - 1], previous, strict=False):
            if one != other or ord(one) > _LAST_OF_ONE_UNIT:
                break
            shared += 1
        lines.append(ALPHABET[shared] + word[shared:])
        previous = word
    return "\n".join(lines)
