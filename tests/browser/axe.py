"""Which axe-core the accessibility tests run; run as a program, it installs it when it isn't there."""

import sys
from pathlib import Path

from tests import npm

VERSION = "4.14.1"


def script() -> Path:
    """The script to run in a page, installed unless it is there; raises npm.CannotInstallError."""
    return npm.install("axe-core", VERSION) / "axe.min.js"


def main() -> None:
    """Leaves with 0 when there is an axe-core to run."""
    try:
        script()
    except npm.CannotInstallError as error:
        sys.exit(f"The accessibility tests will be skipped: {error}.")


if __name__ == "__main__":
    main()
