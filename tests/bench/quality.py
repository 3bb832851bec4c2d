"""Which engine finds the right article: ours and its peers on the same sets, in one run.

python -m tests.bench.quality [CORPUS_DIR ...] [--json]

Ours goes through the door that `kb evaluate` uses (snippets, spelling and verdict included); peers give ids
only. All figures are those of `kb.search.evaluate`. AUROC, where a set knows queries that nothing answers,
is how well the confidence (ours) or the first result's score (theirs) tells the two kinds apart.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kb.content.library import untracked
from kb.errors import KBError
from kb.evaluation import outcomes_of
from kb.model import Verdict
from kb.search.evaluate import MEASURES, Outcome, figures
from kb.search.judged import JudgedQuery
from tests.bench.node_peers import MiniSearch, Pagefind
from tests.bench.peers import CannotRunError, Peer, SqliteFts5, Tantivy, WhooshOr
from tests.bench.sets import JudgedSet, name_of, read_set, usable

OURS = "ours"
PEERS: tuple[type[Peer], ...] = (WhooshOr, SqliteFts5, Tantivy, MiniSearch, Pagefind)
LOWER_IS_BETTER = ("zero_results", "p50_ms")
COLUMNS = (*MEASURES, *LOWER_IS_BETTER, "auroc")


def measure(folders: Sequence[Path], peers: Sequence[type[Peer]] = PEERS) -> dict[str, Any]:
    """The figures of every set and engine, and which engines and folders were left out, and why."""
    wanted, without = usable(folders)
    left_out = {name_of(folder): "has no judged queries" for folder in without}
    sets = []
    for folder in wanted:
        try:
            found, missing = _measure_set(folder, [peer for peer in peers if peer.name not in left_out])
            sets.append(found)
            left_out |= missing
        except KBError as error:
            left_out[name_of(folder)] = str(error)
    return {"sets": sets, "left_out": left_out}


def _measure_set(folder: Path, peers: Sequence[type[Peer]]) -> tuple[dict[str, Any], dict[str, str]]:
    judged = read_set(folder)
    _tell(f"{judged.name}: {OURS}")
    outcomes, articles, _ = outcomes_of(folder, untracked)
    queries = [outcome.query for outcome in outcomes]
    engines = {OURS: _row(outcomes, judged.name, articles)}
    left_out = {}
    for make in peers:
        _tell(f"{judged.name}: {make.name}")
        try:
            engines[make.name] = _row(_ask(make(), judged, queries), judged.name, articles)
        except CannotRunError as error:
            left_out[make.name] = str(error)
    best = engines[OURS]["ndcg@10"]
    ratio = {name: _ratio(best, row["ndcg@10"]) for name, row in engines.items() if name != OURS}
    unanswerable = sum(not query.answers for query in queries)
    about = {
        "set": judged.name,
        "articles": articles,
        "queries": len(queries) - unanswerable,
        "unanswerable": unanswerable,
    }
    return about | {"engines": engines, "ratio": ratio}, left_out


def _ask(peer: Peer, judged: JudgedSet, queries: Sequence[JudgedQuery]) -> list[Outcome]:
    """Every query through a peer, as outcomes of the kind that ours has, its score as its confidence."""
    outcomes = []
    try:
        peer.index(judged.plain())
        for query in queries:
            begin = time.perf_counter()
            answer = peer.search(query.text)
            took = (
                (time.perf_counter() - begin) * 1000 if answer.milliseconds is None else answer.milliseconds
            )
            outcomes.append(Outcome(query, answer.ids, Verdict.ANSWERED, answer.score, took))
    finally:
        peer.close()
    return outcomes


def _row(outcomes: Sequence[Outcome], name: str, articles: int) -> dict[str, float]:
    """The figures of one engine on one set; AUROC only where something is unanswerable."""
    found = figures(outcomes, name, articles)
    row = {column: found[column] for column in COLUMNS if column in found}
    return row | ({"auroc": found["verdict"]["auroc"]} if "verdict" in found else {})


def _ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 3) if theirs else None


def table(found: dict[str, Any]) -> Iterator[str]:
    """One set's figures as lines of text, the best of each column marked with a star."""
    unanswerable = f", {found['unanswerable']} that nothing answers" if found["unanswerable"] else ""
    yield f"{found['set']}: {found['articles']} articles, {found['queries']} queries{unanswerable}"
    engines = found["engines"]
    columns = [column for column in COLUMNS if column in engines[OURS]]
    yield f"{'':12}" + "".join(f"{column:>13}" for column in columns) + f"{'ours/peer':>13}"
    for name, row in engines.items():
        cells = (_cell(row[column], column, [one[column] for one in engines.values()]) for column in columns)
        ratio = found["ratio"].get(name)
        yield f"{name:12}" + "".join(cells) + (f"{ratio:>12.3f}×" if ratio else f"{'':13}").rstrip()


def _cell(value: float, column: str, column_values: Sequence[float]) -> str:
    best = min(column_values) if column in LOWER_IS_BETTER else max(column_values)
    shown = (
        f"{value:d}" if isinstance(value, int) else f"{value:.2f}" if column == "p50_ms" else f"{value:.4f}"
    )
    return f"{shown + ('*' if value == best else ' '):>13}"


_tell = partial(print, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a table a set, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="*", type=Path, metavar="CORPUS_DIR", help="[default: this one]")
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args(arguments)
    found = measure(given.folders)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for one in found["sets"]:
        print(*table(one), "", sep="\n")
    for name, reason in found["left_out"].items():
        print(f"left out: {name}: {reason}")


if __name__ == "__main__":
    main()
