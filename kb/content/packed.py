"""Objects as bytes, for our own files: quick to load, and small where they are texts."""

import pickle
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from typing import Any

import brotli
import numpy as np

UNREADABLE = (pickle.PickleError, EOFError, ImportError, AttributeError, LookupError, TypeError, ValueError)
"""What damaged bytes may make `pickle` raise."""


class _Pickler(pickle.Pickler):
    """Puts dataclasses down as calls of their class: they load ten times faster than by their state.

    And arrays of one dimension as their bytes, which NumPy itself does in many more steps.
    """

    def reducer_override(self, thing: Any) -> Any:
        """How to make `thing` again."""
        if type(thing) is np.ndarray and thing.ndim == 1:
            return np.frombuffer, (thing.tobytes(), thing.dtype)
        names = _fields_of(type(thing))  # type: ignore[arg-type]  # a type is hashable
        if names is None:
            return NotImplemented
        return type(thing), tuple([getattr(thing, name) for name in names])


@cache
def _fields_of(kind: type) -> tuple[str, ...] | None:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def pack(text: Any) -> bytes:
    """Texts, made small: by Brotli's second level, as small as by zlib's first in two fifths of the time."""
    stream = BytesIO()
    _Pickler(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(text)
    packed: bytes = brotli.compress(stream.getvalue(), quality=1)
    return packed


def unpack(packed: bytes) -> Any:
    """What `pack` was given."""
    return pickle.loads(brotli.decompress(packed))  # noqa: S301  packed by ourselves
