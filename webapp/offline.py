"""The offline rendering: what pages need so that they work in an exported folder, without this server.

What a browser fills in there (a query, its results, when a channel opens) stands in `<template>` elements:
the server's own pages, with tokens like `__query__` where the values will be. So the scripts of an export
hold neither texts nor markup, and what they show looks and reads as it does here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

from flask import Flask, current_app, render_template, url_for
from flask_babel import ngettext
from markupsafe import Markup

from kb.contact.message import prepare
from kb.model import Article, Result, SearchResult, Topic, Verdict
from webapp import times
from webapp.cards import help_with
from webapp.current import center
from webapp.excerpt import MOST_CHARACTERS, SHOWN_CHARACTERS, Excerpt
from webapp.language import gettext as _
from webapp.language import locale

QUERY, NUMBER, WHEN = "__query__", "__number__", "__when__"
TITLE, TITLES = "__title__", "__titles__"
"""Tokens, of characters that no escaping and no percent-encoding changes."""

TOTAL, PAGE, LAST = 700001, 700002, 700005
"""Numbers that stand for others, where a template can't do with a token."""

_TOPIC = Topic("__topic__", "__topic_title__")
_ARTICLE = Article("__slug__", TITLE, topic="", path="")
_RESULT = Result(
    slug="__slug__",
    title=TITLE,
    url="/articles/__slug__#__anchor__",
    heading="__heading__",
    anchor="__anchor__",
    snippet="__snippet__",
    topic=_TOPIC.path,
    updated=date(2000, 1, 1),
    score=0.0,
)
_EXCERPT = Excerpt(Markup("__shown__"), Markup("__folded__"))
_SELDOM = ("errors", "feedback", "feeds", "orders", "patterns", "records", "requests")
"""The folders of templates for what needs a server, or is a page or two of an export."""

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_MOST_ADDRESSES = 4000
_MOST_FORMS = 200
"""Every language's plural forms show among the first so many numbers."""


@dataclass(frozen=True, slots=True)
class State:
    """One of the pages a search can end on: its title and content, with tokens in them."""

    verdict: Verdict
    in_topic: bool
    title: str
    main: Markup


@dataclass(frozen=True, slots=True)
class Count:
    """How many results there are, in words, for one of the language's plural forms; `number` is in them."""

    form: str
    number: int
    text: str
    text_in_topic: str


def install(app: Flask, *, offline: bool, published: bool) -> None:
    """Tells `app`'s views and templates whether it renders for an export, and whether that is published."""
    app.config["OFFLINE"] = offline
    app.jinja_env.globals["offline"] = offline
    app.jinja_env.globals["published"] = published
    if offline:  # what is asked for is the same on every page, and is asked for a dozen times on each
        app.jinja_env.globals["url_for"] = lru_cache(_MOST_ADDRESSES)(app.url_for)
    app.jinja_env.globals["status_words"] = times.status_words


def compile_templates(app: Flask) -> None:
    """Compiles the templates of an export's pages, so that no process forked later has to."""
    for name in app.jinja_env.list_templates():
        if name.partition("/")[0] not in _SELDOM:
            app.jinja_env.get_template(name)


def is_offline() -> bool:
    """Whether the page in hand is rendered for an export."""
    return bool(current_app.config["OFFLINE"])


def search_page(most_needed: tuple[Article, ...]) -> str:
    """The page that searches in the browser: what the empty search shows, and a template for each outcome."""
    return render_template(
        "search/offline.html",
        most_needed=most_needed,
        states=[_state(verdict, topic) for verdict in Verdict for topic in (None, _TOPIC)],
        counts=list(_counts()),
        help=help_with(query=QUERY),
        message=message_words(),
        topics=center().topics,
        shown_characters=SHOWN_CHARACTERS,
        most_characters=MOST_CHARACTERS,
    )


def contact_words() -> dict[str, object]:
    """What the contact page needs to be about something only its reader's browser knows."""
    return {
        "message": message_words(),
        "topics": center().topics,
        "about_article": _ARTICLE,
        "about_topic": _TOPIC,
        "about_query": QUERY,
    }


def message_words() -> dict[str, str]:
    """The prepared message with tokens: its body with no article read, one and several, and its subjects."""
    prepared = partial(prepare, center().site, translate=_)
    filled = partial(prepared, QUERY, order_number=NUMBER, when=WHEN)
    return {
        "body": filled().body,
        "body-after-article": filled(article=_ARTICLE).body,
        "body-after-articles": filled(tried=(replace(_ARTICLE, title=TITLES), _ARTICLE)).body,
        "order-subject": prepared(order_number=NUMBER).subject,
        "empty-subject": prepared().subject,
    }


def _state(verdict: Verdict, topic: Topic | None) -> State:
    page = render_template(
        "search/nothing_useful.html" if verdict is Verdict.NOTHING_USEFUL else "search/results.html",
        query=QUERY,
        found=SearchResult(QUERY, verdict, 0.0, "__suggestion__", TOTAL, (_RESULT, _RESULT)),
        topic=topic,
        topics_by_path={_TOPIC.path: _TOPIC},
        filters=[{"topic": None, "count": TOTAL}, {"topic": _TOPIC, "count": TOTAL}],
        was_cut=True,
        unknown_topic="__unknown_topic__",
        page=PAGE,
        last=LAST,
        order_number=NUMBER if center().has_orders else "",
        about=url_for("contact.channels", q=QUERY, topic=topic.path if topic else None),
        why=None,
        nearest=(_RESULT,),
        help=help_with(query=QUERY),
        excerpt=_EXCERPT if verdict is Verdict.ANSWERED else None,
        related=(_ARTICLE,) if verdict is Verdict.ANSWERED else (),
    )
    return State(verdict, topic is not None, _cut(_TITLE, page).unescape(), _cut(_MAIN, page))


def _cut(part: re.Pattern[str], page: str) -> Markup:
    found = part.search(page)
    if found is None:
        raise RuntimeError("a page has neither title nor main")
    return Markup(found[1])  # noqa: S704  a part of what a template rendered


def _counts() -> Iterator[Count]:
    """The count of results in each plural form, under the name that the browser has for it too (CLDR)."""
    seen: set[str] = set()
    for number in range(_MOST_FORMS):
        form = locale().plural_form(number)
        if form not in seen:
            seen.add(form)
            yield Count(
                form,
                number,
                ngettext("%(num)s article.", "%(num)s articles.", number),
                ngettext(
                    "%(num)s article in %(topic)s.",
                    "%(num)s articles in %(topic)s.",
                    number,
                    topic=_TOPIC.title,
                ),
            )
