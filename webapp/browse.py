"""Reading: home, topics, articles, and the files beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from unicodedata import combining, normalize

from flask import Blueprint, Response, abort, current_app, render_template, send_file

from kb.contact.message import MOST_TRIED
from kb.content.drawings import SANDBOX
from kb.model import Article, Section, Topic
from webapp import linked_data
from webapp.cards import help_with
from webapp.current import article_at, center
from webapp.kept import kept

blueprint = Blueprint("browse", __name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """The articles whose titles begin with one letter."""

    name: str
    articles: tuple[Article, ...]


MOST_NEEDED = 8
CONTENTS_FROM = 3
_FILE_SECONDS = 3600
_PICTURES = {f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif")}
_PASSIVE = _PICTURES | {"application/pdf", "text/plain"}


@blueprint.get("/")
def home() -> str:
    """Search first, then the most needed articles, topics, and the way to a person."""
    most_needed = center().most_needed(MOST_NEEDED)
    return render_template(
        "browse/home.html", most_needed=most_needed, help=help_with(), data=linked_data.home
    )


@blueprint.get("/topics/<path:path>")
@kept
def topic(path: str) -> str:
    """One topic: the topics inside it and its articles."""
    found = center().topic(path)
    if found is None:
        abort(404)
    trail = _trail(found.parent)
    return render_template(
        "browse/topic.html",
        topic=found,
        trail=trail,
        data=partial(linked_data.topic, found, trail),
        groups=[(inner, center().topic_articles(inner.path)) for inner in _inside(path)],
        articles=center().topic_articles(path),
    )


@blueprint.get("/articles")
@kept
def all_articles() -> str:
    """Every article by title, from A to Z."""
    articles = center().articles()
    return render_template("browse/all_articles.html", letters=_by_letter(articles), count=len(articles))


@blueprint.get("/articles/<slug>")
@kept
def article(slug: str) -> str | tuple[str, int]:
    """One article; an old slug moves on for good, a retired article names its successor."""
    found = article_at(slug, ".article")
    if found.retired:
        return _gone(found)
    trail, description = _trail(found.topic), linked_data.description(found)
    return render_template(
        "browse/article.html",
        article=found,
        trail=trail,
        contents=_contents(found),
        related=center().related(found.related),
        most_read=MOST_TRIED + 1,
        description=description,
        data=partial(linked_data.article, found, trail, description),
    )


def _gone(retired: Article) -> tuple[str, int]:
    successor = center().article(retired.successor) if retired.successor else None
    page = render_template(
        "browse/gone.html",
        article=retired,
        successor=successor,
        query=retired.title,
        help=help_with(query=retired.title, topic=retired.topic),
    )
    return page, 410


@blueprint.get("/files/<path:path>")
def file(path: str) -> Response:
    """An image or another file that lies beside an article; what could run scripts is sandboxed."""
    found = center().asset(path)
    if found is None:
        abort(404)
    response = send_file(found.resolve(), conditional=True, max_age=_FILE_SECONDS)
    if response.mimetype not in _PASSIVE:
        response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/logo/<name>")
def logo(name: str) -> Response:
    """The shop's logo, under its file's own name."""
    file = center().logo
    if file is None or file.name != name:
        abort(404)
    response = send_file(file.resolve(), conditional=True, max_age=_FILE_SECONDS)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/brand.css")
def brand_css() -> Response:
    """The stylesheet of every page, with the brand's colours in it."""
    response = Response(current_app.extensions["stylesheet"]().text, mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
    return response


def _by_letter(articles: Sequence[Article]) -> list[Letter]:
    """The articles in the order of a dictionary; those that begin with no letter come first, under #."""
    letters: dict[str, list[Article]] = {}
    for article in sorted(articles, key=lambda article: (_spelt(article.title), article.slug)):
        first = _spelt(article.title)[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(article)
    return [Letter(name, tuple(letters[name])) for name in sorted(letters)]


def _spelt(title: str) -> str:
    """A title as dictionaries order it: no accents, no case, nothing before its first letter or digit."""
    plain = "".join(letter for letter in normalize("NFKD", title) if not combining(letter))
    return re.sub(r"^[\W_]+", "", plain).casefold()


def _inside(path: str) -> list[Topic]:
    return [topic for topic in center().topics if topic.parent == path]


def _trail(path: str) -> list[Topic]:
    """The topics from the first level down to `path`."""
    slugs = path.split("/") if path else []
    above = (center().topic("/".join(slugs[: depth + 1])) for depth in range(len(slugs)))
    return [topic for topic in above if topic is not None]


def _contents(article: Article) -> list[Section]:
    """The headings to list at the article's side: none below three, and h2 and h3 only."""
    headings = [section for section in article.sections if section.anchor and section.level <= 3]
    return headings if len(headings) >= CONTENTS_FROM else []
