"""Whole numbers as printable text that gzip still finds repetitions in: (s,c)-dense code.

A number is a run of characters: none or more *continuers*, then one *stopper*. Of an alphabet of 92
characters the first s are stoppers and the others continuers; s is chosen for each stream, so that small
numbers take one character. Whole characters rather than bits, because equal numbers then look equal.
Source: Brisaboa, Fariña, Navarro and Esteller, "(S,C)-Dense Coding", SPIRE 2003.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Prefix

from kb.search.arrays import Array

Stream = tuple[int, int, str]
"""How many numbers, how many stoppers, and the text."""

ALPHABET = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"\\<')
"""What needs no escape in a JavaScript string, nor ends a `<script>`."""

_CODES = np.frombuffer(ALPHABET.encode("ascii"), np.uint8)
_BASE = len(ALPHABET)
_BEYOND = 1 << 32
_LAST_OF_ONE_UNIT = 0xFFFF


def encode(numbers: Array) -> Stream:
    """`numbers` (whole, from 0 below 2³²) as a stream; the same numbers give the same text."""
    values = np.asarray(numbers, np.uint32)  # which NumPy divides twice as fast as 64 bits
    if not len(values):
        return 0, 1, ""
    stoppers = _best_stoppers(np.sort(values))
    continuers = _BASE - stoppers
    columns, lengths = [values % stoppers], np.ones(len(values), np.uint8)
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
    """The number of stoppers that gives the shortest text of `ordered`; the least of equals."""
    stoppers = np.arange(1, _BASE - 1)
    characters = np.full(len(stoppers), len(ordered))
    bound = span = stoppers
    while (bound <= ordered[-1]).any():  # numbers from there on take one more
        characters += len(ordered) - np.searchsorted(ordered, bound)
        span = np.minimum(span * (_BASE - stoppers), _BEYOND)
        bound = bound + span
    return int(stoppers[np.argmin(characters)])


def front_coded(words: Sequence[str]) -> str:
    """Sorted words, a line each: how many characters it shares with the one before, then its others.

    The number is a character of the alphabet. Shared characters end before one that JavaScript counts as two.
    """
    lines, previous = [], ""
    for word in words:
        shared = Prefix.similarity(word[: _BASE - 1], previous)
        if not word.isascii():
            shared = next((at for at in range(shared) if ord(word[at]) > _LAST_OF_ONE_UNIT), shared)
        lines.append(ALPHABET[shared] + word[shared:])
        previous = word
    return "\n".join(lines)
