"""Votes: one a person, article and day, and nobody can be found out from them."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.database import Database
from kb.insight.feedback import Feedback, Votes
from kb.insight.tables import VOTES
from kb.model import Reason

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def feedback(tmp_path: Path) -> Feedback:
    return Feedback(Database.at(tmp_path), tmp_path / ".kb")


def test_the_last_vote_of_a_day_counts_and_no_other(feedback: Feedback) -> None:
    for _ in range(20):
        feedback.vote("mugs", True, None, "203.0.113.7", MONDAY)
    feedback.vote("mugs", False, Reason.UNCLEAR, "203.0.113.7", MONDAY)
    assert feedback.totals() == (Votes("mugs", 0, 1, {"unclear": 1}),)


def test_each_address_article_and_day_has_a_vote(feedback: Feedback) -> None:
    feedback.vote("mugs", True, None, "203.0.113.7", MONDAY)
    feedback.vote("mugs", True, None, "203.0.113.8", MONDAY)
    feedback.vote("mugs", True, None, "203.0.113.7", TUESDAY)
    feedback.vote("cups", False, Reason.WRONG, "203.0.113.7", MONDAY)
    assert feedback.totals() == (Votes("cups", 0, 1, {"wrong": 1}), Votes("mugs", 3, 0, {}))
    assert feedback.totals(TUESDAY) == (Votes("mugs", 1, 0, {}),)


def test_what_helped_has_no_reason(feedback: Feedback) -> None:
    feedback.vote("mugs", True, Reason.WRONG, "203.0.113.7", MONDAY)
    assert feedback.totals() == (Votes("mugs", 1, 0, {}),)


def test_nobodys_address_is_kept_and_no_two_votes_can_be_put_together(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    feedback = Feedback(database, tmp_path / ".kb")
    for article in ("mugs", "cups"):
        for day in (MONDAY, TUESDAY):
            feedback.vote(article, True, None, "203.0.113.7", day)
    with database.reading() as connection:
        voters = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT voter FROM votes")]
    assert len(set(voters)) == 4
    assert not any(b"203.0.113.7" in file.read_bytes() for file in (tmp_path / ".kb").iterdir())


def test_when_its_day_is_over_a_vote_stays_and_its_voter_is_forgotten_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.insight.feedback.AT_ONCE", 2)
    database = Database.at(tmp_path)
    feedback = Feedback(database, tmp_path / ".kb")
    for number in range(5):
        feedback.vote("mugs", number > 0, None, f"203.0.113.{number}", MONDAY)
    feedback.vote("mugs", True, None, "203.0.113.7", TUESDAY)

    def voters() -> dict[date, set[bytes]]:
        with database.reading() as connection:
            rows = connection.execute(select(VOTES.c.day, VOTES.c.voter)).all()
        return {day: {row.voter for row in rows if row.day == day} for day in (MONDAY, TUESDAY)}

    before, totals = voters(), feedback.totals()
    feedback.forget_voters(TUESDAY)
    after = voters()
    assert len(after[MONDAY]) == 5
    assert not after[MONDAY] & before[MONDAY]
    assert after[TUESDAY] == before[TUESDAY], "the last vote of today still has to count alone"
    assert feedback.totals() == totals
    feedback.forget_voters(TUESDAY)
    assert voters() == after, "what is forgotten is not written again"
    database.scrub()
    left = b"".join(file.read_bytes() for file in (tmp_path / ".kb").iterdir())
    assert not any(voter in left for voter in before[MONDAY])
