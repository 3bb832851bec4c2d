"""The tables of letters and digits that an export takes along."""

import sys
from collections.abc import Callable

import numpy as np
import pytest

from kb.export.characters import character_tables
from kb.export.dense import encode_deltas


@pytest.mark.parametrize(
    ("kind", "belongs"),
    [("word", str.isalnum), ("letter", str.isalpha), ("digit", str.isdigit), ("decimal", str.isdecimal)],
)
def test_the_tables_say_of_every_character_what_python_says(
    kind: str, belongs: Callable[[str], bool]
) -> None:
    inside = np.fromiter((belongs(chr(code)) for code in range(sys.maxunicode + 1)), bool)
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    assert character_tables()[kind] == encode_deltas(edges)
