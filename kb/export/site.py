"""Exports a help center: every page, the search and what hosts need, in a folder that needs no server.

Pages are asked of the application (`kb.export.crawl`) while this process writes the search. Then every file
that was written is read again and its links are followed (`kb.export.check`), and only then is the new folder
swapped in (`kb.export.folder`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kb.content.library import untracked
from kb.errors import Problem
from kb.export import check, folder, hosting, report, scripts
from kb.export.crawl import NOWHERE, PUBLISHED_ONLY, Crew, Running, Work
from kb.export.folder import Placed
from kb.export.urls import NOT_FOUND, UrlMap, can_be_a_page
from kb.export.wsgi import WsgiApp, ask
from kb.helpcenter import HelpCenter
from kb.model import Article

_READABLE = (".html", ".css")


@dataclass(frozen=True, slots=True)
class Export:
    """What an export did: its pages and files, those of them written and those removed; what to mend."""

    folder: Path
    pages: int
    files: int
    written: int
    removed: int
    problems: tuple[Problem, ...]


def export(
    center: HelpCenter,
    app: WsgiApp,
    out: Path,
    *,
    base_url: str = "",
    today: date,
    track: Any = untracked,
) -> Export:
    """Writes the help center to `out`, replacing an earlier export there, and says what is to be mended.

    `app` is the application in its offline rendering, `base_url` the address at which the folder will be
    published, "" if that isn't known; `today` begins the time for which opening hours are written out.
    Raises KBError when `out` may not be replaced, OSError when it can't be written; what was there stays.
    """
    site = center.site
    urls = UrlMap(site.base_url, site.order_page or site.shop_url, base_url)
    staging = folder.begin(out)
    try:
        articles = tuple(center.outline())
        ask(app, NOWHERE)  # so that its templates are compiled once, not by every process
        with Crew(Work(app, center.asset, urls, staging, site.language)) as crew:
            running = crew.place(_addresses(center, articles, urls))
            placed = scripts.place_all(center, articles, staging, today)
            placed += _crawl(crew, running, [one.file for one in placed], track)
            headers = ask(app, "/brand.css").headers
            names = [one.file for one in placed]
            placed += hosting.place_all(site, articles, staging, urls, headers, names)
            files = folder.files_in(staging.new) - {folder.MARK}
            readable = sorted(file for file in files if file.endswith(_READABLE))
            looked = list(crew.look(readable).tracked(track, "Checking links"))
        dead = check.dead_links(looked, _findable(articles))
        removed = len(folder.files_in(out) - files - {folder.MARK})
        folder.swap_in(staging)
    except BaseException:
        folder.discard(staging)
        raise
    pages = sum(file.endswith(".html") for file in files)
    written = sum(one.written for one in placed)
    return Export(out, pages, len(files), written, removed, report.problems(center.place, articles, dead))


def _crawl(crew: Crew, running: Running[Placed], have: Iterable[str], track: Any) -> list[Placed]:
    """The files of the pages under way and, round by round, of all that they need beside `have`."""
    placed: list[Placed] = []
    known = {f"/{quote(file)}" for file in have}
    label = "Pages"
    while True:
        known.update(running.names())
        found = list(running.tracked(track, label))
        placed += [one for one in found if one.file]
        needed = {address for one in found for address in one.needs if can_be_a_page(address)}
        wanted = sorted(needed - known)
        if not wanted:
            return placed
        running, label = crew.place(wanted), "Pictures and files"


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
