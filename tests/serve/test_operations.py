"""What a real server tells operators: counts of all its workers together, and when it can't serve."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.disks import fill, small_disk
from tests.serve.running import Server, kb, live_generation, serving, until


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


def test_what_was_counted_is_gone_with_the_server(root: Path) -> None:
    with serving(root) as server:
        assert server.get("/metrics").status == 200
        assert list((root / ".kb").glob("kb-metrics-*/*.db"))
        server.stop()
    assert list((root / ".kb").glob("kb-metrics-*")) == []


def test_what_a_killed_server_counted_goes_with_the_next_start(root: Path) -> None:
    with serving(root) as server:
        for pid in [*server.processes(), *server.delivery(), server.process.pid]:
            os.kill(pid, signal.SIGKILL)
        server.process.wait()
    (left,) = (root / ".kb").glob("kb-metrics-*")
    with serving(root):
        assert not left.exists()


def test_a_new_worker_answers_though_the_folder_of_counts_is_gone(root: Path) -> None:
    with serving(root, workers=1) as server:
        (folder,) = (root / ".kb").glob("kb-metrics-*")
        shutil.rmtree(folder)
        (first,) = server.processes()
        os.kill(first, signal.SIGKILL)
        until(lambda: server.processes() not in ([], [first]), "a worker takes its place")
        assert server.get("/articles/charged-twice").status == 200
        assert _sample(server, "kb_requests_total", endpoint="browse.article") == 1


@pytest.mark.parametrize("room", [0, 4096])
def test_on_a_full_disk_nothing_is_counted_and_everything_answered(
    unchanged: Path, tmp_path: Path, room: int
) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        running = shutil.ignore_patterns("kb-metrics-*")  # what another server counts in
        root = Path(shutil.copytree(unchanged, disk / "help", ignore=running))
        filling = fill(disk)
        os.truncate(filling, filling.stat().st_size - room)
        with serving(root, workers=1) as server:
            before = server.processes()
            for _ in range(20):
                assert server.get("/articles/charged-twice").status == 200
                assert server.get("/search?q=refund").status == 200
            assert server.get("/metrics").status == 200
            assert server.processes() == before
            assert server.printed().count("Nothing is counted for /metrics now") == 1


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
