"""When articles last changed, as Git remembers it: for those whose front matter has no date.

One `git log` for the whole folder, read only until every article asked for has been seen; what is not in the
last commit is not looked for.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO, cast

_LOG = ("log", "--format=%x01%as %D", "--name-only", "--no-renames", "--relative", "-z", "--", ".")
"""Newest first: \\x01, the author's day, the commit's labels, then its files, NUL after each."""

_COMMITTED = ("ls-tree", "-r", "-z", "--name-only", "HEAD")
"""The files of the last commit; unlike `ls-files`, not those that are only staged."""

_COMMIT = re.compile(rb"\x01(\d{4}-\d\d-\d\d) (.*)", re.DOTALL)


def last_changes(folder: Path, paths: Collection[str]) -> dict[str, date]:
    """The day each of `paths` (relative to `folder`, forward slashes) was last changed in a commit.

    Empty when `folder` is in no Git repository or Git is not installed. The oldest commit of a shallow
    clone says nothing: Git shows every file as changed in it.
    """
    git, wanted, found = shutil.which("git"), set(paths), {}
    if not git or not wanted:
        return {}
    with _run(git, folder, _COMMITTED) as process:
        wanted &= {os.fsdecode(path) for path in _entries(_output(process))}
    if not wanted:
        return {}
    with _run(git, folder, _LOG) as process:
        for path, day in _changes(_output(process)):
            if path in wanted:
                wanted.discard(path)
                found[path] = day
            if not wanted:
                process.kill()
                break
    return found


def _run(git: str, folder: Path, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [git, "-C", str(folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    )


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", process.stdout)  # a pipe was asked for


def _changes(log: IO[bytes]) -> Iterator[tuple[str, date]]:
    """Every file named by a log in the form of `_LOG`, with the day of its commit, newest first."""
    day: date | None = None
    for entry in _entries(log):
        commit = _COMMIT.fullmatch(entry)
        if commit:
            labels = commit[2].decode(errors="replace").split(", ")
            day = None if "grafted" in labels else date.fromisoformat(commit[1].decode())
        elif entry and day:
            yield os.fsdecode(entry.removeprefix(b"\n")), day


def _entries(log: IO[bytes]) -> Iterator[bytes]:
    """What stands between the NULs of a stream."""
    rest = b""
    while block := log.read1(1 << 16):  # type: ignore[attr-defined]  # a pipe is buffered
        *entries, rest = (rest + block).split(b"\0")
        yield from entries
