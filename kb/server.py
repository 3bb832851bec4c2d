"""The help center on a production WSGI server: gunicorn, several workers, one command."""

import contextlib
import errno
import fcntl
import gc
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker
from pydantic import TypeAdapter

from kb.errors import KBError
from kb.model import Site
from kb.processes import METRICS_FOLDER

log = logging.getLogger(__name__)

THREADS = 4
_GRACE_SECONDS = 10
_RESTART_SECONDS = 5.0
REQUEST_SECONDS = 300.0
"""How long a request may take to come in: the largest attachments over half a megabit a second."""
ANSWER_SECONDS = 10.0
"""How much longer its client may take to fetch the answer, which who was slow to send still gets."""

_METRICS_PREFIX = "kb-metrics-"
_PYTHON = (sys.executable, "-P", "-m")
"""Runs a module of what is installed (-P), never one of the folder that the server was started in."""


def address(host: str, port: int) -> str:
    """Both as an address of the web has them: one of IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raises KBError when nothing can be served at that address: taken, not ours, or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise KBError.at(f"port {port}", "there is no such port.", "Choose one up to 65535.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                fix = "Stop what runs there, or choose another: kb serve --port 8001."
                raise KBError.at(address(host, port), "the port is in use.", fix) from None
            if error.errno == errno.EACCES:
                raise KBError.at(
                    address(host, port), "not allowed to use this port.", "Choose one from 1024."
                ) from None
            fix = "Choose another with --host."
            raise KBError.at(address(host, port), f"cannot serve there: {error.strerror}.", fix) from None


class _Delivery:
    """The process that sends mail (`kb.delivery`), for as long as the server runs: who ends is replaced.

    A group of its own keeps Ctrl+C from it, which would find it importing: it is told to stop by us. Each
    gets the settings that the server was started with, whatever site.yaml says by then.
    """

    def __init__(self, root: Path, site: Site) -> None:
        self._command = [*_PYTHON, "kb.delivery", str(root), str(os.getpid())]
        self._settings = TypeAdapter(Site).dump_json(site)
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def ensure(self) -> None:
        """Starts the process if it does not run; not again within a few seconds, should it not want to."""
        ended = self._process is None or self._process.poll() is not None
        if ended and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + _RESTART_SECONDS
            try:
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, process_group=0)
            except OSError as error:  # no memory left, or Python is being upgraded
                log.error("The process that sends mail can't be started; it is tried again. %s", error)
                return
            pipe = self._process.stdin
            if pipe:  # not as an argument, which every user of the machine may read: it can hold a password
                with contextlib.suppress(BrokenPipeError):
                    pipe.write(self._settings)
                    pipe.close()

    def stop(self) -> None:
        """Lets it finish the mail in hand, for as long as workers may finish their requests."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's worker with threads, none of which waits for ever for who sends or fetches no more.

    It leaves Ctrl+C to its master. A terminal tells both, and then the master tells its workers: the second
    time would interrupt the writing of searches at the first one's exit.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._begun: dict[Any, float] = {}

    def init_signals(self) -> None:
        """As every worker's, but for Ctrl+C."""
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle(self, conn: Any) -> Any:
        """One request, in a thread of its own, from its first byte to the end of the answer."""
        self._begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._begun[conn]

    def notify(self) -> None:
        """Once a second or more often: of what began too long ago no more is read, and then none written."""
        super().notify()
        for conn, begun in list(self._begun.items()):
            late = time.monotonic() - begun - REQUEST_SECONDS
            if late > 0:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR if late > ANSWER_SECONDS else socket.SHUT_RD)


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's master, which looks after one process more."""

    def __init__(self, app: "_Server", delivery: _Delivery | None) -> None:
        super().__init__(app)
        self._delivery = delivery

    def handle_int(self) -> None:
        """Ctrl+C, as a service manager stops it: who must quit at once does so amid whatever it is at."""
        self.handle_term()

    def manage_workers(self) -> None:
        """Once a second: as many workers as there should be, and the delivery."""
        super().manage_workers()
        if self._delivery:
            self._delivery.ensure()

    def stop(self, graceful: bool = True) -> None:
        """Ends the workers, then the delivery."""
        super().stop(graceful)
        if self._delivery:
            self._delivery.stop()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(
        self, make_app: Callable[[], Any], settings: dict[str, Any], delivery: _Delivery | None
    ) -> None:
        self._make_app, self._settings, self._delivery = make_app, settings, delivery
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make_app()

    def run(self) -> None:
        _Arbiter(self, self._delivery).run()


def _share_with_workers(_arbiter: object) -> None:
    """What was loaded before the workers start stays theirs together: no collection touches its pages."""
    gc.collect()
    gc.freeze()


def _metrics_folder(root: Path | None) -> str | None:
    """A new folder to count in, None where none can be made.

    It lies in the help center's `.kb` if that can be written, where no cleaner of temporary files comes by.
    """
    for parent in (root / ".kb", None) if root else (None,):
        try:
            folder = tempfile.mkdtemp(prefix=_METRICS_PREFIX, dir=parent)
        except OSError:
            continue
        with contextlib.suppress(OSError):  # held open as long as any of our processes lives
            fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_SH)
        return folder
    return None


def _remove_leftovers(derived: Path) -> None:
    """Removes the folders of servers that were killed: those that nobody holds."""
    for folder in derived.glob(f"{_METRICS_PREFIX}*"):
        with contextlib.suppress(OSError):
            held = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def _forget_metrics(_arbiter: object) -> None:
    if METRICS_FOLDER in os.environ:
        shutil.rmtree(os.environ[METRICS_FOLDER], ignore_errors=True)


def run(
    make_app: Callable[[], Any],
    host: str,
    port: int,
    workers: int,
    development: bool = False,
    root: Path | None = None,
    site: Site | None = None,
) -> None:
    """Serves the application that `make_app` gives until it is told to stop.

    `root` is the help center's, where workers count together; with its settings, `site`, its mail is sent
    meanwhile.

    It is made once and shared by all workers; in development each makes its own, so that a reload
    (SIGHUP) reads seeds and templates again.
    """
    if root:
        _remove_leftovers(root / ".kb")
    folder = _metrics_folder(root)
    if folder:
        os.environ[METRICS_FOLDER] = folder
    settings = {
        "bind": address(host, port),
        "workers": workers,
        "worker_class": _Worker,
        "threads": THREADS,
        "preload_app": not development,
        "loglevel": "warning",
        "proc_name": "kb",
        "graceful_timeout": _GRACE_SECONDS,
        "limit_request_line": 8190,  # the most it takes: a whole e-mail pasted into the search box
        "control_socket_disable": True,
        "forwarder_headers": "",  # else a client's SCRIPT_NAME would lead our links elsewhere
        "when_ready": _share_with_workers,
        "on_exit": _forget_metrics,
    }
    _Server(make_app, settings, _Delivery(root, site) if root and site else None).run()


@contextlib.contextmanager
def rebuilding(arguments: list[str]) -> Iterator[None]:
    """While it lasts, a second process rebuilds the index as files change: `kb index --watch`.

    It is stopped by us alone, so it has a group of its own: Ctrl+C may find it anywhere.
    """
    command = [*_PYTHON, "kb", *arguments, "index", "--watch", "--notify", str(os.getpid())]
    watcher = subprocess.Popen(command, process_group=0)
    try:
        yield
    finally:
        watcher.send_signal(signal.SIGTERM)
        watcher.wait(timeout=5)
