"""One search engine in a process of its own, so that its memory can be told and no other slows it."""

import resource
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.bench.peers import CannotRunError, Peer
from tests.bench.sets import PlainArticle


class Isolated:
    """A peer made in another process by `make`, which must be importable; asked over a pipe.

    Raises CannotRunError when the peer can't run.
    """

    def __init__(self, make: Callable[..., Peer], **settings: Any) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, settings), daemon=True)
        self._process.start()
        theirs.close()
        self._ask("ready")

    def index(self, articles: Sequence[PlainArticle]) -> tuple[float, int]:
        """The seconds that taking in all articles took, and the bytes its index has on disk."""
        took: tuple[float, int] = self._ask(("index", list(articles)))
        return took

    def search(self, text: str) -> tuple[float, tuple[str, ...]]:
        """The milliseconds that one query took, and the ids it found."""
        found: tuple[float, tuple[str, ...]] = self._ask(("search", text))
        return found

    def memory_mb(self) -> float:
        """The resident memory of its process now, 0 for an engine that runs in yet another."""
        size: float = self._ask(("memory", None))
        return size

    def close(self) -> None:
        """Ends the process."""
        self._ask(("close", None))
        self._pipe.close()
        self._process.join()

    def _ask(self, message: Any) -> Any:
        if message != "ready":
            self._pipe.send(message)
        try:
            reply = self._pipe.recv()
        except EOFError:
            raise CannotRunError("its process ended; standard error says why") from None
        if isinstance(reply, CannotRunError):
            raise reply
        return reply


def _serve(pipe: Connection, make: Callable[..., Peer], settings: dict[str, Any]) -> None:
    try:
        peer = make(**settings)
    except CannotRunError as error:
        pipe.send(error)
        return
    pipe.send(None)
    while True:
        verb, given = pipe.recv()
        begin = time.perf_counter()
        try:
            if verb == "index":
                peer.index(given)
                pipe.send((time.perf_counter() - begin, peer.disk_bytes()))
            elif verb == "search":
                answer = peer.search(given)
                took = (time.perf_counter() - begin) * 1000
                pipe.send((took if answer.milliseconds is None else answer.milliseconds, answer.ids))
            elif verb == "memory":
                pipe.send(resident_mb())
            else:
                peer.close()
                pipe.send(None)
                return
        except CannotRunError as error:
            pipe.send(error)


def resident_mb() -> float:
    """The resident memory of this process in MB (10^6 bytes), mapped files as far as it touched them."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
