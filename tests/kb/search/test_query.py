"""What a customer typed, taken apart; anything at all may be typed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model import MAX_CHARACTERS
from kb.search.query import MAX_TERMS, parse

SYNTAX = st.lists(
    st.sampled_from(
        ["topic:", "topic:orders/late", '"', "-", " ", "word", "the ", "*", "(", "NOT ", "\x00", "é🙂"]
    )
    | st.text(max_size=5)
).map("".join)


def content(text: str) -> list[str]:
    return [token.term for token in parse(text).content]


def test_words_are_looked_for_and_stop_words_are_not() -> None:
    query = parse("where is my parcel")
    assert content("where is my parcel") == ["parcel"]
    assert [token.word for token in query.tokens] == ["where", "is", "my", "parcel"]
    assert (query.phrases, query.without, query.topic) == ((), (), "")


def test_only_stop_words_are_looked_for_all_the_same() -> None:
    assert [token.word for token in parse("how are you").content] == ["how", "are", "you"]


def test_a_quoted_phrase_is_its_terms_and_still_words() -> None:
    query = parse('late "gift cards" now')
    assert query.phrases == (("gift", "card"),)
    assert [token.term for token in query.content] == ["late", "gift", "card", "now"]


@pytest.mark.parametrize("text", ['"parcel"', '""', '"the"', '" "', 'say "hello'])
def test_quotes_around_less_than_two_words_or_unclosed_mean_nothing(text: str) -> None:
    assert parse(text).phrases == ()


def test_two_phrases_and_a_loose_quote() -> None:
    assert parse('"gift card" "red mug" "odd').phrases == (("gift", "card"), ("red", "mug"))


def test_a_word_after_a_minus_is_excluded_and_not_looked_for() -> None:
    query = parse("parcel -Gifts -lost")
    assert query.without == (("gift",), ("lost",))
    assert [token.term for token in query.content] == ["parcel"]


@pytest.mark.parametrize("text", ["sign-in", "parcel - lost", "parcel -5 days", "HEM-7120", "a--b"])
def test_a_minus_inside_a_word_alone_or_before_a_number_excludes_nothing(text: str) -> None:
    assert parse(text).without == ()


def test_a_topic_narrows_wherever_it_stands() -> None:
    query = parse("late topic:Orders/Late/ parcel")
    assert query.topic == "orders/late"
    assert [token.term for token in query.content] == ["late", "parcel"]


@pytest.mark.parametrize("text", ["topic: orders", "subtopic:orders", "topic", "the topic:"])
def test_what_only_looks_like_a_topic_is_text(text: str) -> None:
    assert parse(text).topic == ""


@pytest.mark.parametrize("text", ["-parcel", "topic:orders", "-parcel topic:orders"])
def test_syntax_with_nothing_left_to_look_for_is_text(text: str) -> None:
    query = parse(text)
    assert (query.without, query.topic) == ((), "")
    assert query.content


@pytest.mark.parametrize("text", ["", "   ", "*", "?????", "((((", "\x00", "🙂"])
def test_no_words_are_a_query_too(text: str) -> None:
    assert parse(text).content == ()


def test_a_long_text_is_capped_in_characters_and_words() -> None:
    many = " ".join(f"word{number}" for number in range(100))
    assert len(parse(many).text) == MAX_CHARACTERS
    assert content(many) == [f"word{number}" for number in range(MAX_TERMS)]


def test_stop_words_do_not_use_up_the_cap() -> None:
    assert content("how do i " * 10 + "track") == ["track"]


def test_stop_words_alone_are_capped_too() -> None:
    assert len(parse("how do i is it to be so if and at all or by us with a " * 2).content) == MAX_TERMS


def test_blanks_are_tidied_in_what_is_shown() -> None:
    assert parse(" lost \n\t parcel  ").text == "lost parcel"


@settings(deadline=None, derandomize=True, max_examples=400)
@given(SYNTAX | st.text(max_size=400) | st.text(st.characters(), min_size=190, max_size=300))
def test_any_text_is_a_query_within_the_caps(text: str) -> None:
    query = parse(text)
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.content) <= MAX_TERMS
    assert all(len(phrase) > 1 for phrase in query.phrases)
    assert not query.topic.startswith("/")
    assert replace(parse(query.text), text=query.text) == query


@settings(deadline=None, derandomize=True, max_examples=200)
@given(SYNTAX)
def test_a_query_with_any_word_in_it_looks_for_something(text: str) -> None:
    assert bool(parse(text).content) == any(character.isalnum() for character in parse(text).text)
