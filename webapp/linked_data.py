"""What a page is about, in schema.org's words (JSON-LD), for search engines and other machines.

Each function gives one object for a page, ready for JSON. Only what the page shows is said of it.
"""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

from flask import url_for

from kb.model import Article, Channel, Topic
from webapp.current import absolute, center
from webapp.language import gettext as _

Node = dict[str, Any]

DESCRIPTION_LENGTH = 160
"""About as many characters of a description as search engines show."""

_MUCH_HTML = 2000
_HEADLINE_LENGTH = 110
_LEAST_QUESTIONS = 2
_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")
_QUESTION_MARKS = ("?", "\N{FULLWIDTH QUESTION MARK}", "\N{ARABIC QUESTION MARK}", "\N{GREEK QUESTION MARK}")


def home() -> Node:
    """The help center as a website that can be searched."""
    target = {"@type": "EntryPoint", "urlTemplate": absolute(url_for("search.results")) + "?q={query}"}
    search = {"@type": "SearchAction", "target": target, "query-input": "required name=query"}
    return _graph(_website() | {"potentialAction": search, "publisher": _organisation()})


def topic(found: Topic, trail: Sequence[Topic]) -> Node:
    """A topic as a page that lists others."""
    page = {"@type": "CollectionPage", "name": found.title, "url": absolute(found.url)} | _part_of_site()
    return _graph(page, _breadcrumbs([*trail, found]))


def article(found: Article, trail: Sequence[Topic], description: str) -> Node:
    """An article and where it lies, and the questions it answers where its headings ask them."""
    address, shop = absolute(found.url), _organisation()
    page = {
        "@type": "Article",
        "headline": _shortened(found.title, _HEADLINE_LENGTH),
        "description": description,
        "url": address,
        "mainEntityOfPage": address,
        "image": absolute(url_for("static", filename="social-card.png")),
        "author": shop,
        "publisher": shop,
    } | _part_of_site()
    if found.updated:
        page["dateModified"] = found.updated.isoformat()
    if trail:
        page["articleSection"] = trail[-1].title
    questions = _questions(found.html)
    faq = [{"@type": "FAQPage", "url": address, "mainEntity": questions}] if questions else []
    return _graph(page, _breadcrumbs([*trail, found]), *faq)


def contact(channels: Iterable[Channel]) -> Node:
    """The contact page with every channel that has an address."""
    points = [_contact_point(channel) for channel in channels if channel.address]
    shop = _organisation() | ({"contactPoint": points} if points else {})
    page = {"@type": "ContactPage", "name": _("Contact us"), "url": absolute(url_for("contact.channels"))}
    return _graph(page | _part_of_site() | {"mainEntity": shop})


def description(found: Article) -> str:
    """What an article is about, in a sentence: its summary, else how its text begins."""
    return found.summary or _shortened(_beginning(found.html), DESCRIPTION_LENGTH)


def _beginning(html: str) -> str:
    """The text of `html`, of which only as much is looked at as a description can need."""
    begins = _plain(html[:_MUCH_HTML].rpartition("<")[0])
    return begins if len(begins) > DESCRIPTION_LENGTH else _plain(html)


def _questions(html: str) -> list[Node]:
    """The second-level headings that ask, with what stands under them; none unless half of them ask."""
    headings = list(_HEADING.finditer(html))
    ends = [heading.start() for heading in headings[1:]] + [len(html)]
    asking = [
        {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": answer}}
        for heading, end in zip(headings, ends, strict=False)
        if (name := _plain(heading[1])).endswith(_QUESTION_MARKS)
        and (answer := _plain(html[heading.end() : end]))
    ]
    return asking if len(asking) >= max(_LEAST_QUESTIONS, len(headings) / 2) else []


def _breadcrumbs(trail: Sequence[Topic | Article]) -> Node:
    """The same way to a page that its breadcrumb shows."""
    steps = [(_("Help"), url_for("browse.home")), *((step.title, step.url) for step in trail)]
    listed = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
        for position, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": listed}


def _contact_point(channel: Channel) -> Node:
    point = {"@type": "ContactPoint", "contactType": "customer service", "name": channel.name}
    if "@" in channel.address:
        return point | {"email": channel.address}
    return point | {("url" if "://" in channel.address else "telephone"): channel.address}


def _website() -> Node:
    name = _("%(shop)s Help", shop=center().site.name)
    return {"@type": "WebSite", "name": name, "url": absolute(url_for("browse.home"))}


def _part_of_site() -> Node:
    return {"inLanguage": center().site.language, "isPartOf": _website()}


def _organisation() -> Node:
    site = center().site
    return {"@type": "Organization", "name": site.name, "url": site.shop_url or absolute("/")}


def _graph(*nodes: Node) -> Node:
    return {"@context": "https://schema.org", "@graph": list(nodes)}


def _plain(html: str) -> str:
    """The text of sanitised HTML on one line."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", html))).split())


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"
