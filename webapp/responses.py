"""What responses carry: security headers, an ETag, long life for static files, none for what is personal."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from webapp import compression

STATIC_SECONDS = 31_536_000
_REQUESTS = "/requests/"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' https: data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self' mailto:",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sent with every response; a view that needs a stricter value sets its own first."""


class Sessions(SecureCookieSessionInterface):
    """The cookie that protects forms: for this site alone, over TLS only where the page came over TLS."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Who reads and signs it: Flask's own, which would be made anew for each request."""
        if "signing" not in app.extensions:
            app.extensions["signing"] = super().get_signing_serializer(app)
        known: URLSafeTimedSerializer | None = app.extensions["signing"]
        return known

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether the browser may send it back over TLS only."""
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:
        """Not with what other sites send."""
        return "Lax"


def install(app: Flask, *, offline: bool = False) -> None:
    """Give `app` the headers, ETags and fingerprinted static addresses; nobody asks `offline` twice."""
    app.after_request(_with_headers)
    if not offline:
        app.after_request(_with_etag)
    app.after_request(_hide_requests)  # which runs first

    @app.url_defaults
    def fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and app.static_folder:
            path = Path(app.static_folder) / values["filename"]
            values["v"] = _fingerprint(path, path.stat().st_mtime_ns)


def private(response: Response) -> Response:
    """The response, as one about one customer: kept by nobody.

    The answer to a form is kept by the customer's own browser, which shows it again on Back: without that it
    asks "Confirm form resubmission", and what it showed is gone.
    """
    response.headers["Cache-Control"] = "private, no-cache" if request.method == "POST" else "no-store"
    return response


def digest(content: bytes) -> str:
    """A short name for these bytes, for addresses that change when they do."""
    return hashlib.sha256(content).hexdigest()[:10]


@cache
def _fingerprint(path: Path, changed: int) -> str:
    """The digest of a file, read again only when `changed`, its time of change, is another."""
    return digest(path.read_bytes())


def _hide_requests(response: Response) -> Response:
    """Keeps from caches, search engines and other sites what is about requests: its address may hold a key.

    That of a page that isn't there may as well.
    """
    if request.path.startswith(_REQUESTS):
        private(response)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _with_etag(response: Response) -> Response:
    """With a coding that makes it small, and an ETag of its own for each coding."""
    if response.status_code != 200:
        return response
    if request.endpoint == "static":
        return _static(response)
    if response.direct_passthrough:
        return response
    if "Cache-Control" not in response.headers:
        response.cache_control.no_cache = True
    coding = ""
    if compression.depends_on_coding(response):
        coding = compression.request_coding()
        response.vary.add("Accept-Encoding")  # also to who takes none: a cache must not give it to all
    response.add_etag()
    if coding:
        response.set_etag(f"{response.get_etag()[0]}-{coding}")
    response.make_conditional(request)
    if coding and response.status_code == 200:
        compression.compress(response, coding)
    return response


def _static(response: Response) -> Response:
    """One of our own files: small, and for good when its address names its content."""
    file = Path(current_app.static_folder or "") / (request.view_args or {})["filename"]
    if "v" in request.args and response.cache_control.max_age:
        response.cache_control.immutable = True
    coding = compression.coding_for(response)
    response.vary.add("Accept-Encoding")
    if coding:
        compression.compress_file(response, file, coding)
        response.set_etag(f"{response.get_etag()[0]}-{coding}")
        response.make_conditional(request)
    return response
