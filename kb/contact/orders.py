"""Where an order is: its steps and dates, what that means today, and who can be asked for it.

No clock is read here: `today` is the caller's. Where orders come from is a source's own business
(`orders_csv`, `orders_http`); all that a source must do is in `OrderSource`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from kb.contact.addresses import folded
from kb.contact.numbers import OrderNumbers

NOT_HERE = timedelta(days=14)
"""How long after delivery the first question may still be where the parcel is."""

Day = date | timedelta
"""A day as a source may write it: a date, or how far it is from today."""

WHERE_WORDS = frozenset(
    """
    a about an any arrive arriving at been can check come coming could d delayed delivered delivery do does
    expected find for get has have hello here hey hi how i info information is it know late ll long look
    looking m me my need no now nr number of on order orders our package packages parcel parcels please pls
    progress s see shipment shipped shipping show status take tell thank thanks that the there this to track
    tracking up update ve want was we what when where which will with would you your
    """.split()
)
"""What may stand beside its number when somebody asks where their order is, and asks for nothing else.

No word that denies: who "didn't order" something does not ask where it is.
"""


class OrderStatus(StrEnum):
    """How far an order has come; the values are those that files and endpoints write."""

    ORDERED = "ordered"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


STEPS = (
    OrderStatus.ORDERED,
    OrderStatus.PACKED,
    OrderStatus.SHIPPED,
    OrderStatus.OUT_FOR_DELIVERY,
    OrderStatus.DELIVERED,
)
"""The steps of an order that goes as it should."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as much of it as its status page shows.

    `dates` holds the day on which each status was reached, `status` and ORDERED among them.
    `earliest` and `latest` are the estimated delivery, both None while there is no estimate.
    """

    number: str
    status: OrderStatus
    dates: Mapping[OrderStatus, date]
    earliest: date | None = None
    latest: date | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""

    @property
    def since(self) -> date:
        """The day on which it reached its status."""
        return self.dates[self.status]


class OrderSource(Protocol):
    """Whoever knows the orders."""

    def find(self, number: str, email: str) -> Order | None:
        """The order `number` (as `OrderNumbers` writes it) if it was placed with `email`, else None.

        E-mail addresses are compared without case. A number that doesn't exist and an address that
        doesn't belong to it get the same answer for the same work. Raises OrdersUnavailableError.
        """
        ...


class OrdersUnavailableError(Exception):
    """Orders can't be looked up now; the message says why, to operators and not to customers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's timeline; `day` is None for one to come, or when nobody noted it."""

    status: OrderStatus
    day: date | None
    done: bool
    current: bool


class Situation(StrEnum):
    """What an order's status means for its customer today."""

    NO_ESTIMATE = "no_estimate"
    ON_TIME = "on_time"
    DUE_TODAY = "due_today"
    LATE_BUT_NEAR = "late_but_near"
    LATE = "late"
    DELIVERED = "delivered"
    DELIVERED_LONG_AGO = "delivered_long_ago"
    RETURNED = "returned"
    CANCELLED = "cancelled"


def asks_where(text: str, numbers: OrderNumbers) -> bool:
    """Whether `text` asks where an order is: its number, beside it nothing but `WHERE_WORDS`."""
    others = numbers.without(unicodedata.normalize("NFKC", text))
    return bool(numbers.order(text)) and WHERE_WORDS.issuperset(re.findall(r"\w+", others.lower()))


def email_digest(email: str) -> bytes:
    """What stands for an address in comparisons: the same for any case, and of one length for all."""
    return hashlib.sha256(folded(email).encode(errors="replace")).digest()


def situation(order: Order, today: date) -> Situation:
    """What the order's status means on the day `today`."""
    if order.status is OrderStatus.RETURNED:
        return Situation.RETURNED
    if order.status is OrderStatus.CANCELLED:
        return Situation.CANCELLED
    if order.status is OrderStatus.DELIVERED:
        long_ago = today - order.since > NOT_HERE
        return Situation.DELIVERED_LONG_AGO if long_ago else Situation.DELIVERED
    is_late = order.latest is not None and today > order.latest
    if order.status is OrderStatus.OUT_FOR_DELIVERY and order.since == today:
        return Situation.LATE_BUT_NEAR if is_late else Situation.DUE_TODAY
    if order.latest is None:
        return Situation.NO_ESTIMATE
    return Situation.LATE if is_late else Situation.ON_TIME


def timeline(order: Order) -> tuple[Step, ...]:
    """The steps to show, in order: of a cancelled order those it reached, otherwise all."""
    path = path_to(order.status)
    reached = path.index(order.status)
    if order.status is OrderStatus.CANCELLED:
        path = tuple(status for status in path if status in order.dates)
        reached = len(path) - 1
    elif order.status in STEPS:
        path = STEPS
    return tuple(
        Step(status, order.dates.get(status), done=place <= reached, current=place == reached)
        for place, status in enumerate(path)
    )


def path_to(status: OrderStatus) -> tuple[OrderStatus, ...]:
    """The statuses that an order may have had when it is at `status`, and that one, in order."""
    if status is OrderStatus.RETURNED:
        return (*STEPS, status)
    if status is OrderStatus.CANCELLED:
        return (*STEPS[:-1], status)
    return STEPS[: STEPS.index(status) + 1]


def faults(
    status: OrderStatus, days: Mapping[OrderStatus, Day], earliest: Day | None, latest: Day | None
) -> Iterator[tuple[str, str]]:
    """(problem, fix) for each day of the order's history, and of its estimated delivery, that can't be."""
    path = path_to(status)
    for needed in dict.fromkeys((OrderStatus.ORDERED, status)):
        if needed not in days:
            yield f"'{needed}' is empty.", f"Write the day on which it was {needed.replace('_', ' ')}."
    for other in days:
        if other not in path:
            problem = f"'{other}' has a day, and the status is '{status}'."
            yield problem, "Remove the day, or correct the status."
    noted = [(step, days[step]) for step in path if step in days]
    for (before, first), (after, second) in pairwise(noted):
        if _is_before(second, first):
            yield f"'{after}' is before '{before}'.", "Correct one of the two days."
    if (earliest is None) != (latest is None):
        yield "one of 'earliest' and 'latest' is empty.", "Write both, the same day twice if need be."
    elif earliest is not None and latest is not None and _is_before(latest, earliest):
        yield "'latest' is before 'earliest'.", "Correct one of the two days."


def _is_before(first: Day, second: Day) -> bool:
    """Whether `first` is surely the earlier; days of different kinds could be either way round."""
    if isinstance(first, date) and isinstance(second, date):
        return first < second
    return isinstance(first, timedelta) and isinstance(second, timedelta) and first < second
