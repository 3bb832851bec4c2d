"""Which axe-core the accessibility tests run; run as a program, it installs it when it isn't there."""

from pathlib import Path

from tests import npm

VERSION = "4.14.1"


def script() -> Path:
    """The script to run in a page, installed unless it is there; raises npm.CannotInstallError."""
    return npm.install("axe-core", VERSION) / "axe.min.js"


if __name__ == "__main__":
    npm.main(script, "The accessibility tests will be skipped")
