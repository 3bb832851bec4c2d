"""Queries meant to hurt: each is answered, in about the time of a good one."""

import time
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model import MAX_CHARACTERS, Verdict
from kb.search.engine import Engine

REPEATS = 5
AT_MOST = 10

GOOD = [
    "where is my parcel",
    "charged twice",
    "how do I return a damaged item",
    "gift card balance",
    "change my delivery address",
    "parcle not arived",
    '"gift card" expired',
    "refund to a different card because mine was stolen",
]
HOSTILE = {
    "a star": "*",
    "stars around a letter": "*a*",
    "question marks": "?????",
    "one token of 40,000 characters": "a" * 40_000,
    "40,000 different characters": "".join(chr(0x4E00 + n % 20_000) for n in range(40_000)),
    "2,000 parentheses": "(" * 1000 + ")" * 1000,
    "300 times NOT": "NOT " * 300,
    "unbalanced quotes": '"' * 151 + "parcel",
    "an open phrase": '"gift card',
    "null bytes": "parcel\x00\x00 \x00late",
    "emoji": "📦😡 where??? 📦" * 20,
    "right to left": "أين طردي \u202eparcel \u200fאיפה",  # noqa: RUF001  Hebrew is the point
    "every operator": "a AND (b OR c) NOT d^5 ~2 [x TO y] {z} title:x \\ / + & | !",
    "a fuzzy wildcard": "par?el* ~5 *rcel^99",
    "many exclusions": "parcel " + "-a -b -card -order -gift " * 8,
    "many phrases": '"to the" "gift card" "my order" "your card" ' * 5,
    "a long misspelling": "xarcelxxxxxxxxxxx" * 10,
    "combining marks": "e" + "\u0301" * 190,
    "lone surrogates": "\ud800 parcel \udfff",
    "a topic of nothing": "topic:" + "x/" * 90,
    "joiners": "a-b.c_d'e" * 20,
    "all common words": "order card delivery return refund account item email payment money day page help",
}


def seconds(ours: Engine, query: str) -> float:
    """The least that answering took; the least is what other work on the machine disturbs least."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        ours.search(query)
        times.append(time.perf_counter() - begin)
    return min(times)


@pytest.mark.alone
@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_is_answered_in_about_the_time_of_a_good_one(ours: Engine, query: str) -> None:
    answer = ours.search(query)
    assert answer.verdict in Verdict
    assert len(answer.query) <= MAX_CHARACTERS
    assert seconds(ours, query) <= AT_MOST * median(seconds(ours, good) for good in GOOD)


@pytest.mark.parametrize("query", ["*", "?????", "(((", "\x00", "", "   ", "📦"])
def test_a_query_without_a_word_finds_nothing(ours: Engine, query: str) -> None:
    answer = ours.search(query)
    assert (answer.total, answer.verdict, answer.confidence) == (0, Verdict.NOTHING_USEFUL, 0.0)


def test_nothing_of_a_query_language_works(ours: Engine) -> None:
    assert ours.search("parc* late").results == ours.search("parc late").results
    assert ours.search("title:parcel").results == ours.search("title parcel").results
    assert ours.search("parcel^99").results == ours.search("parcel 99").results


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.text(max_size=120) | st.lists(st.sampled_from([*GOOD, *HOSTILE.values()]), max_size=4).map(" ".join)
)
def test_any_text_is_answered(ours: Engine, text: str) -> None:
    answer = ours.search(text)
    assert 0 <= answer.confidence <= 1
    assert len(answer.results) == min(answer.total, 10)
    assert sum(answer.topics.values()) >= answer.total  # a typed topic: narrows the results, not the counts
