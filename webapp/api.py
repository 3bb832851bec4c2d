"""The API: what the pages know, as JSON for the shop's own pages, apps and scripts.

`openapi.json` describes it. Each view is registered by `operation`, which checks what is asked, limits how
often, and puts it into that document, so that the two can't differ.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from pydantic import BaseModel, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from kb import answer
from kb.errors import closest
from kb.model import Article
from webapp import api_shapes as shapes
from webapp import openapi, operations, problems
from webapp.current import QUERY_LENGTH, center, customer, in_one_line, limit_body, moved_to, now
from webapp.feedback import keep
from webapp.language import gettext as _
from webapp.search import note

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

ROOT = "/api/"
"""What all addresses of the API begin with, in this version and any other."""

READS, READS_WINDOW_S = 600, 60
"""How often one customer may ask, for search as you type about ten times what the fastest typist needs."""

ARTICLES_PAGE = 50
_SUGGESTIONS_SECONDS = 60
_PREFLIGHT_SECONDS = 86_400

OPERATIONS: list[openapi.Operation] = []
"""All that the API does, in the order of the document."""
View = Callable[..., "dict[str, Any] | shapes.Shape | AnyResponse"]


def operation(
    path: str,
    answers: type[BaseModel],
    asks: type[BaseModel] = shapes.Asked,
    errors: tuple[int, ...] = (),
    takes: type[BaseModel] | None = None,
) -> Callable[[View], View]:
    """Registers a view at `path`: it gets what was asked, checked, then the gaps of the path.

    It is for GET and gets the parameters as `asks`; or for POST, with the JSON body as `takes`.
    """
    method = "POST" if takes else "GET"
    errors = (413, 415, *errors) if takes else (304, *errors)

    def register(view: View) -> View:
        summary = (view.__doc__ or "").partition("\n")[0]
        OPERATIONS.append(
            openapi.Operation(view.__name__, method, path, summary, asks, takes, answers, errors)
        )

        address = path.replace("{", "<").replace("}", ">")

        @blueprint.route(address, methods=[method], endpoint=view.__name__)
        @wraps(view)
        def answered(**gaps: str) -> AnyResponse:
            refused = center().limits.allow_often(
                f"api {customer()}", READS, READS_WINDOW_S, now().timestamp()
            )
            if refused:
                return too_often(refused.seconds)
            try:
                asked = takes.model_validate_json(_body()) if takes else asks.model_validate(_parameters())
            except ValidationError as error:
                return problems.of_faults(error)
            return _response(view(asked, **gaps))

        return view

    return register


def too_often(seconds: int) -> Response:
    """The refusal of somebody who has to wait."""
    detail = f"Too often from one address. Try again in {seconds} seconds."
    return problems.problem(429, detail, {"Retry-After": str(seconds)})


@operation("/search", shapes.Answer, shapes.SearchAsked, errors=(404,))
def search(asked: shapes.SearchAsked) -> dict[str, Any] | AnyResponse:
    """What the library has for a query, whether it answers it, and who can be asked."""
    if asked.topic and center().topic(asked.topic) is None:
        return _no_topic(asked.topic)
    query = in_one_line(asked.q, QUERY_LENGTH)
    found = center().search(query, asked.topic, asked.page)
    operations.searched(found.verdict)
    if asked.page == 1 and not asked.topic:
        note(query, found)
    about = asked.topic or found.topic
    return answer.as_json(found, center().routes(query=query, topic=about, now=now()))


@operation("/suggest", shapes.Suggestions, shapes.SuggestAsked)
def suggest(asked: shapes.SuggestAsked) -> AnyResponse:
    """What a customer may be about to ask: titles, questions and headings for unfinished words."""
    query = in_one_line(asked.q, QUERY_LENGTH)
    found = [
        {"text": one.text, "title": one.title, "url": one.url, "slug": one.slug}
        for one in center().suggest(query, asked.limit)
    ]
    response = _json({"query": query, "suggestions": found})
    response.cache_control.max_age = _SUGGESTIONS_SECONDS
    return response


@operation("/articles", shapes.Articles, shapes.ArticlesAsked, errors=(404,))
def articles(asked: shapes.ArticlesAsked) -> dict[str, Any] | AnyResponse:
    """All articles, or those directly in a topic, in the writers' order."""
    if asked.topic and center().topic(asked.topic) is None:
        return _no_topic(asked.topic)
    found = center().topic_articles(asked.topic) if asked.topic else center().articles()
    first = (asked.page - 1) * ARTICLES_PAGE
    shown = [_card(article) for article in found[first : first + ARTICLES_PAGE]]
    return {"total": len(found), "page": asked.page, "articles": shown}


