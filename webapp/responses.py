"""What every response carries: security headers, an ETag, and static files that can be cached for long."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

STATIC_SECONDS = 31_536_000

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


def install(app: Flask) -> None:
    """Give `app` the headers, ETags and fingerprinted static addresses."""
    app.after_request(_with_headers)
    app.after_request(_with_etag)

    @app.url_defaults
    def fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and app.static_folder:
            path = Path(app.static_folder) / values["filename"]
            values["v"] = _fingerprint(path, path.stat().st_mtime_ns)


def digest(content: bytes) -> str:
    """A short name for these bytes, for addresses that change when they do."""
    return hashlib.sha256(content).hexdigest()[:10]


@cache
def _fingerprint(path: Path, changed: int) -> str:
    """The digest of a file, read again only when `changed`, its time of change, is another."""
    return digest(path.read_bytes())


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _with_etag(response: Response) -> Response:
    if response.status_code != 200 or response.direct_passthrough:
        return response
    if "Cache-Control" not in response.headers:
        response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
