"""Debian's packages, for what tests need beside Python's."""

import os
import shutil
import subprocess


def install(*packages: str) -> bool:
    """Installs packages where that is possible: as root, with apt-get. Whether it did."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        if subprocess.run([apt, "-qq", *arguments], env=environment, check=False).returncode:
            return False
    return True
