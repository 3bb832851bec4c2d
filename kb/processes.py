"""What the processes of one command have in common."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that says where all workers count together.

The name is prometheus-client's own, which reads it when it is imported.
"""

_WATCH = "end with parent"


def cores() -> int:
    """How many processes can work at once: the cores that this one may use, as far as the system says."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def uncollected() -> Iterator[None]:
    """Spares what builds or exports the search for garbage, and the processes that it forks.

    Both load much that stays, and each search goes through all of it. What is there at the end counts as old,
    so that it is not searched at once either: freezing is the one way to make objects older unseen.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


_leaves_a_core: Event | None = None
"""In a process begun by `beside`: whether it goes on without all cores."""


@contextmanager
def beside(task: Callable[..., object], *arguments: object) -> Iterator[Callable[[], object]]:
    """Does `task`, a function of a module, in a process of its own while the block runs.

    The block gets a function that waits until the task says that it will `leave_a_core`, or is done. Raises
    at the end of the block what the task raised. Where a process can't be forked it is done before.
    """
    if not is_one_thread():
        task(*arguments)
        yield lambda: None
        return
    fork = get_context("fork")
    leaves_a_core = fork.Event()
    with ProcessPoolExecutor(1, fork, _begin_beside, (leaves_a_core,)) as pool:
        done = pool.submit(task, *arguments)
        done.add_done_callback(lambda _: leaves_a_core.set())
        yield leaves_a_core.wait
        done.result()


def _begin_beside(leaves_a_core: Event) -> None:
    global _leaves_a_core
    _leaves_a_core = leaves_a_core
    end_with_parent()


def leave_a_core() -> None:
    """Says that this process and those it begins will no longer be as many as there are cores."""
    if _leaves_a_core:
        _leaves_a_core.set()


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, even if that was killed.

    A process of a pool would wait for more work for ever.
    """
    threading.Thread(target=_wait, name=_WATCH, daemon=True).start()


@contextmanager
def leaving_cleanly() -> Iterator[None]:
    """Turns a request to end (SIGTERM, SIGHUP) into SystemExit, so that what was begun is cleared away.

    As Ctrl+C does by itself. What is ignored, as under nohup, stays ignored; forked processes just end.
    """
    ours = os.getpid()

    def leave(number: int, _frame: object) -> None:
        if os.getpid() != ours:
            os._exit(128 + number)
        for one in before:
            signal.signal(one, signal.SIG_IGN)  # one is enough: clearing away is not to be cut short
        raise SystemExit(128 + number)

    asked = (signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.getsignal(one) for one in asked if signal.getsignal(one) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def is_one_thread() -> bool:
    """Whether this thread is all there is to the process, so that a fork copies no other's locks."""
    others = set(threading.enumerate()) - {threading.current_thread()}
    return all(thread.name == _WATCH for thread in others)


def _wait() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
