"""The frame around every page: the site's own words, the Help menu, and the filters templates use."""

import re
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from kb.model import Topic
from webapp import brand, responses, times
from webapp.current import absolute, center

_HEADING = re.compile(r"<h([2-4])\b[^>]*\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A first-level topic of the Help menu, with the topics directly inside it."""

    topic: Topic
    groups: tuple[Topic, ...]


def install(app: Flask, locale: Locale) -> None:
    """Give `app`'s templates what every page in the language of `locale` needs."""
    site = center_of(app).site
    stylesheet = brand.stylesheet(site.brand_colour)
    app.extensions["brand.css"] = stylesheet
    has_orders = center_of(app).orders is not None
    colours = brand.theme_colours(site.brand_colour)
    version = responses.digest(stylesheet.encode())
    app.add_template_filter(times.day, "day")
    app.add_template_filter(times.near_day, "near_day")
    app.add_template_filter(with_heading_links)
    app.add_template_global(absolute)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "site": site,
            "direction": locale.text_direction,
            "brand_version": version,
            "theme_colours": colours,
            "help_menu": help_menu,
            "has_orders": has_orders,
        }


def center_of(app: Flask) -> Any:
    """The help center of an application that is still being wired."""
    return app.extensions["helpcenter"]


def help_menu() -> tuple[MenuEntry, ...]:
    """The Help menu: first-level topics in order, each with its own."""
    topics = center().topics
    inside: dict[str, list[Topic]] = {}
    for topic in topics:
        inside.setdefault(topic.parent, []).append(topic)
    return tuple(MenuEntry(topic, tuple(inside.get(topic.path, ()))) for topic in inside.get("", ()))


def with_heading_links(html: str) -> Markup:
    """Article HTML whose headings each have a link to themselves beside them."""
    return Markup(_HEADING.sub(_heading_with_link, html))  # noqa: S704  kb.content sanitised it


def _heading_with_link(found: re.Match[str]) -> str:
    name = _TAG.sub("", found[3]).replace('"', "&quot;")
    label = _("Link to this section: %(heading)s", heading=name)
    link = f'<a class="heading-link" href="#{found[2]}" aria-label="{label}">#</a>'
    return f'<div class="heading">{found[0]}{link}</div>'
