"""The `kb` command: one function a verb, each a thin layer over the library.

Exit codes: 0 done; 1 something a writer should mend, or nothing useful found; 2 it could not be done.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

import click

from kb import building, console, evaluation, options, server, staff, starter, writers
from kb.answer import as_json
from kb.content.library import untracked
from kb.errors import KBError, Severity, closest
from kb.export import site
from kb.export.folder import check_target
from kb.export.zipped import write_zip
from kb.helpcenter import HelpCenter
from kb.model import Verdict
from kb.place import Place
from kb.search.evaluate import figures

EXIT_MEND, EXIT_FAILED = 1, 2

T = TypeVar("T")


class Group(click.Group):
    """Prints a KBError as its problems, one a line, and leaves with EXIT_FAILED."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the verb; nobody sees a traceback for something they can mend."""
        try:
            return super().invoke(ctx)
        except KBError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(EXIT_FAILED)
        except BrokenPipeError:
            os._exit(0)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kb-helpcenter")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The help center's folder. [default: here]",
)
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """A searchable help center: Markdown articles in, an answer or a person out.

    \b
    kb init shop-help                 a new help center
    kb --root shop-help serve         see it at http://127.0.0.1:8000
    kb serve --articles ~/docs        any Markdown tree, as it is
    kb search "where is my parcel"    the same search as on the page
    """
    context.obj = root


main.add_command(staff.requests)
main.add_command(writers.gaps)
main.add_command(writers.feedback)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Says of what can't be written that it is as it was."""
    try:
        yield
    except OSError as error:
        problem = f"could not be written: {error.strerror or error}. What was there before is as it was."
        raise KBError.at(error.filename or target, problem, "Make room, or name another place.") from error


def _web_address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", value):
        raise click.BadParameter(
            f"{value!r} is not a web address. Write it like https://help.shop.example/docs"
        )
    return value.rstrip("/")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new help center in FOLDER, to be filled with your own articles.

    \b
    kb init shop-help
    """
    starter.init(folder)
    click.echo(f"{folder} is a help center now. See it: kb --root {folder} serve")


@main.command()
@click.argument("title")
@click.option("--topic", required=True, help="The topic's folder, as in seeds/topics.yaml.")
@options.root
@click.pass_obj
def new(root: Path, title: str, topic: str) -> None:
    """Begin an article titled TITLE, as a draft.

    \b
    kb new "Return a gift" --topic returns
    """
    file = starter.new_article(root, title, topic, date.today())
    click.echo(f"{file} is ready to be written. See it while you write: kb serve --development")


@main.command()
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
    sys.exit(EXIT_MEND if errors or (strict and problems) else 0)


@main.command()
@options.articles
@click.option("--rebuild", is_flag=True, help="Build all of it again, even when nothing has changed.")
@click.option("--drafts", is_flag=True, help="Drafts too.")
@click.option("--watch", is_flag=True, help="Build again whenever a file changes, until stopped.")
@click.option("--notify", type=int, hidden=True, help="Process to send SIGHUP after each build.")
@options.root
@click.pass_obj
def index(
    root: Path, articles: Path | None, rebuild: bool, drafts: bool, watch: bool, notify: int | None
) -> None:
    """Build the index; what is served follows within a second.

    \b
    kb index
    kb index --rebuild
    kb index --watch --drafts
    """
    place = Place.at(root, articles)
    if watch:
        console.watch(place, drafts or notify is not None, notify)
    elif rebuild or not building.index_is_fresh(place, drafts=drafts):
        console.build(place, drafts, anew=rebuild)
    else:
        click.echo("The index is up to date.")


def _networks(_context: click.Context, option: click.Parameter, given: Sequence[str]) -> Sequence[str]:
    """Addresses and networks as they were written, once each is known to be one."""
    for network in given:
        try:
            ip_network(network)
        except ValueError as error:
            raise click.BadParameter(f"{error}. Write it as 10.0.0.0/8.", param=option) from None
    return given


@main.command()
@options.articles
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--workers", default=0, type=click.IntRange(0), help="Processes. [default: one a core, at least 2]"
)
@click.option(
    "--proxies",
    default=0,
    type=click.IntRange(0),
    help="Reverse proxies in front whose X-Forwarded-* headers are believed.",
)
@click.option(
    "--metrics-from",
    multiple=True,
    callback=_networks,
    metavar="NETWORK",
    help="Who may read /metrics; may be given several times. [default: this machine]",
)
@click.option("--development", is_flag=True, help="For writers: drafts too, and every change shows at once.")
@options.root
@click.pass_obj
def serve(
    root: Path,
    articles: Path | None,
    host: str,
    port: int,
    workers: int,
    proxies: int,
    metrics_from: Sequence[str],
    development: bool,
) -> None:
    """Serve the help center on a production server, after building its index if that is needed.

    \b
    kb serve
    kb serve --port 8080 --workers 4
    kb serve --development            for writers
    kb serve --articles ~/docs        any Markdown tree, as it is
    """
    place = Place.at(root, articles)
    server.check_port(host, port)
    console.ensure_index(place, development)
    opened = HelpCenter(place)  # so that broken seeds are named before a worker starts

    def make_app() -> Any:
        from webapp import create_app, operations

        return create_app(
            HelpCenter(place) if development else opened,
            development=development,
            proxies=proxies,
            translations=place.seeds / "translations",
            metrics_from=metrics_from or operations.LOOPBACK,
        )

    click.echo(f"Serving {place.articles} at http://{server.address(host, port)} (Ctrl+C stops it)")
    again = ["--root", str(root)] + (["--articles", str(articles)] if articles else [])
    with server.rebuilding(again) if development else nullcontext():
        workers = workers or max(2, os.cpu_count() or 2)
        deliver_for = root if console.ensure_database(opened.database) else None
        server.run(make_app, host, port, workers, development, deliver_for)


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@options.articles
@click.option("--base-url", default="", callback=_web_address, help="Where the folder will be published.")
@click.option("--zip", "zip_file", type=click.Path(path_type=Path), help="One file to hand over, too.")
@click.option("--json", "as_data", is_flag=True, help="Print what was done as JSON.")
@options.root
@click.pass_obj
def export(
    root: Path, out: Path, articles: Path | None, base_url: str, zip_file: Path | None, as_data: bool
) -> None:
    """Write the whole help center to the folder OUT: it searches and leads to a person without a server.

    OUT is replaced as a whole, and only if all went well. Exit code 1: a link leads nowhere.

    \b
    kb export public                                          open public/index.html
    kb export public --zip help.zip                           to hand over: unzip, open index.html
    kb export public --base-url https://help.shop.example     with sitemap and feed, to publish it
    kb export public --articles ~/docs                        another tree
    """
    import webapp

    def make_app(center: HelpCenter, clock: Callable[[], datetime]) -> Any:
        return webapp.create_app(center, offline=True, clock=clock, translations=place.seeds / "translations")

    place = Place.at(root, articles)
    check_target(out)
    console.ensure_index(place, False, quiet=as_data)
    with _writing(out):
        done = site.export(
            place,
            make_app,
            out,
            sources=Path(webapp.__file__).parent,
            base_url=base_url,
            today=console.today,
            track=untracked if as_data else console.track,
        )
    if zip_file:
        with _writing(zip_file):
            write_zip(out, zip_file)
    console.report_export(done, zip_file, as_data)
    sys.exit(EXIT_MEND if done.problems else 0)


@main.command()
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
    sys.exit(EXIT_MEND if found.verdict is Verdict.NOTHING_USEFUL else 0)


@main.command()
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
