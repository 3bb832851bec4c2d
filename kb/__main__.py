"""The `kb` command, also as `python -m kb`."""

import gc


def main() -> None:
    """Runs it, and spares it the search for garbage where there is next to none.

    That is what importing takes, and what a process that ends leaves to the system: together a fifth of a
    short command.
    """
    gc.disable()
    from kb.cli import main as command  # here alone: each process that a build starts reads this module again

    gc.freeze()
    gc.enable()
    try:
        command()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
