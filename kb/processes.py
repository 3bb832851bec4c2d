"""What the processes of one command have in common."""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process


@contextmanager
def uncollected() -> Iterator[None]:
    """Spares what builds or exports the search for garbage, and the processes that it forks.

    Both load much that stays, and each search goes through all of it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, even if that was killed.

    A process of a pool would wait for more work for ever.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
