"""The benchmarks of speed run, on a few articles, and say what they promise to say."""

import json
from pathlib import Path

import pytest

from kb.content.library import Library, read_library
from tests.bench import export, incremental, search, serve
from tests.bench.corpus import changed, queries, replicate
from tests.bench.peers import SqliteFts5, WhooshOr
from tests.bench.sets import PlainArticle, plain
from tests.builders import article, write

FIGURES = {"build_s", "disk_mb", "rss_mb", "p50_ms", "p95_ms", "p99_ms"}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Eight short articles."""
    body = "## How to open the {0} box\n\nPress the {0} button gently.\n"
    words = ["red", "green", "blue", "black", "white", "brown", "grey", "pink"]
    return write(
        tmp_path / "articles",
        {f"boxes/{one}.md": article(f"All about the {one} box", body.format(one)) for one in words},
    )


def test_the_search_benchmark_has_every_figure_of_every_engine(articles: Path) -> None:
    found = json.loads(json.dumps(search.measure(articles, peers=[WhooshOr, SqliteFts5], count=6)))
    assert (found["articles"], found["queries"], found["left_out"]) == (8, 6, {})
    assert set(found["ours"]) == {*FIGURES, "open_ms", "warm_build_s"}
    for peer in ("whoosh_or", "sqlite_fts5"):
        assert set(found[peer]) == FIGURES
        assert set(found["ratio"][peer]) == {"p50", "p95", "build", "disk"}
        assert all(ratio > 0 for ratio in found["ratio"][peer].values())
        ratio = found[peer]["p50_ms"] / found["ours"]["p50_ms"]
        assert found["ratio"][peer]["p50"] == pytest.approx(ratio, rel=0.05)
    assert [line.split()[0] for line in search.table(found)][2:] == [
        *("ours", "ours_scoring", "whoosh_or", "sqlite_fts5")
    ]


def test_every_engine_is_given_the_articles_text(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[PlainArticle] = []

    def noted(library: Library) -> list[PlainArticle]:
        given[:] = plain(library)
        return given

    monkeypatch.setattr(search, "plain", noted)
    search.measure(articles, peers=[SqliteFts5], count=2)
    assert len(given) == 8
    assert all("gently" in one.text for one in given)


def test_the_benchmark_of_changes_has_each_kind(articles: Path) -> None:
    found = json.loads(json.dumps(incremental.measure(articles, rounds=1)))
    assert found["articles"] == 8
    assert set(found["change_s"]) == set(found["ratio"]) == {"edit", "add", "rename", "remove"}
    assert found["ratio"]["edit"] == pytest.approx(found["full_s"] / found["change_s"]["edit"], rel=0.1)


def test_the_server_benchmarks_table_has_a_line_a_page() -> None:
    row = {"ours": 100.0, "ours_p99": 9.0, "constant": 200.0, "constant_p99": 5.0}
    figures = {"pages": {"search": row}, "share": {"search": 0.5}}
    found = {"articles": 8, "workers": 2, "pss_mb": 99.0, "static": "/static/x.js", **figures}
    assert serve.table(found)[-1].split() == ["search", "100", "9.0", "200", "5.0", "0.50"]


def test_the_export_benchmark_sets_each_peer_beside_us_and_says_who_is_left_out() -> None:
    timed = (export.Timed("kb export", 8, 10.0, 1.0, 99.0), export.Timed("Hugo", 8, 2.0, 3.0, 99.0))
    measured = export.Measured(timed, {"MkDocs": "mkdocs is not installed"})
    assert measured.ratios == {"Hugo": {"full": 0.2, "edited": 3.0}}
    assert export.table(measured)[2:] == [
        "beside Hugo: full 0.2 times as fast, one edit 3.0",
        "MkDocs left out: mkdocs is not installed",
    ]


def test_queries_are_the_same_every_time_and_made_of_titles_and_headings(articles: Path) -> None:
    made = queries(read_library(articles).articles, 20)
    assert made == queries(read_library(articles).articles, 20)
    assert len(made) == 20
    assert any("box" in query for query in made)


def test_copies_have_other_words_but_the_same_links_and_keys(articles: Path, tmp_path: Path) -> None:
    grown = replicate(articles, tmp_path / "grown", 20)
    found = read_library(grown, foreign=True)
    assert len(found.articles) == 20
    text = "title: parcel\n\n[customers](deliveries/customers.md) " + "customers parcels deliveries " * 40
    copies = {changed(text, copy) for copy in range(1, 30)}
    assert len(copies) > 5
    assert all("title: " in copy and "(deliveries/customers.md)" in copy for copy in copies)
