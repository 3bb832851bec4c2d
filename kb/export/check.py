"""The self-test of an export: whether everything that its pages point to exists in the folder.

It reads the files that were written, not what the export believes to have written.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from kb.export.urls import HOME

_TAG = re.compile(r'<[a-zA-Z][^<>]*?\s(?:href|src|action|poster|id|name)="[^<>]*>')
_ATTRIBUTE = re.compile(r'\s(href|src|action|poster|id|name)="([^"]*)"')
_TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True, order=True)
class Dead:
    """A link that leads nowhere: the file it stands in, as it is written there, and what is missing."""

    file: str
    href: str
    missing: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What one file says of itself: its ids, links that are dead, and links to headings elsewhere."""

    file: str
    ids: frozenset[str]
    dead: tuple[Dead, ...]
    headings: tuple[tuple[str, str, str], ...]  # as written, target file, its id


def look(folder: Path, file: str, files: Collection[str], root: str = "/") -> Looked:
    """Reads one page or style sheet of the export in `folder`; `files` are all it has.

    `root` is the path at which the export will be published, for links that begin with a slash.
    """
    text = (folder / file).read_text(encoding="utf-8")
    ids: set[str] = set()
    hrefs: dict[str, None] = {}
    if file.endswith(".css"):
        hrefs = dict.fromkeys(_CSS_URL.findall(text))
    else:
        for tag in _TAG.findall(_TEMPLATE.sub("", text)):
            for name, value in _ATTRIBUTE.findall(tag):
                if name in ("id", "name"):
                    ids.add(unescape(value))
                else:
                    hrefs[unescape(value)] = None
    dead, headings = _follow(file, hrefs, ids, files, root)
    return Looked(file, frozenset(ids), dead, headings)


def _follow(
    file: str, hrefs: Iterable[str], ids: Collection[str], files: Collection[str], root: str
) -> tuple[tuple[Dead, ...], tuple[tuple[str, str, str], ...]]:
    dead, headings = [], []
    for href in hrefs:
        if not href or _ELSEWHERE.match(href):
            continue
        target, anchor = _target(file, href, root)
        if target not in files:
            dead.append(Dead(file, href, target))
        elif anchor and target != file:
            headings.append((href, target, anchor))
        elif anchor and anchor not in ids:
            dead.append(Dead(file, href, f"#{anchor}"))
    return tuple(dead), tuple(headings)


def _target(file: str, href: str, root: str) -> tuple[str, str]:
    """The file and the id that `href`, written in `file`, leads to."""
    address, _, anchor = href.partition("#")
    path = unquote(address.partition("?")[0])
    if not path:
        return file, unquote(anchor)
    if path.startswith("/"):
        return path.removeprefix(root).lstrip("/") or HOME, unquote(anchor)
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)), unquote(anchor)


def dead_links(looked: Sequence[Looked], expected: Iterable[tuple[str, str]] = ()) -> list[Dead]:
    """All dead links of the files looked at, in order.

    `expected` are the (file, anchor or "") that search results may lead to, all of which must exist.
    """
    ids = {page.file: page.ids for page in looked}
    dead = [found for page in looked for found in page.dead]
    for page in looked:
        for href, target, anchor in page.headings:
            if target in ids and anchor not in ids[target]:
                dead.append(Dead(page.file, href, f"{target}#{anchor}"))
    for file, anchor in expected:
        if file not in ids or (anchor and anchor not in ids[file]):
            dead.append(Dead("search", file + (f"#{anchor}" if anchor else ""), file))
    return sorted(dead)
