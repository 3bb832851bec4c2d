"""What processes that share the work of one command have in common."""

import os
import threading
from multiprocessing import parent_process


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
