"""Judged queries of a help center and of a corpus: read, or reported by file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from kb.content.library import untracked
from kb.errors import KBError, Severity
from kb.evaluation import outcomes_of
from kb.search.judged import read_corpus, read_queries
from tests.builders import help_center, kb, write


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


CORPUS = {
    "corpus.jsonl": lines(
        {"id": "doc/ä 1", "title": "Lost parcel", "text": "Ask the courier for it."},
        {"id": "2", "title": "Gift cards", "text": "Buy one online."},
        {"id": "3", "title": "Refund", "text": "Five days."},
    ),
    "queries.jsonl": lines({"id": "q1", "text": "my parcel is lost"}, {"id": "q2", "text": "gift card"}),
    "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\tdoc/ä 1\t1\nq2\t2\t1\nq2\t3\t0\n",
}
FIGURES = {
    *("corpus", "articles", "queries", "ndcg@10", "mrr@10", "success@1", "success@3", "recall@10"),
    *("zero_results", "p50_ms", "p95_ms"),
}


def notes(folder: Path) -> list[tuple[str, int | None, str]]:
    """What is odd about a corpus; none of it is fatal."""
    problems = read_corpus(folder)[3]
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    return [(problem.path, problem.line, problem.problem) for problem in problems]


def test_a_corpus_is_measured_with_its_own_ids(tmp_path: Path) -> None:
    outcomes, articles, problems = outcomes_of(write(tmp_path, CORPUS), untracked)
    assert (articles, problems) == (3, [])
    assert [one.query.answers for one in outcomes] == [{"doc/ä 1": 1}, {"2": 1}]
    assert [one.rank for one in outcomes] == [1, 1]


def test_kb_evaluate_prints_one_object_with_the_promised_figures(tmp_path: Path) -> None:
    files = {**CORPUS, "queries_oos.jsonl": lines({"id": "o1", "text": "zebra riding"})}
    answer = kb(tmp_path, "evaluate", write(tmp_path / "tiny set", files), "--json")
    found = json.loads(answer.stdout)
    assert found.keys() == FIGURES | {"verdict"}
    assert (found["corpus"], found["articles"], found["queries"]) == ("tiny set", 3, 2)
    assert found["ndcg@10"] == found["success@1"] == 1.0
    assert found["verdict"].keys() >= {"unanswerable", "auroc", "precision", "recall", "f1", "mcc"}
    assert found["verdict"]["unanswerable"] == 1


def test_without_known_unanswerable_queries_no_verdict_is_printed(tmp_path: Path) -> None:
    answer = kb(tmp_path, "evaluate", write(tmp_path / "c", CORPUS), "--json")
    assert json.loads(answer.stdout).keys() == FIGURES


def test_what_each_query_got_is_written_for_reading(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert kb(tmp_path, "evaluate", write(tmp_path / "c", CORPUS), "--per-query", file).exit_code == 0
    [first, second] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (first["id"], first["query"], first["rank"]) == ("q1", "my parcel is lost", 1)
    assert (first["answers"], first["found"][0]) == (["doc/ä 1"], "doc/ä 1")
    assert second["id"] == "q2"


def test_empty_articles_are_reported_and_found_by_nothing(tmp_path: Path) -> None:
    empty = lines(
        {"id": "e1", "title": "", "text": ""}, {"id": "e2", "title": None}, {"id": "e3", "text": " "}
    )
    files = {**CORPUS, "corpus.jsonl": CORPUS["corpus.jsonl"] + empty}
    folder = write(tmp_path, files)
    assert notes(folder) == [
        ("corpus.jsonl", line, f"article 'e{line - 3}' is empty; it can't be found.") for line in (4, 5, 6)
    ]
    outcomes, articles, _ = outcomes_of(folder, untracked)
    assert articles == 6
    assert all(not {"e1", "e2", "e3"} & set(one.found) for one in outcomes)


def test_a_query_without_judgment_is_reported_and_left_out(tmp_path: Path) -> None:
    files = {**CORPUS, "queries.jsonl": CORPUS["queries.jsonl"] + lines({"id": "q3", "text": "refund"})}
    folder = write(tmp_path, files)
    assert notes(folder) == [("queries.jsonl", 3, "query 'q3' has no judgment; it is left out.")]
    assert [one.query.id for one in outcomes_of(folder, untracked)[0]] == ["q1", "q2"]


def test_unknown_articles_and_queries_are_reported_and_the_known_ones_count(tmp_path: Path) -> None:
    more = "q1\tnowhere\t1\nq9\t2\t1\n"
    folder = write(tmp_path, {**CORPUS, "qrels.tsv": CORPUS["qrels.tsv"] + more})
    assert [note[2] for note in notes(folder)] == [
        "query 'q1' names unknown articles: nowhere; they are left out.",
        "judges query 'q9', which is not there.",
    ]
    assert [one.query.answers for one in outcomes_of(folder, untracked)[0]] == [{"doc/ä 1": 1}, {"2": 1}]


def test_a_query_whose_articles_are_all_unknown_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path, {**CORPUS, "qrels.tsv": "q\td\tg\nq1\tnowhere\t1\nq2\t2\t1\n"})
    assert [note[2] for note in notes(folder)] == [
        "query 'q1' names unknown articles: nowhere; it is left out."
    ]
    assert [one.query.id for one in outcomes_of(folder, untracked)[0]] == ["q2"]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("corpus.jsonl", "{}\nnot json\n", "corpus.jsonl:2: not a JSON object. Write id, title, text."),
        ("queries.jsonl", "[]\n", "queries.jsonl:1: not a JSON object. Write id, text."),
        ("qrels.tsv", "q\td\tg\nq1 2 1\n", "qrels.tsv:2: not a judgment. Write query-id, doc-id and grade"),
        ("qrels.tsv", "q\td\tg\nq1\t2\tgood\n", "qrels.tsv:2: not a judgment."),
        ("qrels.tsv", "q\td\tg\nq1\t2\t--5\n", "qrels.tsv:2: not a judgment."),
        ("qrels.tsv", "q\td\tg\nq1\t2\t1\nq2\t2\t²\n", "qrels.tsv:3: not a judgment."),
        ("qrels.tsv", b"q\td\tg\nq1\t\xff\t1\n", "qrels.tsv:2: is not UTF-8."),
        ("queries.jsonl", b'{"id": "q1", "text": "hi"}\n\xff\n', "queries.jsonl:2: is not UTF-8."),
    ],
)
def test_a_file_that_is_not_in_its_form_is_named_by_line(
    tmp_path: Path, file: str, text: str | bytes, message: str
) -> None:
    with pytest.raises(KBError) as caught:
        read_corpus(write(tmp_path, {**CORPUS, file: text}))
    assert str(caught.value).startswith(message)


def test_an_id_may_be_a_number_zero_too(tmp_path: Path) -> None:
    files = {
        "corpus.jsonl": lines({"id": 0, "title": "Lost parcel", "text": 0}),
        "queries.jsonl": lines({"id": 0, "text": "parcel"}),
        "qrels.tsv": "q\td\tg\n0\t0\t1\n",
    }
    library, ids, [query], problems = read_corpus(write(tmp_path, files))
    assert (ids, query.id, query.answers, problems) == (["0"], "0", {"0": 1}, [])
    assert library.articles[0].sections[0].text == "0"


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path, CORPUS) / name).unlink()
    with pytest.raises(KBError, match=rf"{name}: the file is missing"):
        read_corpus(tmp_path)


def test_a_folder_that_is_neither_is_said_so(tmp_path: Path) -> None:
    answer = kb(tmp_path, "evaluate", tmp_path)
    assert answer.exit_code != 0
    assert "is neither a help center nor a corpus" in answer.output


QUERIES = (
    "# judged\n"
    "- {q: where is my parcel, answer: track, blind: true}\n"
    "- {q: late, answer: [track, lost], kind: fragment}\n"
    "- {q: weather, answer: nothing}\n"
    "- {q: typo, answer: trak}\n"
)


def test_a_help_centers_queries_name_one_article_several_or_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"queries.yaml": QUERIES})
    queries, problems = read_queries(tmp_path, {"track", "lost"})
    assert [(one.text, one.answers) for one in queries[:3]] == [
        ("where is my parcel", {"track": 1}),
        ("late", {"track": 1, "lost": 1}),
        ("weather", {}),
    ]
    assert [str(problem) for problem in problems] == [
        "seeds/queries.yaml:5: 'trak' is no article. Did you mean 'track'?"
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- {q: where}\n", 1),
        ("- {q: one, answer: nothing}\n- {answer: nothing}\n", 2),
        ("- {q: one, answer: nothing}\n- {q: two, answer: nothing, blnd: true}\n", 2),
        ("- {q: one, answer: 5}\n", 1),
        ("- {q: one, answer: nothing, blind: perhaps}\n", 1),
    ],
)
def test_an_entry_that_is_not_in_its_form_is_named_by_line(tmp_path: Path, text: str, line: int) -> None:
    write(tmp_path, {"queries.yaml": text})
    with pytest.raises(KBError, match=rf"^seeds/queries\.yaml:{line}: '"):
        read_queries(tmp_path)


def test_a_help_center_is_measured_on_its_own_queries(tmp_path: Path) -> None:
    queries = "- {q: where is my order, answer: track}\n- {q: zebra riding, answer: nothing}\n"
    help_center(tmp_path, {"seeds/queries.yaml": queries})
    outcomes, articles, problems = outcomes_of(tmp_path, untracked)
    assert (articles, problems) == (1, [])
    assert [(one.query.text, one.rank) for one in outcomes] == [
        ("where is my order", 1),
        ("zebra riding", None),
    ]
