"""Order status: order number and e-mail address in, where the order is and what to do now out.

The form is posted so that neither stands in an address, a history or a log. It needs no cookie against forged
requests (CSRF): another site can't read the answer to a look-up. What its pages send is refused all the same,
or they could use up the tries of whoever visits them.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from kb.contact.addresses import EMAIL
from kb.contact.limits import RetryAfter
from kb.contact.numbers import RETURN_PREFIX
from kb.contact.orders import Order, OrderSource, OrdersUnavailableError, Situation, timeline
from webapp import tries
from webapp.advice import NOT_HERE, STATUS_NAMES, advice, answers, estimate
from webapp.cards import help_with
from webapp.current import center, customer, in_one_line, limit_body, now, numbers, refuse_other_sites
from webapp.language import gettext as _
from webapp.responses import private

blueprint = Blueprint("orders", __name__)

WRONG_TRIES = 10
FAILED_TRIES = 20
"""Look-ups that may fail by no fault of the customer's; who goes on all the same has each counted as wrong.

Each may hold one of the few places for as long as the shop's endpoint takes.
"""
WINDOW_SECONDS = 600
_LONGEST_NUMBER, _LONGEST_EMAIL = 40, 254
_LARGEST_FORM = 10_000


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and by field what is wrong with it."""

    number: str = ""
    email: str = ""

    @property
    def faults(self) -> dict[str, str]:
        """What to tell the customer of each field that can't be right, in the form's order."""
        found = {}
        if not self.number:
            found["number"] = _("Enter your order number")
        elif not _number(self.number):
            found["number"] = _("Enter the order number as your confirmation e-mail has it")
        if re.match(rf"{RETURN_PREFIX}\W?\d", self.number, re.IGNORECASE) and not _number(self.number):
            found["number"] = _("That is a return number. Enter the number of the order")
        if not self.email:
            found["email"] = _("Enter the e-mail address you ordered with")
        elif not re.fullmatch(EMAIL, self.email):
            found["email"] = _("Enter the e-mail address in full, like name@example.com")
        return found


@blueprint.get("/orders")
def form() -> Response:
    """The form, with the `number` that a link brought along."""
    _source()
    typed = in_one_line(request.args.get("number", ""), _LONGEST_NUMBER)
    return _form(Form(_number(typed) or typed), checked=False, prefilled=bool(typed))


@blueprint.post("/orders")
def status() -> Response:
    """The order's status page in place; or the form again, saying what is wrong."""
    source = _source()
    refuse_other_sites()
    limit_body(_LARGEST_FORM)
    typed = Form(
        in_one_line(request.form.get("number", ""), _LONGEST_NUMBER),
        request.form.get("email", "").strip()[:_LONGEST_EMAIL],
    )
    if typed.faults:
        return _form(typed, 422)
    # Counted before looking, so that many tries at once are not more than ten; taken back when it was right.
    key, limits = f"orders {customer()}", center().limits
    refused = limits.allow(key, WRONG_TRIES, WINDOW_SECONDS, now().timestamp())
    if refused:
        return _too_many(refused, typed)
    try:
        order = source.find(_number(typed.number), typed.email)
    except OrdersUnavailableError as error:
        current_app.logger.warning("Order status can't be shown. %s", error)
        if limits.allow(f"failed {key}", FAILED_TRIES, WINDOW_SECONDS, now().timestamp()) is None:
            limits.give_back(key, WINDOW_SECONDS)
        return _form(typed, 503)
    if order is None:
        return _form(typed, 404)
    limits.give_back(key, WINDOW_SECONDS)
    return _status(order)


def _number(text: str) -> str:
    """The order's number in what was typed, or ''."""
    return numbers().order(text)


def _source() -> OrderSource:
    """Who knows the orders; a help center without them has no such page."""
    source = center().orders
    if source is None:
        abort(404)
    return source


def _form(typed: Form, code: int = 200, *, checked: bool = True, prefilled: bool = True) -> Response:
    about = _number(typed.number)
    page = render_template(
        "orders/form.html",
        typed=typed,
        faults=typed.faults if checked else {},
        unknown=code == 404,
        unavailable=code == 503,
        prefilled=prefilled,
        about=_("Order %(number)s", number=about) if about else _("Where is my order?"),
        help=help_with(query=_("Order status %(number)s", number=about)) if code == 503 else None,
    )
    return _private(page, code) if prefilled else make_response(page)


def _too_many(refused: RetryAfter, typed: Form) -> Response:
    query = _("Order %(number)s", number=_number(typed.number))
    page = render_template(
        "orders/too_many.html", minutes=refused.minutes, about=query, help=help_with(query=query)
    )
    return tries.retry_later(_private(page, 429), refused)


def _status(order: Order) -> Response:
    today = now().date()
    found = advice(order, today)
    return _private(
        render_template(
            "orders/status.html",
            order=order,
            today=today,
            steps=timeline(order),
            estimate=estimate(order, today),
            is_late=found.situation in (Situation.LATE, Situation.LATE_BUT_NEAR),
            advice=found,
            status_names=STATUS_NAMES,
            not_here=answers((NOT_HERE,)) if found.situation is Situation.DELIVERED else (),
            help=help_with(query=found.about) if found.first_person else None,
        )
    )


def _private(page: str, code: int = 200) -> Response:
    return private(make_response(page, code))
