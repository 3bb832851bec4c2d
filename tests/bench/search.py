"""Our search beside other engines, on the same articles and the same queries: how long, how much room.

python -m tests.bench.search --articles DIR [--size N] [--json]

Builds an index of every engine, asks each the same 200 queries made from titles and headings, interleaved
query by query, and prints medians and ratios. A ratio is the other engine's figure divided by ours: above 1,
ours is the better. `--size` first makes a corpus of that many articles, copies with words changed.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kb import building
from kb.place import Place
from tests.bench.corpus import QUERIES, SEED, queries, replicate, seeds_in
from tests.bench.isolated import Isolated
from tests.bench.node_peers import MiniSearch
from tests.bench.ours import Ours, OurScoring
from tests.bench.peers import CannotRunError, Peer, SqliteFts5, Tantivy, WhooshOr, size_of
from tests.bench.sets import PlainArticle, plain

PEERS: tuple[type[Peer], ...] = (WhooshOr, SqliteFts5, Tantivy, MiniSearch)
WARM_UP = 5
_PAUSE_S = 0.03


def measure(
    articles: Path, size: int | None = None, peers: Sequence[type[Peer]] = PEERS, count: int = QUERIES
) -> dict[str, Any]:
    """The figures of ours and of every peer on the articles below a folder, and who was left out and why."""
    with tempfile.TemporaryDirectory() as work:
        folder = replicate(articles, Path(work) / "articles", size) if size else articles
        place = Place.at(seeds_in(Path(work) / "root"), folder)
        _tell("building ours")
        build_s = _timed(place)
        shutil.rmtree(place.index)
        warm_s = _timed(place)
        library = building.read(place)  # a build's own library comes without the text of what is remembered
        built = {"build_s": build_s, "warm_build_s": warm_s, "disk_mb": size_of(place.index) / 1e6}
        engines: dict[str, Isolated] = {}
        left_out: dict[str, str] = {}
        figures: dict[str, dict[str, float | None]] = {"ours": dict(built), "ours_scoring": {}}
        try:
            for name, make in (("ours", Ours), ("ours_scoring", OurScoring)):
                engines[name] = Isolated(make, home=place.index)
                figures[name]["open_ms"] = engines[name].index(())[0] * 1000
            _add_peers(peers, plain(library), engines, figures, left_out)
            _ask(engines, queries(library.articles, count), figures)
        finally:
            for engine in engines.values():
                engine.close()
        ratio = {name: _ratios(figures, name) for name in figures if name not in ("ours", "ours_scoring")}
        rounded = {name: {key: _short(value) for key, value in row.items()} for name, row in figures.items()}
        about = {"articles": len(library.articles), "queries": count}
        return about | rounded | {"ratio": ratio, "left_out": left_out}


def _timed(place: Place) -> float:
    begin = time.perf_counter()
    building.build(place)
    return time.perf_counter() - begin


def _add_peers(
    peers: Sequence[type[Peer]],
    articles: Sequence[PlainArticle],
    engines: dict[str, Isolated],
    figures: dict[str, dict[str, float | None]],
    left_out: dict[str, str],
) -> None:
    """Every peer with snippets, and tantivy once more without."""
    wanted = [(make.name, make, True) for make in peers]
    wanted += [("tantivy_scoring", make, False) for make in peers if make is Tantivy]
    for name, make, snippets in wanted:
        _tell(f"building {name}")
        try:
            engine = Isolated(make, snippets=snippets)
        except CannotRunError as error:
            left_out[name] = str(error)
            continue
        engines[name] = engine
        took, size = engine.index(articles)
        figures[name] = {"build_s": took, "disk_mb": size / 1e6 or None}


def _ask(
    engines: dict[str, Isolated], asked: Sequence[str], figures: dict[str, dict[str, float | None]]
) -> None:
    """Every query to every engine in turn, the engines in another order each time.

    MiniSearch is followed by a pause: Node collects garbage on threads of its own for milliseconds after a
    search, on whichever core the next engine is about to use.
    """
    took: dict[str, list[float]] = {name: [] for name in engines}
    order = list(engines)
    chance = random.Random(SEED)
    for query in asked[:WARM_UP]:
        for engine in engines.values():
            engine.search(query)
    _tell(f"asking {len(asked)} queries")
    for query in asked:
        chance.shuffle(order)
        for name in order:
            took[name].append(engines[name].search(query)[0])
            if name == MiniSearch.name:
                time.sleep(_PAUSE_S)
    for name, times in took.items():
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        figures[name] |= {"rss_mb": engines[name].memory_mb()}
        figures[name] |= {f"p{cut}_ms": cuts[cut - 1] for cut in (50, 95, 99)}


def _ratios(figures: dict[str, dict[str, float | None]], name: str) -> dict[str, float | None]:
    """How many times ours goes into a peer's figures; scoring alone is compared with scoring alone."""
    ours, theirs = figures["ours_scoring" if name.endswith("_scoring") else "ours"], figures[name]
    keys = {"p50": "p50_ms", "p95": "p95_ms", "build": "build_s", "disk": "disk_mb"}
    found: dict[str, float | None] = {}
    for short, key in keys.items():
        mine, other = ours.get(key), theirs.get(key)
        found[short] = float(f"{other / mine:.3g}") if mine and other else None  # a build's may be tiny
    return found


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def table(found: dict[str, Any]) -> list[str]:
    """The figures as lines of text."""
    columns = ("build_s", "warm_build_s", "open_ms", "disk_mb", "rss_mb", "p50_ms", "p95_ms", "p99_ms")
    lines = [f"{found['articles']} articles, {found['queries']} queries"]
    lines.append(f"{'':16}" + "".join(f"{column:>13}" for column in columns) + "   p50 ×   p95 ×")
    for name in (key for key, row in found.items() if isinstance(row, dict) and "p50_ms" in row):
        row, ratio = found[name], found["ratio"].get(name, {})
        cells = (
            f"{row[column]:13.2f}" if row.get(column) is not None else f"{'–':>13}" for column in columns
        )
        shown = "".join(f"{ratio[cut]:8.2f}" for cut in ("p50", "p95") if cut in ratio)
        lines.append(f"{name:16}" + "".join(cells) + shown)
    return lines + [f"left out: {name}: {reason}" for name, reason in found["left_out"].items()]


_tell = partial(print, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a table, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--articles", type=Path, required=True, metavar="DIR", help="a tree of Markdown files"
    )
    parser.add_argument("--size", type=int, action="append", help="replicate to so many articles; repeatable")
    parser.add_argument("--json", action="store_true", help="print one object (a list for several sizes)")
    given = parser.parse_args(arguments)
    found = [measure(given.articles, size) for size in given.size or [None]]
    if given.json:
        print(json.dumps(found[0] if len(found) == 1 else found, indent=1))
        return
    for one in found:
        print(*table(one), "", sep="\n")


if __name__ == "__main__":
    main()
