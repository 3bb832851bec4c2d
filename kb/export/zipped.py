"""An export as one ZIP file: the same folder gives the same bytes."""

import os
import zipfile
from pathlib import Path

from kb.errors import KBError
from kb.export.folder import files_in

_INSIDE = "help-center"
"""The folder that the archive unpacks to, so that nobody finds a thousand files among their downloads."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the earliest that the format knows."""

_READABLE = 0o100644 << 16


def check_zip(file: Path, out: Path) -> None:
    """Raises KBError unless `file` can be written for the export `out`, and replaces no other one's work."""
    whole, folder = file.resolve(), out.resolve()
    if whole.is_relative_to(folder) or folder.is_relative_to(whole):
        problem = f"must lie apart from {out}, which it is to hold."
        raise KBError.at(file, problem, "Name a file beside that folder.")
    if file.exists() and not _is_ours(file):
        problem = "is no archive of an export, and would be replaced."
        raise KBError.at(file, problem, "Name another file, or move it away.")
    above = next(folder for folder in whole.parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise KBError.at(
            file, f"could not be written: nothing can be written to {above}.", "Name another place."
        )


def _is_ours(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return all(name.startswith(f"{_INSIDE}/") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def write_zip(folder: Path, file: Path) -> None:
    """Writes all files of `folder` to the archive `file`, replacing it only once it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new-{os.getpid()}")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files_in(folder)):
                entry = zipfile.ZipInfo(f"{_INSIDE}/{name}", _EARLIEST)
                entry.create_system, entry.external_attr = 3, _READABLE  # Unix, whatever this is written on
                archive.writestr(entry, (folder / name).read_bytes(), zipfile.ZIP_DEFLATED, 6)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
