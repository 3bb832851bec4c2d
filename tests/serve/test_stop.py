"""Told to stop, `kb serve` ends well and leaves nothing running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serve.running import PATIENCE_S, are_alive, free_port, heard, kb, serving, until


@pytest.mark.parametrize("arguments", [(), ("--development",)], ids=["production", "development"])
def test_it_ends_well_and_leaves_no_process_and_a_free_port(root: Path, arguments: tuple[str, ...]) -> None:
    with serving(root, *arguments) as server:
        until(lambda: len(server.delivery()) == 1, "mail is being sent")
        started = server.processes() + server.delivery()
        assert server.stop() == 0
        until(lambda: not are_alive(started), "all its processes have ended")
        assert "Traceback" not in server.printed()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", server.port))


@pytest.mark.parametrize("arguments", [(), ("--development",)], ids=["production", "development"])
def test_ctrl_c_ends_it_without_a_word_and_loses_no_search(root: Path, arguments: tuple[str, ...]) -> None:
    with heard(signal.SIGINT), serving(root, *arguments) as server:
        until(lambda: len(server.delivery()) == 1, "mail is being sent")
        started = server.processes() + server.delivery()
        for number in range(20):
            server.get(f"/search?q=xylophone+{number}+lessons")
        said = server.printed()
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does: to all that run in front
        assert server.process.wait(PATIENCE_S) == 0
        until(lambda: not are_alive(started), "all its processes have ended")
        assert server.printed() == said
    kept = json.loads(kb(root, "gaps", "--json").printed)
    assert sum(gap["count"] for gap in kept if "xylophone" in gap["queries"][0]) == 20


def test_ctrl_c_ends_a_watch_without_a_word(root: Path) -> None:
    command = [sys.executable, "-m", "kb", "--root", str(root), "index", "--watch"]
    (root / "articles/orders/wombats.md").write_text("---\ntitle: Wombats\n---\nAll about them.\n")
    with (
        heard(signal.SIGINT),
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watching,
    ):
        assert watching.stdout
        assert b"indexed" in watching.stdout.readline()
        time.sleep(0.5)  # until it waits for more
        watching.send_signal(signal.SIGINT)
        try:
            printed, errors = watching.communicate(timeout=PATIENCE_S)
        finally:
            watching.kill()
    assert (watching.returncode, printed) == (0, b"")
    assert b"nterrupt" not in errors


def test_the_process_that_sends_mail_is_replaced_when_it_ends(root: Path) -> None:
    with serving(root) as server:
        until(lambda: len(server.delivery()) == 1, "mail is being sent")
        first = server.delivery()
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(server.delivery()) == 1 and server.delivery() != first, "another sends mail")


_WITHOUT_MAIL = """
import sys
from pathlib import Path
from kb import server
from kb.model import Site
server._PYTHON = (f"{sys.argv[2]}/gone/python",)

def answer(environ, start):
    start("200 OK", [])
    return [b"served"]

server.run(lambda: answer, "127.0.0.1", int(sys.argv[1]), 1, root=Path(sys.argv[2]), site=Site("S"))
"""


def test_pages_are_served_though_the_process_that_sends_mail_cannot_be_started(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WITHOUT_MAIL, str(free_port()), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        told = process.stderr.readline()
        time.sleep(1.5)  # its master looks after it once a second
        still_runs = process.poll() is None
        process.terminate()
    assert "sends mail can't be started; it is tried again." in told
    assert still_runs
    assert process.returncode == 0


def test_the_process_that_sends_mail_ends_when_its_server_was_killed(root: Path) -> None:
    with serving(root) as server:
        until(lambda: len(server.delivery()) == 1, "mail is being sent")
        first = server.delivery()
        server.process.kill()
        until(lambda: not are_alive(first), "nobody sends mail any more")
