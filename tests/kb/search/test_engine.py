"""The one door: it follows new generations by itself, and threads change nothing."""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.model import Article, Site, Verdict
from kb.search.engine import Engine
from kb.search.generation import current_folder
from kb.search.index import build_index
from tests.kb.search.libraries import article, engine, found, library, shop

REPOSITORY = Path(__file__).parents[3]
THREADS, QUERIES = 8, 200
NOTICED_WITHIN_S = 1.0


@pytest.fixture
def searcher(tmp_path: Path) -> Engine:
    return engine(tmp_path, article("a", "Lost parcel", "Ask."), article("b", "Gift cards", "Buy one."))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold in time; looks again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
    return holds()


def test_a_new_generation_is_noticed_within_a_second(searcher: Engine, tmp_path: Path) -> None:
    assert found(searcher, "sofa") == []
    build_index(tmp_path, library(article("c", "Sofas", "A sofa.")))
    assert within(NOTICED_WITHIN_S, lambda: found(searcher, "sofa") == ["c"])
    assert found(searcher, "parcel") == []
    assert searcher.generation.folder == current_folder(tmp_path)


def test_a_request_keeps_the_generation_it_began_with(searcher: Engine, tmp_path: Path) -> None:
    begun = searcher.generation
    for _ in range(3):
        build_index(tmp_path, library(article("c", "Sofas", "A sofa.")))
    assert within(NOTICED_WITHIN_S, lambda: searcher.generation is not begun)
    assert begun.slugs == ["a", "b"]
    assert int(begun.impact.sum()) > 0
    assert begun.store.article("a")


@pytest.mark.parametrize("damage", ["no CURRENT", "no such generation", "damaged"])
def test_an_engine_stays_on_the_index_it_has_when_the_next_one_is_unusable(
    searcher: Engine, tmp_path: Path, damage: str
) -> None:
    first = current_folder(tmp_path)
    if damage == "no CURRENT":
        (tmp_path / "CURRENT").unlink()
    elif damage == "no such generation":
        (tmp_path / "CURRENT").write_text("000009")
    else:
        shutil.copytree(first, tmp_path / "000002")
        (tmp_path / "000002" / "words.txt").write_bytes(b"")
        (tmp_path / "CURRENT").write_text("000002")
    assert not within(0.7, lambda: found(searcher, "parcel") != ["a"])
    build_index(tmp_path, library(article("c", "Sofas", "A sofa.")))
    assert within(NOTICED_WITHIN_S, lambda: found(searcher, "sofa") == ["c"])


def test_the_sites_thresholds_decide_the_verdict(tmp_path: Path) -> None:
    searcher = engine(tmp_path, article("a", "Lost parcel", "Ask."), article("b", "Gift cards", "Buy one."))

    def verdict(answered_from: float, unsure_from: float) -> Verdict:
        site = Site("", answered_from=answered_from, unsure_from=unsure_from)
        return searcher.search("lost parcel gift", site=site).verdict

    assert verdict(0.0, 0.0) is Verdict.ANSWERED
    assert verdict(1.01, 0.0) is Verdict.UNSURE
    assert verdict(1.01, 1.01) is Verdict.NOTHING_USEFUL


def test_a_query_that_finds_nothing_is_nothing_useful_whatever_the_thresholds(tmp_path: Path) -> None:
    searcher = engine(tmp_path, article("a", "Lost parcel", "Ask."))
    answer = searcher.search("zzzz", site=Site("", answered_from=0.0, unsure_from=0.0))
    assert (answer.verdict, answer.total, answer.results) == (Verdict.NOTHING_USEFUL, 0, ())


def test_near_is_what_is_about_most_of_the_query_not_what_only_mentions_it(tmp_path: Path) -> None:
    searcher = engine(
        tmp_path,
        article("data", "How we use your data", "We never sell your name, nor your address."),
        article("late", "Late", "Wait.", questions=["Where has my parcel gone?"]),
        article("legs", "Spare parts", "Ask.", sections=[("A leg of a chair", "We send one.")]),
        article("cards", "Gift cards", "Buy one.", summary="A card for a birthday."),
    )

    def near(query: str, unsure_from: float = 1.01) -> list[str]:
        site = Site("", answered_from=1.01, unsure_from=unsure_from)
        return [result.slug for result in searcher.search(query, site=site).near]

    assert near("do you sell elephants") == near("sell your name") == []
    assert near("parcel") == ["late"]
    assert near("chair leg zzzz") == ["legs"]
    assert near("birthday") == ["cards"]
    assert near("birthday zzzz xxxx") == []
    assert near("parcel", unsure_from=0.0) == []  # it is a result


