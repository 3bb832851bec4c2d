"""The search of an export: how much it loads, how fast it answers on a slow phone, how much memory it takes.

python -m tests.bench.offline [FOLDER ...] [--sessions N] [--json]

Sizes are bytes an article of the files as `gzip -9` leaves them, beside the indexes of MkDocs' search,
MiniSearch and Pagefind over the same text. None of these three but Pagefind has snippets, and none a verdict.
Times are taken in Chromium on a page from file://, its CPU slowed down four times (DevTools protocol). They
grow with all else that the machine does, so beside them stands how long the page's own thread was busy: its
processor time at full speed, times four.
"""

import argparse
import gzip
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from kb.content.library import Library
from kb.export.bundle import write_search
from kb.model import Site
from tests.bench.corpus import queries
from tests.bench.node_peers import MiniSearch, NodePeer, Pagefind
from tests.bench.peers import CannotRunError
from tests.bench.sets import REPOSITORY, name_of, opened, plain
from tests.browser import chromium

SESSIONS = 5
QUERIES = 40
SLOWED = 4
PAUSE_MS = 1000
"""From opening a page to the first key; the index is loading meanwhile."""

AHEAD_MS = 5000
"""By then a page has loaded ahead what it will."""

_SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
_PAGE = '<!doctype html><meta charset="utf-8"><title>Search</title><script src="search.js"></script>'
_TIMED = """async (queries) => {
  const times = [];
  for (const query of queries) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const begin = performance.now();
    await helpCenterSearch.search(query);
    times.push(performance.now() - begin);
  }
  return times;
}"""


def measure(folder: Path, sessions: int = SESSIONS, peers: bool = True) -> dict[str, Any]:
    """The figures of one folder; peers that can't run are named with the reason."""
    with opened(folder) as (engine, library, _), tempfile.TemporaryDirectory() as work:
        export = Path(work)
        articles = len(engine.generation.slugs)
        files = write_search(engine.generation, Site(""), export)
        (export / "index.html").write_text(_PAGE, encoding="utf-8")
        asked = queries(library.articles, QUERIES)
        with chromium.launched() as browser:
            needed = [_needed(browser, export, query) for query in asked[:sessions]]
            times = [_session(browser, export, asked) for _ in range(sessions)]
            busy = [_busy(browser, export, asked) for _ in range(sessions)]
        ours = {
            "before_first_answer": statistics.median(needed) / articles,
            "index": compressed(export.glob("*.js")) / articles,
            "evidence": compressed(file for file in files if "evidence-" in file.name) / articles,
            "passages": compressed(file for file in files if "passages-" in file.name) / articles,
            "all": compressed(files) / articles,
        }
        others, left_out = _peers(library, articles) if peers else ({}, {})
    return {
        "set": name_of(folder),
        "articles": articles,
        "bytes_an_article": {"ours": ours} | others,
        "slowed": SLOWED,
        "busy_ms": {part: statistics.median(one[part] for one in busy) for part in busy[0]},
        "first_ms": statistics.median(one["first_ms"] for one in times),
        "at_once_ms": statistics.median(one["at_once_ms"] for one in times),
        "p50_ms": statistics.median(took for one in times for took in one["later_ms"]),
        "p95_ms": statistics.quantiles((took for one in times for took in one["later_ms"]), n=20)[-1],
        "memory_mb": max(one["memory_mb"] for one in times),
        "left_out": left_out,
    }


def compressed(files: Iterable[Path]) -> int:
    """How many bytes files have, each as `gzip -9` leaves it."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def _needed(browser: Browser, export: Path, query: str) -> int:
    """How much a browser loads before it shows what a first query finds, and that alone; but for the page."""
    with _opened_page(browser, export, _SAVES_DATA) as (page, asked_for):
        page.evaluate("query => helpCenterSearch.search(query)", query)
        scripts = {Path(url.removeprefix("file://")) for url in asked_for if url.endswith(".js")}
        return compressed(script for script in scripts if "passages-" not in script.name)


def _session(browser: Browser, export: Path, asked: Sequence[str]) -> dict[str, Any]:
    """What one visitor waits: an answer asked for as the page opens, a first one in time, and later ones."""
    with _slow_page(browser, export) as page:
        [at_once] = page.evaluate(_TIMED, [asked[0]])
    with _slow_page(browser, export) as page:
        page.evaluate("helpCenterSearch.load()")
        page.wait_for_timeout(PAUSE_MS)
        first, *later = page.evaluate(_TIMED, list(asked))
        devtools = page.context.new_cdp_session(page)
        devtools.send("HeapProfiler.collectGarbage")
        heap = devtools.send("Runtime.getHeapUsage")
    memory = heap["usedSize"] + heap.get("backingStorageSize", 0)
    return {"at_once_ms": at_once, "first_ms": first, "later_ms": later, "memory_mb": memory / 1e6}


def _busy(browser: Browser, export: Path, asked: Sequence[str]) -> dict[str, float]:
    """How long a page's thread is busy opening the index, with its first answer, and with each later one."""
    with _opened_page(browser, export) as (page, _):
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def busy(expression: str, argument: object = None) -> float:
            begin = _thread_ms(devtools)
            page.evaluate(expression, argument)
            return (_thread_ms(devtools) - begin) * SLOWED

        opening = busy("helpCenterSearch.load()")
        page.wait_for_timeout(AHEAD_MS)
        first = busy(_TIMED, asked[:1])
        return {"open": opening, "first": first, "later": busy(_TIMED, asked[1:]) / (len(asked) - 1)}


