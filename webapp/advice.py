"""What an order's status page says: the words for each situation, and the articles that go with it."""

from dataclasses import dataclass
from datetime import date

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

    headline: str
    text: str
    about: str
    slugs: tuple[str, ...]


_WORDS = {
    Situation.NO_ESTIMATE: _Words(
        "Your order is in progress",
        "It has no delivery date yet, as is usual for pre-orders. Look here again: the date appears as soon"
        " as there is one.",
        "Delivery date of order {number}",
        ("out-of-stock-and-pre-orders", "order-statuses"),
    ),
    Situation.ON_TIME: _Words(
        "Your order is on time",
        "It should be with you {estimate}. You don’t need to do anything.",
        "Question about order {number}",
        ("delivery-estimates", "safe-place-and-instructions"),
    ),
    Situation.DUE_TODAY: _Words(
        "Your order should arrive today",
        "It is on its way to you. Make sure that someone can take it in, or that there is a safe place.",
        "Delivery of order {number} today",
        ("missed-delivery", "safe-place-and-instructions"),
    ),
    Situation.LATE: _Words(
        "Your order is late",
        "It should have been with you by {latest}, and we are sorry that it isn’t. This is what to do.",
        "Late parcel, order {number}",
        ("delayed-parcel", "lost-parcel"),
    ),
    Situation.DELIVERED: _Words(
        "Your order has been delivered",
        "The carrier recorded it as delivered {since}.",
        "Question about delivered order {number}",
        ("damaged-item", "missing-item", "wrong-item", "return-an-item"),
    ),
    Situation.DELIVERED_LONG_AGO: _Words(
        "Your order was delivered",
        "The carrier recorded it as delivered {since}.",
        "Question about delivered order {number}",
        ("return-an-item", "faulty-item", "guarantee-and-repairs", "marked-delivered-not-received"),
    ),
    Situation.RETURNED: _Words(
        "Your order has come back to us",
        "It arrived {since}. If you are waiting for your money, these say when it comes.",
        "Refund for returned order {number}",
        ("refund-times", "refund-not-received"),
    ),
    Situation.CANCELLED: _Words(
        "This order was cancelled",
        "It was cancelled {since} and will not be sent. Look here if you didn’t expect that, or wonder"
        " about your money.",
        "Cancelled order {number}",
        ("order-cancelled-by-us", "pending-charges"),
    ),
}

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
        words.headline,
        words.text.format(**gaps),
        articles(slugs),
        words.about.format(**gaps),
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
