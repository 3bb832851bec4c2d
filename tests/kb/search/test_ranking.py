"""The order of the results, on libraries small enough to judge by eye, and on generated ones."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.model import Article, Verdict
from kb.search.engine import Engine
from kb.search.fields import CANDIDATES
from kb.search.synonyms import read_synonyms
from kb.starter import starter_folder
from tests.kb.search.libraries import article, engine, found

SHARED = ["parcel", "card", "gift", "refund", "late", "mug", "sofa", "lamp", "invoice", "shelf", "courier"]
OWN = ["walnut", "cobalt", "juniper", "saffron", "pewter", "linen", "marble", "cedar", "indigo", "copper"]
ELSEWHERE = ["zebra", "quagga", "okapi", "lemur", "ibex", "tapir"]

SHOP = [
    article("a", "Track a parcel", "Follow your parcel.", questions=["where is my parcel"]),
    article("k", "Late parcels", "Wait two days, then ask the courier about the parcel."),
    article("n", "Gift cards", "A gift card comes in no parcel, it comes by mail.", questions=["buy a card"]),
    article("p", "Refund to a card", "A refund takes five days.", questions=["when is my refund"]),
]

shared_text = st.lists(st.sampled_from(SHARED), max_size=25).map(" ".join)
LIBRARIES = settings(deadline=None, derandomize=True, max_examples=6)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over SHOP."""
    return engine(tmp_path_factory.mktemp("before"), *SHOP)


@st.composite
def shelves(draw: st.DrawFn) -> list[Article]:
    """Articles over few words, each title with one word that no other article has."""
    count = draw(st.integers(2, len(OWN)))
    return [
        article(
            f"a{number}",
            " ".join(draw(st.permutations([own, *draw(st.lists(st.sampled_from(SHARED), max_size=3))]))),
            draw(shared_text),
            questions=draw(st.lists(shared_text, max_size=2)),
            sections=[("More of it", draw(shared_text))],
        )
        for number, own in enumerate(OWN[:count])
    ]


@LIBRARIES
@given(shelf=shelves())
def test_an_article_is_found_first_by_a_title_with_a_word_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, shelf: list[Article]
) -> None:
    searcher = engine(tmp_path_factory.mktemp("home"), *shelf)
    for one in shelf:
        assert found(searcher, one.title)[0] == one.slug


@LIBRARIES
@given(
    text=st.lists(st.sampled_from(ELSEWHERE), max_size=300).map(" ".join),
    question=st.lists(st.sampled_from(ELSEWHERE), max_size=12).map(" ".join),
    slug=st.sampled_from(["0-first", "m-between", "z-last"]),
)
def test_an_article_about_something_else_changes_no_results(
    tmp_path_factory: pytest.TempPathFactory, before: Engine, text: str, question: str, slug: str
) -> None:
    other = article(slug, "Zebra okapi", text, questions=[question])
    after = engine(tmp_path_factory.mktemp("after"), *SHOP, other)
    for query in (
        "parcel",
        "where is my parcel",
        "gift card",
        "card refund",
        "late courier",
        "when is my refund",
    ):
        assert found(before, query)
        assert found(after, query) == found(before, query)


def test_of_articles_alike_the_one_whose_slug_comes_first_stands_first(tmp_path: Path) -> None:
    slugs = ["m-3", "a-1", "z-9", "b-2"]
    searcher = engine(tmp_path, *(article(slug, "Late parcel", "It is late.") for slug in slugs))
    assert found(searcher, "late parcel") == sorted(slugs)


def test_the_order_articles_are_read_in_makes_no_difference(tmp_path: Path) -> None:
    shelf = [
        article(f"a{n}", f"Parcel {'late ' * n}", "parcel " * n, questions=["late"] * n) for n in range(6)
    ]
    forwards, backwards = engine(tmp_path / "1", *shelf), engine(tmp_path / "2", *reversed(shelf))
    assert forwards.search("late parcel") == backwards.search("late parcel")


def test_a_question_in_an_articles_own_words_finds_it_first_and_is_answered(tmp_path: Path) -> None:
    shelf = [
        article("asked", "Follow it", "See the account page.", questions=["where is my parcel?"]),
        article("loud", "Parcel rules", "A parcel is a parcel. " * 9, questions=["why my parcel"]),
    ]
    searcher = engine(tmp_path, *shelf)
    for words in ("where is my parcel", "Where's the PARCEL", "wheres my parcels"):
        answer = searcher.search(words)
        assert (answer.results[0].slug, answer.verdict) == ("asked", Verdict.ANSWERED), words
    assert searcher.search("parcel").results[0].slug == "loud"


