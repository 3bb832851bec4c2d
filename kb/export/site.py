"""Exports a help center: every page, the search and what hosts need, in a folder that needs no server.

Pages are asked of the application (`kb.export.crawl`), as far as anything they read has changed
(`kb.export.watch`), while this process writes the search. Then every file of the new folder is read again and
its links are followed (`kb.export.check`), and only then is the folder swapped in (`kb.export.folder`).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from kb.content.library import untracked
from kb.errors import Problem
from kb.export import check, folder, hosting, report, scripts
from kb.export.check import Looked
from kb.export.crawl import PUBLISHED_ONLY, Crew, Found, Running, Work
from kb.export.folder import Placed, Staging
from kb.export.notes import Note, Notes, recipe
from kb.export.target import MARK
from kb.export.urls import NOT_FOUND, UrlMap
from kb.export.watch import Watch
from kb.export.wsgi import WsgiApp, ask
from kb.helpcenter import HelpCenter
from kb.model import Article, Site
from kb.place import Place

MakeApp = Callable[[HelpCenter, Callable[[], datetime]], WsgiApp]
"""Makes the application in its offline rendering of a help center and a clock, all that it may ask."""

_OURS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Export:
    """What an export did: its pages and files, those of them written and those removed; what to mend."""

    folder: Path
    pages: int
    files: int
    written: int
    removed: int
    problems: tuple[Problem, ...]


class Source(NamedTuple):
    """What an export is made of: the help center, its application, what that reads, where links lead.

    `made_with` gives the recipe of the pages, `before` are the notes of the last export.
    """

    center: HelpCenter
    app: WsgiApp
    watch: Watch
    urls: UrlMap
    made_with: Callable[[], str]
    before: Notes


def opened(place: Place, make_app: MakeApp, sources: Path, base_url: str = "") -> Source:
    """Opens the help center at `place` to be exported; its index may still be being built.

    `sources` is the folder of the application's code and templates, `base_url` the address at which the
    export will be published, "" if that isn't known. Raises KBError for broken seeds.
    """
    made_with = partial(recipe, (_OURS, sources, place.seeds), base_url)
    before = Notes.load(place.notes, made_with())  # seeds are opened after that, so no newer ones are noted
    # No page of an export knows more than another.
    center = HelpCenter(place, look_every_s=math.inf, index_later=True)
    watch = Watch(center)
    urls = UrlMap(center.site.base_url, center.site.order_page or center.site.shop_url, base_url)
    return Source(center, make_app(watch.center, watch.now), watch, urls, made_with, before)


def export(source: Source, out: Path, *, today: Callable[[Site], date], track: Any = untracked) -> Export:
    """Writes the help center to `out`, replacing an earlier export there, and says what is to be mended.

    `today` begins the time for which opening hours are written out. Raises KBError when `out` may not be
    replaced, OSError when it can't be written, and IndexUnusableError; what was there stays.
    """
    center, app, watch, urls, made_with, before = source
    site = center.site
    with folder.staged(out) as staging:
        articles = tuple(center.outline())
        work = Work(app, center.generation, center.asset, urls, staging, site.language, watch, before)
        with Crew(work) as crew:
            running = crew.place(_addresses(center, articles, urls))
            placed = scripts.place_all(center, articles, staging, today(site), crew.read)
            notes, pages = _crawl(crew, running, before, [one.file for one in placed], track)
            looked = _look(crew, staging, before, track)
            headers = ask(app, "/brand.css").headers
            digests = {file: one.digest for file, one in looked.items()}
            placed += [*pages, *hosting.place_all(site, articles, staging, urls, headers, digests)]
            files = folder.files_in(staging.new)
            dead = check.dead_links(tuple(looked.values()), files, _findable(articles))
            found = report.problems(center.place, articles, dead, crew.map)
            removed = len(folder.files_in(out) - files - {MARK})
            folder.swap_in(staging)
            if made_with() == before.recipe:
                Notes(before.recipe, notes, looked).save(center.place.notes)
            problems = tuple(found)
    count = sum(file.endswith(".html") for file in files)
    written = sum(one.written for one in placed)
    return Export(out, count, len(files), written, removed, problems)


def _crawl(
    crew: Crew, running: Running[Found], before: Notes, have: Iterable[str], track: Any
) -> tuple[dict[str, Note], list[Placed]]:
    """The pages under way and, round by round, all that they need beside the files `have`."""
    notes: dict[str, Note] = {}
    placed: list[Placed] = []
    known = {f"/{quote(file)}" for file in have}
    label = "Pages"
    while True:
        known.update(running.names())
        needed: set[str] = set()
        for found in running.tracked(track, label):
            note = before.pages[found.address] if found.is_kept else found.note
            if note:
                notes[found.address] = note
                needed |= note.needs
            if found.placed:
                placed.append(found.placed)
        wanted = sorted(needed - known)
        if not wanted:
            return notes, placed
        running, label = crew.place(wanted), "Pictures and files"


def _look(crew: Crew, staging: Staging, before: Notes, track: Any) -> dict[str, Looked]:
    """What the self-test sees in each file of the new folder."""
    files = sorted(folder.files_in(staging.new))
    seen = crew.look(files).tracked(track, "Checking links")
    return {file: looked or before.files[file] for file, looked in zip(files, seen, strict=True)}


def _addresses(center: HelpCenter, articles: Sequence[Article], urls: UrlMap) -> list[str]:
    """What to ask for to begin with; all else is found in these pages."""
    old = [alias for article in articles for alias in article.aliases]
    published = (
        *PUBLISHED_ONLY,
        *(f"{quote(article.url)}.md" for article in articles if not article.retired),
    )
    return [
        "/",
        *(f"/{page}" for page in ("articles", "search", "contact", NOT_FOUND)),
        *(quote(topic.url) for topic in center.topics),
        *(quote(article.url) for article in articles),
        *(quote(f"/articles/{alias}") for alias in old),
        *(published if urls.published else ()),
    ]


def _findable(articles: Iterable[Article]) -> Iterator[tuple[str, str]]:
    """Where a search result can lead: each article that is not retired, and each of its headings."""
    for article in articles:
        if not article.retired:
            for section in article.sections:
                yield f"articles/{article.slug}.html", section.anchor
