"""`kb init`, `index` and `serve`: from an empty folder to pages that follow what is written."""

import os
import signal
from collections.abc import Sequence
from contextlib import nullcontext
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click
import watchfiles

from kb import building, server, starter
from kb.database import Database, DatabaseUnavailableError
from kb.errors import KBError
from kb.helpcenter import HelpCenter
from kb.place import Place
from kb.verbs import console, options


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new help center in FOLDER, to be filled with your own articles.

    \b
    kb init shop-help
    """
    starter.init(folder)
    click.echo(f"{folder} is a help center now. See it: kb --root {folder} serve")


@click.command()
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
        _watch(place, drafts or notify is not None, notify)
    elif rebuild or not building.index_is_fresh(place, drafts=drafts):
        console.build(place, drafts, anew=rebuild)
    else:
        click.echo("The index is up to date.")


def _watch(place: Place, drafts: bool, notify: int | None) -> None:
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
            console.build(place, drafts)
            if notify is not None:
                HelpCenter(place)  # a server told to load broken seeds would end
                os.kill(notify, signal.SIGHUP)
        except KBError as error:
            console.report(error.problems)


def _networks(_context: click.Context, option: click.Parameter, given: Sequence[str]) -> Sequence[str]:
    """Addresses and networks as they were written, once each is known to be one."""
    for network in given:
        try:
            ip_network(network)
        except ValueError as error:
            raise click.BadParameter(f"{error}. Write it as 10.0.0.0/8.", param=option) from None
    return given


@click.command()
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
        deliver_for = root if _ensure_database(opened.database) else None
        server.run(make_app, host, port, workers, development, deliver_for)


def _ensure_database(database: Database) -> bool:
    """Whether the database can be used, its tables made ready; says why when it can't."""
    try:
        database.prepare()
    except DatabaseUnavailableError as error:
        console.report(error.problems)
        return False
    return True
