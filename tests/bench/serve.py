"""How many pages a second the real server gives, beside the same templates with constant data.

python -m tests.bench.serve --articles DIR [--size N] [--seconds S] [--json]

Starts `kb serve` with two workers, and the same server with an application whose help center always has the
same answer at hand; loads both by turns with wrk (Debian's package of that name). "share" is ours divided by
the constant one's. "static" is a script that every page loads, at the address that pages give it.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from kb import building, server
from kb.helpcenter import HelpCenter
from kb.model import Article, SearchResult
from kb.place import Place
from tests.bench.corpus import queries, replicate, seeds_in
from tests.serve.running import Server, free_port, serving, until

WORKERS = 2
SECONDS = 3
ROUNDS = 3
CONNECTIONS = 4
STATIC = "/static/help.js"

_DISTINCT = """
local queries = {%s}
local count = %d
request = function()
  count = count + 1
  return wrk.format("GET", "/search?q=" .. queries[count %% #queries + 1] .. "+" .. count)
end
"""
_LATENCY = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Constant(HelpCenter):
    """A help center that has the answer to every search, and every article, at hand."""

    def __init__(self, place: Place, query: str) -> None:
        super().__init__(place)
        self._found = super().search(query)
        self._article = super().article(self._found.results[0].slug)

    def search(self, query: str, topic: str = "", page: int = 1) -> SearchResult:
        """The answer to one query."""
        return self._found

    def article(self, slug: str) -> Article | None:
        """The first of its articles."""
        return self._article


def measure(articles: Path, size: int | None = None, seconds: int = SECONDS) -> dict[str, Any]:
    """Requests a second and 99th percentiles of each kind of page, medians of some rounds; and memory."""
    wrk = shutil.which("wrk")
    if not wrk:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as work:
        place = Place.at(seeds_in(Path(work) / "root"))
        replicate(articles, place.articles, size)
        building.build(place)
        library = building.read(place)  # a build's own comes without the text of what is remembered
        asked = queries(library.articles)
        query = next(one for one in asked if HelpCenter(place).search(one).results)
        slug = HelpCenter(place).search(query).results[0].slug
        script = Path(work) / "distinct.lua"
        with serving(place.root, workers=WORKERS) as real, _constant(place, query) as constant:
            pages = _pages(real, slug, query)
            figures: dict[str, dict[str, list[float]]] = {}
            for turn in range(ROUNDS):
                words = ", ".join(f'"{quote_plus(one)}"' for one in asked)
                script.write_text(_DISTINCT % (words, turn * 1_000_000), encoding="utf-8")
                for name, path in pages.items():
                    lua = ["-s", str(script)] if name == "search" else []
                    for engine, url in (("ours", real.url), ("constant", constant)):
                        row = figures.setdefault(name, {})
                        rate, p99 = _load(wrk, url + path, seconds, lua)
                        row.setdefault(engine, []).append(rate)
                        row.setdefault(f"{engine}_p99", []).append(p99)
            memory = pss_mb([real.process.pid, *real.processes()])
    rows = {
        name: {key: round(statistics.median(all_), 2) for key, all_ in row.items()}
        for name, row in figures.items()
    }
    share = {name: round(row["ours"] / row["constant"], 3) for name, row in rows.items()}
    return {
        "articles": len(library.articles),
        "workers": WORKERS,
        "pss_mb": round(memory, 1),
        "static": STATIC,
        "pages": rows,
        "share": share,
    }


def _pages(real: Server, slug: str, query: str) -> dict[str, str]:
    static = re.search(rf'src="({re.escape(STATIC)}\?v=\w+)"', real.get("/").text)
    assert static, f"no page loads {STATIC} any more"
    return {
        "search": "/search",
        "repeated_search": f"/search?q={quote_plus(query)}",
        "article": f"/articles/{slug}",
        "static": static[1],
    }


def _load(wrk: str, url: str, seconds: int, more: Sequence[str]) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of their times in milliseconds."""
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *more, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, latency = _RATE.search(printed), _LATENCY.search(printed)
    assert rate
    assert latency, printed
    assert "Non-2xx" not in printed, printed
    return float(rate[1]), float(latency[1]) * _MS[latency[2]]


@contextmanager
def _constant(place: Place, query: str) -> Iterator[str]:
    """The address of the server with constant data."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.serve", "--constant", str(port), str(place.root), query]
    with subprocess.Popen(command) as process:
        try:
            probe = Server(process, port, Path(os.devnull))
            until(lambda: _answers(probe), "the server with constant data answers")
            yield probe.url
        finally:
            process.terminate()


def _answers(probe: Server) -> bool:
    try:
        return probe.get("/healthz").status == 200
    except ConnectionError:
        return False


def _serve_constant(port: int, root: Path, query: str) -> None:
    from webapp import create_app

    def make_app() -> Any:
        app = create_app(Constant(Place.at(root), query))
        app.extensions["kept"] = None
        return app

    server.run(make_app, "127.0.0.1", port, WORKERS)


def pss_mb(processes: Sequence[int]) -> float:
    """The proportional set size of some processes together, in MB (10^6 bytes): shared pages count once."""
    total = 0
    for process in processes:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(found[1]) if found else 0
    return total * 1024 / 1e6


def table(found: dict[str, Any]) -> list[str]:
    """The figures as lines of text."""
    lines = [
        f"{found['articles']} articles, {found['workers']} workers, {found['pss_mb']} MB together (PSS);"
        f" static is {found['static']}"
    ]
    lines.append(f"{'':18}{'requests/s':>12}{'p99 ms':>9}{'constant':>12}{'p99 ms':>9}{'share':>8}")
    for name, row in found["pages"].items():
        cells = f"{row['ours']:12.0f}{row['ours_p99']:9.1f}{row['constant']:12.0f}{row['constant_p99']:9.1f}"
        lines.append(f"{name:18}{cells}{found['share'][name]:8.2f}")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a table, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serve", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--articles", type=Path, metavar="DIR", help="a tree of Markdown files")
    parser.add_argument("--size", type=int, help="replicate to so many articles")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each page and round")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--constant", nargs=3, metavar=("PORT", "ROOT", "QUERY"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.constant:
        _serve_constant(int(given.constant[0]), Path(given.constant[1]), given.constant[2])
        return
    if not given.articles:
        parser.error("--articles is needed")
    found = measure(given.articles, given.size, given.seconds)
    print(json.dumps(found, indent=1) if given.json else "\n".join(table(found)))


if __name__ == "__main__":
    main()
