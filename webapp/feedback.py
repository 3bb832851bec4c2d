"""Was this helpful? A vote on an article, and after a No the reason and the way to a person.

Plain forms; each vote is answered by a redirect, so that a reload votes no second time. A vote needs no
cookie: what protects it from other sites' pages is what browsers say of where a form was sent from.
"""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from kb.errors import DatabaseUnavailableError
from kb.model import Article, Reason
from webapp.cards import help_with
from webapp.current import center, customer, limit_body, now, refuse_other_sites

blueprint = Blueprint("feedback", __name__)

VOTES, VOTES_WINDOW_S = 30, 3600
"""How many votes one address may give: a reader's, not a robot's."""

_LARGEST_FORM = 1_000

REASONS = {
    Reason.NOT_MY_CASE: lazy_gettext("My situation is different"),
    Reason.UNCLEAR: lazy_gettext("It is hard to understand"),
    Reason.DID_NOT_WORK: lazy_gettext("I did what it says and it didn’t work"),
    Reason.WRONG: lazy_gettext("Something in it is wrong or out of date"),
}
"""What people can say after a No, in the order in which it is offered."""


@blueprint.post("/articles/<slug>/feedback")
def vote(slug: str) -> AnyResponse:
    """Keeps a vote (`helpful` yes or no, perhaps a `reason`) and goes on to what to do now."""
    article = _article(slug)
    limit_body(_LARGEST_FORM)
    refuse_other_sites()
    helpful = request.form.get("helpful", "")
    if helpful not in ("yes", "no"):
        abort(400)
    reason = _reason(request.form.get("reason", ""))
    wait = keep(article, helpful == "yes", reason)
    if wait:
        raise TooManyRequests(retry_after=wait)
    return redirect(url_for(".thanks", slug=slug, helpful=helpful, reason=reason), 303)


@blueprint.get("/articles/<slug>/feedback")
def thanks(slug: str) -> AnyResponse | str:
    """What to do now: after a Yes read on, after a No say why, and who can help."""
    article = _article(slug)
    helpful = request.args.get("helpful", "")
    if helpful not in ("yes", "no"):
        return redirect(article.url)
    return render_template(
        "feedback/thanks.html",
        article=article,
        helpful=helpful == "yes",
        reason=_reason(request.args.get("reason", "")),
        reasons=REASONS,
        related=center().related(article.related),
        help=help_with(article=slug) if helpful == "no" else None,
    )


def keep(article: Article, helpful: bool, reason: Reason | None) -> int:
    """Keeps a vote of who asks; how many seconds they have to wait if it was too often, 0 when all is well.

    A vote that the database can't take is lost, and logged: nobody can do anything about it.
    """
    address, moment = customer(), now()
    refused = center().limits.allow(f"votes {address}", VOTES, VOTES_WINDOW_S, moment.timestamp())
    if refused:
        return refused.seconds
    try:
        center().ledger.feedback.vote(article.slug, helpful, reason, address, moment.date())
    except DatabaseUnavailableError as error:
        current_app.logger.warning("A vote is lost. %s", error)
    return 0


def _article(slug: str) -> Article:
    article = center().article(slug)
    if article is None or article.retired:
        abort(404)
    return article


def _reason(written: str) -> Reason | None:
    return next((reason for reason in Reason if reason == written), None)
