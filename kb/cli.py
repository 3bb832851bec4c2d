"""The `kb` command, and what operators do with it: one function a verb, each a thin layer over the library.

Exit codes: 0 done; 1 something a writer should mend, or nothing useful found; 2 it could not be done.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from kb import building, console, options, server, staff, starter, writers
from kb.content.library import untracked
from kb.errors import KBError
from kb.export import site
from kb.export.folder import check_target
from kb.export.zipped import write_zip
from kb.helpcenter import HelpCenter
from kb.place import Place
from kb.processes import beside


class Group(click.Group):
    """Prints a KBError as its problems, one a line, and leaves with options.EXIT_FAILED."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the verb; nobody sees a traceback for something they can mend."""
        try:
            return super().invoke(ctx)
        except KBError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(options.EXIT_FAILED)
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
for verb in writers.VERBS:
    main.add_command(verb)


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

    def read_again() -> HelpCenter:
        try:
            return HelpCenter(place)
        except KBError:  # a mistake saved since the watcher looked, which will name it
            return opened

    def make_app() -> Any:
        from webapp import create_app, operations

        return create_app(
            read_again() if development else opened,
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
    place = Place.at(root, articles)
    check_target(out)
    with beside(console.ensure_index, place, False, as_data):
        import webapp  # which takes as long as a small change of the index

    def make_app(center: HelpCenter, clock: Callable[[], datetime]) -> Any:
        return webapp.create_app(center, offline=True, clock=clock, translations=place.seeds / "translations")

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
    sys.exit(options.EXIT_MEND if done.problems else 0)
