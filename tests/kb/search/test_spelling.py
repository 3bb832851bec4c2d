"""Words nobody wrote: which are put right, into what, and which are left alone."""

from zlib import crc32

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from kb.search.analysis import STOP_WORDS
from kb.search.spelling import COMMON_WORDS, LONG, SHORTEST, Speller, common_words

Counts = dict[str, tuple[int, int]]
NONE_COMMON = np.zeros(0, np.uint32)

ARTICLE_WORDS: Counts = {
    word: (number, count)
    for number, (word, count) in enumerate(
        {
            "parcel": 9,
            "over": 50,
            "refund": 7,
            "refuel": 1,
            "delivery": 12,
            "card": 8,
            "cart": 20,
            "invoice": 3,
            "subscription": 4,
            "hovel": 1,
            "rover": 2,
        }.items()
    )
}
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(ARTICLE_WORDS, common_words())


def test_the_common_words_are_those_that_pyspellchecker_counts_most() -> None:
    counts = SpellChecker(language="en").word_frequency.dictionary
    least = sorted(counts.values(), reverse=True)[COMMON_WORDS]
    common = set(common_words().tolist())
    assert len(common) > COMMON_WORDS * 0.99  # a few share a checksum
    assert all(crc32(word.encode()) in common for word, count in counts.items() if count > least)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("parcle", "parcel"),  # two letters swapped
        ("parrcel", "parcel"),  # one too many
        ("parcl", "parcel"),  # one missing
        ("porcel", "parcel"),  # one changed
        ("invocie", "invoice"),
        ("delivvrey", "delivery"),  # two edits, from eight letters on
        ("subscripton", "subscription"),
        ("aprcel", "parcel"),  # the first two swapped
    ],
)
def test_a_misspelt_word_is_put_right(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize("word", ["hover", "cover", "lover", "cared", "careful", "parlor", "discover"])
def test_common_english_words_are_no_misspellings(speller: Speller, word: str) -> None:
    assert speller.correct(word) is None


@pytest.mark.parametrize("typed", ["oarcel", "arcel", "pparcel", "aprcel"])
def test_a_slip_at_the_first_letter_is_put_right_where_nothing_else_is_near(
    speller: Speller, typed: str
) -> None:
    assert speller.correct(typed) == "parcel"


def test_the_first_letter_is_kept_where_it_can_be(speller: Speller) -> None:
    assert Speller(ARTICLE_WORDS, NONE_COMMON).correct("hover") == "hovel"  # never over, never rover
    assert speller.correct("gard") is None  # too short


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("teh", "the"), ("hwo", "how"), ("wehre", "where"), ("cna", "can"), ("whcih", "which")],
)
def test_a_stop_word_with_two_letters_swapped_is_that_one(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant
    assert speller.correct(typed, unfinished=True) == meant


@pytest.mark.parametrize("word", ["crd", "ctr", "ove", "ca"])
def test_short_words_are_left_alone(speller: Speller, word: str) -> None:
    assert len(word) < SHORTEST
    assert speller.correct(word) is None


def test_a_word_below_eight_letters_forgives_one_edit_only(speller: Speller) -> None:
    assert len("prrcle") < LONG
    assert speller.correct("prrcle") is None


@pytest.mark.parametrize("code", ["parce1", "hem-7120", "par.cel", ""])
def test_codes_are_never_corrected(speller: Speller, code: str) -> None:
    assert speller.correct(code) is None


def test_of_words_equally_near_the_one_in_most_articles_wins(speller: Speller) -> None:
    assert speller.correct("caxt") == "cart"
    assert speller.correct("refuxd") == "refund"


def test_completions_are_words_that_begin_so_the_most_used_first(speller: Speller) -> None:
    assert speller.completions("ca", 8) == ["cart", "card"]
    assert speller.completions("ca", 1) == ["cart"]
    assert speller.completions("xyz", 8) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("parc", "parcel"), ("refu", "refund"), ("invoi", "invoice"), ("subscr", "subscription")],
)
def test_an_unfinished_word_is_the_most_used_that_begins_so(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed, unfinished=True) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pa", None),  # too short
        ("card", None),  # somebody wrote it
        ("del", None),  # common English
        ("parcle", "parcel"),  # no word begins so
        ("zzz", None),
        ("hem-71", None),
    ],
)
def test_what_begins_no_word_or_is_one_is_judged_as_a_whole(
    speller: Speller, typed: str, meant: str | None
) -> None:
    assert speller.correct(typed, unfinished=True) == meant


@settings(deadline=None, derandomize=True, max_examples=300)
@given(word=st.text(LETTERS, max_size=14), others=st.lists(st.text(LETTERS, min_size=1, max_size=14)))
def test_a_correction_is_a_known_word_near_and_a_known_word_has_none(word: str, others: list[str]) -> None:
    known: Counts = {other: (number, 1) for number, other in enumerate(others)}
    speller = Speller(known, NONE_COMMON)
    assert all(speller.correct(other) is None for other in known)
    corrected = speller.correct(word)
    if corrected is not None:
        assert corrected in known or corrected in STOP_WORDS
        assert OSA.distance(word, corrected) <= (1 if len(word) < LONG else 2)
        assert corrected[0] in word[:2]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.sampled_from(sorted(word for word in ARTICLE_WORDS if len(word) >= 6)), st.data())
def test_one_edit_after_the_first_letter_of_a_long_word_is_always_repaired(
    word: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(LETTERS)
    head, tail = word[:place], word[place:]
    typed = data.draw(st.sampled_from([head + letter + tail, head + letter + tail[1:], head + tail[1:]]))
    assume(typed not in ARTICLE_WORDS)
    corrected = Speller(ARTICLE_WORDS, NONE_COMMON).correct(typed)
    assert corrected is not None
    assert OSA.distance(typed, corrected) <= OSA.distance(typed, word)
