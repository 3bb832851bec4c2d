"""The benchmarks of an export's search run, on a few articles, without the peers."""

import json
from pathlib import Path

import pytest

from tests.bench import offline, parity
from tests.builders import write


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A corpus of three Markdown files that nobody has queries for."""
    texts = {"a": "Track a late parcel", "b": "Return a pair of shoes", "c": "Pay by gift card"}
    return write(
        tmp_path / "tiny",
        {f"md/{name}.md": f"# {text}\n\n{text}, then wait.\n" for name, text in texts.items()},
    )


def test_sizes_times_and_memory_are_measured(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "QUERIES", 3)
    monkeypatch.setattr(offline, "PAUSE_MS", 1)
    monkeypatch.setattr(offline, "AHEAD_MS", 1)
    found = offline.measure(tree, sessions=1, peers=False)
    sizes = found["bytes_an_article"]["ours"]
    assert found["articles"] == 3
    assert 0 < sizes["evidence"] < sizes["index"] < sizes["before_first_answer"] < sizes["all"]
    assert min(found["first_ms"], found["p50_ms"], found["memory_mb"], *found["busy_ms"].values()) > 0
    assert any("mkdocs" in line for line in offline.table(found | {"left_out": {"mkdocs": "not installed"}}))


def test_parity_counts_queries_and_what_differs(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parity.main([str(tree), "--queries", "5", "--json"])
    [found] = json.loads(capsys.readouterr().out)["sets"]
    assert found == {"set": "tiny", "queries": len(parity.HOSTILE) + 3 + 5, "alike": 1.0, "others": []}
    monkeypatch.setattr(parity, "answer", lambda *_: {"verdict": "another"})
    with pytest.raises(SystemExit):
        parity.main([str(tree), "--queries", "0"])
    assert "0.000% of" in capsys.readouterr().out
