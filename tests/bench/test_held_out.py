"""Held-out queries can be asked, name articles that there are, and stay out of what is tuned on."""

from pathlib import Path

import yaml

from kb.search.judged import NOTHING
from tests.bench.held_out import QUERIES, THIS, measure, table
from tests.builders import REPOSITORY


def _texts(file: Path) -> set[str]:
    return {entry["q"].lower() for entry in yaml.safe_load(file.read_text(encoding="utf-8"))}


def test_the_held_out_queries_of_this_help_center_are_measured_by_name() -> None:
    (found,) = measure([])
    assert (found["corpus"], found["queries"] + found["verdict"]["unanswerable"]) == (THIS, 192)
    assert all(THIS in line for line in table([found])[1:])


def test_no_held_out_query_is_also_tuned_on() -> None:
    assert _texts(QUERIES / f"{THIS}.yaml").isdisjoint(_texts(REPOSITORY / "seeds" / "queries.yaml"))


def test_every_held_out_file_has_both_kinds_of_queries() -> None:
    for file in QUERIES.glob("*.yaml"):
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert len({entry["answer"] == NOTHING for entry in entries}) == 2, file.name
