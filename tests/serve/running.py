"""The real `kb` command on a copy of this repository's own help center, run as a customer's server is."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[2]
EXTRA_ARTICLES = {
    "orders/fax-us-your-order.md": """---
title: Fax us your order
summary: How orders used to be faxed.
retired: true
successor: place-an-order
---
We no longer have a fax machine.
""",
    "delivery/wombat-post.md": """---
title: Wombat post
draft: true
---
Wombats carry parcels.
""",
}

PATIENCE_S = 60.0
"""How long a machine that is busy with something else may take for what is awaited: no claim of speed."""


class Answer(NamedTuple):
    """What the server said to one request; redirects are not followed."""

    status: int
    headers: dict[str, str]
    text: str


class Finished(NamedTuple):
    """A `kb` command that has ended, with all it printed."""

    code: int
    printed: str


def indexed_help_center(root: Path) -> Path:
    """Puts this repository's articles and seeds into `root`, and a retired article and a draft; indexed."""
    for room in ("articles", "seeds"):
        shutil.copytree(REPOSITORY / room, root / room)
    for path, text in EXTRA_ARTICLES.items():
        (root / "articles" / path).write_text(text, encoding="utf-8")
    done = kb(root, "index")
    assert done.code == 0, done.printed
    return root


def kb(root: Path, *arguments: str) -> Finished:
    """Runs one `kb` command to its end."""
    command = [sys.executable, "-m", "kb", "--root", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=REPOSITORY)
    return Finished(done.returncode, done.stdout + done.stderr)


def live_generation(root: Path) -> str:
    """The name of the generation that readers open now."""
    return (root / ".kb" / "index" / "CURRENT").read_text(encoding="utf-8")


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Waits for something to become true, and fails naming it when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


@contextmanager
def heard(number: signal.Signals) -> Iterator[None]:
    """What is started meanwhile hears a signal, as in a terminal; in the background it may be born deaf."""
    before = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A `kb serve` that is up."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, timeout: float = PATIENCE_S) -> Answer:
        """The answer to one request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode())
        finally:
            connection.close()

    def printed(self) -> str:
        """All that the command has printed so far."""
        return self.log.read_text(encoding="utf-8")

    def processes(self) -> list[int]:
        """The processes below the command: its workers, and in development the watcher."""
        return [pid for pid in self._below() if not _delivers(pid)]

    def delivery(self) -> list[int]:
        """The process that sends mail, when it runs."""
        return [pid for pid in self._below() if _delivers(pid)]

    def _below(self) -> list[int]:
        return [pid for pid, parent in _parents().items() if parent == self.process.pid]

    @contextmanager
    def only(self, worker: int) -> Iterator[None]:
        """While it lasts, every request is answered by this worker: the others are held still."""
        others = [pid for pid in self.processes() if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> int:
        """Asks it to end as a service manager does, and gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextmanager
def serving(
    root: Path,
    *arguments: str,
    workers: int | None = None,
    cwd: Path = REPOSITORY,
    installed: bool = False,
) -> Iterator[Server]:
    """`kb serve` with all its workers up, ended with everything it started however the test goes.

    `installed` runs it as its script does, which looks for no module in `cwd`.
    """
    port = free_port()
    if workers:
        arguments = (*arguments, "--workers", str(workers))
    processes = (workers or 2) + ("--development" in arguments)
    python = [sys.executable, "-P"] if installed else [sys.executable]
    command = [*python, "-m", "kb", "--root", str(root), "serve", "--port", str(port), *arguments]
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, cwd=cwd
        )
        server = Server(process, port, Path(log.name))
        try:
            until(lambda: _is_up(server, processes), f"kb serve answers with {processes} processes")
            yield server
        finally:
            if process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    server.stop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_up(server: Server, processes: int) -> bool:
    assert server.process.poll() is None, f"kb serve ended:\n{server.printed()}"
    try:
        return server.get("/healthz").status == 200 and len(server.processes()) >= processes
    except ConnectionError:
        return False


def _parents() -> dict[int, int]:
    """Every live process with its parent; one that has ended but still has an entry doesn't count."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = entry.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(entry.parent.name)] = int(parent)
    return found


def _delivers(pid: int) -> bool:
    try:
        return b"kb.delivery" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def are_alive(pids: list[int]) -> list[int]:
    """Those of `pids` that still run."""
    return [pid for pid in pids if pid in _parents()]
