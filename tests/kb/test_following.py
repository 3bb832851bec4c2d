"""What is followed is looked after now and then, by one thread at a time; a stamp tells a changed file."""

import math
import os
import threading
from pathlib import Path

import pytest

from kb import following
from kb.following import Followed, stamp


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(following, "monotonic", clock)
    return clock


def plus_one(was: int) -> int:
    return was + 1


def test_nothing_is_looked_at_before_its_time(clock: Clock) -> None:
    followed = Followed(0, plus_one, every_s=2)
    assert [followed.now(), followed.now()] == [0, 0]
    clock.seconds += 2.1
    assert [followed.now(), followed.now()] == [1, 1]
    clock.seconds += 1.9
    assert followed.now() == 1


def test_twice_a_second_unless_told_otherwise(clock: Clock) -> None:
    followed = Followed(0, plus_one)
    clock.seconds += 0.4
    assert followed.now() == 0
    clock.seconds += 0.2
    assert followed.now() == 1


def test_it_can_be_told_to_stay_as_it_is(clock: Clock) -> None:
    followed = Followed(0, plus_one, every_s=math.inf)
    clock.seconds += 1e9
    assert followed.now() == 0


def test_a_look_that_fails_changes_nothing_and_is_tried_again_in_time(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    found: list[int | Exception] = [OSError("gone"), OSError("gone"), 7, OSError("gone"), ValueError("odd")]

    def look(was: int) -> int:
        one = found.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    followed = Followed(0, look)
    seen, told = [], []
    for _ in range(5):
        clock.seconds += 1
        seen += [followed.now(), followed.now()]
        told.append(len(caplog.records))
    assert seen == [0, 0, 0, 0, 7, 7, 7, 7, 7, 7]
    assert told == [1, 1, 1, 2, 3]  # the same trouble once, until it is over


def test_while_one_thread_looks_others_go_on_with_what_there_was(clock: Clock) -> None:
    begun, go_on = threading.Event(), threading.Event()
    looks: list[int] = []

    def slowly(was: int) -> int:
        looks.append(was)
        begun.set()
        assert go_on.wait(30)
        return was + 1

    followed = Followed(0, slowly)
    clock.seconds += 1
    looking = threading.Thread(target=followed.now)
    looking.start()
    assert begun.wait(30)
    clock.seconds += 0.4
    assert followed.now() == 0
    clock.seconds += 1
    assert (followed.now(), looks) == (0, [0])
    go_on.set()
    looking.join()
    clock.seconds -= 1
    assert followed.now() == 1


def test_a_stamp_is_another_after_every_change(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("one")
    stamps = [stamp(file)]
    assert stamp(str(file)) == stamps[0]
    file.write_text("three")  # another size
    stamps.append(stamp(file))
    os.utime(file, ns=(0, stamps[-1].modified_ns + 1))
    stamps.append(stamp(file))
    times = stamps[-1].modified_ns
    beside = tmp_path / "b.md"  # put in its place with its size and time of writing, as rsync does
    beside.write_text("seven")
    os.utime(beside, ns=(0, times))
    beside.replace(file)
    stamps.append(stamp(file))
    assert stamps[-1].modified_ns == times
    assert len(set(stamps)) == 4


def test_what_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stamp(tmp_path / "a.md")
