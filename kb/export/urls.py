"""The one map from the server's addresses to the files of an export.

| address | file |
|---|---|
| `/` | `index.html` |
| `/articles/<slug>`, `/topics/<path>`, `/contact`, … | the same path with `.html` |
| `/files/<path>`, `/static/<file>`, `/brand.css`, … | the same path |
| `/orders` | no file: the shop's own page, or Contact us |
| `/api/…`, `/requests/…` and other pages that need a server | no file: the live help center |

Paths are percent-encoded, as in links; `file_on_disk` takes the encoding off.
"""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_ELSEWHERE = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|$)")
_NEEDS_A_SERVER = ("api", "requests", "healthz", "readyz", "metrics")
_VERBATIM = ("files", "static")

HOME = "index.html"
NOT_FOUND = "404.html"
_ERROR_PAGE = f"/{NOT_FOUND}"


def file_of(path: str) -> str | None:
    """The file for a server's path, None for one that only a server can answer."""
    parts = path.lstrip("/").split("/")
    if parts[0] == "orders" or parts[0] in _NEEDS_A_SERVER:
        return None
    if not parts[-1]:
        return "/".join([*parts[:-1], HOME])
    if parts[0] in _VERBATIM or "." in parts[-1]:
        return "/".join(parts)
    return "/".join(parts) + ".html"


def can_be_a_page(path: str) -> bool:
    """Whether a link to `path` may lead to something that is not known yet, so that it is worth asking.

    All articles and topics are known; beside them there are files and single pages.
    """
    parts = path.lstrip("/").split("/")
    return parts[0] in _VERBATIM or len(parts) == 1


def file_on_disk(file: str) -> str:
    """The name below the export's folder of a file that is written percent-encoded."""
    return unquote(file)


@dataclass(frozen=True)
class UrlMap:
    """Where the links of one export lead.

    `live` is the running help center's base URL; `order_page` the shop's page for an order's status, ""
    when it has none; `published` the address at which the export will lie, "" when that isn't known.
    """

    live: str
    order_page: str = ""
    published: str = ""

    @property
    def root(self) -> str:
        """The path at which the export will be published, "/" unless told."""
        return urlsplit(self.published).path.rstrip("/") + "/"

    def link(self, href: str, page: str) -> tuple[str, str | None]:
        """What to write for `href` on the page at the address `page`, and the address to export for it.

        The second is a path on the server, None when the link leads out of the export or within the page.
        """
        if _ELSEWHERE.match(href):
            return href, None
        path, end = _split(href)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        file = file_of(path)
        if file is None:
            return self._without_server(path, end, page)
        return self._written(file, page) + end, quote(unquote(path))

    def neighbour(self, page: str) -> str:
        """One address for all pages in a folder, on which the same links are written alike."""
        return page if page == _ERROR_PAGE else f"{page.rpartition('/')[0]}/-"

    def absolute(self, address: str) -> str:
        """Where an address of the live help center is found once the export is published."""
        path, end = _split(address.removeprefix(self.live.rstrip("/")) or "/")
        file = file_of(path)
        if not self.published or file is None:
            return address
        base = self.published.rstrip("/") + "/"
        return base + ("" if file == HOME else file) + end

    def _without_server(self, path: str, end: str, page: str) -> tuple[str, str | None]:
        if path.lstrip("/").split("/")[0] != "orders":
            return self.live.rstrip("/") + path + end, None
        if self.order_page:
            return self.order_page, None
        return self._written("contact.html", page), "/contact"

    def _written(self, file: str, page: str) -> str:
        """How `page` writes the way to `file`: relative, but the error page is shown at any address."""
        if page == _ERROR_PAGE and self.published:
            return self.root + file
        return _relative(file, page)


def _relative(file: str, page: str) -> str:
    here = posixpath.dirname(file_of(page) or "")
    return posixpath.relpath(f"/{file}", f"/{here}")  # which need not ask where this process is


def _split(address: str) -> tuple[str, str]:
    """The path of an address, and its query and fragment as they are written."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return path, address[len(path) :]
