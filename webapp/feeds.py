"""What machines read: the feed, the sitemap, the search description, llms.txt, articles as Markdown."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, render_template, url_for

from kb.model import Article, Topic
from webapp.current import QUERY_LENGTH, absolute, article_at, asked, center
from webapp.kept import kept
from webapp.language import gettext as _

blueprint = Blueprint("feeds", __name__)

FEED_ENTRIES = 30
SITEMAP_ADDRESSES = 50_000
"""The most addresses that one file of a sitemap may hold (https://www.sitemaps.org/protocol.html)."""

_NEVER = date(1970, 1, 1)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets)."""


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the sitemap: a path on the site, and the day it last changed if that is known."""

    path: str
    changed: date | None = None


@blueprint.app_template_filter()
def one_line(text: str) -> str:
    """Text without line breaks, for a list in Markdown."""
    return " ".join(text.split())


@blueprint.app_template_filter()
def link_text(text: str) -> str:
    """Text that stays whole between the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]])", r"\\\1", one_line(text))


@blueprint.get("/feed.atom")
@kept
def feed() -> Response:
    """The articles updated last, the newest first (RFC 4287)."""
    dated = [article for article in center().articles() if article.updated]
    newest = sorted(dated, key=lambda article: (article.updated, article.slug), reverse=True)[:FEED_ENTRIES]
    titles = {topic.path: topic.title for topic in center().topics}
    return _xml(
        "feeds/feed.atom.xml",
        "application/atom+xml",
        entries=[(article, _midnight(article.updated or _NEVER)) for article in newest],
        topic_titles=titles,
        updated=_midnight(newest[0].updated or _NEVER if newest else _NEVER),
    )


@blueprint.get("/sitemap.xml")
@kept
def sitemap() -> Response:
    """Every page that search engines should list; with more than one file can hold, where the files are."""
    parts = _parts()
    if len(parts) == 1:
        return _xml("feeds/sitemap.xml", "application/xml", addresses=parts[0])
    return _xml("feeds/sitemap_index.xml", "application/xml", parts=parts)


@blueprint.get("/sitemap-<int:part>.xml")
@kept
def sitemap_part(part: int) -> Response:
    """One file, counted from 1, of a sitemap that is too long for a single one."""
    parts = _parts()
    if not 1 <= part <= len(parts):
        abort(404)
    return _xml("feeds/sitemap.xml", "application/xml", addresses=parts[part - 1])


@blueprint.get("/opensearch.xml")
def search_description() -> Response:
    """How a browser searches here (OpenSearch 1.1, draft 6)."""
    return _xml("feeds/opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/opensearch/suggestions")
def suggestions() -> Response:
    """What a customer may mean by `q`, as a browser's address bar asks for it.

    The form is that of OpenSearch's Suggestions extension 1.1: query, completions, descriptions, addresses.
    """
    typed = asked()[:QUERY_LENGTH]
    found = center().suggest(typed) if typed else []
    texts, titles = [one.text for one in found], [one.title for one in found]
    response = jsonify([typed, texts, titles, [absolute(one.url) for one in found]])
    response.mimetype = "application/x-suggestions+json"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/llms.txt")
@kept
def llms() -> Response:
    """The library as a language model is best told of it (https://llmstxt.org)."""
    by_topic: dict[str, list[Article]] = {}
    for article in center().articles():
        by_topic.setdefault(article.topic, []).append(article)
    others = Topic("", _("Other articles"))
    topics = [(topic, by_topic.get(topic.path, [])) for topic in (*center().topics, others)]
    text = render_template("feeds/llms.txt", topics=topics, channels=center().channels)
    return Response(text, mimetype="text/plain")


@blueprint.get("/articles/<slug>.md")
def markdown(slug: str) -> Response:
    """An article as the Markdown it was written in; old slugs and retired ones as on its page."""
    article = article_at(slug, ".markdown")
    if article.retired:
        successor = center().article(article.successor) if article.successor else None
        return _text(render_template("feeds/gone.md", article=article, successor=successor), article, 410)
    text = center().markdown(article)
    if text is None:
        abort(404)
    return _text(text, article)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Lets crawlers everywhere: pages that should not be listed say so themselves."""
    text = f"User-agent: *\nDisallow:\n\nSitemap: {absolute(url_for('.sitemap'))}\n"
    return Response(text, mimetype="text/plain")


def _text(text: str, article: Article, status: int = 200) -> Response:
    """Markdown in place of an article's page, which it names as the one to list."""
    response = Response(text, status, mimetype="text/markdown")
    response.headers["Link"] = f'<{absolute(article.url)}>; rel="canonical"'
    return response


def _xml(template: str, mimetype: str, **facts: object) -> Response:
    text = render_template(template, **facts)
    return Response(_NOT_XML.sub("", text), mimetype=mimetype)


def _midnight(day: date) -> str:
    """The beginning of a day in the site's time zone, as RFC 3339 writes a moment."""
    return datetime.combine(day, time(), ZoneInfo(center().site.timezone)).isoformat()


def _parts() -> list[list[Address]]:
    """The sitemap's addresses, as many in each part as one file may hold."""
    addresses = _addresses()
    firsts = range(0, len(addresses), SITEMAP_ADDRESSES)
    return [addresses[first : first + SITEMAP_ADDRESSES] for first in firsts]


def _addresses() -> list[Address]:
    """Every page to be listed; a topic changed when an article in it or below it last did."""
    articles = center().articles()
    newest: dict[str, date] = {}
    for article in articles:
        path = article.topic
        while article.updated and newest.get(path, _NEVER) < article.updated:
            newest[path] = article.updated
            path = path.rpartition("/")[0]
    whole = [
        Address(url_for(endpoint), newest.get("")) for endpoint in ("browse.home", "browse.all_articles")
    ]
    topics = [Address(topic.url, newest.get(topic.path)) for topic in center().topics]
    pages = [Address(article.url, article.updated) for article in articles]
    others = ["contact.channels"] + (["orders.form"] if center().has_orders else [])
    return [*whole, *topics, *pages, *(Address(url_for(endpoint)) for endpoint in others)]
