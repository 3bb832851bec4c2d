"""`kb evaluate`: a help center or a corpus measured, and its figures as tables."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb.building import build, index_is_fresh
from kb.errors import KBError, Problem
from kb.helpcenter import HelpCenter
from kb.model import Verdict
from kb.place import Place
from kb.search.engine import Engine
from kb.search.evaluate import Outcome, confusion, run
from kb.search.index import build_index
from kb.search.judged import is_corpus, read_corpus, read_queries
from kb.search.synonyms import read_synonyms
from kb.starter import starter_folder


def outcomes_of(folder: Path, track: Any) -> tuple[list[Outcome], int, list[Problem]]:
    """What every judged query of a help center or a corpus got, how many articles it has, what is odd.

    Raises KBError when the queries or the articles can't be used.
    """
    if is_corpus(folder):
        return _of_corpus(folder, track)
    if not (folder / "seeds").is_dir():
        fix = "Name a help center's folder, or one with corpus.jsonl."
        raise KBError.at(folder, "is neither a help center nor a corpus.", fix)
    place = Place.at(folder)
    if not index_is_fresh(place):
        build(place, track=track)
    center = HelpCenter(place)
    retired = {article.slug for article in center.outline() if article.retired}
    queries, problems = read_queries(place.seeds, center.slugs, retired)
    return run(queries, center.search, lambda slug: slug, track), len(center.slugs), problems


def _of_corpus(folder: Path, track: Any) -> tuple[list[Outcome], int, list[Problem]]:
    library, ids, queries, problems = read_corpus(folder)
    # A corpus has no synonyms of its own; the starter's are the ones every new help center begins with.
    synonyms = read_synonyms(starter_folder() / "seeds" / "synonyms.txt")
    with tempfile.TemporaryDirectory() as home:
        build_index(Path(home), library, synonyms=synonyms, track=track)
        engine = Engine(Path(home))
        return run(queries, engine.search, lambda slug: ids[int(slug) - 1], track), len(ids), problems


def per_query(outcome: Outcome) -> dict[str, Any]:
    """One line of `--per-query`."""
    return {
        "id": outcome.query.id,
        "query": outcome.query.text,
        "answers": list(outcome.query.answers),
        "rank": outcome.rank,
        "found": list(outcome.found),
        "verdict": outcome.verdict.value,
        "confidence": outcome.confidence,
        "right": outcome.is_right,
    }


def table(figures: dict[str, Any], outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures as lines of text, with the confusion matrix where there is a verdict to judge."""
    for name, value in figures.items():
        if name != "verdict":
            yield f"{name:14} {value}"
    if "verdict" not in figures:
        return
    for name, value in figures["verdict"].items():
        yield f"verdict {name:14} {'–' if value is None else value}"
    yield ""
    yield f"{'answer is':16}" + "".join(f"{one.value:>16}" for one in Verdict)
    for row, counts in confusion(outcomes).items():
        yield f"{row:16}" + "".join(f"{count:>16}" for count in counts.values())


def thresholds(outcomes: Sequence[Outcome]) -> list[dict[str, float | None]]:
    """What other values of `unsure_from` would do: how many of each kind get results, and the right share.

    A share of none is None; there are no rows without outcomes.
    """
    rows: list[dict[str, float | None]] = []
    for step in range(1, 20) if outcomes else ():
        again = [_with_threshold(outcome, step / 20) for outcome in outcomes]
        shown = [o.verdict is not Verdict.NOTHING_USEFUL for o in again if o.query.answers]
        caught = [o.verdict is Verdict.NOTHING_USEFUL for o in again if not o.query.answers]
        shares = {"answerable_shown": _share(shown), "unanswerable_caught": _share(caught)}
        right = sum(outcome.is_right for outcome in again) / len(again)
        rows.append({"unsure_from": step / 20, **shares, "right": right})
    return rows


def threshold_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """`thresholds` as lines of text."""
    rows = thresholds(outcomes)
    if rows:
        yield ""
        yield "unsure_from   answerable shown   unanswerable caught   right"
    for row in rows:
        shown, caught, right = ("–" if share is None else f"{share:.1%}" for share in list(row.values())[1:])
        yield f"{row['unsure_from']:11.2f} {shown:>18} {caught:>21} {right:>7}"


def _with_threshold(outcome: Outcome, threshold: float) -> Outcome:
    """The outcome if `unsure_from` were `threshold`; what the site's own `answered_from` says stays said."""
    said = outcome.verdict if outcome.verdict is Verdict.ANSWERED else Verdict.UNSURE
    return replace(outcome, verdict=said if outcome.confidence >= threshold else Verdict.NOTHING_USEFUL)


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None
