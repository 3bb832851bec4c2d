"""The self-test of an export: whether everything that its pages point to exists in the folder.

It reads the files that were written, not what the export believes to have written.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from kb.export.folder import digest as digest_of
from kb.export.urls import HOME

_TAG = re.compile(r'<[a-zA-Z][^<>]*?\s(?:href|src|action|poster|id|name)="[^<>]*>')
_ATTRIBUTE = re.compile(r'\s(href|src|action|poster|id|name)="([^"]*)"')
_TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_READABLE = (".html", ".css")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_WHOLE_PAGE = ("", "top")
"""Fragments that are the beginning of every page (HTML Standard, "Scrolling to a fragment")."""


@dataclass(frozen=True, slots=True, order=True)
class Dead:
    """A link that leads nowhere: the file it stands in, as it is written there, and what is missing."""

    file: str
    href: str
    missing: str


Link = tuple[str, str, str]
"""A link within the export: as it is written, the file it leads to, and the id there, "" for none."""


class Looked(NamedTuple):
    """What one file is and says of itself: its digest, its ids, and its links within the export."""

    file: str
    digest: str
    ids: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()


def look(folder: Path, file: str, root: str = "/", known: Looked | None = None) -> Looked:
    """Reads one file of the export in `folder`, and follows the links of pages and style sheets.

    `root` is the path at which the export will be published, for links that begin with a slash. `known` is
    what was seen at an earlier look, which the file is only taken for when its bytes are still the same.
    """
    content = (folder / file).read_bytes()
    digest = digest_of(content)
    if known and known.digest == digest:
        return known
    if file.endswith(".css"):
        hrefs = dict.fromkeys(_CSS_URL.findall(content.decode()))
        return Looked(file, digest, frozenset(), _links(file, hrefs, root))
    if not file.endswith(".html"):
        return Looked(file, digest)
    ids: set[str] = set()
    hrefs = {}
    for tag in _TAG.findall(_TEMPLATE.sub("", content.decode())):
        for name, value in _attributes(tag):
            if name in ("id", "name"):
                ids.add(value)
            else:
                hrefs[value] = None
    return Looked(file, digest, frozenset(ids), _links(file, hrefs, root))


@lru_cache(maxsize=4096)  # what every page has in its frame
def _attributes(tag: str) -> list[tuple[str, str]]:
    return [(name, unescape(value)) for name, value in _ATTRIBUTE.findall(tag)]


def _links(file: str, hrefs: Iterable[str], root: str) -> tuple[Link, ...]:
    folder = posixpath.dirname(file)
    return tuple(
        (href, file, unquote(href.partition("#")[2])) if href[0] in "#?" else _link(folder, href, root)
        for href in hrefs
        if href and not _ELSEWHERE.match(href)
    )


@lru_cache(maxsize=4096)
def _link(folder: str, href: str, root: str) -> Link:
    """The link `href` of a file in `folder` to another."""
    address, _, anchor = href.partition("#")
    path = unquote(address.partition("?")[0])
    if path.startswith("/"):
        target = path.removeprefix(unquote(root)).lstrip("/") or HOME
    else:
        target = posixpath.normpath(posixpath.join(folder, path))
    return href, target, unquote(anchor)


def dead_links(
    looked: Sequence[Looked], files: Collection[str], expected: Iterable[tuple[str, str]] = ()
) -> list[Dead]:
    """All dead links of the files looked at, in order; `files` are all that the export has.

    `expected` are the (file, anchor or "") that search results may lead to, all of which must exist.
    """
    ids = {page.file: page.ids for page in looked if page.file.endswith(_READABLE)}
    dead = []
    for page in looked:
        for href, target, anchor in page.links:
            if target not in files:
                dead.append(Dead(page.file, href, target))
            elif target in ids and anchor not in ids[target] and anchor.lower() not in _WHOLE_PAGE:
                dead.append(Dead(page.file, href, f"{'' if target == page.file else target}#{anchor}"))
    for file, anchor in expected:
        if file not in ids or (anchor and anchor not in ids[file]):
            dead.append(Dead("search", file + (f"#{anchor}" if anchor else ""), file))
    return sorted(dead)
