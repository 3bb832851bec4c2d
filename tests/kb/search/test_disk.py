"""A disk that is full or cannot be written, even for root: a tiny tmpfs of our own."""

import errno
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from kb.errors import KBError, Problem
from kb.search.engine import Engine
from kb.search.generation import open_current, writing_to
from kb.search.index import build_index
from tests.disks import small_disk
from tests.kb.search.building import shelf
from tests.kb.search.libraries import found

ROOM_KB = 1024
FREE_KB = [0, 4, *range(12, 476, 24)]


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)  # noqa: S607  wherever it lies


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk with an index of three articles in its folder `index`."""
    with small_disk(tmp_path / "disk", f"{ROOM_KB}k") as folder:
        build_index(folder / "index", shelf(3))
        yield folder


def fill(disk: Path, leaving_kb: int) -> None:
    """Takes all the room on `disk` but so much."""
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(b"x" * (free.f_bavail * free.f_frsize - leaving_kb * 1024))


def problem_of_a_build(home: Path) -> Problem | None:
    """What a build of sixty articles says is wrong, None when it succeeds."""
    try:
        build_index(home, shelf(60))
    except KBError as error:
        [problem] = error.problems
        return problem
    return None


@pytest.fixture
def builder() -> Iterator[Executor]:
    """A process for builds that fail: Whoosh leaves its files open when it can't write."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield process


def test_a_disk_that_fills_at_any_moment_of_a_build_leaves_the_last_good_index(
    disk: Path, builder: Executor
) -> None:
    home = disk / "index"
    serving = Engine(home)
    failed = 0
    for free in FREE_KB:
        fill(disk, free)
        problem = builder.submit(problem_of_a_build, home).result()
        (disk / "filler").unlink()
        if not problem:
            break
        failed += 1
        assert problem.path == str(home)
        assert "full" in problem.problem
        assert "Free some space" in problem.fix
        assert sorted(path.name for path in home.iterdir()) == ["000001", "CURRENT", "LOCK"]
        assert len(found(serving, "parcel")) == len(found(Engine(home), "parcel")) == 3
    assert 8 < failed < len(FREE_KB)
    assert len(open_current(home).slugs) == 60


def test_a_disk_that_cannot_be_written_is_named_and_its_index_is_served(disk: Path) -> None:
    home = disk / "index"
    _mount("-o", "remount,ro", str(disk))
    with pytest.raises(KBError) as caught:
        build_index(home, shelf(5))
    [problem] = caught.value.problems
    assert problem.path == str(home)
    assert problem.problem == "cannot write there: Read-only file system."
    assert "--root" in problem.fix
    assert len(found(Engine(home), "parcel")) == 3


def test_a_first_build_on_a_full_disk_promises_no_index(tmp_path: Path) -> None:
    for promised in ("Free some space.", "Free some space; the last good index is still served."):
        with pytest.raises(KBError) as caught, writing_to(tmp_path):
            raise OSError(errno.ENOSPC, "No space left on device")
        assert caught.value.problems[0].fix == promised
        (tmp_path / "CURRENT").touch()
