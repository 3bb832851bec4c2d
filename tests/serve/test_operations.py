"""What a real server tells operators: counts of all its workers together, and when it can't serve."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.serve.running import Server, kb, live_generation, serving


def _sample(server: Server, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(server.get("/metrics").text)
    samples = [one for each in families for one in each.samples]
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


def test_any_worker_gives_the_counts_of_all(root: Path) -> None:
    with serving(root, workers=2) as server:
        for worker in server.processes():
            with server.only(worker):
                server.get("/search?q=refund")
                server.get("/search?q=asdfghjkl+qwerty")
        for worker in server.processes():
            with server.only(worker):
                assert _sample(server, "kb_searches_total") == 4
                assert _sample(server, "kb_searches_total", verdict="nothing_useful") == 2
                assert _sample(server, "kb_request_seconds_count", endpoint="search.results") == 4
                assert _sample(server, "kb_index_generation") == int(live_generation(root))


def test_what_was_counted_is_gone_with_the_server(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(root) as server:
        assert server.get("/metrics").status == 200
        assert list(tmp_path.glob("kb-metrics-*/*.db"))
        server.stop()
    assert list(tmp_path.glob("kb-metrics-*")) == []


def test_a_server_that_can_read_its_articles_is_ready(server: Server) -> None:
    answer = server.get("/readyz")
    assert (answer.status, answer.text) == (200, "ready\n")


def test_a_server_that_cannot_read_its_articles_is_alive_but_not_ready(root: Path) -> None:
    with serving(root) as server:
        store = root / ".kb" / "index" / live_generation(root) / "articles.sqlite"
        store.write_bytes(b"\xff" * store.stat().st_size)
        assert server.get("/readyz").status == 503
        assert server.get("/healthz").status == 200


def test_a_network_that_is_none_is_named(root: Path) -> None:
    done = kb(root, "serve", "--metrics-from", "10.0.0.0/33")
    assert done.code == 2
    assert (
        "'10.0.0.0/33' does not appear to be an IPv4 or IPv6 network. Write it as 10.0.0.0/8." in done.printed
    )
