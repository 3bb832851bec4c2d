"""Which axe-core the accessibility tests run; run as a program, it installs it when it isn't there.

It comes by npm, below .venv/, which is kept from one run to the next and never committed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "4.14.1"
HOME = Path(__file__).parents[2] / ".venv" / "axe" / VERSION
_SCRIPT = HOME / "node_modules" / "axe-core" / "axe.min.js"


def path() -> Path | None:
    """The script to run in a page, None when it isn't installed."""
    return _SCRIPT if _SCRIPT.is_file() else None


def install() -> str | None:
    """Installs the script unless it is there; why it can't be, None when all is well."""
    if path():
        return None
    npm = shutil.which("npm") or _npm_from_debian()
    if not npm:
        return "there is no npm, and it couldn't be installed"
    quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
    impatient = ["--fetch-retries", "1", "--fetch-timeout", "20000"]
    command = [npm, "install", "--prefix", str(HOME), *quiet, *impatient, f"axe-core@{VERSION}"]
    HOME.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not path():
        return f"npm couldn't get axe-core {VERSION}: {done.stderr.strip()}"
    return None


def _npm_from_debian() -> str | None:
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "npm"]):
        command = [apt, "-qq", *arguments]
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            return None
    return shutil.which("npm")


def main() -> None:
    """Leaves with 0 when there is an axe-core to run."""
    problem = install()
    if problem:
        sys.exit(f"The accessibility tests will be skipped: {problem}.")


if __name__ == "__main__":
    main()
