"""Programs that the tests take from npm: exact versions, each in a folder of its own.

The folders lie below `.venv`, which is kept from one run to the next and never committed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HOME = Path(__file__).parents[1] / ".venv" / "npm"
_INSTALL_S = 300
_QUIET = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error")
_IMPATIENT = ("--fetch-retries", "1", "--fetch-timeout", "20000")


class CannotInstallError(Exception):
    """Something that a test runs can't be had here; says why."""


def folder(package: str, version: str) -> Path:
    """Where a package lies or will lie, its dependencies beside it."""
    return HOME / f"{package.replace('/', '+')}@{version}" / "node_modules" / package


def install(package: str, version: str) -> Path:
    """The folder of a package, installed unless it is there; raises CannotInstallError."""
    wanted = folder(package, version)
    if (wanted / "package.json").is_file():
        return wanted
    npm = shutil.which("npm")
    if not npm:
        from_debian("npm")
        npm = shutil.which("npm") or "npm"
    home = HOME / wanted.relative_to(HOME).parts[0]
    home.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(home), *_QUIET, *_IMPATIENT, f"{package}@{version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotInstallError(f"npm took over {_INSTALL_S} s for {package} {version}") from error
    if done.returncode or not (wanted / "package.json").is_file():
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        raise CannotInstallError(f"npm couldn't get {package} {version}: {'; '.join(errors[:2])}")
    return wanted


def from_debian(package: str) -> None:
    """Installs a Debian package; raises CannotInstallError when that can't be done here."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        raise CannotInstallError(f"there is no {package}, and only root on Debian can install it")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        command = [apt, "-qq", *arguments]
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            raise CannotInstallError(f"apt-get couldn't install {package}")


def main(install: Callable[[], object], without: str) -> None:
    """Leaves with 0 once `install` has worked, else saying what tests do without it."""
    try:
        install()
    except CannotInstallError as error:
        sys.exit(f"{without}: {error}.")
