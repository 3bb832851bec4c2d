"""What comes in from a socket until a moment.

A socket's own timeout holds for each piece: who sends one byte a second keeps a reader waiting for ever.
"""

import io
import time
from socket import socket
from typing import Any


def reader_until(sock: socket, deadline: float) -> io.BufferedReader:
    """A file to read `sock` by until `deadline` (of `time.monotonic`), with a TimeoutError from then on.

    The timeout that `sock` has now still holds for each piece.
    """
    return io.BufferedReader(_Until(sock, deadline))


class _Until(io.RawIOBase):
    def __init__(self, sock: socket, deadline: float) -> None:
        super().__init__()
        self._socket, self._deadline, self._raw = sock, deadline, sock.makefile("rb", buffering=0)
        self._timeout = sock.gettimeout() or 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        self._socket.settimeout(min(left, self._timeout))
        try:
            return self._raw.readinto(buffer)
        finally:
            self._socket.settimeout(self._timeout)

    def close(self) -> None:
        """Lets go of the socket too, which closes with the last that holds it."""
        self._raw.close()
        super().close()