def test_a_question_is_asked_word_for_word_without_its_apostrophes_too(tmp_path: Path) -> None:
    late = article("late", "Overdue", "Wait.", questions=["my order didn't come", "it hasnt arrived"])
    searcher = engine(tmp_path, late, article("place", "Place an order", "Order, and it will come."))
    for words in ("my order didnt come", "My order didn’t come!", "it hasn't arrived"):
        assert searcher.explain(words).ranked[0].signals["asked"] > 0, words


def test_an_article_whose_question_was_asked_is_shown_from_its_top(tmp_path: Path) -> None:
    parts = [("If it was a gift", "A parcel for somebody else: where is it? Where is the parcel?")]
    one = article("a", "Follow it", "Look at your account.", questions=["where is my parcel"], sections=parts)
    searcher = engine(tmp_path, one, article("b", "Other"))
    assert searcher.search("parcel for somebody else").results[0].anchor
    answer = searcher.search("where is my parcel").results[0]
    assert (answer.url, answer.snippet) == ("/articles/a", "Look at your account.")


def test_results_go_on_past_the_candidates_without_a_gap_or_a_repeat(tmp_path: Path) -> None:
    count = CANDIDATES + 15
    searcher = engine(tmp_path, *(article(f"a{n:02}", "Late parcel", "Wait.") for n in range(count)))
    pages = [searcher.search("late parcel", page=page) for page in range(1, 7)]
    assert {page.total for page in pages} == {count}
    assert [result.slug for page in pages for result in page.results] == [f"a{n:02}" for n in range(count)]
    assert [len(page.results) for page in pages] == [10, 10, 10, 10, 5, 0]


@pytest.mark.parametrize(
    "better",
    [
        article("z", "Late parcels", "Nothing."),
        article("z", "Other", "Nothing.", questions=["why is my parcel late"]),
        article("z", "Other", "Nothing.", keywords=["late parcel"]),
        article("z", "Other", "A parcel may be late; a late parcel is not lost."),
    ],
    ids=["title", "question", "keyword", "often in the text"],
)
def test_every_field_lifts_an_article_over_a_passing_mention(tmp_path: Path, better: Article) -> None:
    mention = article(
        "a", "Opening hours", "We open at nine, even when a parcel is " + "very " * 30 + "late."
    )
    searcher = engine(tmp_path, mention, better, article("b", "Gift cards", "Buy one."))
    assert found(searcher, "late parcel")[0] == "z"


def test_words_side_by_side_and_in_order_count(tmp_path: Path) -> None:
    shelf = [
        article("a", "Notes", "The card that you pay with, or a voucher, or a small gift."),
        article("b", "Notes", "A gift card that you pay with, or a voucher, or something small."),
    ]
    assert found(engine(tmp_path, *shelf), "gift card") == ["b", "a"]


def test_words_in_one_passage_count_more_than_words_far_apart(tmp_path: Path) -> None:
    filler = "Nothing of note stands here at all.\n"
    shelf = [
        article("a", "Notes", f"A courier called.\n{filler}{filler}We sell sofas."),
        article("b", "Notes", f"A courier brings sofas.\n{filler}{filler}We called."),
    ]
    assert found(engine(tmp_path, *shelf), "courier for a sofa") == ["b", "a"]


def test_the_section_that_matches_is_the_one_linked_to(tmp_path: Path) -> None:
    shelf = article(
        "track",
        "Track an order",
        "Open Orders and choose Track.",
        sections=[("It has not moved", "Wait two days."), ("As a guest", "Type the number of the order.")],
    )
    [result] = engine(tmp_path, shelf, article("x", "Sofas", "Sofas.")).search("order number guest").results
    assert (result.heading, result.url) == ("As a guest", "/articles/track#as-a-guest")
    assert "<mark>number</mark>" in result.snippet


def test_a_sentence_about_a_special_case_does_not_stand_for_the_article(tmp_path: Path) -> None:
    shelf = article(
        "codes",
        "Promo codes",
        "A promo code is typed at checkout, below the list of what you buy, and takes effect at once.",
        sections=[
            ("If it did not come", "No promo code? Write to us."),
            ("On paper", "A promo code may be printed."),
        ],
    )
    searcher = engine(tmp_path, shelf, article("x", "Sofas", "Sofas."))
    assert searcher.search("promo code").results[0].url == "/articles/codes"
    assert searcher.search("printed promo code").results[0].url == "/articles/codes#on-paper"


def test_an_article_without_text_is_found_by_its_title_and_links_to_its_top(tmp_path: Path) -> None:
    bare = Article("bare", "Empty room", "", "bare.md")
    [result] = engine(tmp_path, bare, article("x", "Sofas", "Sofas.")).search("empty room").results
    assert (result.slug, result.heading, result.url, result.snippet) == ("bare", "", "/articles/bare", "")


