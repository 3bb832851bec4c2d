"""`kb index`: what is served follows what is written."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from kb import building
from kb.content.files import check_folder
from kb.errors import KBError
from kb.following import LOOK_EVERY_S
from kb.place import Place
from kb.search.generation import BeingBuiltError
from kb.verbs import console, options


@click.command()
@options.articles
@click.option("--rebuild", is_flag=True, help="Build all of it again, even when nothing has changed.")
@click.option("--watch", is_flag=True, help="Build again whenever a file changes, until stopped.")
@click.option("--notify", type=int, hidden=True, help="Process to send SIGHUP after each build.")
@options.root
@click.pass_obj
def index(root: Path, articles: Path | None, rebuild: bool, watch: bool, notify: int | None) -> None:
    """Build the index; what is served follows within a second.

    \b
    kb index
    kb index --rebuild
    kb index --watch
    """
    # What is served has been one, and may be one again: Git takes folders away and puts them back.
    place = options.place(root, articles) if notify is None else Place.at(root, articles, for_writers=True)
    if watch:
        with suppress(KeyboardInterrupt):  # which is how it is meant to be stopped
            _watch(place, notify)
    elif rebuild or not building.index_is_fresh(place):
        console.build(place, anew=rebuild)
    else:
        click.echo("The index is up to date.")


def _watch(place: Place, notify: int | None) -> None:
    """Rebuilds on every change below the articles and the seeds, and once if one came before the watch.

    While another build is running it waits.
    """
    folders = place.articles, place.seeds
    if notify is None:  # or it was there when the server began, and may come back
        for folder in folders:
            check_folder(folder)
    waits = False
    for changed in _changes(*folders):
        try:
            if changed is None:
                waits = not building.index_is_fresh(place)
            if not (changed or waits):
                continue
            waits = False
            console.build(place)
            if notify is not None:
                from kb.helpcenter import HelpCenter  # with its database, which the other ways don't need

                HelpCenter(place)  # a server told to load broken seeds would end
                os.kill(notify, signal.SIGHUP)
        except BeingBuiltError:  # it may have read a file before the change
            waits = True
        except KBError as error:
            console.report(error.problems)


def _changes(*folders: Path) -> Iterator[bool | None]:
    """Twice a second whether something below `folders` has changed, and at once when it has.

    None comes once when watching has begun: what changed before nobody has seen. The system watches a folder,
    not its name: one that is taken away, which is a change whenever it happens, and comes back, as Git does
    it between branches, is watched anew.
    """
    import watchfiles  # the other ways don't need it

    is_away = False
    while True:
        watched = [_identity(folder) for folder in folders]
        if None in watched:
            if not is_away:
                yield True
            is_away = True
            time.sleep(LOOK_EVERY_S)
            continue
        is_away, seen = False, None
        with suppress(FileNotFoundError):  # taken away before the system could watch it
            for changed in watchfiles.watch(
                *folders, rust_timeout=int(1000 * LOOK_EVERY_S), yield_on_timeout=True
            ):
                now = [_identity(folder) for folder in folders]
                if None in now:  # which is told above, and once
                    break
                yield bool(changed) or seen
                seen = False
                if now != watched:
                    break


def _identity(folder: Path) -> tuple[int, int] | None:
    """What stays the same as long as it is the same folder; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
