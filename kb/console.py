"""What the commands do at a terminal: build with a bar, report problems, watch for changes."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import watchfiles

from kb import building
from kb.database import Database, DatabaseUnavailableError
from kb.errors import KBError, Problem
from kb.export.site import Export
from kb.helpcenter import HelpCenter
from kb.model import Route, SearchResult, Site, Verdict
from kb.place import Place

_SHOWN_PROBLEMS = 20


def ensure_index(place: Place, drafts: bool, quiet: bool = False) -> None:
    """Builds when needed; a build that fails is reported, and the last good index is used."""
    if building.index_is_fresh(place, drafts=drafts):
        return
    try:
        build(place, drafts, quiet)
    except KBError as error:
        broken = building.index_state(place)
        if broken:
            raise
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo("The index could not be built; going on with the last good one.", err=True)


def ensure_database(database: Database) -> bool:
    """Whether the database can be used, its tables made ready; says why when it can't."""
    try:
        database.prepare()
    except DatabaseUnavailableError as error:
        report(error.problems)
        return False
    return True


def build(place: Place, drafts: bool, quiet: bool = False, *, anew: bool = False) -> None:
    """Builds with a progress bar, then says what writers should mend and how long it took."""
    begin = time.perf_counter()
    library = building.build(place, drafts=drafts, track=None if quiet else track, anew=anew)
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


def today(site: Site) -> date:
    """The day it is for the help center; SOURCE_DATE_EPOCH (reproducible-builds.org) may say another."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = float(said) if said.isdecimal() else time.time()
    return datetime.fromtimestamp(moment, ZoneInfo(site.timezone)).date()


def report_export(done: Export, zip_file: Path | None, as_data: bool) -> None:
    """Says what an export did and what its self-test found: in words, or as one JSON object."""
    if as_data:
        counts = {"pages": done.pages, "files": done.files, "written": done.written, "removed": done.removed}
        problems = [asdict(problem) for problem in done.problems]
        paths = {"folder": str(done.folder), "zip": str(zip_file) if zip_file else None}
        click.echo(json.dumps({**paths, **counts, "problems": problems}, indent=1, ensure_ascii=False))
        return
    report(done.problems, "--json")
    click.echo(
        f"{done.pages} pages and {done.files - done.pages} other files in {done.folder}: "
        f"{done.written} written, {done.files - done.written} as they were, {done.removed} removed."
    )
    if zip_file:
        click.echo(f"{zip_file} holds all of it: unzip, then open help-center/index.html.")
    if done.problems:
        click.echo(f"{len(done.problems)} links lead nowhere.", err=True)


def print_answer(found: SearchResult, routes: Sequence[Route]) -> None:
    """Prints a search's answer: the results, and the channels unless one of them surely answers."""
    click.secho(f"{found.verdict.value} ({found.confidence:.2f}), {found.total} results", bold=True)
    if found.suggestion:
        click.echo(f"Did you mean: {found.suggestion}")
    if found.verdict is not Verdict.NOTHING_USEFUL:
        for number, result in enumerate(found.results, 1):
            heading = f" > {result.heading}" if result.heading else ""
            click.echo(f"{number:2}. {result.title}{heading}  {result.url}  {result.score:.1f}")
    if found.verdict is not Verdict.ANSWERED:
        for route in routes:
            state = "open" if route.opening.is_open else "closed"
            click.echo(f"  - {route.channel.name} ({state}): {route.reason}")


def watch(place: Place, drafts: bool, notify: int | None) -> None:
    """Rebuilds on every change below the articles and the seeds, and once if one came before the watch."""
    folders = place.articles, place.seeds
    for folder in folders:
        if not folder.is_dir():
            raise KBError.at(folder, "there is no such folder.", "Run 'kb init' for a new help center.")
    caught_up = False
    changes = watchfiles.watch(*folders, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True)
    for changed in changes:
        nothing_to_do = not changed and (caught_up or building.index_is_fresh(place, drafts=drafts))
        caught_up = True
        if nothing_to_do:
            continue
        try:
            build(place, drafts)
            if notify is not None:
                HelpCenter(place)  # a server told to load broken seeds would end
                os.kill(notify, signal.SIGHUP)
        except KBError as error:
            report(error.problems)


def track(things: Sequence[Any], label: str) -> Iterator[Any]:
    """`things` with a progress bar, which shows itself on a terminal only."""
    with click.progressbar(things, label=f"{label:20}", file=sys.stderr) as bar:
        yield from bar
