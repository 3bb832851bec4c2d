"""Processes that share the work of a command do not outlive it, and their errors are its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from kb.errors import KBError
from kb.processes import beside, cores, is_one_thread, leave_a_core, leaving_cleanly
from tests.builders import REPOSITORY

_PROGRAM = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from kb.processes import end_with_parent

pool = ProcessPoolExecutor(2, multiprocessing.get_context(sys.argv[1]), end_with_parent)
print(*{future.result() for future in [pool.submit(os.getpid) for _ in range(8)]}, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_end_when_the_command_that_started_them_is_killed(start: str) -> None:
    command = [sys.executable, "-c", _PROGRAM, start]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip()
        process.kill()
        left, _ = process.communicate(timeout=60)  # ends once nobody has the pipe open, they neither
    assert left == b""


def note_process(file: Path) -> None:
    file.write_text(str(os.getpid()), encoding="utf-8")


def fail(path: str) -> None:
    raise KBError.at(path, "is empty.", "Write something.", 3)


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a command, whatever threads earlier tests have left."""
    monkeypatch.setattr("kb.processes.is_one_thread", lambda: True)


@pytest.mark.usefixtures("one_thread")
def test_what_is_done_beside_is_done_by_another_process_before_the_block_is_left(tmp_path: Path) -> None:
    with beside(note_process, tmp_path / "process"):
        pass
    assert int((tmp_path / "process").read_text(encoding="utf-8")) != os.getpid()


def test_where_other_threads_are_at_work_it_is_done_before_the_block_by_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.processes.is_one_thread", lambda: False)
    with beside(note_process, tmp_path / "process") as wait_for_a_core:
        wait_for_a_core()
        assert int((tmp_path / "process").read_text(encoding="utf-8")) == os.getpid()


def test_what_goes_wrong_beside_is_raised_with_all_that_a_person_needs() -> None:
    with pytest.raises(KBError) as raised, beside(fail, "a.md"):
        pass
    (problem,) = raised.value.problems
    assert str(problem) == "a.md:3: is empty. Write something."


def go_on_until(file: Path) -> None:
    leave_a_core()
    for _ in range(6000):
        if file.exists():
            return
        sleep(0.01)
    raise TimeoutError(file)


@pytest.mark.usefixtures("one_thread")
def test_a_core_may_be_waited_for_while_the_task_goes_on(tmp_path: Path) -> None:
    with beside(go_on_until, tmp_path / "now") as wait_for_a_core:
        wait_for_a_core()
        (tmp_path / "now").touch()


@pytest.mark.usefixtures("one_thread")
def test_a_task_that_fails_leaves_nobody_waiting_for_a_core() -> None:
    with pytest.raises(KBError), beside(fail, "a.md") as wait_for_a_core:
        wait_for_a_core()


def test_another_thread_at_work_is_noticed() -> None:
    before = is_one_thread()
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        assert not is_one_thread()
    finally:
        done.set()
        thread.join()
    assert is_one_thread() is before


def test_a_request_to_end_clears_away_what_was_begun_and_is_heard_once() -> None:
    cleared = []

    def work() -> None:
        with leaving_cleanly():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                sleep(60)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                cleared.append(True)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as left:
        work()
    assert (left.value.code, cleared) == (128 + signal.SIGTERM, [True])
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with leaving_cleanly():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert cores() == len(allowed)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert cores() == 7
