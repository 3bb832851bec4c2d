"""What customers attach: pictures and PDFs, known by their content and never by what they are called."""

import re
from dataclasses import dataclass, field

import puremagic

LARGEST = 8 * 1024 * 1024
"""Bytes of one attachment: more than a phone's photo takes."""

LARGEST_TOGETHER = 16 * 1024 * 1024
"""Bytes of all attachments of a request: what mail servers commonly take, as base64 adds a third."""

MOST = 5
"""Attachments of one request."""

MEDIA_TYPES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "application/pdf": ".pdf",
}
"""The types taken, and how the name of one ends. None of them can run a script in a browser."""

_HEIC = frozenset(b"heic heix heim heis hevc hevx hevm hevs".split())
_HEIF = frozenset(b"mif1 msf1".split())
"""What phones' photos say they are (ISO/IEC 23008-12, annex B): with HEVC inside, or with whatever else."""

_HEAD = 4096
_NAME_BYTES = 120
"""Of a name: file systems count bytes (255 at most), and staff's copies begin with reference and number."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file: its `name` made harmless, its type as the content says. `content` is not shown in logs."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content)


def media_type(content: bytes) -> str:
    """The type that the content's first bytes say, '' when it is none of `MEDIA_TYPES`."""
    if content[4:8] == b"ftyp":
        return _of_brands(content[:_HEAD])
    try:
        best = puremagic.magic_string(content[:_HEAD])[0].mime_type
    except (puremagic.PureError, ValueError):
        return ""
    return best if best in MEDIA_TYPES else ""


def _of_brands(head: bytes) -> str:
    """The type of a picture in the container that films come in too (ISO/IEC 14496-12): its brands say.

    Those who know types by their beginnings take some for films.
    """
    size = int.from_bytes(head[:4])
    major, others = head[8:12], {head[place : place + 4] for place in range(16, min(size, len(head)), 4)}
    if major in _HEIC or (major in _HEIF and others & _HEIC):
        return "image/heic"
    return "image/heif" if major in _HEIF and b"avif" not in others else ""


def harmless_name(name: str, of_type: str) -> str:
    """A file name to show and to save under: no folders, no control characters, the ending of its type."""
    last = re.split(r"[/\\]", name)[-1]
    stem = "".join(letter for letter in last.rpartition(".")[0] or last if letter.isprintable())
    stem = re.sub(r'[<>:"|?*\s]+', " ", stem).strip(" .").encode()[:_NAME_BYTES].decode(errors="ignore")
    return (stem or "attachment") + MEDIA_TYPES[of_type]
