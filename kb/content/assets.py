"""Files beside the articles: which may be served, and what pictures measure."""

import posixpath
import struct
from pathlib import Path

ASSET_TYPES = frozenset(
    """
    .png .jpg .jpeg .gif .webp .avif .svg .ico .pdf .txt .csv .zip .mp4 .webm .mp3 .ogg .docx .xlsx .pptx
    """.split()
)

PICTURES = "PNG, JPEG, WebP or SVG"
"""The kinds of pictures that nearly all programs save."""

MOST_BYTES = 1_000_000
"""A picture's: a customer on a train has some 200 kB a second."""
MOST_PIXELS = 4000
"""A picture's width or height: four times what a page shows, and phones refuse much more (16 million)."""
SMALLER = f"Save it with at most {MOST_PIXELS} pixels a side and {MOST_BYTES / 1e6:.0f} MB."
"""The fix for a picture of more than either."""


def image_size(file: Path) -> tuple[int, int]:
    """Width and height of an image file in pixels, (0, 0) when they can't be told."""
    try:
        import imagesize  # brings along what asks servers

        width, height = imagesize.get(file)
    except (OSError, ValueError, struct.error):
        return 0, 0
    return max(0, round(width)), max(0, round(height))


def asset_file(folder: Path, target: str) -> Path | None:
    """The file that an asset's path (relative to the articles folder) names, None when not to be served."""
    parts = target.split("/")
    if any(part in ("", "..") or part.startswith((".", "_")) for part in parts):
        return None
    if posixpath.splitext(target)[1].lower() not in ASSET_TYPES or "\0" in target:
        return None
    file = folder.joinpath(*parts)
    try:
        return file if file.is_file() and file.resolve().is_relative_to(folder.resolve()) else None
    except OSError:
        return None


def too_large(file: Path, size: tuple[int, int]) -> str | None:
    """How large a picture is that keeps customers waiting or that phones can hardly show, None for others."""
    weight = file.stat().st_size
    if weight <= MOST_BYTES and max(size) <= MOST_PIXELS:
        return None
    return f"{weight / 1e6:.1f} MB" + (f" and {size[0]} x {size[1]} pixels" if any(size) else "")
