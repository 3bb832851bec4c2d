"""What counts as an address of the web, and what was meant as an address of any kind."""

import re
from urllib.parse import urlsplit

_BEGINS = re.compile(r"https?://[^/\s]+\S*")

_WITHOUT_SCHEME = (
    (re.compile(r"www\.|https?/"), "To another site, begin it with https://."),
    (re.compile(r"[^/\s@]+@[^/\s@]+\.\w+\Z"), "To an e-mail address, begin it with mailto:."),
    (re.compile(r"\+?\d[\d ().-]{4,}\Z"), "To a phone number, begin it with tel:."),
)
"""What is hardly a path, and how to write it."""


def is_web_address(text: str) -> bool:
    """Whether `text` is a whole http address, with a host that can be taken out of it: `https://[` has none.

    No pattern says so: what stands in square brackets must be an IPv6 address, and a port has an end.
    """
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname and _BEGINS.fullmatch(text))


def without_scheme(written: str) -> str:
    """How to write what looks like an address without its scheme, "" where it does not."""
    return next((fix for pattern, fix in _WITHOUT_SCHEME if pattern.match(written)), "")
