"""`kb gaps` and `feedback`: what customers miss, and what did not help them."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from kb.content.seeds import load_site
from kb.insight import report
from kb.ledger import Ledger
from kb.verbs import options

T = TypeVar("T")

_since = click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="From this day on. [default: all that is kept]",
)


@click.command()
@_since
@options.as_json
@options.root
@click.pass_obj
def gaps(root: Path, since: datetime | None, as_data: bool) -> None:
    """Name what customers searched for and no article surely answers, the most frequent first.

    \b
    kb gaps
    kb gaps --since 2026-11-01 --json
    """
    found = _ledger(root).searches.gaps(since.date() if since else None)
    _print(found, report.gap_json, report.gap_lines(found), as_data)


@click.command()
@_since
@options.as_json
@options.root
@click.pass_obj
def feedback(root: Path, since: datetime | None, as_data: bool) -> None:
    """Show how many customers each article helped, those that helped least first.

    \b
    kb feedback
    kb feedback --since 2026-11-01 --json
    """
    found = _ledger(root).feedback.totals(since.date() if since else None)
    _print(found, report.votes_json, report.vote_lines(found), as_data)


def _ledger(root: Path) -> Ledger:
    place = options.place(root)
    return Ledger(place, load_site(place.seeds))


def _print(found: Sequence[T], as_json: Callable[[T], Any], lines: Iterable[str], as_data: bool) -> None:
    if as_data:
        lines = [json.dumps([as_json(one) for one in found], indent=1, ensure_ascii=False)]
    for line in lines:
        click.echo(line)
