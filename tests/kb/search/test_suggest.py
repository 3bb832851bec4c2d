"""What is suggested while somebody types: titles, questions and headings, the fitting ones first."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.engine import Engine
from kb.search.judged import read_queries
from tests.builders import REPOSITORY
from tests.kb.search.libraries import article, engine


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("charged tw", "charged-twice"),
        ("chargd twice", "charged-twice"),  # a letter left out
        ("where is my parc", "track-an-order"),
        ("return witho", "return-without-printer"),
    ],
)
def test_an_unfinished_or_misspelt_query_gets_the_article_it_begins(
    ours: Engine, typed: str, slug: str
) -> None:
    assert slug in [one.slug for one in ours.suggest(typed)][:3]


def test_a_heading_is_suggested_with_the_address_of_its_section(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article("returns", "Return an item", sections=[("Collection by courier", "We fetch it.")]),
        article("other", "Opening hours", "Every day."),
    )
    (only,) = searcher.suggest("courier coll")
    assert (only.text, only.title) == ("Collection by courier", "Return an item")
    assert only.url == "/articles/returns#collection-by-courier"


def test_a_title_stands_before_a_heading_that_says_the_same(tmp_path: Path) -> None:
    searcher = engine(tmp_path, article("gift", "Gift cards", sections=[("Gift cards", "More.")]))
    (only,) = searcher.suggest("gift car")
    assert (only.text, only.url) == ("Gift cards", "/articles/gift")


def test_what_begins_as_typed_stands_first(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article("a", "When a refund is late", "Refund."),
        article("b", "Refund of delivery fees", "Refund."),
    )
    assert [one.slug for one in searcher.suggest("refund")] == ["b", "a"]


@pytest.mark.parametrize(
    ("typed", "slug"), [("brok", "damaged-item"), ("passw", "reset-your-password"), ("damag", "damaged-item")]
)
def test_an_unfinished_word_is_not_taken_for_a_misspelt_one(ours: Engine, typed: str, slug: str) -> None:
    assert ours.suggest(typed)[0].slug == slug


def test_a_question_that_begins_with_a_single_word_does_not_stand_before_the_article_about_it(
    tmp_path: Path,
) -> None:
    searcher = engine(
        tmp_path,
        article(
            "damaged", "Your item arrived damaged", "Broken? Keep what is broken.", questions=["it is broken"]
        ),
        article("refunds", "How long a refund takes", "Five days.", questions=["broken one, when am I paid"]),
    )
    assert searcher.suggest("broken")[0].slug == "damaged"
    assert searcher.suggest("broken one")[0].text == "broken one, when am I paid"


def test_a_whole_question_suggests_the_article_whose_text_answers_under_its_title(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article(
            "late",
            "My parcel is late",
            "The courier rings the neighbour and leaves a green slip at the door.",
        ),
        article("gift", "Gift cards", "A card by e-mail."),
    )
    (only,) = searcher.suggest("what is the green slip at my door")
    assert (only.slug, only.text) == ("late", "My parcel is late")


def test_what_an_article_has_little_of_is_not_suggested(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article("late", "My parcel is late", "Ask the neighbour."),
        article("gift", "Gift cards", "A card by e-mail."),
    )
    assert searcher.suggest("zeppelin engines over the neighbour") == []


def test_what_customers_type_suggests_what_answers_it_early(ours: Engine) -> None:
    judged, _ = read_queries(REPOSITORY / "seeds", ours.generation.slugs)
    asked = [query for query in judged if query.answers]
    for share, least in ((0.5, 0.84), (1.0, 0.96)):
        typed = [(query.text[: round(share * len(query.text))], query.answers) for query in asked]
        found = [bool({one.slug for one in ours.suggest(text)} & set(answers)) for text, answers in typed]
        assert sum(found) >= least * len(asked), f"{sum(found)} of {len(asked)} after {share:.0%}"


def test_a_thing_that_no_article_names_hides_nothing_that_is_said_of_it(ours: Engine) -> None:
    assert "damaged-item" in [one.slug for one in ours.suggest("broken zeppelin")]


def test_the_beginning_of_a_question_in_little_words_suggests_it(ours: Engine) -> None:
    assert "track-an-order" in [one.slug for one in ours.suggest("where is my")]


def test_words_that_no_article_has_suggest_nothing(ours: Engine) -> None:
    assert ours.suggest("asdfghjkl") == []
    assert ours.suggest("") == []
    assert ours.suggest("asdfghjkl qwertyuiop") == []


@given(typed=st.text(max_size=60), limit=st.integers(1, 10))
def test_anything_typed_gets_at_most_so_many_articles_each_once(ours: Engine, typed: str, limit: int) -> None:
    found = ours.suggest(typed, limit)
    slugs = [one.slug for one in found]
    assert len(slugs) <= limit
    assert len(set(slugs)) == len(slugs)
    for one in found:
        assert one.url.partition("#")[0] == f"/articles/{one.slug}"
        assert one.text
        assert one.title


def test_little_words_bring_what_begins_with_them(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article("track", "Track an order", "Look.", questions=["where is my order", "Where's my stuff?"]),
        article("return", "Return it", "Send it.", questions=["how do I send it back"]),
    )
    assert [one.slug for one in searcher.suggest("how")] == ["return"]
    assert [one.text for one in searcher.suggest("where i")] == ["where is my order"]


def test_an_apostrophe_may_be_left_out(tmp_path: Path) -> None:
    searcher = engine(tmp_path, article("track", "Track an order", "Look.", questions=["Where’s my stuff?"]))
    for typed in ("wheres my", "where's my", "where’s my"):
        assert [one.text for one in searcher.suggest(typed)] == ["Where’s my stuff?"]
