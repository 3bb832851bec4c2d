"""Jinja as Flask has it, but for two things that take most of its time."""

from collections.abc import MutableMapping
from types import CodeType
from typing import Any

from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache


class FlatEnvironment(Environment):
    """One whose templates have their globals in a dict.

    Jinja's ChainMap is gone through in Python, some thirty times a page, to show changes to the globals that
    nobody makes once a template is loaded.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template, with its own `d` before those of all."""
        return {**self.globals, **(d or {})}


class Compiled(BytecodeCache):
    """What templates are compiled to, kept for all applications of a process.

    By template and by a digest of its text, so that one that changed is compiled again. In development none
    are kept, so every page would compile all of its templates: most of the time a writer waits for it.
    """

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills in what Jinja asks for, where it is known."""
        checksum, code = self._code.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what Jinja compiled."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code


COMPILED = Compiled()
"""All applications set up Jinja alike, so that they may share it."""
