"""What an order's status page says: the words for each situation, and the articles that go with it.

Articles are found by asking the search what the customer would ask, so that every help center shows its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.contact.orders import Order, OrderStatus, Situation, situation
from kb.model import Article, Verdict
from webapp import times
from webapp.current import center

_TO_DO = _("What to do now")
_NOTHING_TO_DO = _("Good to know")
_PERHAPS_WRONG = _("Something wrong with it?")


@dataclass(frozen=True, slots=True)
class Advice:
    """What an order's customer should know and do today.

    `about` are the words that Contact us begins with; `first_person` is whether a person is to be asked
    next, without looking for the way; `heading` is what `articles` stand under.
    """

    situation: Situation
    headline: str
    text: str
    articles: tuple[Article, ...]
    about: str
    first_person: bool
    heading: str


@dataclass(frozen=True, slots=True)
class _Words:
    """One situation's texts with gaps to fill, and what may be asked in it."""

    headline: LazyString
    text: LazyString
    about: LazyString
    questions: tuple[LazyString, ...]
    heading: LazyString = _TO_DO


_WORDS = {
    Situation.NO_ESTIMATE: _Words(
        _("Your order is in progress"),
        _(
            "It has no delivery date yet, as is usual for pre-orders. Look here again: the date appears as"
            " soon as there is one."
        ),
        _("Delivery date of order %(number)s"),
        (_("what if an item is out of stock"), _("what does my order’s status mean")),
        _NOTHING_TO_DO,
    ),
    Situation.ON_TIME: _Words(
        _("Your order is on time"),
        _("It should be with you %(estimate)s. You don’t need to do anything."),
        _("Question about order %(number)s"),
        (_("how long does delivery take"), _("leave my parcel in a safe place")),
        _NOTHING_TO_DO,
    ),
    Situation.DUE_TODAY: _Words(
        _("Your order should arrive today"),
        _("It is on its way to you. Make sure that someone can take it in, or that there is a safe place."),
        _("Delivery of order %(number)s today"),
        (_("I missed my delivery"), _("leave my parcel in a safe place")),
    ),
    Situation.LATE_BUT_NEAR: _Words(
        _("Your order is late, but should arrive today"),
        _(
            "It should have been with you by %(latest)s, and we are sorry that it wasn’t. It is on its way to"
            " you now: make sure that someone can take it in, or that there is a safe place."
        ),
        _("Delivery of order %(number)s today"),
        (_("I missed my delivery"), _("leave my parcel in a safe place"), _("my parcel is late")),
    ),
    Situation.LATE: _Words(
        _("Your order is late"),
        _("It should have been with you by %(latest)s, and we are sorry that it isn’t. This is what to do."),
        _("Late parcel, order %(number)s"),
        (_("my parcel is late"), _("my parcel is lost")),
    ),
    Situation.DELIVERED: _Words(
        _("Your order has been delivered"),
        _("The carrier recorded it as delivered %(since)s."),
        _("Question about delivered order %(number)s"),
        (
            _("my item arrived damaged"),
            _("something is missing from my order"),
            _("I got the wrong item"),
            _("how do I return an item"),
        ),
        _PERHAPS_WRONG,
    ),
    Situation.DELIVERED_LONG_AGO: _Words(
        _("Your order was delivered"),
        _("The carrier recorded it as delivered %(since)s."),
        _("Question about delivered order %(number)s"),
        (
            _("how do I return an item"),
            _("it stopped working"),
            _("is it under guarantee"),
            _("it says delivered but I haven’t got it"),
        ),
        _PERHAPS_WRONG,
    ),
    Situation.RETURNED: _Words(
        _("Your order has come back to us"),
        _("It arrived %(since)s. If you are waiting for your money, these say when it comes."),
        _("Refund for returned order %(number)s"),
        (_("when do I get my refund"), _("I haven’t received my refund")),
    ),
    Situation.CANCELLED: _Words(
        _("This order was cancelled"),
        _(
            "It was cancelled %(since)s and will not be sent. Look here if you didn’t expect that, or wonder"
            " about your money."
        ),
        _("Cancelled order %(number)s"),
        (_("why was my order cancelled"), _("my bank still shows a pending charge")),
    ),
}

STATUS_NAMES = {
    OrderStatus.ORDERED: _("Ordered"),
    OrderStatus.PACKED: _("Packed"),
    OrderStatus.SHIPPED: _("Shipped"),
    OrderStatus.OUT_FOR_DELIVERY: _("Out for delivery"),
    OrderStatus.DELIVERED: _("Delivered"),
    OrderStatus.RETURNED: _("Returned"),
    OrderStatus.CANCELLED: _("Cancelled"),
}
"""How a customer reads each status."""

_CAN_STILL_CHANGE = (_("change or cancel my order"), _("change my delivery address"))

NOT_HERE = _("it says delivered but I haven’t got it")
"""What is asked about an order that is delivered, they say, and isn't here."""


def advice(order: Order, today: date) -> Advice:
    """What to say of `order` on the day `today`."""
    state = situation(order, today)
    words = _WORDS[state]
    gaps = {
        "number": order.number,
        "since": times.on_day(order.since, today),
        "estimate": estimate(order, today),
        "latest": times.near_day(order.latest, today) if order.latest else "",
    }
    changeable = order.status is OrderStatus.ORDERED and state is not Situation.LATE
    questions = (*(_CAN_STILL_CHANGE if changeable else ()), *words.questions)
    return Advice(
        state,
        str(words.headline),
        words.text % gaps,
        answers(questions),
        words.about % gaps,
        first_person=state is Situation.LATE,
        heading=str(words.heading),
    )


def estimate(order: Order, today: date) -> str:
    """The estimated delivery: "tomorrow", "between Tuesday 24 and Thursday 26 November"; '' for none."""
    if order.earliest is None or order.latest is None:
        return ""
    return times.span(order.earliest, order.latest, today)


def answers(questions: Iterable[LazyString]) -> tuple[Article, ...]:
    """The articles that surely answer any of some questions, each once."""
    found = (center().search(str(question)) for question in questions)
    slugs = dict.fromkeys(one.results[0].slug for one in found if one.verdict is Verdict.ANSWERED)
    return tuple(article for slug in slugs if (article := center().article(slug)))
