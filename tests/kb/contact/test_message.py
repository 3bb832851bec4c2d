"""The prepared message: what it says, and that every mail program can open it."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.contact.message import MAILTO_LENGTH, Message, asks_for_person, prepare
from kb.model import Article, Site

SITE = Site("Harrow & Finch")
TRACK = Article("track-an-order", "Track your order", "orders", "orders/track-an-order.md")
LATE = Article("delayed-parcel", "Your parcel is late", "delivery", "delivery/delayed-parcel.md")


def test_it_asks_in_the_order_that_agents_need() -> None:
    body = prepare(SITE).body
    asked = ["What happened:", "Order number", "When it happened:", "What I would like", "What I have tried:"]
    places = [body.index(words) for words in asked]
    assert places == sorted(places)
    assert body.startswith("Hello Harrow & Finch,\n")


def test_it_fills_in_what_is_known() -> None:
    message = prepare(SITE, "hf204815 still not here", TRACK, tried=[LATE, TRACK])
    assert message.subject == "HF-204815: hf204815 still not here"
    assert "What happened: hf204815 still not here\n" in message.body
    assert "Order number (if there is one): HF-204815\n" in message.body
    assert "What I have tried: I read “Track your order” and “Your parcel is late”.\n" in message.body


def test_it_says_when_in_the_customers_own_words() -> None:
    message = prepare(SITE, "My parcel was due last Tuesday")
    assert message.when == "last Tuesday"
    assert "\nWhen it happened: last Tuesday\n" in message.body
    assert "\nWhen it happened:\n" in prepare(SITE, "my parcel may be lost").body


def test_an_order_number_that_is_given_wins_over_one_in_the_query() -> None:
    assert prepare(SITE, "like HF-111111", order_number="HF-222222").subject.startswith("HF-222222: ")


def test_without_a_query_the_subject_is_the_article() -> None:
    assert prepare(SITE, article=TRACK).subject == "Track your order"
    assert prepare(SITE).subject == "A question"


def test_an_order_number_alone_is_not_what_happened() -> None:
    message = prepare(SITE, " hf204815 ")
    assert (message.subject, message.happened, message.order_number) == ("Order HF-204815", "", "HF-204815")
    assert "What happened:\nOrder number (if there is one): HF-204815\n" in message.body


def test_the_subject_is_one_short_line_whatever_was_typed() -> None:
    subject = prepare(SITE, "late\r\nBcc: everybody@example.com\n" + "very " * 60).subject
    assert "\n" not in subject
    assert "\r" not in subject
    assert len(subject) <= 72
    assert subject.endswith("…")


def test_a_mailto_encodes_as_rfc_6068_says() -> None:
    url = Message("50% & more?", "one\ntwo + é").mailto("help+now@shop.example")
    assert url == (
        "mailto:help%2Bnow@shop.example?subject=50%25%20%26%20more%3F&body=one%0D%0Atwo%20%2B%20%C3%A9"
    )


def test_a_long_message_loses_its_end_and_the_customers_words_last() -> None:
    read = [Article(str(count), f"Article number {count}", "t", "p") for count in range(200)]
    body = unquote(prepare(SITE, "the vase is broken", tried=read).mailto("help@shop.example")).split(
        "&body="
    )[1]
    assert "What happened: the vase is broken\r\n" in body
    assert "When it happened:" in body
    assert body.endswith("…")


@given(st.text(max_size=400), st.text(max_size=100), st.lists(st.text(max_size=80), max_size=30))
def test_any_message_fits_and_reads_back(query: str, number: str, titles: list[str]) -> None:
    tried = [Article(title, title, "t", "p") for title in titles]
    message = prepare(SITE, query, order_number=number, tried=tried)
    url = message.mailto("help@shop.example")
    assert len(url) <= MAILTO_LENGTH
    assert url.isascii()
    fields = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert fields["subject"] == [message.subject]
    said = fields["body"][0].replace("\r\n", "\n")
    assert said == message.body or message.body.startswith(said.removesuffix("…"))


def test_a_subject_of_any_length_leaves_room_for_the_body() -> None:
    url = Message("é" * 5000, "the vase is broken").mailto("help@shop.example")
    assert len(url) <= MAILTO_LENGTH
    assert url.endswith("the%20vase%20is%20broken")


def test_a_lone_surrogate_does_not_stop_the_message() -> None:
    assert prepare(SITE, "broken \ud800 vase").mailto("help@shop.example").isascii()


@pytest.mark.parametrize(
    "text", ["I WANT A PERSON NOW", "can i talk to someone please", "human", "not a bot, an agent!"]
)
def test_who_asks_for_a_person_has_not_said_what_happened(text: str) -> None:
    assert asks_for_person(text)
    assert prepare(SITE, text).happened == ""


@pytest.mark.parametrize("text", ["", "now please", "a person stole my parcel", "someone broke the mug"])
def test_who_tells_something_beside_is_heard(text: str) -> None:
    assert not asks_for_person(text)


@pytest.mark.parametrize("text", ["hf 204815", "HF.204815", "#HF-204815", "hf_204815"])
def test_a_number_that_stands_alone_has_not_said_what_happened(text: str) -> None:
    message = prepare(SITE, text)
    assert (message.order_number, message.happened) == ("HF-204815", "")


def test_the_shops_own_kind_of_order_number_is_filled_in() -> None:
    message = prepare(replace(SITE, order_number="#1001"), "order 1204 came without its legs")
    assert message.order_number == "#1204"
