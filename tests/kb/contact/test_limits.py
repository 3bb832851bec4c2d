"""How often something may be tried: counted together by all processes, and never a locked door by mistake."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kb.contact.limits import Limits, RetryAfter

NOW = 1_790_000_000.0
WINDOW = 600.0

_PROCESS = """
import sys
from pathlib import Path
from kb.contact.limits import Limits
limits = Limits(Path(sys.argv[1]))
sys.stdin.readline()
print(sum(limits.allow("ada", 50, 600.0, 1790000000.0) is None for _ in range(40)))
"""


def tries(limits: Limits, count: int, key: str = "ada", now: float = NOW, limit: int = 3) -> list[int | None]:
    answers = [limits.allow(key, limit, WINDOW, now) for _ in range(count)]
    return [answer.seconds if answer else None for answer in answers]


def test_so_many_tries_are_allowed_and_then_the_wait_is_named(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    assert tries(limits, 4) == [None, None, None, 600]
    assert limits.allow("ada", 3, WINDOW, NOW + 599.5) == RetryAfter(1)


def test_a_new_window_begins_when_the_old_one_is_over(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    tries(limits, 3)
    assert tries(limits, 4, now=NOW + WINDOW) == [None, None, None, 600]


def test_what_is_refused_does_not_make_the_wait_longer(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    tries(limits, 20)
    assert tries(limits, 1, now=NOW + WINDOW) == [None]


def test_each_key_and_each_window_is_counted_alone(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    tries(limits, 3)
    assert tries(limits, 1, key="ben") == [None]
    assert limits.allow("ada", 3, 60.0, NOW) is None


def test_a_try_that_is_given_back_does_not_count(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    for _ in range(10):
        assert tries(limits, 1) == [None]
        limits.give_back("ada", WINDOW)
    assert tries(limits, 4) == [None, None, None, 600]
    limits.give_back("nobody", WINDOW)


def test_a_clock_set_back_locks_nobody_out(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    tries(limits, 4)
    assert tries(limits, 1, now=NOW - 86_400) == [None]


def test_two_processes_share_one_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PROCESS, str(tmp_path / "new" / ".kb")]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    allowed = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(allowed) == 50
    assert sorted(file.name for file in (tmp_path / "new" / ".kb").iterdir()) == ["limits.sqlite", "secret"]


def test_windows_that_are_over_are_removed(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    for number in range(200):
        limits.allow(f"key {number}", 3, WINDOW, NOW)
    before = (tmp_path / "limits.sqlite").stat().st_size
    for number in range(300):
        limits.allow(f"later {number}", 3, WINDOW, NOW + (2 + number) * WINDOW)
    assert (tmp_path / "limits.sqlite").stat().st_size <= before


def test_nobodys_address_is_stored(tmp_path: Path) -> None:
    tries(Limits(tmp_path), 1, key="orders 203.0.113.7")
    assert b"203.0.113.7" not in (tmp_path / "limits.sqlite").read_bytes()


@pytest.mark.parametrize("broken", ["folder is a file", "database is text", "database is a folder"])
def test_where_the_database_cannot_be_used_a_process_counts_for_itself(
    broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / ".kb"
    if broken == "folder is a file":
        folder.write_text("")
    else:
        folder.mkdir()
        database = folder / "limits.sqlite"
        database.mkdir() if broken == "database is a folder" else database.write_text("no database" * 100)
    limits = Limits(folder)
    with caplog.at_level(logging.WARNING):
        assert tries(limits, 4) == [None, None, None, 600]
        limits.give_back("ada", WINDOW)
        limits.give_back("nobody", WINDOW)
        assert tries(limits, 2, now=NOW + 1) == [None, 599]
        assert tries(limits, 1, key="ben") == [None]
    assert "counted by each process for itself" in caplog.text
    assert "taken back in this process alone" in caplog.text
    assert tries(limits, 1, now=NOW + WINDOW) == [None], "a new window"
    assert tries(limits, 1, now=NOW - 86_400) == [None], "a clock set back locks nobody out"


def test_a_process_that_counts_for_itself_takes_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.contact.limits._MOST_SHARES", 5)
    (tmp_path / "file").write_text("")
    limits = Limits(tmp_path / "file")
    for number in range(20):
        limits.allow(f"key {number}", 3, WINDOW, NOW)
    assert len(limits._counted) <= 5


def test_what_is_tried_often_is_counted_a_share_at_a_time(tmp_path: Path) -> None:
    here, there = Limits(tmp_path), Limits(tmp_path)  # as in two processes
    allowed = [0, 0]
    for number in range(1000):
        for place, limits in enumerate((here, there)):
            allowed[place] += limits.allow_often("ada", 600, WINDOW, NOW + number / 10) is None
    assert sum(allowed) == 600
    assert min(allowed) > 0
    refused = here.allow_often("ada", 600, WINDOW, NOW + 120)
    assert refused == RetryAfter(480)
    assert here.allow_often("ben", 600, WINDOW, NOW) is None
    assert here.allow_often("ada", 600, WINDOW, NOW + WINDOW) is None


def test_who_goes_on_when_refused_is_refused_without_the_disk(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    while limits.allow_often("ada", 60, WINDOW, NOW) is None:
        pass
    for file in tmp_path.glob("limits.sqlite*"):
        file.unlink()
    assert limits.allow_often("ada", 60, WINDOW, NOW + 1) == RetryAfter(int(WINDOW) - 1)
    assert not (tmp_path / "limits.sqlite").exists()
    assert limits.allow_often("ada", 60, WINDOW, NOW + WINDOW) is None


def test_a_small_limit_is_counted_one_by_one(tmp_path: Path) -> None:
    limits = Limits(tmp_path)
    allowed = [limits.allow_often("ada", 3, WINDOW, NOW) is None for _ in range(5)]
    assert allowed == [True, True, True, False, False]


def test_sharing_out_takes_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.contact.limits._MOST_SHARES", 5)
    limits = Limits(tmp_path)
    for number in range(20):
        limits.allow_often(f"key {number}", 600, WINDOW, NOW)
    assert len(limits._shares) <= 5
