"""Addresses of websites that stand in a text as they are, which GitHub makes links.

https://github.github.com/gfm/#autolinks-extension- says where one ends.
"""

import re
from collections.abc import Iterator

ADDRESS = r"http(?<![^\W_]http)s?://[^\W_][^\s<>\x02]*"
"""An address with what may follow it; \\x02 is where Python-Markdown keeps something for later.
Its first letters come first, so that `re` looks for these alone.
"""

_ADDRESS = re.compile(ADDRESS)
_AFTER = "?!.,:;*_~'\"’”»…"


def addresses(text: str) -> Iterator[tuple[int, str]]:
    """Each address in `text`, and where it begins."""
    for found in _ADDRESS.finditer(text):
        yield found.start(), ended(found[0])


def ended(address: str) -> str:
    """What `ADDRESS` found, without the punctuation and the brackets of the sentence around it."""
    while True:
        shorter = address.rstrip(_AFTER)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
