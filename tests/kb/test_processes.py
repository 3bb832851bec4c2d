"""Processes that share the work of a command do not outlive it."""

import subprocess
import sys

import pytest

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
