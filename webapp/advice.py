"""What an order's status page says: the words for each situation, and the articles that go with it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from kb.contact.orders import Order, OrderStatus, Situation, situation
from kb.model import Article
from webapp import times
from webapp.current import center


@dataclass(frozen=True, slots=True)
class Advice:
    """What an order's customer should know and do today.

    `about` are the words that Contact us begins with; `first_person` is whether a person is to be asked
    next, without looking for the way.
    """

    situation: Situation
    headline: str
    text: str
    articles: tuple[Article, ...]
    about: str
    first_person: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """One situation's texts with gaps to fill, and slugs of articles; those not written are passed over."""

    headline: LazyString
    text: LazyString
    about: LazyString
    slugs: tuple[str, ...]


_WORDS = {
    Situation.NO_ESTIMATE: _Words(
        _("Your order is in progress"),
        _(
            "It has no delivery date yet, as is usual for pre-orders. Look here again: the date appears as"
            " soon as there is one."
        ),
        _("Delivery date of order %(number)s"),
        ("out-of-stock-and-pre-orders", "order-statuses"),
    ),
    Situation.ON_TIME: _Words(
        _("Your order is on time"),
        _("It should be with you %(estimate)s. You don’t need to do anything."),
        _("Question about order %(number)s"),
        ("delivery-estimates", "safe-place-and-instructions"),
    ),
    Situation.DUE_TODAY: _Words(
        _("Your order should arrive today"),
        _("It is on its way to you. Make sure that someone can take it in, or that there is a safe place."),
        _("Delivery of order %(number)s today"),
        ("missed-delivery", "safe-place-and-instructions"),
    ),
    Situation.LATE_BUT_NEAR: _Words(
        _("Your order is late, but should arrive today"),
        _(
            "It should have been with you by %(latest)s, and we are sorry that it wasn’t. It is on its way to"
            " you now: make sure that someone can take it in, or that there is a safe place."
        ),
        _("Delivery of order %(number)s today"),
        ("missed-delivery", "safe-place-and-instructions", "delayed-parcel"),
    ),
    Situation.LATE: _Words(
        _("Your order is late"),
        _("It should have been with you by %(latest)s, and we are sorry that it isn’t. This is what to do."),
        _("Late parcel, order %(number)s"),
        ("delayed-parcel", "lost-parcel"),
    ),
    Situation.DELIVERED: _Words(
        _("Your order has been delivered"),
        _("The carrier recorded it as delivered %(since)s."),
        _("Question about delivered order %(number)s"),
        ("damaged-item", "missing-item", "wrong-item", "return-an-item"),
    ),
    Situation.DELIVERED_LONG_AGO: _Words(
        _("Your order was delivered"),
        _("The carrier recorded it as delivered %(since)s."),
        _("Question about delivered order %(number)s"),
        ("return-an-item", "faulty-item", "guarantee-and-repairs", "marked-delivered-not-received"),
    ),
    Situation.RETURNED: _Words(
        _("Your order has come back to us"),
        _("It arrived %(since)s. If you are waiting for your money, these say when it comes."),
        _("Refund for returned order %(number)s"),
        ("refund-times", "refund-not-received"),
    ),
    Situation.CANCELLED: _Words(
        _("This order was cancelled"),
        _(
            "It was cancelled %(since)s and will not be sent. Look here if you didn’t expect that, or wonder"
            " about your money."
        ),
        _("Cancelled order %(number)s"),
        ("order-cancelled-by-us", "pending-charges"),
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

_CAN_STILL_CHANGE = ("change-or-cancel-an-order", "change-delivery-address")

NOT_HERE = "marked-delivered-not-received"
"""The article for an order that is delivered, they say, and isn't here."""


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
    slugs = (*(_CAN_STILL_CHANGE if changeable else ()), *words.slugs)
    return Advice(
        state,
        str(words.headline),
        words.text % gaps,
        articles(slugs),
        words.about % gaps,
        first_person=state is Situation.LATE,
    )


def estimate(order: Order, today: date) -> str:
    """The estimated delivery: "tomorrow", "between Tuesday 24 and Thursday 26 November"; '' for none."""
    if order.earliest is None or order.latest is None:
        return ""
    return times.span(order.earliest, order.latest, today)


def articles(slugs: tuple[str, ...]) -> tuple[Article, ...]:
    """Those of the articles that this help center has."""
    found = (center().article(slug) for slug in slugs)
    return tuple(article for article in found if article and not article.retired)
