"""Turns a page as the server sends it into one that lies in a folder: its links, and nothing else.

The pages are the application's own templates and sanitised articles, so every `<` that opens no tag is
escaped, attributes stand in double quotes, and no attribute holds a bare `<` or `>`. Two expressions are
then enough, and thirty times as fast as parsing: a tag with an address in it, and each address in the tag.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from itertools import chain

from kb.export.urls import UrlMap

_TAG = re.compile(
    r"(<(?:a|area|audio|base|embed|form|iframe|image|img|input|link|script|source|track|use|video)\s"
    r'(?:[^<>]*?\s)?(?:href|src|action|poster)="[^<>]*>)'
)
"""Elements that have these attributes (HTML Standard, "Attributes"; SVG 2, "Linking"): most have none."""
_ADDRESS = re.compile(r'(\s(?:href|src|action|poster)=")([^"]*)(?=")')
_TO_ITSELF = '="?'
"""How an address begins that leads to the page it stands on: all others mean the same on its neighbours."""

_HEAD_END = "</head>"
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A page ready to be written, and the server's addresses that it needs beside it."""

    html: str
    addresses: frozenset[str]


def rewrite(html: str, page: str, urls: UrlMap) -> Rewritten:
    """The page at the address `page`, its links relative, absolute ones in its head as published."""
    parts = _TAG.split(_published_head(html, urls))  # a text, a tag, a text …
    on_neighbour = _writer(urls.neighbour(page), urls)
    written = {
        tag: _rewritten(tag, page, urls) if _TO_ITSELF in tag else on_neighbour(tag)
        for tag in set(parts[1::2])
    }
    parts[1::2] = [written[tag][0] for tag in parts[1::2]]
    return Rewritten("".join(parts), frozenset(chain.from_iterable(needs for _, needs in written.values())))


@lru_cache(maxsize=16)
def _writer(page: str, urls: UrlMap) -> Callable[[str], tuple[str, tuple[str, ...]]]:
    """`_rewritten` for tags of one page, which remembers what every page has in its frame."""
    return lru_cache(_REMEMBERED)(lambda tag: _rewritten(tag, page, urls))


def _rewritten(tag: str, page: str, urls: UrlMap) -> tuple[str, tuple[str, ...]]:
    """A tag of `page` with its links relative, and the server's addresses in it."""
    needed = []

    def address(found: re.Match[str]) -> str:
        written, server_address = urls.link(unescape(found[2]), page)
        if server_address is not None:
            needed.append(server_address)
        return found[1] + escape(written)

    return _ADDRESS.sub(address, tag), tuple(needed)


def rewrite_absolute(text: str, urls: UrlMap) -> str:
    """`text` (a sitemap, a feed, a head) with the live help center's addresses as published."""
    live = urls.live.rstrip("/")
    if not urls.published or live not in text:
        return text
    return re.sub(
        rf"{re.escape(live)}(?:/[^\s\"'<>]*)?(?![\w.:-])", lambda found: urls.absolute(found[0]), text
    )


def redirect_page(href: str, language: str) -> str:
    """A page that leads on to `href` at once, for an address that is no longer in use."""
    target = escape(href)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{target}">\n<link rel="icon" href="data:,">\n'
        f"<title>{target}</title>\n</head>\n"
        f'<body><p><a href="{target}">{target}</a></p></body>\n</html>\n'
    )


def _published_head(html: str, urls: UrlMap) -> str:
    if not urls.published:
        return html
    head, end, rest = html.partition(_HEAD_END)
    return rewrite_absolute(head, urls) + end + rest