def _thread_ms(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


@contextmanager
def _slow_page(browser: Browser, export: Path) -> Iterator[Page]:
    with _opened_page(browser, export) as (page, _):
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        yield page


@contextmanager
def _opened_page(browser: Browser, export: Path, script: str = "") -> Iterator[tuple[Page, list[str]]]:
    """The export's page, new in every respect, and the addresses that it asks for."""
    context = browser.new_context()
    if script:
        context.add_init_script(script)
    page = context.new_page()
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto((export / "index.html").as_uri())
    yield page, asked_for
    context.close()


def _peers(library: Library, articles: int) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """What the peers' indexes take, and which can't be made, and why."""
    found: dict[str, dict[str, float]] = {}
    left_out: dict[str, str] = {}
    makers: dict[str, Callable[[Path], None]] = {
        "mkdocs": lambda folder: _mkdocs(library, folder),
        "minisearch": lambda folder: _node(MiniSearch, library, folder),
        "pagefind": lambda folder: _node(Pagefind, library, folder),
    }
    for name, make in makers.items():
        _tell(f"  {name}")
        with tempfile.TemporaryDirectory() as work:
            try:
                make(Path(work))
                files = [file for file in Path(work).rglob("*") if file.is_file()]
                found[name] = {"all": compressed(files) / articles}
            except (CannotRunError, ImportError) as error:
                left_out[name] = str(error)
    return found, left_out


def _mkdocs(library: Library, folder: Path) -> None:
    """MkDocs' index, by its own code: an entry a page, and one a section."""
    from mkdocs.contrib.search.search_index import SearchIndex  # of the benchmarks' own packages

    index = SearchIndex(lang=["en"], min_search_length=3, prebuild_index=False, indexing="full")
    found = [article for article in library.articles if not article.retired]
    for article, whole in zip(found, plain(library), strict=True):
        index._add_entry(article.title, whole.text, f"{article.slug}/")
        for section in article.sections:
            index._add_entry(section.heading, section.text, f"{article.slug}/#{section.anchor}")
    (folder / "search_index.json").write_text(index.generate_search_index(), encoding="utf-8")


def _node(make: type[NodePeer], library: Library, folder: Path) -> None:
    peer = make()
    try:
        peer.index(plain(library))
        peer.write(folder)
    finally:
        peer.close()


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def table(found: dict[str, Any]) -> Iterator[str]:
    """One folder's figures as lines of text."""
    yield f"{found['set']}: {found['articles']} articles; bytes an article, compressed:"
    for name, sizes in found["bytes_an_article"].items():
        yield f"  {name:12}" + "  ".join(f"{part} {size:,.0f}" for part, size in sizes.items())
    yield f"  on a CPU slowed {found['slowed']} times, in ms:"
    yield "  " + "  ".join(f"{name} {found[f'{name}_ms']:.1f}" for name in ("at_once", "first", "p50", "p95"))
    busy = "  ".join(f"{part} {took:.1f}" for part, took in found["busy_ms"].items())
    yield f"  busy  {busy}"
    yield f"  memory {found['memory_mb']:.0f} MB"
    for name, reason in found["left_out"].items():
        yield f"  left out: {name}: {reason}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a few lines a folder, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.offline", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="[default: this one]")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="visitors a folder [default: 5]")
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args(arguments)
    sets = []
    for folder in given.folders or [REPOSITORY]:
        _tell(name_of(folder))
        sets.append(measure(folder, given.sessions))
    if given.json:
        print(json.dumps({"sets": sets}, indent=1))
        return
    for found in sets:
        print(*table(found), sep="\n")


if __name__ == "__main__":
    main()
