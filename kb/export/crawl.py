"""Asks the application for addresses and places what it answers, with as many processes as there are cores.

The processes are forked once the help center is open, so that they share what it loaded; they write the
files themselves and tell only which files there are and which addresses those need. A page that reads what
it read when it was last made is not asked for: its file is taken over.
"""

import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, Self, TypeVar
from urllib.parse import unquote

from kb.export import check
from kb.export.check import Looked
from kb.export.folder import Placed, Staging, digest
from kb.export.notes import Note, Notes
from kb.export.rewrite import redirect_page, rewrite, rewrite_absolute
from kb.export.urls import NOT_FOUND, UrlMap, can_be_a_page, file_of, file_on_disk
from kb.export.watch import Watch
from kb.export.wsgi import Answer, WsgiApp, ask
from kb.processes import cores, end_with_parent
from kb.search.generation import Generation

CHUNK = 24
"""Addresses a process takes at a time: enough to make handing them out cheap, few enough to share fairly."""

PUBLISHED_ONLY = ("/sitemap.xml", "/feed.atom", "/robots.txt", "/llms.txt", "/opensearch.xml")
"""What names absolute addresses, and so is asked for when it is known where the export will be published."""

_SITEMAP_PART = re.compile(r"/sitemap-\d+\.xml")
"""What the sitemap names when it is too long for one file."""

_ASSETS = "/files/"

NOWHERE = "/-"
"""An address that no page has, and whose words the not-found page would not search for."""

S = TypeVar("S")
T = TypeVar("T")


class Found(NamedTuple):
    """What there is at an address: the file placed, None for none; a page's note, unless it is kept."""

    address: str
    placed: Placed | None = None
    note: Note | None = None
    is_kept: bool = False


@dataclass(frozen=True)
class Work:
    """What every process needs: whom to ask, the index, where links lead and files go, the pages' language.

    `asset` finds the file beside the articles for a path below `/files/`, None when there is none. `watch`
    sees what the application reads; `notes` are those of the last export.
    """

    app: WsgiApp
    generation: Generation
    asset: Callable[[str], Path | None]
    urls: UrlMap
    staging: Staging
    language: str
    watch: Watch
    notes: Notes

    def place(self, address: str) -> Found:
        """Puts what there is at one address into the new folder."""
        file = file_of(address)
        if file is None:
            return Found(address)
        if address.startswith(_ASSETS):
            source = self.asset(unquote(address.removeprefix(_ASSETS)))
            placed = self.staging.place(file_on_disk(file), source.read_bytes()) if source else None
            return Found(address, placed)
        note = self.notes.pages.get(address)
        if note and note.reads and self.watch.holds(note.reads) and self.staging.keep(note.file, note.digest):
            return Found(address, Placed(note.file), is_kept=True)
        return self._ask(address, file_on_disk(file))

    def _ask(self, address: str, file: str) -> Found:
        asked = NOWHERE if file == NOT_FOUND else address
        answer, reads = self.watch.reads_of(lambda: ask(self.app, asked))
        if answer.status == 404 and file != NOT_FOUND:
            return Found(address)
        content, needs = self._content(answer, address)
        note = Note(file, digest(content), frozenset(filter(can_be_a_page, needs)), reads)
        return Found(address, self.staging.place(file, content), note)

    def look(self, file: str) -> Looked | None:
        """Reads a file of the new folder for the self-test; None when it is as the notes have it."""
        known = self.notes.files.get(file)
        looked = check.look(self.staging.new, file, self.urls.root, known)
        return None if looked is known else looked

    def _content(self, answer: Answer, address: str) -> tuple[bytes, frozenset[str]]:
        if answer.status in (301, 302, 308):
            href, needed = self.urls.link(answer.headers["location"], address)
            return redirect_page(href, self.language).encode(), frozenset([needed] if needed else [])
        if answer.status not in (200, 404, 410):
            raise RuntimeError(f"the page {address} answered {answer.status}")
        if answer.mimetype == "text/html":
            page = rewrite(answer.body.decode(), address, self.urls)
            return page.html.encode(), page.addresses
        if address in PUBLISHED_ONLY or _SITEMAP_PART.fullmatch(address):
            text = answer.body.decode()
            return rewrite_absolute(text, self.urls).encode(), frozenset(_SITEMAP_PART.findall(text))
        return answer.body, frozenset()


_work: Work | None = None
"""The work of this process: set before it forks, as an application can't be sent to another process."""


class Crew:
    """The processes at work; a context, which ends them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        global _work
        _work = self._work
        processes = cores()
        if processes > 1:
            fork = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(processes, fork, end_with_parent)
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def place(self, addresses: Sequence[str]) -> "Running[Found]":
        """Begins to place the addresses."""
        return self._run(Work.place, addresses)

    def look(self, files: Sequence[str]) -> "Running[Looked | None]":
        """Begins to read files of the new folder for the self-test."""
        return self._run(Work.look, files)

    def map(self, task: Callable[[S], T], things: Iterable[S]) -> Iterable[T]:
        """Begins with `task`, a function of a module, for each of `things`; the results, in order."""
        return self._map(task, things, CHUNK)

    def read(self, task: Callable[[Generation, S], T], things: Iterable[S]) -> Iterable[T]:
        """As `map`, for a `task` that reads the index."""
        return self._map(partial(_read, task), things)

    def _run(self, task: Callable[[Work, str], T], names: Sequence[str]) -> "Running[T]":
        chunks = [names[begin : begin + CHUNK] for begin in range(0, len(names), CHUNK)]
        return Running(chunks, self._map(partial(_each, task), chunks))

    def _map(self, task: Callable[[S], T], things: Iterable[S], at_a_time: int = 1) -> Iterable[T]:
        return self._pool.map(task, things, chunksize=at_a_time) if self._pool else map(task, things)


@dataclass(frozen=True, slots=True)
class Running(Generic[T]):
    """Work under way: its results in order, as they come in; `track` may show the progress."""

    chunks: Sequence[Sequence[str]]
    results: Iterable[list[T]]

    def names(self) -> list[str]:
        """What the work is about: the addresses or files given."""
        return [name for chunk in self.chunks for name in chunk]

    def tracked(
        self, track: Callable[[Sequence[Sequence[str]], str], Iterable[object]], label: str
    ) -> Iterator[T]:
        """The results, with a progress bar named `label`."""
        for _, some in zip(track(self.chunks, label), self.results, strict=False):
            yield from some


def _each(task: Callable[[Work, str], T], names: Sequence[str]) -> list[T]:
    return [task(_mine(), name) for name in names]


def _read(task: Callable[[Generation, S], T], thing: S) -> T:
    return task(_mine().generation, thing)


def _mine() -> Work:
    if _work is None:
        raise RuntimeError("this process has no work")
    return _work
