"""The frame around every page: the site's own words, the Help menu, and the filters templates use."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, current_app, request
from flask_babel import ngettext
from markupsafe import Markup

from kb.contact.numbers import for_browser
from kb.model import PAGE_SIZE, Notice, NoticeLevel, Topic
from webapp import brand, prose, times
from webapp.current import QUERY_LENGTH, absolute, center, now, numbers
from webapp.language import gettext as _
from webapp.offline import is_offline
from webapp.phones import phone, with_phones
from webapp.stylesheet import stylesheet

_MOST_SUGGESTIONS = 10
_FIRST = tuple(reversed(NoticeLevel))
_MOST_COMMON = 100
"""Parts that are kept; there are a few for each index and version of the seeds."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A first-level topic of the Help menu, with the topics directly inside it."""

    topic: Topic
    groups: tuple[Topic, ...]


def install(app: Flask, locale: Locale) -> None:
    """Give `app`'s templates what every page in the language of `locale` needs."""
    rendered: dict[tuple[object, ...], Markup] = {}
    static = Path(app.static_folder or "")
    app.extensions["stylesheet"] = lambda: stylesheet(center().site.brand_colour, static)
    app.add_template_filter(times.day, "day")
    app.add_template_filter(times.near_day, "near_day")
    app.add_template_filter(times.period, "period")
    app.add_template_filter(phone)
    app.add_template_filter(with_phones)
    app.add_template_global(absolute)
    app.add_template_global(suggestion_counts)
    app.add_template_global(more_notices)
    app.add_template_global(lambda: center().topics, "help_topics")
    app.jinja_env.globals |= {"query_length": QUERY_LENGTH, "page_size": PAGE_SIZE}
    app.jinja_env.globals["order_numbers"] = lambda: for_browser(numbers()) if center().has_orders else None
    app.add_template_filter(
        lambda html, contact_url: prose.article_text(html, contact_url, center().site), "article_text"
    )

    @app.context_processor
    def frame() -> dict[str, Any]:
        version = center().seeds_version  # before the site, so that nothing older is kept under it
        site = center().site
        return {
            "common": partial(_common, rendered, version),
            "site": site,
            "direction": locale.text_direction,
            "stylesheet": app.extensions["stylesheet"],
            "theme_colours": brand.theme_colours(site.brand_colour),
            "help_menu": help_menu,
            "current_notices": current_notices,
            "critical_notices": critical_notices,
            "notices_about": notices_about,
            "has_orders": center().has_orders,
            "logo_size": center().logo_size,
        }


def current_notices() -> tuple[Notice, ...]:
    """The notices to show at this moment, what matters most first.

    All of them when a browser decides, at a moment of its own.
    """
    found = center().notices
    if not is_offline():  # whose pages have no moment, or they would all be made again
        moment = now()
        found = tuple(notice for notice in found if notice.shown_at(moment))
    return tuple(sorted(found, key=lambda notice: _FIRST.index(notice.level)))


def critical_notices() -> tuple[Notice, ...]:
    """Those of the current notices that stand above a form, a record or an error."""
    return tuple(notice for notice in current_notices() if notice.level is NoticeLevel.CRITICAL)


def more_notices(most: int) -> list[str]:
    """What is said of 1, 2 … `most` notices that are folded up."""
    return [ngettext("%(num)s more notice", "%(num)s more notices", count) for count in range(1, most + 1)]


def notices_about(topic: str, url: str = "") -> tuple[Notice, ...]:
    """Those of the current notices that stand above an answer in `topic`, without links to `url`, its own."""
    return tuple(
        replace(notice, link="") if notice.link == url else notice
        for notice in current_notices()
        if notice.concerns(topic)
    )


def help_menu() -> tuple[MenuEntry, ...]:
    """The Help menu: first-level topics in order, each with its own."""
    topics = center().topics
    inside: dict[str, list[Topic]] = {}
    for topic in topics:
        inside.setdefault(topic.parent, []).append(topic)
    return tuple(MenuEntry(topic, tuple(inside.get(topic.path, ()))) for topic in inside.get("", ()))


def _common(
    rendered: dict[tuple[object, ...], Markup], version: int, *shown: Hashable, caller: Callable[[], Markup]
) -> Markup:
    """A part that pages have in common, rendered once for all: `shown` is its name and all that it shows.

    Beside that it may only show what seeds say, what stays as it is as long as the application runs, and
    addresses.
    """
    if current_app.jinja_env.cache is None:  # in development everything may change
        return caller()
    key = (version, request.script_root, *shown)
    part = rendered.get(key)
    if part is None:
        if len(rendered) >= _MOST_COMMON:
            rendered.clear()
        rendered[key] = part = caller()
    return part


def suggestion_counts() -> list[str]:
    """What is announced of 0, 1, 2 … suggestions; the last for more."""
    some = [
        ngettext("%(num)s suggestion", "%(num)s suggestions", count) for count in range(1, _MOST_SUGGESTIONS)
    ]
    return [_("No suggestions. Press Enter to search."), *some]
