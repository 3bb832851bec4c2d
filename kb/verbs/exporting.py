"""`kb export`: the help center in a folder."""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kb.content.library import untracked
from kb.errors import KBError
from kb.export.target import check_target
from kb.export.zipped import check_zip, write_zip
from kb.model import Site
from kb.place import Place
from kb.processes import beside, leaving_cleanly, uncollected
from kb.verbs import console, options
from kb.webaddress import is_web_address

if TYPE_CHECKING:
    from kb.export.site import Export
    from kb.helpcenter import HelpCenter


@contextmanager
def _writing(target: Path, besides: str = "") -> Iterator[None]:
    """Says of what can't be written that it is as it was, and what is true `besides`."""
    try:
        yield
    except OSError as error:
        problem = (
            f"could not be written: {error.strerror or error}. What was there before is as it was.{besides}"
        )
        raise KBError.at(error.filename or target, problem, "Make room, or name another place.") from error


_LAST_MOMENT = datetime(9000, 12, 31, tzinfo=UTC).timestamp()

_WEB_ADDRESS = re.compile(
    r"https?://([\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\])(:(?!0+(?:/|$))\d+)?(/([\w.~!$()+,;=:@-]|%[0-9a-fA-F]{2})*)*"
)
"""Of what an address may hold, that which can stand in pages, feeds and `_headers` as it is."""


def _web_address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not (_WEB_ADDRESS.fullmatch(value) and is_web_address(value)):
        raise click.BadParameter(
            f"{value!r} is not a web address. Write it like https://help.shop.example/docs"
        )
    return value.rstrip("/")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@options.articles
@click.option("--base-url", default="", callback=_web_address, help="Where the folder will be published.")
@click.option("--zip", "zip_file", type=click.Path(path_type=Path), help="One file to hand over, too.")
@click.option("--json", "as_data", is_flag=True, help="Print what was done as JSON.")
@options.root
@click.pass_obj
@uncollected()
def export(
    root: Path, out: Path, articles: Path | None, base_url: str, zip_file: Path | None, as_data: bool
) -> None:
    """Write the whole help center to the folder OUT: it searches and leads to a person without a server.

    OUT is replaced as a whole, and only if all went well. It may lie beside the articles, not among them, and
    hold nothing but what the last export put there. Exit code 1: a link leads nowhere.

    \b
    kb export public                                          open public/index.html
    kb export public --zip help.zip                           to hand over: unzip, open index.html
    kb export public --base-url https://help.shop.example     with sitemap and feed, to publish it
    kb export public --articles ~/docs                        another tree
    """
    place = options.place(root, articles)
    with _writing(out):
        check_target(out, place)
    if zip_file:
        check_zip(zip_file, out)
    is_new = not place.index.exists()
    with beside(console.ensure_index, place, as_data) as wait_for_a_core:
        from kb.export import site  # while one process alone reads the files

        if is_new:  # all articles are rendered, which would only take turns with this
            wait_for_a_core()
        import webapp  # takes longer than a small change of the index

        make_app = partial(_make_app, place, bool(base_url))
        source = site.opened(place, make_app, Path(webapp.__file__).parent, base_url)

    with leaving_cleanly():
        with _writing(out):
            done = site.export(source, out, today=_today, track=untracked if as_data else console.track)
        _finish(done, zip_file, as_data)
    sys.exit(options.EXIT_MEND if done.problems else 0)


def _make_app(place: Place, published: bool, center: "HelpCenter", clock: Callable[[], datetime]) -> Any:
    import webapp

    app = webapp.create_app(
        center, offline=True, published=published, clock=clock, translations=place.seeds / "translations"
    )
    webapp.offline.compile_templates(app)
    return app


def _finish(done: "Export", zip_file: Path | None, as_data: bool) -> None:
    """Writes the archive, if there is to be one, and says what was done, which is so without it too."""
    written = None
    try:
        if zip_file:
            with _writing(zip_file, f" The folder {done.folder} is written."):
                write_zip(done.folder, zip_file)
            written = zip_file
    finally:
        _report(done, written, as_data)


def _today(site: Site) -> date:
    """The day it is for the help center; SOURCE_DATE_EPOCH (reproducible-builds.org) may say another.

    Raises KBError for a moment so late that no calendar holds the opening hours after it.
    """
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = float(said) if said.isdecimal() else time.time()
    if moment > _LAST_MOMENT:
        fix = "Write the seconds since 1970, as date +%s prints them."
        raise KBError.at("SOURCE_DATE_EPOCH", f"{said} is later than the year 9000.", fix)
    return datetime.fromtimestamp(moment, ZoneInfo(site.timezone)).date()


def _report(done: "Export", zip_file: Path | None, as_data: bool) -> None:
    """Says what an export did and what its self-test found: in words, or as one JSON object."""
    if as_data:
        counts = {"pages": done.pages, "files": done.files, "written": done.written, "removed": done.removed}
        problems = [asdict(problem) for problem in done.problems]
        paths = {"folder": str(done.folder), "zip": str(zip_file) if zip_file else None}
        click.echo(json.dumps({**paths, **counts, "problems": problems}, indent=1, ensure_ascii=False))
        return
    console.report(done.problems, "--json")
    click.echo(
        f"{done.pages} pages and {done.files - done.pages} other files in {done.folder}: "
        f"{done.written} written, {done.files - done.written} as they were, {done.removed} removed."
    )
    if zip_file:
        click.echo(f"{zip_file} holds all of it: unzip, then open help-center/index.html.")
    if done.problems:
        click.echo(f"{len(done.problems)} links lead nowhere.", err=True)
