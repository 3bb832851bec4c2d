"""What writers do with `kb`: begin articles, check them, try and measure the search, learn what is missed."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

import click

from kb import building, console, evaluation, options, starter
from kb.answer import as_json
from kb.content.library import untracked
from kb.content.seeds import load_site
from kb.database import Database
from kb.errors import KBError, Severity, closest
from kb.helpcenter import HelpCenter
from kb.insight import report
from kb.insight.feedback import Feedback
from kb.insight.gaps import SearchLog
from kb.model import Verdict
from kb.place import Place
from kb.search.evaluate import figures

T = TypeVar("T")

_since = click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="From this day on. [default: all that is kept]",
)


@click.command()
@click.argument("title")
@click.option("--topic", required=True, help="The topic's folder, as in seeds/topics.yaml.")
@options.root
@click.pass_obj
def new(root: Path, title: str, topic: str) -> None:
    """Begin an article titled TITLE, as a draft.

    \b
    kb new "Collect in a shop" --topic delivery
    """
    file = starter.new_article(root, title, topic, date.today())
    see = "kb serve --development" if root == Path() else f"kb --root {quote(str(root))} serve --development"
    click.echo(f"{file} is ready to be written. See it while you write: {see}")


@click.command()
@options.articles
@click.option("--json", "as_data", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@options.root
@click.pass_obj
def check(root: Path, articles: Path | None, as_data: bool, strict: bool) -> None:
    """Name everything a writer should mend, with file and line, in one run.

    \b
    kb check                      exit code 1 when there is an error
    kb check --strict             or a warning
    kb check --articles ~/docs    another tree
    """
    library, problems = building.check(Place.at(root, articles), track=None if as_data else console.track)
    errors = building.errors_in(problems)
    if as_data:
        click.echo(json.dumps([asdict(problem) for problem in problems], indent=1))
    else:
        for problem in problems:
            click.echo(f"{problem}" if problem.severity is Severity.ERROR else f"{problem} (warning)")
        count = len(library.articles) if library else 0
        click.echo(f"{count} articles, {errors} errors, {len(problems) - errors} warnings.")
    sys.exit(options.EXIT_MEND if errors or (strict and problems) else 0)


@click.command()
@click.argument("query", nargs=-1, required=True)
@options.articles
@click.option("--topic", default="", help="Only in this topic.")
@click.option("--page", default=1, type=click.IntRange(1), help="Ten results a page.")
@click.option("--json", "as_data", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--explain", is_flag=True, help="Say why each result stands where it stands.")
@options.root
@click.pass_obj
def search(
    root: Path,
    query: Sequence[str],
    articles: Path | None,
    topic: str,
    page: int,
    as_data: bool,
    explain: bool,
) -> None:
    """Search as the page does: results, verdict and channels for QUERY.

    \b
    kb search where is my parcel
    kb search "charged twice" --json
    kb search "mug smashed" --explain    exit code 1 when nothing useful is found
    """
    place = Place.at(root, articles)
    console.ensure_index(place, False, quiet=as_data)
    center = HelpCenter(place)
    if topic and center.topic(topic) is None:
        near = closest(topic, [known.path for known in center.topics])
        fix = f"Did you mean '{near}'?" if near else "Leave --topic out to search all."
        raise KBError.at("--topic", f"there is no topic '{topic}'.", fix)
    words = " ".join(query)
    found = center.search(words, topic, page)
    routes = center.routes(words, topic or found.topic)
    if as_data:
        click.echo(json.dumps(as_json(found, routes), indent=1, ensure_ascii=False))
    else:
        console.print_answer(found, routes)
    if explain:
        for line in center.explain(words):
            click.echo(line)
    sys.exit(options.EXIT_MEND if found.verdict is Verdict.NOTHING_USEFUL else 0)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_data", is_flag=True, help="Print the figures as one JSON object.")
@click.option(
    "--per-query", type=click.Path(path_type=Path), help="Write what each query got, as JSON lines."
)
@click.option("--threshold-table", is_flag=True, help="Show what other thresholds in site.yaml would do.")
def evaluate(folder: Path, as_data: bool, per_query: Path | None, threshold_table: bool) -> None:
    """Measure the search on judged queries: of the help center in FOLDER, or of a corpus.

    A corpus is a folder with corpus.jsonl, queries.jsonl, qrels.tsv and perhaps queries_oos.jsonl.

    \b
    kb evaluate .
    kb evaluate corpora/cranfield --json
    kb evaluate . --per-query failures.jsonl --threshold-table
    """
    track: Any = untracked if as_data else console.track
    outcomes, articles, problems = evaluation.outcomes_of(folder, track)
    console.report(problems)
    found = figures(outcomes, folder.resolve().name, articles)
    if per_query:
        lines = (json.dumps(evaluation.per_query(outcome), ensure_ascii=False) for outcome in outcomes)
        console.write(per_query, "".join(f"{line}\n" for line in lines))
    if as_data:
        click.echo(json.dumps(found, indent=1))
        return
    for line in evaluation.table(found, outcomes):
        click.echo(line)
    if threshold_table:
        for line in evaluation.threshold_table(outcomes):
            click.echo(line)


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
    found = SearchLog(_database(root)).gaps(since.date() if since else None)
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
    place = Place.at(root)
    found = Feedback(_database(root), place.derived).totals(since.date() if since else None)
    _print(found, report.votes_json, report.vote_lines(found), as_data)


VERBS = (new, check, search, evaluate, gaps, feedback)
"""All of these, for the `kb` command."""


def _database(root: Path) -> Database:
    return Database.at(root, load_site(Place.at(root).seeds).database_url)


def _print(found: Sequence[T], as_json: Callable[[T], Any], lines: Iterable[str], as_data: bool) -> None:
    if as_data:
        lines = [json.dumps([as_json(one) for one in found], indent=1, ensure_ascii=False)]
    for line in lines:
        click.echo(line)
