"""The benchmark of search quality runs, on a few articles, with the engines that need nothing installed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kb.search.evaluate import MEASURES
from tests.bench.peers import Answer, CannotRunError, SqliteFts5, WhooshOr, words
from tests.bench.quality import measure, table
from tests.bench.sets import PlainArticle, indexed, read_set
from tests.bench.training import rows, signals
from tests.bench.verdict import fit, main

ARTICLES = {
    "a1": ("Track a parcel", "Open your orders and choose the parcel you are waiting for."),
    "a2": ("Return shoes", "Print the label, pack the shoes and bring them to the post office."),
    "a3": ("Pay by invoice", "Choose invoice at the checkout; the bill comes by e-mail."),
    "a4": ("Change a password", "Sign in, open settings, and type the new one twice."),
    "a5": ("Gift wrapping", "We wrap presents in paper; add a card with your own words."),
}
STRANGERS = ("Do you sell shoes for kayaks", "What is the capital of Peru on a card")


def _write_lines(file: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Five articles, their titles as queries, and two queries that nothing answers."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    articles = [{"id": one, "title": title, "text": text} for one, (title, text) in ARTICLES.items()]
    queries = [{"id": f"q-{one}", "text": title} for one, (title, _) in ARTICLES.items()]
    _write_lines(folder / "corpus.jsonl", articles)
    _write_lines(folder / "queries.jsonl", queries)
    _write_lines(
        folder / "queries_oos.jsonl", [{"id": f"n{n}", "text": text} for n, text in enumerate(STRANGERS)]
    )
    judged = "".join(f"q-{one}\t{one}\t1\n" for one in ARTICLES)
    (folder / "qrels.tsv").write_text(f"query-id\tdoc-id\tgrade\n{judged}", encoding="utf-8")
    return folder


class Absent:
    """A peer that is not installed."""

    name: ClassVar[str] = "absent"

    def __init__(self, *, snippets: bool = False) -> None:
        raise CannotRunError("it was never written")

    def index(self, articles: Sequence[PlainArticle]) -> None: ...
    def search(self, text: str) -> Answer: ...  # type: ignore[empty-body]
    def disk_bytes(self) -> int: ...  # type: ignore[empty-body]
    def close(self) -> None: ...


def test_every_engine_finds_a_title_first_and_has_all_figures(corpus: Path, tmp_path: Path) -> None:
    found = json.loads(json.dumps(measure([corpus, tmp_path], [WhooshOr, SqliteFts5, Absent])))
    assert found["left_out"] == {tmp_path.name: "has no judged queries", "absent": "it was never written"}
    (tiny,) = found["sets"]
    assert (tiny["set"], tiny["articles"], tiny["queries"], tiny["unanswerable"]) == ("tiny", 5, 5, 2)
    assert list(tiny["engines"]) == ["ours", "whoosh_or", "sqlite_fts5"]
    for name, row in tiny["engines"].items():
        assert set(row) == {*MEASURES, "zero_results", "p50_ms", "auroc"}, name
        assert row["success@1"] == row["ndcg@10"] == 1.0, name
    assert tiny["ratio"] == {"whoosh_or": 1.0, "sqlite_fts5": 1.0}
    assert [line.split()[0] for line in table(tiny)][2:] == ["ours", "whoosh_or", "sqlite_fts5"]


@pytest.mark.parametrize("make", [WhooshOr, SqliteFts5])
def test_a_peer_takes_any_text_as_plain_words(make: type[WhooshOr | SqliteFts5]) -> None:
    peer = make()
    peer.index([PlainArticle(one, title, text) for one, (title, text) in ARTICLES.items()])
    assert peer.search('title:shoes AND (NOT "return* OR ~').ids[0] == "a2"
    assert peer.search('"*?( -').ids == ()
    peer.close()


def test_words_leave_no_syntax() -> None:
    assert words('a_b: "C-D" (é)*') == ["a", "b", "c", "d", "é"]


def test_a_set_that_cannot_be_read_is_left_out_with_the_reason(corpus: Path) -> None:
    (corpus / "qrels.tsv").unlink()
    found = measure([corpus], [])
    assert found["sets"] == []
    assert "the file is missing" in found["left_out"]["tiny"]


def test_with_its_only_article_taken_out_a_query_has_no_signals(corpus: Path) -> None:
    judged = read_set(corpus)
    (shoes,) = (slug for slug, one in judged.ids.items() if one == "a2")
    with indexed(judged) as engine:
        assert signals(engine, "Return shoes")
        assert signals(engine, "Return shoes", [shoes]) == {}


def test_fitted_weights_tell_answerable_from_unanswerable(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = rows([corpus])
    assert (len(found.answerable), len(found.unanswerable), len(found.near_misses)) == (5, 2, 5)
    model = fit([found], ["covered"])
    assert model.confidences([{"covered": 1.0}])[0] > 0.5 > model.confidences([{"covered": 0.0}])[0]
    assert model.confidences([{}])[0] == 0.0
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "CORPUS_DIR" in capsys.readouterr().out
