"""Told to stop, `kb serve` ends well and leaves nothing running."""

import socket
from pathlib import Path

import pytest

from tests.serve.running import are_alive, serving, until


@pytest.mark.parametrize("arguments", [(), ("--development",)], ids=["production", "development"])
def test_it_ends_well_and_leaves_no_process_and_a_free_port(root: Path, arguments: tuple[str, ...]) -> None:
    with serving(root, *arguments) as server:
        started = server.processes()
        assert server.stop() == 0
        until(lambda: not are_alive(started), 5, "all its processes have ended")
        assert "Traceback" not in server.printed()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", server.port))
