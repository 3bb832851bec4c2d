"""References: random, readable aloud, and a slip of the tongue is noticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.contact.numbers import order_numbers
from kb.contact.reference import ALPHABET, LENGTH, checked, new_reference, read_reference

references = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(checked)


def test_none_has_symbols_that_look_alike_or_make_words() -> None:
    for alike in ("0O", "1IL", "2Z", "5S", "8B", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1
    assert not set("AEIOUY") & set(ALPHABET)
    assert len(set(ALPHABET)) == 23


def test_new_ones_differ_and_read_as_themselves() -> None:
    made = {new_reference() for _ in range(2000)}
    assert len(made) == 2000
    assert all(read_reference(reference) == reference for reference in made)


@given(references)
def test_it_is_read_in_any_case_with_or_without_its_hyphen(reference: str) -> None:
    symbols = reference.replace("-", "")
    for typed in (
        symbols,
        symbols.lower(),
        f" {reference.lower()} ",
        " ".join(symbols),
        reference.replace("-", "–"),
    ):
        assert read_reference(typed) == reference


@given(references)
def test_look_alikes_are_read_as_what_they_look_like(reference: str) -> None:
    assert read_reference(reference.replace("8", "B").replace("5", "s").replace("2", "Z")) == reference


@given(references, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_noticed(reference: str, place: int, other: str) -> None:
    symbols = reference.replace("-", "")
    assume(symbols[place] != other)
    assert read_reference(symbols[:place] + other + symbols[place + 1 :]) == ""


@given(references, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_symbols_that_changed_places_are_always_noticed(reference: str, one: int, two: int) -> None:
    symbols = list(reference.replace("-", ""))
    assume(symbols[one] != symbols[two])
    symbols[one], symbols[two] = symbols[two], symbols[one]
    assert read_reference("".join(symbols)) == ""


@pytest.mark.parametrize(
    "text", ["", "K7QF", "K7QF-M2X7-9", "AAAA-AAAA", "ßßßß-ßßßß", "K7QF\0M2XD", "😀" * 8]
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read_reference(text) == ""


@given(references)
def test_none_is_taken_for_an_order_number(reference: str) -> None:
    assert order_numbers("").find(reference) == ""


@given(st.text())
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    assert read_reference(text) == "" or len(read_reference(text)) == LENGTH + 1
