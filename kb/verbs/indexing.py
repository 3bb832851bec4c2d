"""`kb index`: what is served follows what is written."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import click

from kb import building
from kb.errors import KBError
from kb.place import Place
from kb.verbs import console, options


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
        with suppress(KeyboardInterrupt):  # which is how it is meant to be stopped
            _watch(place, drafts or notify is not None, notify)
    elif rebuild or not building.index_is_fresh(place, drafts=drafts):
        console.build(place, drafts, anew=rebuild)
    else:
        click.echo("The index is up to date.")


def _watch(place: Place, drafts: bool, notify: int | None) -> None:
    """Rebuilds on every change below the articles and the seeds, and once if one came before the watch."""
    import watchfiles  # and below the help center with its database: the other ways need neither

    folders = place.articles, place.seeds
    for folder in folders:
        if not folder.is_dir():
            raise KBError.at(folder, "there is no such folder.", "Run 'kb init' for a new help center.")
    caught_up = False
    changes = watchfiles.watch(*folders, rust_timeout=500, yield_on_timeout=True)
    for changed in changes:
        nothing_to_do = not changed and (caught_up or building.index_is_fresh(place, drafts=drafts))
        caught_up = True
        if nothing_to_do:
            continue
        try:
            console.build(place, drafts)
            if notify is not None:
                from kb.helpcenter import HelpCenter

                HelpCenter(place)  # a server told to load broken seeds would end
                os.kill(notify, signal.SIGHUP)
        except KBError as error:
            console.report(error.problems)
