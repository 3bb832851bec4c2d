"""What counts as an address of the web."""

import re
from urllib.parse import urlsplit

_BEGINS = re.compile(r"https?://[^/\s]+\S*")


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
