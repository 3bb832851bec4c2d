"""Service notices: when they are shown, and every mistake in the file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.content.notices import check_notices, linked, load_notices
from kb.content.targets import Targets
from kb.errors import KBError, Severity
from kb.model import Notice, NoticeLevel
from tests.builders import write

TARGETS = Targets({"late-parcel": {"", "now"}, "lost-parcel": {""}}, ["delivery"], Path("nowhere"))


def notices(folder: Path, text: str) -> tuple[Notice, ...]:
    write(folder, {"notices.yaml": text})
    return load_notices(folder, "Europe/London")


def test_a_notice_has_its_words_level_and_link(tmp_path: Path) -> None:
    text = "- {text: Late parcels., level: warning, link: /articles/late, link_text: What to do}\n"
    assert notices(tmp_path, text) == (
        Notice("Late parcels.", NoticeLevel.WARNING, link="/articles/late", link_text="What to do"),
    )


def test_without_the_file_or_with_comments_only_there_is_none(tmp_path: Path) -> None:
    assert load_notices(tmp_path, "UTC") == ()
    assert notices(tmp_path, "# Nothing to say today.\n") == ()


@pytest.mark.parametrize(
    ("start", "end", "moment", "shown"),
    [
        ("2026-07-01", "2026-07-02", "2026-06-30T22:59", False),  # London is an hour ahead of UTC in summer
        ("2026-07-01", "2026-07-02", "2026-06-30T23:00", True),
        ("2026-07-01", "2026-07-02", "2026-07-02T22:59", True),
        ("2026-07-01", "2026-07-02", "2026-07-02T23:00", False),
        ("2026-12-01 08:00", "2026-12-01 09:30", "2026-12-01T07:59", False),
        ("2026-12-01 08:00", "2026-12-01 09:30", "2026-12-01T08:00", True),
        ("2026-12-01 08:00:00", "'2026-12-01 09:30'", "2026-12-01T09:30", False),
        ("2026-12-01T08:00+03:00", "~", "2026-12-01T05:00", True),
        ("~", "2026-12-01", "1999-01-01T00:00", True),
        ("~", "~", "2026-12-01T00:00", True),
        ("2026-12-01", "9999-12-31", "2026-12-01T00:00", True),  # as people write "never"
        ("2026-12-01", "9999-12-31 23:59", "9999-12-31T23:59", True),
    ],
)
def test_a_notice_is_shown_from_its_start_to_its_end(
    tmp_path: Path, start: str, end: str, moment: str, shown: bool
) -> None:
    (notice,) = notices(tmp_path, f"- text: Hello.\n  start: {start}\n  end: {end}\n")
    assert notice.shown_at(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is shown


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("level: loud", "'level' cannot be 'loud'"),
        ("start: soon", "'start' is wrong: it is no day or time"),
        ("start: 2026-02-31", "'start' is wrong"),
        ("start: 12", "'start' is wrong"),
        ("link: articles/late", "'link'"),
        (
            "link: 'https://[news]/today'",
            "'https://[news]/today' is not written like /articles/delayed-parcel",
        ),
        ("link: /articles/late", "the link has no words. Add a line 'link_text"),
        ("ends: 2026-02-01", "'ends' is not a key we know"),
        ("end: 2025-12-31 23:59", "'end' is not after 'start'"),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    start = "" if line.startswith("start") else "  start: 2026-01-01\n"
    with pytest.raises(KBError) as caught:
        notices(tmp_path, f"- text: Fine.\n- text: Hello.\n  {line}\n{start}")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("seeds/notices.yaml", 3)
    assert message in f"{problem.problem} {problem.fix}"


def test_a_link_to_an_article_that_is_not_there_names_the_closest(tmp_path: Path) -> None:
    text = "- {text: T, link: /articles/late-parcel#now, link_text: A}\n"
    notices(tmp_path, f"{text}- {{text: T, link: /articles/lost-parcle, link_text: B}}\n")
    (problem,) = check_notices(tmp_path, TARGETS, [])
    assert str(problem) == (
        "seeds/notices.yaml:2: there is no article 'lost-parcle'. Did you mean '/articles/lost-parcel'?"
    )


def test_a_link_that_leads_nowhere_else_is_a_warning_with_its_line(tmp_path: Path) -> None:
    notices(tmp_path, "- text: T\n  link_text: A\n  link: /topics/delivry\n")
    (problem,) = check_notices(tmp_path, TARGETS, [])
    assert problem.severity is Severity.WARNING
    assert str(problem) == (
        "seeds/notices.yaml:3: '/topics/delivry' leads nowhere. Did you mean '/topics/delivery'?"
    )


@pytest.mark.parametrize(
    ("topic", "fix"),
    [("delivry", "Did you mean 'delivery'?"), ("x", "Write one of: delivery, delivery/abroad.")],
)
def test_a_topic_that_is_not_there_names_the_closest(tmp_path: Path, topic: str, fix: str) -> None:
    notices(tmp_path, f"- text: T\n  topics: [delivery/abroad, {topic}]\n")
    (problem,) = check_notices(tmp_path, TARGETS, ["delivery", "delivery/abroad"])
    assert str(problem) == f"seeds/notices.yaml:2: there is no topic '{topic}'. {fix}"


@pytest.mark.parametrize(
    ("topics", "level", "shown"),
    [
        (("delivery",), NoticeLevel.INFO, True),
        (("delivery/abroad",), NoticeLevel.INFO, True),
        (("returns", "delivery"), NoticeLevel.WARNING, True),
        (("deliver", "delivery/abroad/eu"), NoticeLevel.WARNING, False),
        ((), NoticeLevel.WARNING, False),
        ((), NoticeLevel.CRITICAL, True),
        (("returns",), NoticeLevel.CRITICAL, True),
    ],
)
def test_an_answer_shows_what_is_critical_or_about_its_topic(
    topics: tuple[str, ...], level: NoticeLevel, shown: bool
) -> None:
    assert Notice("N.", level, topics=topics).concerns("delivery/abroad") is shown


def test_a_link_to_an_article_of_another_tree_is_left_out() -> None:
    late = Notice("Late.", NoticeLevel.INFO, link="/articles/late#why", link_text="What to do")
    status = Notice("Down.", NoticeLevel.INFO, link="https://status.example", link_text="Status")
    assert linked([late, status], ["late"]) == (late, status)
    assert linked([late, status], ["other"]) == (Notice("Late.", NoticeLevel.INFO), status)
