"""How long a static site takes: `kb export` beside MkDocs (Material theme, search on) and Hugo.

    python -m tests.bench.export ../shared/corpora/arduino_help/md [--rounds 5] [--json]

All build the same Markdown from nothing, ours and MkDocs' with their search indexes, then again after one
article of the middle size was edited; in turn, in the same run, so that only the ratios count. Of several
rounds the medians count: a machine that others use as well is slow now and then. MkDocs takes minutes for
many articles. Neither peer can write only what has changed: after an edit, theirs is a whole
build. Hugo has no search, and is given the least of a theme. A peer that can't run is named with the reason.
"""

import argparse
import compileall
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.bench.peers import CannotRunError
from tests.builders import REPOSITORY, write

_MKDOCS = """site_name: Benchmark
docs_dir: {articles}
site_dir: {out}
theme: {{name: material}}
plugins: [search]
"""

_HUGO = {
    "config.toml": """baseURL = "https://help.example/"
title = "Benchmark"
contentDir = "{articles}"
publishDir = "{out}"
[markup.goldmark.renderer]
unsafe = true
""",
    "layouts/_default/baseof.html": """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }} – {{ site.Title }}</title></head>
<body>
<nav>{{ range site.Sections }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}</nav>
<main><h1>{{ .Title }}</h1>{{ block "main" . }}{{ end }}</main>
</body>
</html>
""",
    "layouts/_default/single.html": """{{ define "main" }}{{ .TableOfContents }}{{ .Content }}{{ end }}
""",
    "layouts/_default/list.html": """{{ define "main" }}{{ .Content }}
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>
{{ end }}
""",
}
"""A site of Hugo's: what it can't do without (gohugo.io, "Template lookup order"), by path."""


@dataclass(frozen=True, slots=True)
class Builder:
    """A command that builds a site, the highest of its exit codes that says so, and what it leaves behind."""

    name: str
    command: list[str]
    worst_code: int
    leaves: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Took:
    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Timed:
    """One builder's wall clock times, the medians, and the most memory that one of its processes took."""

    builder: str
    articles: int
    full_s: float
    edited_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The builders' times, ours first; `left_out` gives each peer that could not run the reason."""

    timed: tuple[Timed, ...]
    left_out: dict[str, str]

    @property
    def ratios(self) -> dict[str, dict[str, float]]:
        """By peer, how many times as fast we are: from nothing, and after one edit."""
        ours, *peers = self.timed
        return {
            peer.builder: {"full": peer.full_s / ours.full_s, "edited": peer.edited_s / ours.edited_s}
            for peer in peers
        }


