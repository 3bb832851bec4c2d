"""The `kb` command, also as `python -m kb`."""


def main() -> None:
    """Runs it."""
    from kb.cli import main as command  # here alone: each process that a build starts reads this module again

    command()


if __name__ == "__main__":
    main()
