"""Quoted phrases, `-word`, `topic:` and the counts by topic."""

from pathlib import Path

import pytest

from kb.model import Verdict
from kb.search.engine import Engine
from tests.kb.search.libraries import article, engine, found


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(
        tmp_path_factory.mktemp("home"),
        article("buy", "Buy a gift card", "Choose an amount.", topic="gifts"),
        article("card-gift", "A card for your gift", "Write a card; the gift is wrapped.", topic="gifts"),
        article("apart", "Wrapping", "We wrap a gift.\nCard payments are fine.", topic="gifts/wrapping"),
        article("lost", "Lost gift card", "Block the card.", topic="payments"),
        article("pay", "Pay by card", "Any card is fine.", topic="payments", keywords=["gift card limits"]),
        article("loose", "A card game", "No gift.", topic=""),
        article("far", "Delivery", "A parcel.", topic="delivery"),
    )


def test_a_phrase_finds_its_words_in_a_row_only(searcher: Engine) -> None:
    assert set(found(searcher, '"gift card"')) == {"buy", "lost", "pay"}
    assert set(found(searcher, '"gift cards"')) == {"buy", "lost", "pay"}
    assert "card-gift" in found(searcher, "gift card")


def test_a_phrase_does_not_run_from_one_passage_into_the_next(searcher: Engine) -> None:
    assert "apart" in found(searcher, "gift card")
    assert "apart" not in found(searcher, '"gift card"')


def test_a_phrase_nobody_wrote_is_taken_as_its_words(searcher: Engine) -> None:
    assert set(found(searcher, '"amount lost"')) == set(found(searcher, "amount lost"))
    assert set(found(searcher, '"zebra card"')) == set(found(searcher, "zebra card"))


def test_stop_words_do_not_break_a_phrase(searcher: Engine) -> None:
    assert found(searcher, '"card for a gift"') == ["card-gift"]


def test_two_phrases_must_both_occur(searcher: Engine) -> None:
    assert found(searcher, '"gift card" "lost gift"') == ["lost"]


def test_an_excluded_word_takes_its_articles_out_in_any_form(searcher: Engine) -> None:
    assert "lost" not in found(searcher, "gift card -lost")
    assert set(found(searcher, "card -gifts")) == set()
    assert set(found(searcher, "card -zebra")) == set(found(searcher, "card"))


def test_an_excluded_phrase_takes_out_what_has_its_words_in_a_row_only(searcher: Engine) -> None:
    for query in ('card -"lost gift"', "card -lost-gift"):
        assert "lost" not in found(searcher, query)
        assert "card-gift" in found(searcher, query)
    assert "buy" not in found(searcher, 'card -"gift card"')


@pytest.mark.parametrize("query", ["“gift card”", "„gift card“", "«gift card»"])
def test_quotes_may_be_of_any_kind(searcher: Engine, query: str) -> None:
    assert found(searcher, query) == found(searcher, '"gift card"')


def test_a_topic_may_be_asked_for_in_capitals(searcher: Engine) -> None:
    assert found(searcher, "card TOPIC:payments") == found(searcher, "card topic:payments")


def test_a_topic_holds_the_topics_inside_it(searcher: Engine) -> None:
    inside = set(found(searcher, "gift card", "gifts"))
    assert inside == {"buy", "card-gift", "apart"}
    assert found(searcher, "gift card", "gifts/wrapping") == ["apart"]
    assert set(found(searcher, "gift card topic:gifts")) == inside


def test_a_topic_whose_name_only_begins_the_same_is_another(searcher: Engine) -> None:
    assert found(searcher, "gift card", "gift") == []
    assert found(searcher, "gift card", "no-such-topic") == []


def test_a_topic_asked_for_by_the_page_wins_over_one_typed(searcher: Engine) -> None:
    assert set(found(searcher, "card topic:gifts", "payments")) == {"lost", "pay"}


def test_counts_are_by_first_level_topic_whatever_is_asked_for(searcher: Engine) -> None:
    counts = searcher.search("gift card").topics
    assert counts == {"gifts": 3, "payments": 2}
    assert searcher.search("gift card", "payments").topics == counts
    assert searcher.search("zebra").topics == {}


def test_a_topics_count_is_how_many_results_it_narrows_to(tmp_path: Path) -> None:
    # The best result is far better than the weak ones, which must not come back when a topic is chosen.
    shelf = [
        article("best", "Lost parcel courier refund", "A lost parcel, courier, refund.", topic="delivery"),
        article("weak", "Opening", f"{'We open at nine. ' * 20} Not for a refund.", topic="hours"),
        article("fair", "Refund", "A refund.", topic="hours"),
        *(article(f"x{n}", f"Else {n}", "A refund is not this. " * 3, topic="more") for n in range(4)),
    ]
    searcher = engine(tmp_path, *shelf)
    for query in ("lost parcel courier refund", "refund", "lost refund", "courier"):
        whole = searcher.search(query)
        for topic in ("delivery", "hours", "more"):
            assert searcher.search(query, topic).total == whole.topics.get(topic, 0)


def test_narrowing_keeps_the_order(searcher: Engine) -> None:
    whole = found(searcher, "gift card")
    for topic in ("gifts", "payments"):
        inside = found(searcher, "gift card", topic)
        assert inside == [slug for slug in whole if slug in inside]


def test_what_lies_in_a_topic_that_was_asked_for_is_never_called_nothing_useful(tmp_path: Path) -> None:
    others = [article(f"o{n}", f"Other {n}", f"Thing {n}.", topic="other") for n in range(8)]
    weak = article("weak", "Opening", "We open at nine, but for zebras never.", topic="hours")
    searcher = engine(tmp_path, weak, *others)
    query = "zebra stripes and hooves painted blue"
    everywhere, narrowed = searcher.search(query), searcher.search(query, "hours")
    assert everywhere.verdict is Verdict.NOTHING_USEFUL
    assert narrowed.verdict is Verdict.UNSURE
    assert narrowed.total == everywhere.topics["hours"] == 1
    assert searcher.search(query, "other").verdict is Verdict.NOTHING_USEFUL
