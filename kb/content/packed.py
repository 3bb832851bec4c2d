"""Objects as bytes, for our own files: quick to load, and small where they are texts."""

import pickle
from dataclasses import fields, is_dataclass
from io import BytesIO
from typing import Any

import brotli

UNREADABLE = (pickle.PickleError, EOFError, ImportError, AttributeError, LookupError, TypeError, ValueError)
"""What damaged bytes may make `pickle` raise."""


class _Pickler(pickle.Pickler):
    """Puts dataclasses down as calls of their class: they load ten times faster than by their state."""

    def reducer_override(self, thing: Any) -> Any:
        """How to make `thing` again."""
        if is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, field.name) for field in fields(thing))
        return NotImplemented


def pack(text: Any) -> bytes:
    """Texts, made small: by Brotli's second level, as small as by zlib's first in two fifths of the time."""
    stream = BytesIO()
    _Pickler(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(text)
    packed: bytes = brotli.compress(stream.getvalue(), quality=1)
    return packed


def unpack(packed: bytes) -> Any:
    """What `pack` was given."""
    return pickle.loads(brotli.decompress(packed))  # noqa: S301  packed by ourselves
