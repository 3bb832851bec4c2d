"""The shop shows one of its order numbers, and all others are known by it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.contact.numbers import order_numbers
from kb.content.seeds import ORDER_NUMBER

AMAZON_LIKE = "302-1234567-7654321"


@pytest.mark.parametrize(
    ("example", "text", "number"),
    [
        ("", "where is HF-204815?", "HF-204815"),
        ("", "hf204815", "HF-204815"),
        ("", "HF\u2011204815", "HF-204815"),  # a non-breaking hyphen, as copied from a mail
        ("", "call 0808 157 0142", ""),
        ("", "HF-2048151", ""),
        ("", "it came on 204815 of them", ""),
        ("", "", ""),
        ("#1001", "where is order 1204", "#1204"),
        ("#1001", "Order #10204 please", "#10204"),
        ("#1001", "1204", "#1204"),
        ("#1001", "a table of 1204 mm", ""),
        ("1001", "order no. 1204 is late", "1204"),
        (AMAZON_LIKE, "my order 302-1234567-1234567 is late", "302-1234567-1234567"),
        (AMAZON_LIKE, "302 1234567 1234567", "302-1234567-1234567"),
        (AMAZON_LIKE, "302-1234567-123456", ""),
        ("000000123", "where is 000000145?", "000000145"),
        ("000000123", "I paid £100000000 for it", ""),
        ("ORD-2024-000123", "ord2025000007 has not come", "ORD-2025-000007"),
        ("SO.12345", "so.23456!", "SO.23456"),
        ("SO12345", "so-23456 or so", "SO23456"),
    ],
)
def test_a_number_is_found_as_customers_type_it(example: str, text: str, number: str) -> None:
    assert order_numbers(example).find(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("return RT-000123 of order HF\N{EN DASH}204815", "HF-204815"),
        ("RT-204815", ""),
        ("rt204815", ""),
        ("HF-\uff12\uff10\uff14\uff18\uff11\uff15", "HF-204815"),
        ("HF-\u0662\u0660\u0664\u0668\u0661\u0665", ""),
        ("HF-20481", ""),
        ("my parcel", ""),
    ],
)
def test_a_return_number_is_no_orders(text: str, number: str) -> None:
    assert order_numbers("").order(text) == number


def test_where_orders_themselves_begin_as_returns_do_elsewhere_they_are_orders() -> None:
    assert order_numbers("RT-1234567").order("rt1234568") == "RT-1234568"


@given(st.from_regex(ORDER_NUMBER, fullmatch=True, alphabet=st.characters(max_codepoint=127)).filter(bool))
def test_whatever_a_shop_shows_is_found_alone_and_in_a_sentence(example: str) -> None:
    numbers = order_numbers(example)
    assert numbers.find(example.lower()) == example
    assert numbers.find(f"Where is order {example}?") == example
    assert numbers.is_alone(f" {example}. ")
    assert not numbers.is_alone(f"{example} is late")
    assert re.sub(r"\W", "", numbers.without(f"Where is order {example}?")).lower() in (
        "whereisorder",
        "whereis",
    )
