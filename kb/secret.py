"""The site's one secret, from which every key is derived that signs, hashes or protects something.

It lies in `.kb/secret`, is made once, and is read by every process that opens the same folder.
"""

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from kb.errors import KBError

log = logging.getLogger(__name__)

_BYTES = 32


def site_key(folder: Path, purpose: str) -> bytes:
    """32 bytes for one `purpose`, the same in every process; another purpose's give nothing of them away.

    HMAC-SHA-256 of the purpose under the site's secret (the expand step of RFC 5869). `folder` is the
    help center's `.kb`. Where it can't be written the secret lasts as long as the process. Raises KBError
    when the file is too short: who can guess the secret knows every key.
    """
    return hmac.digest(_secret(folder.resolve()), purpose.encode(), hashlib.sha256)


@cache
def _secret(folder: Path) -> bytes:
    path = folder / "secret"
    try:
        create_once(path, lambda file: file.write_bytes(secrets.token_bytes(_BYTES)))
        secret = path.read_bytes()
    except OSError as error:
        log.warning("The secret can't be kept, so open forms end with this process: %s", error)
        return secrets.token_bytes(_BYTES)
    if len(secret) < _BYTES:
        fix = "Restore your copy, or delete it: a new one is made, and links to records sent so far end."
        raise KBError.at(path, f"has {len(secret)} bytes instead of {_BYTES}, so it protects nothing.", fix)
    return secret


def create_once(path: Path, fill: Callable[[Path], object]) -> None:
    """Puts a file that `fill` has filled at `path`, whole and for this user alone, unless one is there.

    Raises OSError when it can't be written.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        fill(made)
        _flush(made)
        try:
            os.link(made, path)
        except FileExistsError:
            return
        except OSError:  # a disk without hard links
            if not path.exists():
                made.rename(path)
        with suppress(OSError):  # not every file system does that with folders
            _flush(path.parent)
    finally:
        made.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Waits until a file or folder is on the disk, where a power cut leaves it as it is."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
