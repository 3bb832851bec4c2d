"""Arrays of numbers, and runs of them that lie one after the other in one array."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

Array = np.ndarray[Any, np.dtype[Any]]

Numbers = defaultdict[str, int]
"""By name, the number that it got when it was first asked for."""


def numbering() -> Numbers:
    """No numbers yet: names get them from 0 on."""
    return defaultdict(count().__next__)


def numbered(names: Collection[str], numbers: Mapping[str, int]) -> Array:
    """The numbers of `names`."""
    return np.fromiter(map(numbers.__getitem__, names), np.int32, len(names))


def offsets(lengths: Sequence[int] | Array, kind: Any) -> Array:
    """Where each of several runs of these lengths begins, and where the last one ends."""
    found = np.zeros(len(lengths) + 1, kind)
    np.asarray(lengths, kind).cumsum(dtype=kind, out=found[1:])
    return found


def runs(begin: Array, lengths: Array) -> Array:
    """The numbers from each of `begin` on, so many as `lengths` says, one run after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(begin - before, lengths) + np.arange(lengths.sum())


def save_joined(file: Path, parts: Sequence[Array]) -> None:
    """As np.save of all parts together, of which no array is made: they are written one after the other."""
    kind = np.result_type(*parts, np.uint8)
    header = {
        "descr": npy.dtype_to_descr(kind),
        "fortran_order": False,
        "shape": (sum(map(len, parts)),),
    }
    with file.open("wb") as out:
        npy.write_array_header_1_0(out, header)
        for part in parts:
            out.write(part.astype(kind, copy=False).data)


def ints(count: int) -> "array[int]":
    """So many zeros of 32 bits each, for loops over single numbers: NumPy's are slow to read one by one."""
    return array("i", (0,)) * count


def floats(count: int) -> "array[float]":
    """So many zeros of 64 bits each, for loops over single numbers."""
    return array("d", (0.0,)) * count
