"""A file system of a test's own: small, and read-only for root too when it is made so."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A tmpfs of `size` (as mount(8) writes it: 64m) at the new `folder`; skips where none can be mounted."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    folder.mkdir()
    if os.geteuid() != 0 or not mount or not umount:
        pytest.skip("Mounting a tmpfs takes root and mount(8).")
    tmpfs = [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(tmpfs, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"A tmpfs can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leaves no room on `disk`; the file that takes it all."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as out, pytest.raises(OSError, match="No space left"):
        _without_end(out)
    return filling


def _without_end(out: io.RawIOBase) -> None:
    while True:
        out.write(bytes(4096))
