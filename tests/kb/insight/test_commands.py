"""`kb gaps` and `kb feedback`, and what people need most on the home page."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb.building import build
from kb.helpcenter import HelpCenter
from kb.insight.needed import LAST, LEAST
from kb.model import Reason, Verdict
from kb.place import Place
from tests.builders import article, help_center, kb

DAY = date(2026, 11, 23)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A small help center with an index."""
    files = {f"articles/orders/{name}.md": article(name.title(), order=1) for name in "abc"}
    found = help_center(tmp_path, files)
    build(found)
    return found


def test_gaps_are_named_with_other_wordings_and_the_nearest_article(place: Place) -> None:
    searches = HelpCenter(place).ledger.searches
    for query in ("sofa legs", "sofa legs", "legs for a sofa"):
        searches.record(query, Verdict.UNSURE, "a", DAY)
    searches.record("dinosaurs", Verdict.NOTHING_USEFUL, "", DAY - timedelta(days=7))
    searches.write()
    printed = kb(place.root, "gaps").output.splitlines()
    assert printed[0].split() == "3 sofa legs (also: legs for a sofa) – nearest: a".split()
    assert printed[1].endswith("dinosaurs – nothing near it")
    (only,) = json.loads(kb(place.root, "gaps", "--since", "2026-11-20", "--json").output)
    assert only == {
        "queries": ["sofa legs", "legs for a sofa"],
        "count": 3,
        "unanswered": 0,
        "nearest": "a",
        "last": "2026-11-23",
    }


def test_votes_are_shown_by_article_with_the_reasons(place: Place) -> None:
    feedback = HelpCenter(place).ledger.feedback
    feedback.vote("a", True, None, "203.0.113.1", DAY)
    feedback.vote("b", False, Reason.DID_NOT_WORK, "203.0.113.1", DAY)
    printed = kb(place.root, "feedback").output.split("\n")
    assert printed[0].split() == ["0", "of", "1", "b", "(did", "not", "work", "1)"]
    (first, second) = json.loads(kb(place.root, "feedback", "--json").output)
    assert first == {"article": "b", "helped": 0, "not_helped": 1, "reasons": {"did_not_work": 1}}
    assert second["article"] == "a"
    assert json.loads(kb(place.root, "feedback", "--json", "--since", "2026-11-24").output) == []


@pytest.mark.parametrize("verb", ["gaps", "feedback"])
def test_the_help_says_how_a_day_is_written_as_people_know_it(place: Place, verb: str) -> None:
    assert "--since YYYY-MM-DD" in kb(place.root, verb, "--help").output


def test_without_votes_and_searches_the_commands_say_so(place: Place) -> None:
    assert "No votes yet" in kb(place.root, "feedback").output
    assert "nothing was searched for yet" in kb(place.root, "gaps").output


def test_most_needed_are_the_writers_order_until_enough_is_known(place: Place) -> None:
    assert [one.slug for one in HelpCenter(place).most_needed(3)] == ["a", "b", "c"]
    assert not (place.derived / "helpcenter.sqlite").exists()
    today = datetime.now(UTC).date()
    searches = HelpCenter(place).ledger.searches
    for _ in range(LEAST):
        searches.record("how to c", Verdict.ANSWERED, "c", today)
        searches.record("how to b", Verdict.ANSWERED, "b", today - LAST - timedelta(days=2))
        searches.record("gone", Verdict.ANSWERED, "an-article-that-is-gone", today)
    searches.write()
    assert [one.slug for one in HelpCenter(place).most_needed(3)] == ["c", "a", "b"]


def test_articles_that_are_gone_take_no_place_from_those_most_needed(place: Place) -> None:
    searches, today = HelpCenter(place).ledger.searches, datetime.now(UTC).date()
    for slug, times in {"gone": 3, "long-gone": 2, "c": 1}.items():
        for _ in range(times * LEAST):
            searches.record(f"how to {slug}", Verdict.ANSWERED, slug, today)
    searches.write()
    assert [one.slug for one in HelpCenter(place).most_needed(2)] == ["c", "a"]
