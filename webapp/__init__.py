"""The web experience: Flask over a HelpCenter. This file is the only wiring.

`create_app` takes the opened help center, so tests and the offline export hand in what they like.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    api,
    browse,
    chrome,
    contact,
    errors,
    feedback,
    feeds,
    language,
    operations,
    orders,
    patterns,
    records,
    requests,
    responses,
    search,
)
from webapp import offline as offline_rendering
from webapp.current import RawRequest
from webapp.kept import Shelf
from webapp.templating import COMPILED, FlatEnvironment

if TYPE_CHECKING:  # the library loads its index when imported for real; the web layer only needs its shape
    from kb.helpcenter import HelpCenter

__all__ = ["create_app"]

_ROOMS = (browse, search, contact, orders, requests, records, feedback, feeds, operations)
"""The modules with a blueprint."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    center: "HelpCenter",
    *,
    development: bool = False,
    proxies: int = 0,
    metrics_from: Sequence[str] = operations.LOOPBACK,
    offline: bool = False,
    published: bool = True,
    clock: Callable[[], datetime] = _utc_now,
    translations: Path | None = None,
) -> Flask:
    """The WSGI application that serves `center`.

    `development` reloads templates and forbids caching of static files. `proxies` is how many reverse
    proxies stand in front, whose X-Forwarded-* headers may be believed; none unless told.
    `metrics_from` are the networks that may read /metrics. `offline` renders pages for an export: nothing
    on them needs this server or depends on the moment; unless it is to be `published`, they tell search
    engines and previews nothing. `clock` gives the aware moment that decides what is open. `translations` is
    a folder of gettext catalogues.
    """
    app = Flask(__name__)
    app.request_class = RawRequest
    app.extensions["helpcenter"] = center
    app.extensions["clock"] = clock
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 0 if development else responses.STATIC_SECONDS
    app.config["SECRET_KEY"] = center.key("sessions and forms")
    app.session_interface = responses.Sessions()
    app.jinja_environment = FlatEnvironment
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = COMPILED
    if development:
        app.jinja_env.cache = None  # auto-reload would miss macros imported through an unchanged template
    if proxies:
        # No x_prefix: the server has a host to itself, and a proxy that does not set it lets a client's pass.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap it
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=0
        )
    chrome.install(app, language.install(app, center.site.language, translations))
    offline_rendering.install(app, offline=offline, published=published)
    app.extensions["kept"] = None if development or offline else Shelf()
    responses.install(app, offline=offline)
    if not offline:
        operations.install(app, metrics_from, proxies)
    errors.install(app)
    for room in (*_ROOMS, patterns) if development else _ROOMS:
        app.register_blueprint(room.blueprint)
    api.install(app)
    return app
