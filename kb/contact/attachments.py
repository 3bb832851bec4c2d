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
    "image/heif": ".heic",
    "application/pdf": ".pdf",
}
"""The types taken, and how the name of one ends. None of them can run a script in a browser."""

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
    try:
        best = puremagic.magic_string(content[:_HEAD])[0].mime_type
    except (puremagic.PureError, ValueError):
        return ""
    return best if best in MEDIA_TYPES else ""


def harmless_name(name: str, of_type: str) -> str:
    """A file name to show and to save under: no folders, no control characters, the ending of its type."""
    last = re.split(r"[/\\]", name)[-1]
    stem = "".join(letter for letter in last.rpartition(".")[0] or last if letter.isprintable())
    stem = re.sub(r'[<>:"|?*\s]+', " ", stem).strip(" .").encode()[:_NAME_BYTES].decode(errors="ignore")
    return (stem or "attachment") + MEDIA_TYPES[of_type]
