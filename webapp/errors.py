"""Pages for what went wrong: each has search and the way to a person on it, and the right status.

Below the API's addresses they are problem details instead.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from webapp import api, problems
from webapp.cards import help_with
from webapp.current import QUERY_LENGTH, asked, in_one_line
from webapp.language import gettext as _

T = TypeVar("T")

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def install(app: Flask) -> None:
    """Give `app` a page for every error."""
    app.register_error_handler(404, _unless_api(_not_found))
    app.register_error_handler(500, _unless_api(_server_error))
    app.register_error_handler(HTTPException, _unless_api(_refused))


def _unless_api(page: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """`page` for people, problem details for programs."""

    def answer(error: HTTPException) -> Response:
        return problems.of_error(error) if request.path.startswith(api.ROOT) else page(error)

    return answer


def words_of(path: str) -> str:
    """What an address seems to be about: the words of its last part, as a query."""
    last = unquote(path).rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.\w{1,5}$", "", last)
    words = (letter if _is_of_a_word(letter) else " " for letter in stem)
    return in_one_line("".join(words), QUERY_LENGTH)


def _is_of_a_word(letter: str) -> bool:
    """Whether a character belongs to a word: a letter, a digit, or a mark or joiner between them.

    A regular expression's word characters leave out the marks, and would cut Hindi and Thai to pieces.
    """
    return unicodedata.category(letter)[0] in "LNM" or letter in _JOINERS


def _not_found(error: HTTPException) -> Response:
    if found := _without_slash():
        return make_response(redirect(found, 301))
    query = words_of(request.path)
    return _answer(error, render_template("errors/not_found.html", query=query, help=help_with(query=query)))


def _without_slash() -> str:
    """The address of a page that somebody wrote a slash after, '' when there is none."""
    path = "/" + request.path.strip("/")
    pages = current_app.create_url_adapter(request)
    if path in ("/", request.path) or not pages or not pages.test(path):
        return ""
    query = request.query_string.decode("latin-1")
    return request.root_path + quote(path) + (f"?{query}" if query else "")


_REFUSALS = {
    405: lazy_gettext("This address can’t be used in that way. Open it again from a link on our pages."),
    413: lazy_gettext("That was more than we can take at once. Please send less, or ask us for another way."),
    414: lazy_gettext("That was more than we can take at once. Please send less, or ask us for another way."),
    429: lazy_gettext("That was too often in a short time. Please wait a while and try again."),
}


def _refused(error: HTTPException) -> Response:
    other = _("We couldn’t make sense of what your browser sent. Please go back and try again.")
    why = str(_REFUSALS.get(error.code or 400, other))
    return _answer(error, render_template("errors/refused.html", error=error, why=why))


def _server_error(error: InternalServerError) -> Response:
    """Needs neither the search engine nor the articles: what they give is left out when they fail."""
    known = {"query": _if_possible(asked) or "", "help": _if_possible(help_with), "help_menu": tuple}
    page = render_template("errors/server_error.html", **known)
    return _answer(error, page)


def _if_possible(look: Callable[[], T]) -> T | None:
    try:
        return look()
    except Exception:  # whatever broke the page may break this too; the page must still be shown
        current_app.logger.exception("The error page goes without what it should show.")
        return None


def _answer(error: HTTPException, page: str) -> Response:
    """The page with the error's own status and headers (Allow, Retry-After)."""
    response = make_response(page, error.code or 500)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response
