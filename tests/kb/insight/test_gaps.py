"""Search gaps: kept without who or when, written beside the searches, grouped by what they mean."""

import logging
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kb.database import Database
from kb.insight import gaps
from kb.insight.gaps import RETENTION, Search, SearchLog, meaning, scrub
from kb.model import Verdict

TODAY = date(2026, 11, 24)


@pytest.fixture
def searches(tmp_path: Path) -> SearchLog:
    return SearchLog(Database.at(tmp_path))


def test_queries_that_mean_the_same_are_one_gap_with_its_nearest_article(searches: SearchLog) -> None:
    for query in ("repair my kettle", "kettle repairs", "Repair my kettle", "is there a kettle repair?"):
        searches.record(query, Verdict.UNSURE, "guarantee", TODAY)
    searches.record("kettle repair", Verdict.NOTHING_USEFUL, "", TODAY - timedelta(days=1))
    searches.record("paint colours", Verdict.NOTHING_USEFUL, "", TODAY)
    searches.record("charged twice", Verdict.ANSWERED, "charged-twice", TODAY)
    searches.write()
    first, second = searches.gaps()
    assert first.queries[0] == "repair my kettle"
    assert set(first.queries[1:]) == {"kettle repairs", "is there a kettle repair?", "kettle repair"}
    assert (first.count, first.unanswered, first.nearest, first.last) == (5, 1, "guarantee", TODAY)
    assert (second.queries, second.nearest) == (("paint colours",), "")
    assert searches.gaps(TODAY)[0].count == 4
    assert searches.answers(TODAY) == {"charged-twice": 1}


def test_the_same_search_in_two_batches_is_counted_on(searches: SearchLog) -> None:
    for _ in range(3):
        searches.record("sofa legs", Verdict.UNSURE, "", TODAY)
        searches.write()
    assert searches.gaps()[0].count == 3


def test_a_large_batch_counts_on_what_is_known_and_adds_the_rest(searches: SearchLog) -> None:
    for number in range(0, gaps.MOST_WAITING, 3):
        searches.record(f"lamp {number}", Verdict.UNSURE, "", TODAY)
    searches.write()
    for number in range(gaps.MOST_WAITING):
        searches.record(f"lamp {number}", Verdict.UNSURE, "", TODAY)
    searches.write()
    assert {gap.queries[0]: gap.count for gap in searches.gaps()} == {
        f"lamp {number}": 1 + (number % 3 == 0) for number in range(gaps.MOST_WAITING)
    }


def test_who_writes_a_batch_reads_nothing_of_the_days_before(searches: SearchLog, tmp_path: Path) -> None:
    days = [TODAY - timedelta(days=back) for back in range(30)]
    for day in days:
        searches.record("sofa legs", Verdict.UNSURE, "", day)
    searches.write()
    today = Search("sofa legs", TODAY, Verdict.UNSURE.value, "")
    with Database.at(tmp_path).reading() as connection:
        assert gaps._known(connection, [today]) == {today}


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("Where is  HF-204815?", "where is [number]?"),
        ("ann.o'neil+shop@example.co.uk lost parcel", "[e-mail] lost parcel"),
        ("call me on +44 (0)20 7946-0958 please", "call me on [number] please"),
        ("card 4929 1234 5678 9012 refused", "card [number] refused"),
        ("order 204815", "order [number]"),
        ("30 day return of 2 mugs", "30 day return of 2 mugs"),
        ("lost ada @example.com", "lost [e-mail]"),
        ("ada\0@ example.com lost", "[e-mail] lost"),
        ("2 mugs @ 10 each", "2 mugs @ 10 each"),
        ("4111_1111_1111_1111", "[number]"),
        ("4111,1111,1111,1111", "[number]"),
        ("4111 - 1111 - 1111 - 1111", "[number]"),
        ("0808:157:0142", "[number]"),
    ],
)
def test_what_says_who_somebody_is_is_not_kept(query: str, kept: str) -> None:
    assert scrub(query) == kept


@given(st.text(max_size=300))
def test_no_query_keeps_an_address_or_five_digits_in_a_row(query: str) -> None:
    kept = scrub(query)
    assert re.search(r"\S@\S|\d{5}", kept) is None
    assert len(kept) <= 120


@given(st.text(st.characters(), max_size=300))
def test_no_query_keeps_what_a_database_refuses_or_a_terminal_obeys(query: str) -> None:
    kept = scrub(f"\x1b]0;title\x07{query}\0\ud800")
    assert kept.isprintable()
    assert kept.encode()


def test_all_processes_write_in_one_order_so_that_none_waits_for_another_in_a_circle(
    searches: SearchLog, tmp_path: Path
) -> None:
    for query in ("sofa", "lamp", "mug", "kettle"):
        searches.record(query, Verdict.UNSURE, "", TODAY)
    searches.write()
    with Database.at(tmp_path).reading() as connection:
        written = connection.execute(text("SELECT query FROM searches ORDER BY rowid")).scalars().all()
    assert written == ["kettle", "lamp", "mug", "sofa"]


def test_words_in_another_order_and_form_mean_the_same() -> None:
    assert meaning("refunds for the sofa") == meaning("sofa refund")
    assert meaning("refund") != meaning("sofa")
    assert meaning("the") == {"the"}


def test_searching_does_not_wait_for_the_database_and_what_waits_is_bounded(
    searches: SearchLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gaps, "MOST_WAITING", 3)
    monkeypatch.setattr(searches, "_database", Database("sqlite:////proc/nowhere/x.sqlite"))
    for number in "abcdef":
        searches.record(f"query {number}", Verdict.UNSURE, "", TODAY)
    with caplog.at_level(logging.WARNING):
        searches.write()
        searches.write()
    assert caplog.text.count("and wait") == 1
    assert len(searches._waiting) == 3


def test_searches_are_written_by_themselves_within_seconds_and_when_the_process_ends(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path; from kb.database import Database;"
        "from kb.insight.gaps import SearchLog; from kb.model import Verdict;"
        "SearchLog(Database.at(Path(sys.argv[1]))).record('sofa', Verdict.UNSURE, '', date(2026, 11, 24))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert SearchLog(Database.at(tmp_path)).gaps()[0].queries == ("sofa",)


def test_a_forked_process_writes_its_own_and_nothing_twice(searches: SearchLog) -> None:
    searches.record("sofa", Verdict.UNSURE, "", TODAY)
    child = os.fork()
    if not child:
        searches.record("lamp", Verdict.UNSURE, "", TODAY)
        searches.write()
        os._exit(0)
    os.waitpid(child, 0)
    searches.write()
    assert {(gap.queries, gap.count) for gap in searches.gaps()} == {(("lamp",), 1), (("sofa",), 1)}


def test_what_is_old_is_forgotten(searches: SearchLog) -> None:
    searches.record("sofa", Verdict.UNSURE, "", TODAY - RETENTION - timedelta(days=1))
    searches.write()
    assert len(searches.gaps()) == 1
    searches.record("lamp", Verdict.UNSURE, "", TODAY)
    searches.write()
    assert [gap.queries for gap in searches.gaps()] == [("lamp",)]
