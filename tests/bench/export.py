"""How long a static site takes: `kb export` beside MkDocs (Material theme, search on), same Markdown.

    python -m tests.bench.export ../shared/corpora/arduino_help/md [--json]

Both build from nothing, their search indexes included, then again after one article was edited; in turn, in
the same run, so that only the ratio counts. MkDocs takes minutes for thousands of articles; it has no build
of only what has changed, so the time after an edit is a whole build for it too.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.builders import REPOSITORY

_MKDOCS = """site_name: Benchmark
docs_dir: {articles}
site_dir: {out}
theme: {{name: material}}
plugins: [search]
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """One builder's wall clock times, and the most memory that one of its processes took."""

    builder: str
    articles: int
    full_s: float
    edited_s: float
    peak_mb: float


def measure(articles: Path, folder: Path) -> tuple[Timed, Timed]:
    """Ours and MkDocs' for the Markdown in `articles`, which is copied into `folder` and edited there."""
    copied = folder / "articles"
    shutil.copytree(articles, copied)
    shutil.copytree(REPOSITORY / "seeds", folder / "seeds")
    config = folder / "mkdocs.yml"
    config.write_text(_MKDOCS.format(articles=copied, out=folder / "mkdocs"), encoding="utf-8")
    ours = [sys.executable, "-m", "kb", "--root", str(folder), "export", str(folder / "ours")]
    theirs = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(config)]
    files = sorted(copied.rglob("*.md"))
    ours = [*ours, "--articles", str(copied)]
    full = [_timed(command) for command in (ours, theirs)]
    edited = max(files, key=lambda file: file.stat().st_size)
    edited.write_text(edited.read_text(encoding="utf-8") + "\n\nOne more paragraph.\n", encoding="utf-8")
    again = [_timed(command) for command in (ours, theirs)]
    return (
        Timed("kb export", len(files), full[0][0], again[0][0], max(full[0][1], again[0][1])),
        Timed("MkDocs (Material)", len(files), full[1][0], again[1][0], max(full[1][1], again[1][1])),
    )


def _timed(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and megabytes of a command; raises RuntimeError when it could not do its work."""
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: there are dead links
        raise RuntimeError(f"{' '.join(command)}: {said.decode(errors='replace')[-2000:]}")
    return time.perf_counter() - begin, used.ru_maxrss / 1024


def table(timed: Sequence[Timed]) -> list[str]:
    """The figures in lines, and what they say of us."""
    row: Callable[[Timed], str] = lambda one: (  # noqa: E731  one row, one expression
        f"{one.builder:20} {one.articles:5} articles  full {one.full_s:7.1f} s"
        f"  {one.articles / one.full_s:6.0f} pages/s  one edit {one.edited_s:7.1f} s  {one.peak_mb:5.0f} MB"
    )
    ours, theirs = timed
    full, edited = theirs.full_s / ours.full_s, theirs.edited_s / ours.edited_s
    return [*map(row, timed), f"full {full:.1f} times as fast, one edit {edited:.1f}"]


def main() -> None:
    """Prints the figures for one tree of Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_data")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        timed = measure(asked.articles, Path(folder))
    if asked.as_data:
        print(json.dumps([asdict(one) for one in timed], indent=1))
    else:
        print("\n".join(table(timed)))


if __name__ == "__main__":
    main()
