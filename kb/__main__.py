"""The `kb` command, also as `python -m kb`."""

import errno
import gc
import os
import sys

_SPARED = {
    "OPENBLAS_NUM_THREADS": "1",  # else NumPy begins a thread a core, for matrices that nobody asks for
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # else it looks through all that is installed for some
    "PYTZ_SKIPEXISTSCHECK": "1",  # else it opens the files of all time zones to see whether they are there
}
"""What packages do when they are loaded, and need not: by the variables that their makers have for it."""

_FAILED = 2
_INTERRUPTED = 128 + 2
"""What a shell makes of a command that Ctrl+C (signal 2) ended."""


def main() -> None:
    """Runs it, and spares it the search for garbage where there is next to none.

    That is what importing takes, and what a process that ends leaves to the system: together a fifth of a
    short command.
    """
    for name, value in _SPARED.items():
        os.environ.setdefault(name, value)
    gc.disable()
    try:
        from kb.cli import main as command  # here alone: each process that a build starts reads this module
    except KeyboardInterrupt:  # which click knows about, but not yet
        sys.exit(_INTERRUPTED)
    gc.freeze()
    gc.enable()
    try:
        command()
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename:
            raise
        sys.stderr.write(f"kb: cannot print: {error.strerror}. Make room, or print elsewhere.\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the rest fails at the end again
        sys.exit(_FAILED)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
