"""`kb serve`: the pages, and a watcher beside them for writers."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from kb import server
from kb.database import Database
from kb.errors import DatabaseUnavailableError, KBError
from kb.helpcenter import HelpCenter
from kb.processes import cores
from kb.verbs import console, options


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
    place = replace(options.place(root, articles), for_writers=development)
    server.check_port(host, port)
    console.ensure_index(place)
    opened = HelpCenter(place)  # so that broken seeds are named before a worker starts

    def read_again() -> HelpCenter:
        try:
            center = HelpCenter(place)
            _ = center.ledger  # whose address may be wrong
            return center
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
        workers = workers or max(2, cores())
        _prepare(opened.ledger.database)
        server.run(make_app, host, port, workers, development, root, opened.site)


def _prepare(database: Database) -> None:
    """Makes the tables ready, or says why it can't; then whoever first can use the database does it."""
    try:
        database.prepare()
    except DatabaseUnavailableError as error:
        console.report(error.problems)
