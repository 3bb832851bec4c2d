"""How often a customer may try something in an hour, and what who has to wait is told."""

from flask import Response
from flask_babel import ngettext

from kb.contact.limits import RetryAfter
from webapp.current import center, now

WINDOW_SECONDS = 3600


def count(keys: list[str], most: int) -> RetryAfter | None:
    """Counts one try of each key, of which so many an hour are allowed: None, or how long to wait.

    Who has to wait has none of them counted.
    """
    for place, key in enumerate(keys):
        refused = center().limits.allow(key, most, WINDOW_SECONDS, now().timestamp())
        if refused:
            give_back(keys[:place])
            return refused
    return None


def give_back(keys: list[str]) -> None:
    """Takes a try of each key back."""
    for key in keys:
        center().limits.give_back(key, WINDOW_SECONDS)


def too_often(refused: RetryAfter) -> str:
    """What to tell who has to wait."""
    return ngettext(
        "That was very often in a short time. You can send again in %(num)s minute.",
        "That was very often in a short time. You can send again in %(num)s minutes.",
        refused.minutes,
    )


def retry_later(response: Response, refused: RetryAfter) -> Response:
    """The response, saying to programs when to try again."""
    response.headers["Retry-After"] = str(refused.seconds)
    return response