def test_a_suggestion_is_the_query_as_typed_with_its_misspelt_words_put_right(tmp_path: Path) -> None:
    # Thresholds just above what a query of unknown words gets, so that the correction is a better verdict.
    shelf = [article("a", "Lost parcel", "Ask."), article("b", "Gift cards", "Buy one.")]
    searcher = engine(tmp_path, *shelf)
    unknown, corrected = searcher.search("zzzzz").confidence, searcher.search("Parcle, where?").confidence
    assert corrected > unknown
    site = Site("", answered_from=corrected, unsure_from=(unknown + corrected) / 2)
    assert searcher.search("Parcle, where?", site=site).suggestion == "parcel, where?"
    assert searcher.search("parcel, where?", site=site).suggestion is None
    nothing = Site("", answered_from=1.01, unsure_from=1.01)
    assert searcher.search("Parcle, where?", site=nothing).suggestion is None


def mixed_queries() -> list[str]:
    titles = [path.stem.replace("-", " ") for path in sorted((REPOSITORY / "articles").rglob("*.md"))][:40]
    forms: list[Callable[[str], str]] = [
        lambda words: words,
        lambda words: f'"{words}"',
        lambda words: f"{words} -order",
        lambda words: words[:-1] + "x",
        lambda words: f"why is {words} not working??? topic:orders",
    ]
    queries = [form(title) for title in titles for form in forms]
    assert len(queries) >= QUERIES
    return queries[:QUERIES]


def test_eight_threads_get_exactly_the_answers_that_one_gets(ours: Engine) -> None:
    queries = mixed_queries()
    expected = [ours.search(query) for query in queries]
    assert sum(bool(answer.results) for answer in expected) > QUERIES / 2
    at_once = threading.Barrier(THREADS)

    def ask_all(shift: int) -> bool:
        at_once.wait()
        order = [(at + shift * 25) % QUERIES for at in range(QUERIES)]
        return all(ours.search(queries[at]) == expected[at] for at in order)

    with ThreadPoolExecutor(THREADS) as threads:
        assert all(threads.map(ask_all, range(THREADS)))


def test_the_same_query_gets_the_same_answer_from_another_engine(ours: Engine) -> None:
    other = Engine(ours.generation.folder.parent)
    for query in mixed_queries()[::10]:
        assert other.search(query) == ours.search(query)


def test_a_word_more_that_nobody_wrote_takes_no_result_away(ours: Engine) -> None:
    for query in ("track order", "refund", "gift card balance"):
        before = {result.slug for result in ours.search(query).results[:3]}
        assert before <= {result.slug for result in ours.search(f"{query} xqzvkw").results}


def test_writers_who_fill_in_questions_do_not_make_what_nothing_answers_look_answered(tmp_path: Path) -> None:
    subjects = ("parcel", "refund", "voucher", "password", "kettle", "invoice")
    pairs = [(one, other) for one in subjects for other in subjects if one != other]

    def articles(*questions: str) -> list[Article]:
        said = [(f"{a}-{b}", f"{a} {b}", f"About the {a} and its {b}.") for a, b in pairs]
        return [article(*one, questions=questions) for one in said]

    plain = engine(tmp_path / "plain", *articles())
    asked = engine(tmp_path / "asked", *articles(*(f"my {one}" for one in subjects)))
    query = "kettle with a bluetooth thermometer"
    before, after = (one.explain(query).signals["strength"] for one in (plain, asked))
    assert asked.explain(query).ranked[0].score > 1.3 * plain.explain(query).ranked[0].score
    assert after == pytest.approx(before, rel=0.1)


@pytest.mark.parametrize(
    "query", ["harrow and finch returns", "Harrow & Finch's returns", "harrowfinch returns"]
)
def test_the_shops_own_name_says_nothing_beside_what_is_asked(query: str, tmp_path: Path) -> None:
    assert found(shop(tmp_path, "Harrow & Finch"), query) == ["returns"]


def test_the_order_number_of_all_examples_says_nothing_beside_what_is_asked(tmp_path: Path) -> None:
    ours = shop(tmp_path, "Harrow & Finch", "HF-204815")
    with_name, with_number = ours.search("harrowfinch returns"), ours.search("HF-204815 returns")
    assert [one.slug for one in with_number.results] == ["returns"]
    assert with_number.confidence == with_name.confidence
    assert found(ours, "HF-204815") == ["numbers"]


@pytest.mark.parametrize("query", ["Harrow and Finch", "what is harrowfinch", "finch returns"])
def test_the_shops_own_name_alone_or_a_part_of_it_is_looked_for(query: str, tmp_path: Path) -> None:
    assert "charges" in found(shop(tmp_path, "Harrow & Finch"), query)
