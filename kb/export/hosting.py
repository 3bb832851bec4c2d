"""What web servers, static hosts and browsers look for beside the pages of an export.

`_headers` and `_redirects` are the files that Netlify, Cloudflare Pages and others read; `.nojekyll` keeps
GitHub Pages from leaving out files; `sw.js` is the service worker with the list of what it keeps.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from kb.content.drawings import SANDBOX
from kb.export.folder import Placed, Staging, digest
from kb.export.urls import HOME, NOT_FOUND, UrlMap
from kb.model import Article, Site

_WORKER = Path(__file__).with_name("pages") / "service-worker.js"

_MANIFEST = "site.webmanifest"
_FIRST = (HOME, "search.html", "contact.html", "articles.html", NOT_FOUND)
_FIRST_FOLDERS = ("offline/", "static/", "brand.css", _MANIFEST)
_DEEPEST_FIRST = 2
"""Slashes in the path of what is kept first: the search's chunks lie deeper, and follow with the articles."""

_PAPER = "#fbf9f6"


def place_all(
    site: Site,
    articles: Sequence[Article],
    staging: Staging,
    urls: UrlMap,
    headers: Mapping[str, str],
    digests: Mapping[str, str],
) -> list[Placed]:
    """Places all of it; `headers` are those of the server's pages, `digests` what else the export holds."""
    manifest = _manifest(site).encode()
    placed = [
        staging.place(".nojekyll", b""),
        staging.place(_MANIFEST, manifest),
        staging.place("_headers", _headers(urls, headers).encode()),
        staging.place("_redirects", _redirects(articles, urls).encode()),
    ]
    kept = {file: known for file, known in digests.items() if file not in ("sitemap.xml", "robots.txt")}
    return [*placed, staging.place("sw.js", _worker(kept | {_MANIFEST: digest(manifest)}))]


def _manifest(site: Site) -> str:
    """The web app manifest (W3C), all addresses relative to itself."""
    return json.dumps(
        {
            "id": "./",
            "name": f"{site.name} Help",
            "short_name": site.name,
            "description": site.tagline,
            "lang": site.language,
            "start_url": "./index.html",
            "scope": "./",
            "display": "standalone",
            "background_color": _PAPER,
            "theme_color": site.brand_colour,
            "icons": [
                {"src": "static/favicon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _headers(urls: UrlMap, headers: Mapping[str, str]) -> str:
    """The server's security headers; the policy also lets the browser read the manifest.

    Drawings have theirs besides, where the host takes a name's ending for a path. None for all files beside
    the articles: it would keep browsers from showing a PDF.
    """
    lines = [f"{urls.root}*"]
    for name in (
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
    ):
        if name in headers:
            value = headers[name] + ("; manifest-src 'self'" if name.startswith("content") else "")
            lines.append(f"  {name.title()}: {value}")
    lines += [f"{urls.root}sw.js", "  Cache-Control: no-cache"]
    for drawings in ("files", "logo"):
        lines += [f"{urls.root}{drawings}/*.svg", f"  Content-Security-Policy: {SANDBOX}"]
    return "\n".join(lines) + "\n"


def _redirects(articles: Iterable[Article], urls: UrlMap) -> str:
    """Old slugs move on for good, with and without `.html`."""
    root = urls.root
    moved = [
        f"{root}articles/{quote(old)}{end} {root}articles/{quote(article.slug)}.html 301"
        for article in articles
        for old in article.aliases
        for end in ("", ".html")
    ]
    return "".join(f"{line}\n" for line in sorted(moved))


def _worker(digests: Mapping[str, str]) -> bytes:
    """The service worker: what to keep with each file's digest, then the script."""
    files = sorted(digests)
    first = [
        quote(file)
        for file in files
        if file in _FIRST or (file.startswith(_FIRST_FOLDERS) and file.count("/") <= _DEEPEST_FIRST)
    ]
    kept = {quote(file): digests[file] for file in files}
    data = {"version": digest(json.dumps(kept).encode()), "first": first, "files": kept}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f'"use strict";\nconst HELP_CENTER = {text};\n'.encode() + _WORKER.read_bytes()
