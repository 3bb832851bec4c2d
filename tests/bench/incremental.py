"""One changed article against a build of everything.

python -m tests.bench.incremental --articles DIR [--size N …] [--json]

Builds an index from nothing, then edits, adds, renames and removes one article, several times each, and
prints the median times and how many times each goes into the full build.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kb import building
from kb.content.files import find_files
from kb.place import Place
from tests.bench.corpus import replicate, seeds_in

ROUNDS = 3


def measure(articles: Path, size: int | None = None, rounds: int = ROUNDS) -> dict[str, Any]:
    """The seconds of a full build, of one with everything rendered before, and of each kind of change."""
    with tempfile.TemporaryDirectory() as work:
        place = Place.at(seeds_in(Path(work) / "root"))
        replicate(articles, place.articles, size)
        _tell("building everything")
        full = _timed(lambda: building.build(place))
        warm = _timed(lambda: building.build(place, anew=True))
        paths = [place.articles / path for path in find_files(place.articles).articles]
        took: dict[str, list[float]] = {}
        for turn in range(rounds):
            for name, change in _changes(paths[(turn + 1) * len(paths) // (rounds + 2)], turn):
                change()
                took.setdefault(name, []).append(_timed(lambda: building.build(place)))
        fresh = _timed(lambda: building.index_is_fresh(place))
    medians = {name: statistics.median(times) for name, times in took.items()}
    found = {"articles": len(paths), "full_s": full, "warm_s": warm, "fresh_check_s": fresh}
    ratio = {name: round(full / seconds, 1) for name, seconds in medians.items()}
    return {
        **{name: round(value, 3) for name, value in found.items()},
        "change_s": {name: round(seconds, 3) for name, seconds in medians.items()},
        "ratio": ratio,
    }


def _changes(file: Path, turn: int) -> list[tuple[str, Callable[[], object]]]:
    """An edit to `file`, an article beside it, that one under another name, and gone again."""
    new, renamed = file.with_name(f"new-{turn}.md"), file.with_name(f"renamed-{turn}.md")
    text = file.read_text(encoding="utf-8", errors="replace")
    return [
        ("edit", lambda: file.write_text(f"{text}\n\nChanged in turn {turn}.\n", encoding="utf-8")),
        ("add", lambda: new.write_text(f"# New in turn {turn}\n\n{text[-2000:]}\n", encoding="utf-8")),
        ("rename", lambda: new.rename(renamed)),
        ("remove", renamed.unlink),
    ]


def _timed(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


_tell = partial(print, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a line a figure, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.incremental", description=__doc__)
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
        print(
            f"{one['articles']} articles: full build {one['full_s']:.1f} s, "
            f"with all rendered before {one['warm_s']:.1f} s"
        )
        for name, seconds in one["change_s"].items():
            print(f"  {name:8}{seconds:8.3f} s   1/{one['ratio'][name]:.0f} of a full build")


if __name__ == "__main__":
    main()
