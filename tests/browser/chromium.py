"""Which Chromium the browser tests drive; run as a program, it installs one when there is none.

An existing one first; as root on Debian its package; else Playwright's own build.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests import debian

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """The path of a Chromium on this machine, None when there is none but perhaps Playwright's."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """The Chromium that is installed, or else Playwright's own, with more arguments when given."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=[*ARGUMENTS, *more])
        yield browser
        browser.close()


def _install_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    without_root = [part for part in command if part != "--with-deps"]
    return subprocess.run(command if os.geteuid() == 0 else without_root, check=False).returncode == 0


def main() -> None:
    """Leaves with 0 when there is a Chromium to drive."""
    if installed() or (debian.install("chromium") and installed()) or _install_playwright():
        return
    sys.exit("No Chromium could be installed: install Debian's 'chromium', or 'playwright install chromium'.")


if __name__ == "__main__":
    main()
