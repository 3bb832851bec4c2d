"""What the request in hand stands on: the help center, the moment it is answered at, and who asks."""

import contextlib
import re
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from flask import Request, abort, current_app, redirect, request, url_for
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.urls import iri_to_uri

from kb.contact.attachments import LARGEST
from kb.contact.message import MOST_TRIED, WORDS_LENGTH
from kb.contact.numbers import OrderNumbers, order_numbers
from kb.content.slugs import slugify
from kb.model import MAX_CHARACTERS, Article

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from kb.helpcenter import HelpCenter

QUERY_LENGTH = MAX_CHARACTERS
"""The most characters of a query that are searched and shown: the search's own limit."""

_MOST_NAMED = 20
"""The most slugs of `tried` that are looked up: anybody can write an address."""

_IPV6_OF_ONE_CUSTOMER = 64


class RawRequest(Request):
    """A request whose address may hold bytes beyond ASCII as they are, as old programs send them.

    They count as if they were escaped; Werkzeug would read them as UTF-8, and raise where they are none.
    A file that may be attached stays in memory, where it is looked at anyway: Werkzeug would put it on the
    disk, and where that is full what was written beside it would be lost.
    """

    def __init__(self, environ: "WSGIEnvironment", *more: Any, **options: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            escaped = re.sub(r"[^\0-\x7f]", lambda byte: f"%{ord(byte[0]):02X}", query)
            environ["QUERY_STRING"] = escaped  # a character for each byte (PEP 3333)
        super().__init__(environ, *more, **options)

    def _get_file_stream(self, *_: Any, **__: Any) -> "SpooledTemporaryFile[bytes]":
        return SpooledTemporaryFile(max_size=LARGEST)


def center() -> "HelpCenter":
    """The help center this application serves."""
    return cast("HelpCenter", current_app.extensions["helpcenter"])


def numbers() -> OrderNumbers:
    """How the shop's order numbers are written."""
    return order_numbers(center().site.order_number)


def now() -> datetime:
    """The moment in the site's own time zone."""
    moment: datetime = current_app.extensions["clock"]()
    return moment.astimezone(ZoneInfo(center().site.timezone))


def refuse_other_sites() -> None:
    """403 for a form that another site's page has sent, as browsers tell; one that tells nothing may pass."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


def limit_body(most: int) -> None:
    """Reads the body: of more bytes it is a 413, also where nobody said its size (chunks), cut off a 400."""
    request.max_content_length = most
    size, told = len(request.get_data()), request.content_length
    if told is None and size >= most:  # the rest is still to come
        raise RequestEntityTooLarge
    if told is not None and size < told:
        raise ClientDisconnected


def in_one_line(text: str, most: int) -> str:
    """The beginning of what was sent, at most so many characters, in one line without space around it."""
    return " ".join(text.split())[:most].strip()


def asked() -> str:
    """The `q` of the request, no longer than a message begins with."""
    return in_one_line(request.args.get("q", ""), WORDS_LENGTH)


def tried(article: Article | None) -> tuple[str, ...]:
    """The slugs in `tried`, the last read last, but for `article`; unknown ones are passed over."""
    named = list(dict.fromkeys(request.args.get("tried", "").split(",")))[-_MOST_NAMED:]
    others = [slug for slug in named if center().article(slug) and not (article and slug == article.slug)]
    return tuple(others[-MOST_TRIED:])


def article_at(slug: str, endpoint: str) -> Article:
    """The article of a slug; an old slug moves on to `endpoint` for good (301), an unknown one is a 404."""
    found = center().article(slug)
    if found is None:
        current = moved_to(slug)
        abort(redirect(url_for(endpoint, slug=current), 301) if current else 404)
    return found


def moved_to(slug: str) -> str | None:
    """The slug in use for an old one, or for one in another program's capitals; None without one."""
    if current := center().alias(slug):
        return current
    ours = slugify.__wrapped__(slug)  # nothing that anybody may type is kept
    return center().alias(ours) or (ours if center().article(ours) else None)


_escaped = lru_cache(1000)(iri_to_uri)


def absolute(path: str) -> str:
    """The whole address of a path on the site, as others should know it; what is not ASCII is escaped."""
    return center().site.base_url.rstrip("/") + _escaped(path)


def remote_address() -> IPv4Address | IPv6Address | None:
    """Whose request it is, None when nobody says; of IPv4 even where one socket takes both kinds."""
    told = request.remote_addr or ""
    for text in (told, _without_port(told)):
        with contextlib.suppress(ValueError):
            known = ip_address(text)
            return (isinstance(known, IPv6Address) and known.ipv4_mapped) or known
    return None


def _without_port(address: str) -> str:
    """The address in what some proxies say: 192.0.2.1:50512 or [2001:db8::1]:50512, new ports each time."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.rpartition(":")[0]


def customer() -> str:
    """What one customer's requests have in common: the address, or of IPv6 a whole home's network."""
    known = remote_address()
    if isinstance(known, IPv6Address):
        return str(ip_network((int(known), _IPV6_OF_ONE_CUSTOMER), strict=False))
    return str(known or request.remote_addr or "")
