"""Told to stop, `kb serve` ends well and leaves nothing running."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.serve.running import are_alive, serving, until


@pytest.mark.parametrize("arguments", [(), ("--development",)], ids=["production", "development"])
def test_it_ends_well_and_leaves_no_process_and_a_free_port(root: Path, arguments: tuple[str, ...]) -> None:
    with serving(root, *arguments) as server:
        until(lambda: len(server.delivery()) == 1, 10, "mail is being sent")
        started = server.processes() + server.delivery()
        assert server.stop() == 0
        until(lambda: not are_alive(started), 5, "all its processes have ended")
        assert "Traceback" not in server.printed()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", server.port))


def test_the_process_that_sends_mail_is_replaced_when_it_ends(root: Path) -> None:
    with serving(root) as server:
        until(lambda: len(server.delivery()) == 1, 10, "mail is being sent")
        first = server.delivery()
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(server.delivery()) == 1 and server.delivery() != first, 20, "another sends mail")


def test_the_process_that_sends_mail_ends_when_its_server_was_killed(root: Path) -> None:
    with serving(root) as server:
        until(lambda: len(server.delivery()) == 1, 10, "mail is being sent")
        first = server.delivery()
        server.process.kill()
        until(lambda: not are_alive(first), 10, "nobody sends mail any more")