def measure(articles: Path, folder: Path, rounds: int = 1) -> Measured:
    """All builders' times for the Markdown in `articles`, which is copied into `folder` and edited there."""
    copied = folder / "articles"
    shutil.copytree(articles, copied)
    files = sorted(copied.rglob("*.md"))
    for file in files:
        _begin_with_front_matter(file)
    edited = sorted(files, key=lambda file: file.stat().st_size)[len(files) // 2]
    builders, left_out = [], {}
    for name, prepare in (("kb export", _ours), ("MkDocs (Material)", _mkdocs), ("Hugo, no search", _hugo)):
        try:
            builders.append(Builder(name, *prepare(copied, folder)))
        except CannotRunError as error:
            left_out[name] = str(error)
    full: dict[str, list[_Took]] = defaultdict(list)
    again: dict[str, list[_Took]] = defaultdict(list)
    for number in range(rounds):
        for builder in tuple(builders):
            _put_aside(builder.leaves, folder / "before" / f"{number} {builder.name}")
            try:
                full[builder.name].append(_run(builder))
            except CannotRunError as error:
                left_out[builder.name] = str(error)
                builders.remove(builder)
        edited.write_text(edited.read_text(encoding="utf-8") + "\n\nOne more paragraph.\n", encoding="utf-8")
        for builder in builders:
            again[builder.name].append(_run(builder))
    timed = [_timed(one.name, len(files), full[one.name], again[one.name]) for one in builders]
    return Measured(tuple(timed), left_out)


def _put_aside(leaves: tuple[Path, ...], folder: Path) -> None:
    """Takes out of the way what an earlier round left, and leaves its removal for the end.

    For some seconds ext4 passes by the place of each file that was removed, whenever a new one is made: of
    what a round removes before it begins, the builder would pay for each of the files that it writes.
    """
    folder.mkdir(parents=True)
    for left in leaves:
        if left.exists():
            left.rename(folder / left.name)


def _timed(name: str, articles: int, full: list[_Took], again: list[_Took]) -> Timed:
    full_s, edited_s = (median(took.seconds for took in each) for each in (full, again))
    return Timed(name, articles, full_s, edited_s, max(took.peak_mb for took in full + again))


def _begin_with_front_matter(file: Path) -> None:
    """Puts an empty one before a comment with which an article begins: Hugo would build nothing at all."""
    text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    if text.lstrip().startswith("<!--"):
        file.write_text(f"---\n---\n{text}", encoding="utf-8", errors="surrogateescape")


def _ours(articles: Path, folder: Path) -> tuple[list[str], int, tuple[Path, ...]]:
    shutil.copytree(REPOSITORY / "seeds", folder / "seeds")
    for package in ("kb", "webapp"):  # as pip does it with all that it installs, the peers too
        compileall.compile_dir(REPOSITORY / package, quiet=1)
    export = ["export", str(folder / "ours"), "--articles", str(articles)]
    command = [sys.executable, "-m", "kb", "--root", str(folder), *export]
    return command, 1, (folder / ".kb", folder / "ours")  # there are dead links


def _mkdocs(articles: Path, folder: Path) -> tuple[list[str], int, tuple[Path, ...]]:
    if not importlib.util.find_spec("mkdocs"):
        raise CannotRunError("mkdocs is not installed: make .venv/bench")
    config = folder / "mkdocs.yml"
    config.write_text(_MKDOCS.format(articles=articles, out=folder / "mkdocs"), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(config)]
    return command, 0, (folder / "mkdocs",)


def _hugo(articles: Path, folder: Path) -> tuple[list[str], int, tuple[Path, ...]]:
    hugo = shutil.which("hugo")
    if not hugo:
        raise CannotRunError("hugo is not installed: apt-get install hugo")
    config = _HUGO["config.toml"].format(articles=articles, out=folder / "hugo" / "public")
    write(folder / "hugo", {**_HUGO, "config.toml": config})
    return [hugo, "--quiet", "--source", str(folder / "hugo")], 0, (folder / "hugo" / "public",)


def _run(builder: Builder) -> _Took:
    """Builds the site; raises CannotRunError when that could not be done."""
    begin = time.perf_counter()
    with subprocess.Popen(
        builder.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if not 0 <= process.returncode <= builder.worst_code:
        raise CannotRunError(f"{' '.join(builder.command)}: {said.decode(errors='replace')[-2000:]}")
    return _Took(time.perf_counter() - begin, used.ru_maxrss / 1024)


def table(measured: Measured) -> list[str]:
    """The figures in lines, and what they say of us."""
    rows = [
        f"{one.builder:20} {one.articles:5} articles  full {one.full_s:7.1f} s"
        f"  {one.articles / one.full_s:6.0f} pages/s  one edit {one.edited_s:7.1f} s  {one.peak_mb:5.0f} MB"
        for one in measured.timed
    ]
    ratios = [
        f"beside {peer}: full {ratio['full']:.1f} times as fast, one edit {ratio['edited']:.1f}"
        for peer, ratio in measured.ratios.items()
    ]
    return [*rows, *ratios, *(f"{peer} left out: {why}" for peer, why in measured.left_out.items())]


def main() -> None:
    """Prints the figures for one tree of Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true", dest="as_data")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(asked.articles, Path(folder), asked.rounds)
    if asked.as_data:
        print(json.dumps({**asdict(measured), "ratios": measured.ratios}, indent=1))
    else:
        print("\n".join(table(measured)))


if __name__ == "__main__":
    main()