def test_articles_whose_texts_hold_stop_words_only_are_found_by_their_titles(tmp_path: Path) -> None:
    assert found(engine(tmp_path, article("a", "Sofas", "It is."), article("b", "Lamps", "")), "sofa") == [
        "a"
    ]


def test_a_retired_article_is_not_found(tmp_path: Path) -> None:
    shelf = [article("old", "Fax us", "By fax.", retired=True), article("x", "Send a letter", "Or a fax.")]
    assert found(engine(tmp_path, *shelf), "fax") == ["x"]


def test_a_misspelt_word_finds_its_article_and_a_real_word_no_other(tmp_path: Path) -> None:
    shelf = [article("a", "Lost parcel", "Ask."), article("b", "Gift cards", "Send them all over, lover.")]
    searcher = engine(tmp_path, *shelf)
    assert found(searcher, "parcle") == ["a"]
    assert found(searcher, "hover") == []
    assert found(searcher, "cover") == []


def test_two_words_find_one_and_one_finds_two(tmp_path: Path) -> None:
    shelf = [
        article("a", "Giftcard terms", "Rules."),
        article("b", "Check out", "Pay."),
        article("c", "Sofas", "Blue."),
    ]
    searcher = engine(tmp_path, *shelf)
    assert found(searcher, "gift card") == ["a"]
    assert found(searcher, "giftcard") == ["a"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("pasword", "password"), ("isntall", "install"), ("inclue", "include")]
)
def test_a_slip_that_happens_to_be_two_short_words_is_a_slip(tmp_path: Path, typed: str, meant: str) -> None:
    shelf = [
        article("a", f"How to {meant}", "Read on."),
        article("b", "Pas de deux", "A word and a clue."),
        article("c", "Sofas", "Blue."),
    ]
    assert found(engine(tmp_path, *shelf), typed) == ["a"]


def test_a_word_and_its_particle_written_as_one_are_no_misspelling(tmp_path: Path) -> None:
    shelf = [
        article("a", "I can't sign in", "Reset your password."),
        article("b", "Signing for a parcel", "We ask for a name."),
        article("c", "Sofas", "Blue."),
    ]
    answer = engine(tmp_path, *shelf).search("signin")
    assert answer.results[0].slug == "a"
    assert answer.suggestion is None


def test_a_word_that_the_synonyms_know_is_no_misspelling(tmp_path: Path) -> None:
    shelf = [article("a", "Courier delays", "Wait."), article("b", "Yodel", "Sing."), article("c", "Sofas")]
    searcher = engine(tmp_path, *shelf, synonyms="yodal => courier")
    assert found(searcher, "yodal") == ["a"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("turn on 2fa", "Enable 2-step verification"),
        ("get rid of the app", "Uninstall the program"),
        ("is mine fake", "Spot a counterfeit"),
        ("undelete a file", "Restore from the bin"),
    ],
)
def test_a_new_help_centers_synonyms_know_how_people_speak_of_programs_and_accounts(
    tmp_path: Path, typed: str, title: str
) -> None:
    synonyms = read_synonyms(starter_folder() / "seeds" / "synonyms.txt")
    shelf = [article("a", title, "Do this."), article("b", "Sofas", "Blue."), article("c", "Tea", "Green.")]
    assert found(engine(tmp_path, *shelf, synonyms=synonyms), typed)[:1] == ["a"]


def test_a_slip_beside_the_word_it_stands_for_still_asks_the_title(tmp_path: Path) -> None:
    shelf = [article("a", "Missing parts and spare parts", "Ask."), article("b", "Spare rooms", "Sleep.")]
    searcher = engine(tmp_path, *shelf)
    assert searcher.explain("missing papts and spare parts").ranked[0].signals["asked"] > 0


def test_a_code_is_found_whole_and_not_by_its_parts(tmp_path: Path) -> None:
    shelf = [article("a", "Model HEM-7120", "A monitor."), article("b", "Model HEM-7121", "A monitor.")]
    searcher = engine(tmp_path, *shelf)
    assert found(searcher, "hem-7120") == ["a"]
    assert found(searcher, "7120") == []


def test_confidence_lies_between_nothing_and_certainty(tmp_path: Path) -> None:
    searcher = engine(tmp_path, article("a", "Lost parcel", "Ask."), article("b", "Gift cards", "Buy."))
    for query in ("lost parcel", "gift", "zzz", "", "lost zzz parcel qqq", "parcle"):
        answer = searcher.search(query)
        assert 0 <= answer.confidence <= 1
        assert answer.results or answer.verdict == "nothing_useful"
