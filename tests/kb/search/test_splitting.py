"""Words that were run together: which are taken apart, and which are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import STOP_WORDS, stem
from kb.search.splitting import LONGEST_TOGETHER, MOST_PARTS, Splitter

WORDS = frozenset(
    "track order refund received cancel parcel gift card login not promo code day days ther".split()
)
SPLITTER = Splitter(WORDS, {*map(stem, WORDS), "60", "8"})


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("giftcard", ["gift", "card"]),
        ("trackmyorder", ["track", "my", "order"]),
        ("refundnotreceived", ["refund", "not", "received"]),
        ("whereismyorder", ["where", "is", "my", "order"]),
        ("canicancel", ["can", "i", "cancel"]),
        ("howdoicancel", ["how", "do", "i", "cancel"]),
        ("cantlogin", ["cant", "login"]),
        ("whatis", ["what", "is"]),
        ("60days", ["60", "days"]),
        ("60-day", ["60", "day"]),
    ],
)
def test_what_was_run_together_is_taken_apart(typed: str, parts: list[str]) -> None:
    assert list(SPLITTER.parts(typed)) == parts


@pytest.mark.parametrize(
    "word",
    ["antother", "parcels", "zebra", "order", "orderzz", "60kg", "8", "hem-7120", "", "ordcard", "well"],
)
def test_letters_that_happen_to_stand_together_are_left_alone(word: str) -> None:
    assert SPLITTER.parts(word) == ()


@given(
    st.lists(
        st.sampled_from(sorted(word for word in WORDS if len(word) >= 5)), min_size=2, max_size=MOST_PARTS
    )
)
def test_long_words_are_found_again_whatever_their_number(words: list[str]) -> None:
    typed = "".join(words)
    assert list(SPLITTER.parts(typed)) == (words if len(typed) <= LONGEST_TOGETHER else [])


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", max_size=60))
def test_parts_are_the_word_again_and_all_known(typed: str) -> None:
    parts = SPLITTER.parts(typed)
    assert not parts or "".join(parts) == typed.replace("-", "")
    assert all(
        part in STOP_WORDS or part in WORDS or stem(part) in {*map(stem, WORDS), "60", "8"} for part in parts
    )
