"""What templates are compiled to, kept for all applications of a process.

In development nothing that was rendered is kept, so every page would compile all of its templates again: most
of the time a writer waits for it.
"""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Code by template and by a digest of its text, so that a template that changed is compiled again."""

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