@operation("/articles/{slug}", shapes.Article, errors=(301, 404, 410))
def article(asked: shapes.Asked, slug: str) -> dict[str, Any] | AnyResponse:
    """One article with its text."""
    found = center().article(slug)
    if found is None:
        current = moved_to(slug)
        if current is None:
            return problems.problem(404, f"There is no article {slug!r}. /articles lists those there are.")
        return redirect(url_for(".article", slug=current), 301)
    if found.retired:
        instead = f" {found.successor!r} has taken its place." if found.successor else ""
        return problems.problem(410, f"The article {slug!r} has been retired.{instead}")
    return {
        **_card(found),
        "questions": list(found.questions),
        "sections": [
            {"anchor": section.anchor, "heading": section.heading, "level": section.level}
            for section in found.sections
        ],
        "html": found.html,
        "related": [_card(other) for other in center().related(found.related)],
    }


@operation("/topics", shapes.Topics)
def topics(asked: shapes.Asked) -> dict[str, Any]:
    """All topics, in the order of the Help menu."""
    return {
        "topics": [
            {
                "path": topic.path,
                "title": topic.title,
                "summary": topic.summary,
                "icon": topic.icon,
                "url": topic.url,
            }
            for topic in center().topics
        ]
    }


@operation("/channels", shapes.Channels, shapes.ChannelsAsked, errors=(404,))
def channels(asked: shapes.ChannelsAsked) -> dict[str, Any] | AnyResponse:
    """Who can help with a problem, and a message to start from."""
    if asked.topic and center().topic(asked.topic) is None:
        return _no_topic(asked.topic)
    if asked.article and center().article(asked.article) is None:
        return problems.problem(404, f"There is no article {asked.article!r}.")
    query = in_one_line(asked.q, QUERY_LENGTH)
    found = center().routes(query=query, topic=asked.topic, article=asked.article, now=now())
    message = center().message(query=query, article=asked.article, translate=_)
    return {
        "channels": [answer.channel(route) for route in found],
        "message": {"subject": message.subject, "body": message.body},
    }


@operation("/feedback", shapes.Vote, errors=(404,), takes=shapes.Vote)
def feedback(sent: shapes.Vote) -> dict[str, Any] | AnyResponse:
    """Says whether an article helped; of one address, article and day the last word counts."""
    found = center().article(sent.article)
    if found is None or found.retired:
        return problems.problem(404, f"There is no article {sent.article!r}.")
    wait = keep(found, sent.helpful, sent.reason)
    return too_often(wait) if wait else sent.model_dump(mode="json")


@blueprint.get("/openapi.json")
def described() -> Response:
    """The OpenAPI document."""
    root = request.script_root + (blueprint.url_prefix or "")
    return _json(openapi.document(OPERATIONS, f"{center().site.name} Help", root))


def install(app: Flask) -> None:
    """Give `app` the API, and let the pages of the origins that the site names use it (CORS)."""
    app.register_blueprint(blueprint)
    app.after_request(_shared)


def _shared(response: Response) -> Response:
    """With the headers of the Fetch standard's CORS protocol, if the asking page's origin may use the API."""
    allowed = center().site.api_origins
    if not request.path.startswith(ROOT) or not allowed:
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if origin and (origin in allowed or "*" in allowed):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
    return response


def _body() -> bytes:
    """The JSON that was sent; HTTP's own errors when it is something else or too large."""
    if request.mimetype != "application/json":
        abort(415)
    limit_body(problems.LARGEST_BODY)
    return request.get_data()


def _parameters() -> dict[str, Any]:
    """The address's parameters; one that stands there twice is a list, and so refused."""
    return {
        name: values[0] if len(values) == 1 else values for name, values in request.args.lists() if values
    }


def _no_topic(path: str) -> Response:
    hint = closest(path, [topic.path for topic in center().topics])
    instead = f" Did you mean {hint!r}?" if hint else " /topics lists those there are."
    return problems.problem(404, f"There is no topic {path!r}.{instead}")


def _card(found: Article) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "title": found.title,
        "url": found.url,
        "topic": found.topic,
        "summary": found.summary,
        "updated": found.updated.isoformat() if found.updated else None,
    }


def _response(answered: "dict[str, Any] | shapes.Shape | AnyResponse") -> AnyResponse:
    return answered if isinstance(answered, AnyResponse) else _json(answered)


def _json(content: Any) -> Response:
    return current_app.response_class(json.dumps(content, ensure_ascii=False), mimetype="application/json")
