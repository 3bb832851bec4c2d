"""Numbers and words as text that JavaScript reads: nothing is lost, nothing needs an escape."""

import json
from itertools import count

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.export.dense import ALPHABET, Stream, encode, encode_deltas, front_coded


def decoded(stream: Stream) -> list[int]:
    """The numbers of a stream, by the definition of (s,c)-dense code: count up through the codes."""
    length, stoppers, text = stream
    numbers, begin = [], 0
    for end, character in enumerate(text, 1):
        if ALPHABET.index(character) < stoppers:
            numbers.append(_number(text[begin:end], stoppers))
            begin = end
    assert begin == len(text)
    assert length == len(numbers)
    return numbers


def _number(code: str, stoppers: int) -> int:
    continuers = len(ALPHABET) - stoppers
    shorter = sum(stoppers * int(continuers**length) for length in range(len(code) - 1))
    place = 0
    for character in code[:-1]:
        place = place * continuers + ALPHABET.index(character) - stoppers
    return shorter + place * stoppers + ALPHABET.index(code[-1])


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 200)))
def test_numbers_come_back_as_they_were(numbers: list[int]) -> None:
    assert decoded(encode(np.array(numbers, np.int64))) == numbers


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_ascending_numbers_come_back_from_their_distances(numbers: list[int]) -> None:
    ascending = sorted(numbers)
    assert np.cumsum(decoded(encode_deltas(np.array(ascending, np.int64)))).tolist() == ascending


def test_small_numbers_take_one_character_each() -> None:
    length, _, text = encode(np.arange(92).repeat(5))
    assert len(text) < 1.6 * length
    assert len(encode(np.zeros(1000, np.int64))[2]) == 1000


def test_no_character_needs_an_escape_or_ends_a_script() -> None:
    assert json.dumps(ALPHABET) == f'"{ALPHABET}"'
    assert "<" not in ALPHABET


def restored(text: str) -> list[str]:
    """The words of front-coded text."""
    words = [""]
    for line in text.split("\n") if text else []:
        words.append(words[-1][: ALPHABET.index(line[0])] + line[1:])
    return words[1:]


@given(st.sets(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)))
def test_sorted_words_come_back_as_they_were(words: set[str]) -> None:
    assert restored(front_coded(sorted(words))) == sorted(words)


def test_long_common_beginnings_are_shared_as_far_as_one_character_can_say() -> None:
    words = ["a" * length for length, _ in zip(count(80), range(40), strict=False)]
    assert restored(front_coded(words)) == words


def test_a_character_that_javascript_counts_as_two_is_never_shared() -> None:
    assert front_coded(["a\U0001d573b", "a\U0001d573c"]).split("\n")[1] == f"{ALPHABET[1]}\U0001d573c"
