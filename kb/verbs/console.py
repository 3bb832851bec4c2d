"""What verbs do at a terminal: build with a bar, report problems."""

import os
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from kb import building
from kb.content.library import untracked
from kb.errors import KBError, Problem
from kb.following import LOOK_EVERY_S
from kb.place import Place
from kb.search.generation import BeingBuiltError

_SHOWN_PROBLEMS = 20

_ANOTHER_BUILD_S = 60.0


def ensure_index(place: Place, quiet: bool = False) -> None:
    """Builds when needed; a build that fails is reported, and the last good index is used.

    While another build is running it waits, as long as that may take: it mostly builds the same.
    """
    until = time.monotonic() + _ANOTHER_BUILD_S
    try:
        while not building.index_is_fresh(place):
            try:
                build(place, quiet)
                break
            except BeingBuiltError:
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK_EVERY_S)
    except KBError as error:
        if building.index_state(place):
            raise
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo("The index could not be built; going on with the last good one.", err=True)


def build(place: Place, quiet: bool = False, *, anew: bool = False) -> None:
    """Builds with a progress bar, then says what writers should mend and how long it took."""
    begin = time.perf_counter()
    library = building.build(place, track=untracked if quiet else track, anew=anew)
    took = time.perf_counter() - begin
    report(library.problems)
    if not quiet:
        click.echo(
            f"{len(library.articles)} articles in {len(library.topics)} topics indexed in {took:.1f} s."
        )


def report(problems: Sequence[Problem], all_by: str = "kb check") -> None:
    """Prints the first problems to standard error, and how many more there are, which `all_by` names."""
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(problem, err=True)
    if len(problems) > _SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - _SHOWN_PROBLEMS} more: {all_by} names them all.", err=True)


def write(file: Path, text: str) -> None:
    """Writes what a command was asked to write down; raises KBError when it can't."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KBError.at(file, f"cannot be written: {error.strerror}.", "Choose another place.") from error


def write_private(file: Path, text: str) -> None:
    """As `write`, for what only this user may read: it says what customers wrote."""
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            if stat.S_ISREG(os.fstat(opened).st_mode):  # one that was there before, and no device
                os.fchmod(opened, 0o600)
            out.write(text)
    except OSError as error:
        raise KBError.at(file, f"cannot be written: {error.strerror}.", "Choose another place.") from error


def track(things: Sequence[Any], label: str) -> Iterator[Any]:
    """`things` with a progress bar, which shows itself on a terminal only."""
    with click.progressbar(things, label=f"{label:20}", file=sys.stderr) as bar:
        yield from bar
