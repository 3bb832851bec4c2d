"""`kb serve` comes up, quickly the second time, or says in one line why it can't."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.disks import small_disk
from tests.serve.running import Server, free_port, kb, live_generation, serving


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", "<h1>How can we help?</h1>"),
        ("/topics/payments", 'href="/articles/charged-twice"'),
        ("/articles/charged-twice", ">Charged twice</h1>"),
        ("/search?q=charged+twice", 'href="/articles/charged-twice'),
        ("/contact", "<h1>Contact us</h1>"),
        ("/healthz", "ok"),
    ],
)
def test_every_room_of_the_help_center_answers(server: Server, path: str, shows: str) -> None:
    answer = server.get(path)
    assert answer.status == 200
    assert shows in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/where-is-my-order", 301),
        ("/articles/fax-us-your-order", 410),
        ("/articles/wombat-post", 404),
        ("/articles/no-such-article", 404),
    ],
    ids=["old address", "retired", "draft", "unknown"],
)
def test_an_article_that_is_not_there_says_so_by_its_status(server: Server, path: str, status: int) -> None:
    assert server.get(path).status == status


def test_it_says_where_it_serves(server: Server) -> None:
    assert server.url in server.printed()


def test_several_workers_run_unless_told(server: Server) -> None:
    assert len(server.processes()) >= 2


def test_each_worker_answers_by_itself(server: Server) -> None:
    for worker in server.processes():
        with server.only(worker):
            assert server.get("/search?q=refund").status == 200


def test_the_first_start_builds_the_index(root: Path) -> None:
    shutil.rmtree(root / ".kb")
    with serving(root) as server:
        assert server.get("/articles/charged-twice").status == 200
        assert "articles in 12 topics indexed" in server.printed()


def test_a_second_start_keeps_the_index(server: Server, unchanged: Path) -> None:
    assert live_generation(unchanged) == "000001", "what `kb index` built before"
    assert "indexed" not in server.printed()


def test_a_start_from_inside_the_folder_keeps_the_index_too(root: Path) -> None:
    before = live_generation(root)
    with serving(Path(), cwd=root) as server:
        assert server.get("/articles/charged-twice").status == 200
    assert live_generation(root) == before


def test_a_port_in_use_is_named_with_the_way_out(unchanged: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = kb(unchanged, "serve", "--port", str(port))
    assert done.code == 2
    assert f"127.0.0.1:{port}: the port is in use." in done.printed
    assert "--port" in done.printed
    assert "Traceback" not in done.printed


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("- id: chat\n  kind: chat\n  name: Chat\n  good_for: All.\n  hours: Mo-Fr 99:00-20:00\n", 5),
        ("- id: chat\n  kind: pigeon\n  name: Pigeons\n  good_for: All.\n", 2),
        ("- id: chat\n  kind: [chat\n", 3),
    ],
)
def test_a_broken_channels_file_is_named_with_its_line(root: Path, written: str, line: int) -> None:
    (root / "seeds" / "channels.yaml").write_text(written, encoding="utf-8")
    done = kb(root, "serve", "--port", str(free_port()))
    assert done.code == 2
    assert f"seeds/channels.yaml:{line}: " in done.printed
    assert "Traceback" not in done.printed


def test_a_missing_articles_folder_is_named(root: Path) -> None:
    shutil.rmtree(root / "articles")
    shutil.rmtree(root / ".kb")
    done = kb(root, "serve", "--port", str(free_port()))
    assert done.code == 2
    assert str(root / "articles") in done.printed
    assert "Traceback" not in done.printed


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of the test's own, where read-only holds for root too."""
    with small_disk(tmp_path / "disk", "64m") as disk:
        yield disk


def _make_read_only(disk: Path) -> None:
    mount = shutil.which("mount") or "mount"
    subprocess.run([mount, "-o", "remount,ro", str(disk)], check=True)


def test_a_read_only_help_center_is_served_from_its_index(unchanged: Path, disk: Path) -> None:
    root = Path(shutil.copytree(unchanged, disk / "help"))
    _make_read_only(disk)
    with serving(root) as server:
        assert ">Charged twice</h1>" in server.get("/articles/charged-twice").text
        assert server.get("/search?q=charged+twice").status == 200


def test_a_changed_read_only_help_center_is_served_from_its_last_good_index(
    unchanged: Path, disk: Path
) -> None:
    root = Path(shutil.copytree(unchanged, disk / "help"))
    article = root / "articles" / "payments" / "charged-twice.md"
    article.write_text("---\ntitle: Billed two times\n---\nNew text.\n", encoding="utf-8")
    _make_read_only(disk)
    with serving(root) as server:
        assert ">Charged twice</h1>" in server.get("/articles/charged-twice").text
        assert f"{root / '.kb' / 'index'}: cannot write there" in server.printed()
        assert "last good" in server.printed()


def test_a_read_only_help_center_without_an_index_says_what_to_mend(unchanged: Path, disk: Path) -> None:
    root = disk / "help"
    shutil.copytree(unchanged, root, ignore=shutil.ignore_patterns(".kb"))
    _make_read_only(disk)
    done = kb(root, "serve", "--port", str(free_port()))
    assert done.code == 2
    assert "cannot write there" in done.printed
    assert "Traceback" not in done.printed
