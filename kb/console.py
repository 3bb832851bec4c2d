"""What the commands do at a terminal: build with a bar, report problems, watch for changes."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import click
import watchfiles

from kb import helpcenter
from kb.errors import KBError, Problem
from kb.helpcenter import Place

_SHOWN_PROBLEMS = 20


def ensure_index(place: Place, drafts: bool, quiet: bool = False) -> None:
    """Builds when needed; a build that fails is reported, and the last good index is used."""
    if helpcenter.index_is_fresh(place, drafts=drafts):
        return
    try:
        build(place, drafts, quiet)
    except KBError as error:
        broken = helpcenter.index_state(place)
        if broken:
            raise
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo("The index could not be built; going on with the last good one.", err=True)


def build(place: Place, drafts: bool, quiet: bool = False) -> None:
    """Builds with a progress bar, then says what writers should mend and how long it took."""
    begin = time.perf_counter()
    library = helpcenter.build(place, drafts=drafts, track=None if quiet else track)
    took = time.perf_counter() - begin
    report(library.problems)
    if not quiet:
        click.echo(
            f"{len(library.articles)} articles in {len(library.topics)} topics indexed in {took:.1f} s."
        )


def report(problems: Sequence[Problem]) -> None:
    """Prints the first problems to standard error, and how many more there are."""
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(problem, err=True)
    if len(problems) > _SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - _SHOWN_PROBLEMS} more: kb check names them all.", err=True)


def watch(place: Place, drafts: bool, notify: int | None) -> None:
    """Rebuilds on every change below the articles and the seeds, and once if one came before the watch."""
    caught_up = False
    changes = watchfiles.watch(
        place.articles, place.seeds, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True
    )
    for changed in changes:
        nothing_to_do = not changed and (caught_up or helpcenter.index_is_fresh(place, drafts=drafts))
        caught_up = True
        if nothing_to_do:
            continue
        try:
            build(place, drafts)
        except KBError as error:
            report(error.problems)
        else:
            if notify is not None:
                os.kill(notify, signal.SIGHUP)


def track(things: Sequence[Any], label: str) -> Iterator[Any]:
    """`things` with a progress bar, which shows itself on a terminal only."""
    with click.progressbar(things, label=f"{label:20}", file=sys.stderr) as bar:
        yield from bar
