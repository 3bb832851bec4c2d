"""The repository's own judged queries: not copied from what they judge, and the floor they hold us to."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.building import read
from kb.content.library import Library, untracked
from kb.evaluation import outcomes_of, table
from kb.place import Place
from kb.search.analysis import terms
from kb.search.engine import Engine
from kb.search.evaluate import Outcome, figures
from kb.search.index import build_index
from kb.search.judged import NOTHING, read_queries
from kb.search.synonyms import read_synonyms
from tests.kb.search.libraries import article

REPOSITORY = Path(__file__).parents[3]
PLACE = Place.at(REPOSITORY)
FOUND_IN_FIRST_THREE = 0.97
RIGHT_VERDICT = 0.92
CONFIDENCE_MOVES_AT_MOST = 0.02
NEARLY_EQUAL = 0.02
"""Of two results whose scores differ by less than this share, either may stand first in a larger library."""


@pytest.fixture(scope="module")
def library() -> Library:
    return read(PLACE)


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    """The judged queries as they stand in the file."""
    found: list[dict[str, Any]] = yaml.safe_load((PLACE.seeds / "queries.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """What every judged query gets from the help center itself, in an index of the tests' own."""
    root = tmp_path_factory.mktemp("help")
    for name in ("articles", "seeds"):
        (root / name).symlink_to(REPOSITORY / name)
    found, _, problems = outcomes_of(root, untracked)
    assert problems == []
    return found


def test_every_answer_is_an_article_that_can_be_found(library: Library) -> None:
    slugs = {one.slug for one in library.articles if not one.retired}
    assert read_queries(PLACE.seeds, slugs)[1] == []


def test_there_are_enough_queries_of_each_kind(entries: list[dict[str, Any]]) -> None:
    assert len(entries) >= 150
    assert sum(entry["answer"] == NOTHING for entry in entries) >= 50
    assert sum(entry.get("blind", False) for entry in entries) >= len(entries) / 3


def test_no_query_stands_there_twice(entries: list[dict[str, Any]]) -> None:
    queries = [" ".join(entry["q"].lower().split()) for entry in entries]
    assert [query for query in queries if queries.count(query) > 1] == []


def test_no_query_is_a_question_that_an_article_itself_lists(
    entries: list[dict[str, Any]], library: Library
) -> None:
    listed = {
        tuple(sorted(terms(question))): (one.slug, question)
        for one in library.articles
        for question in one.questions
    }
    assert len(listed) > len(library.articles)
    copied = {
        entry["q"]: listed.get(tuple(sorted(terms(entry["q"])))) for entry in entries if terms(entry["q"])
    }
    assert {query: where for query, where in copied.items() if where} == {}


def test_the_right_article_and_the_right_verdict_often_enough(
    outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    answerable = [one for one in outcomes if one.query.answers]
    in_three = sum(one.rank is not None and one.rank <= 3 for one in answerable) / len(answerable)
    right = sum(one.is_right for one in outcomes) / len(outcomes)
    with capsys.disabled():
        print(f"\n\nseeds/queries.yaml: success@3 {in_three:.1%}, right verdict {right:.1%}")  # noqa: T201
        print("\n".join([*table(figures(outcomes, "ours", 0), outcomes)][-4:]))  # noqa: T201
    assert in_three >= FOUND_IN_FIRST_THREE
    assert right >= RIGHT_VERDICT


def test_an_article_about_something_else_changes_no_clear_first_result_and_hardly_a_confidence(
    ours: Engine, library: Library, tmp_path: Path
) -> None:
    other = article("zebra-riding", "Zebra riding", "A zebra gallops. " * 400, questions=["ride a quagga"])
    more = Library((*library.articles, other), library.topics, ())
    build_index(tmp_path, more, synonyms=read_synonyms(PLACE.seeds / "synonyms.txt"))
    grown = Engine(tmp_path)
    for query in read_queries(PLACE.seeds)[0]:
        if {"zebra", "gallop", "ride", "quagga"} & set(terms(query.text)):
            continue
        before, after = ours.search(query.text), grown.search(query.text)
        first, second = ([one.score for one in before.results] + [0.0, 0.0])[:2]
        if first - second > NEARLY_EQUAL * first:
            assert after.results[0].slug == before.results[0].slug
            assert abs(before.confidence - after.confidence) <= CONFIDENCE_MOVES_AT_MOST
