"""An export as one ZIP file: the same folder gives the same bytes."""

import os
import zipfile
from pathlib import Path

from kb.export.folder import files_in

_INSIDE = "help-center"
"""The folder that the archive unpacks to, so that nobody finds a thousand files among their downloads."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the earliest that the format knows."""

_READABLE = 0o100644 << 16


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
