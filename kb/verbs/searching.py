"""`kb search` and `evaluate`: the search tried, and measured."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kb import evaluation
from kb.answer import as_json
from kb.content.library import untracked
from kb.errors import KBError, near_miss
from kb.helpcenter import HelpCenter
from kb.model import Route, SearchResult, Verdict
from kb.search.evaluate import figures
from kb.verbs import console, options


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
    place = options.place(root, articles)
    console.ensure_index(place, quiet=as_data)
    center = HelpCenter(place)
    if topic and center.topic(topic) is None:
        fix = near_miss(topic, [known.path for known in center.topics]) or "Leave --topic out to search all."
        raise KBError.at("--topic", f"there is no topic '{topic}'.", fix)
    words = " ".join(query)
    found = center.search(words, topic, page)
    routes = center.routes(words, topic or found.topic)
    explanation = center.explain(words) if explain else []
    if as_data:
        answer = as_json(found, routes) | ({"explanation": explanation} if explain else {})
        click.echo(json.dumps(answer, indent=1, ensure_ascii=False))
    else:
        _print_answer(found, routes)
        for line in explanation:
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
        table = {"threshold_table": evaluation.thresholds(outcomes)} if threshold_table else {}
        click.echo(json.dumps(found | table, indent=1))
        return
    for line in evaluation.table(found, outcomes):
        click.echo(line)
    if threshold_table:
        for line in evaluation.threshold_table(outcomes):
            click.echo(line)


def _print_answer(found: SearchResult, routes: Sequence[Route]) -> None:
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
