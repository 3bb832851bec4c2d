"""Orders from the shop's own HTTP endpoint, `orders_url` in `seeds/site.yaml`.

It is asked with `GET orders_url?number=HF-204815&email=ada@example.com` (a query that the address has
already is kept) and answers 404 for any pair that is not an order, else 200 with a JSON object:

    {
      "number": "HF-204815",                      the order it speaks of
      "email": "ada@example.com",                 the address it was ordered with
      "status": "shipped",                        ordered, packed, shipped, out_for_delivery, delivered,
                                                  returned or cancelled
      "dates": {"ordered": "2026-11-20", …},      when it reached each status; ordered and `status` always
      "earliest": "2026-11-24",                   the estimated delivery: both, or neither
      "latest": "2026-11-26",
      "carrier": "Swiftline",                     these three where known
      "tracking_number": "SL4410927",
      "tracking_url": "https://track.swiftline.example/SL4410927"
    }

With a token it is sent as `Authorization: Bearer TOKEN` (RFC 6750), so that only the help center may ask.
Other keys are ignored. Number and address are compared with what was asked, so that an endpoint which
forgets to compare them gives nothing away. Anything else is an OrdersUnavailableError.
"""

import hmac
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException, HTTPResponse
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import AfterValidator, TypeAdapter, ValidationError

from kb.contact.in_time import HttpInTime, HttpsInTime
from kb.contact.orders import Order, OrderStatus, OrdersUnavailableError, email_digest, faults
from kb.webaddress import is_web_address

_LARGEST = 64 * 1024
_AT_ONCE = 2
"""Look-ups that a process makes at a time: the other half of its threads serve pages meanwhile."""


def _whole(address: str) -> str:
    if address and not is_web_address(address):
        raise ValueError("it is no web address")
    return address


A = TypeVar("A")


@dataclass(frozen=True)
class _Asked:
    """Of the endpoint's JSON object what it is about."""

    number: str
    email: str


@dataclass(frozen=True)
class _Answer(_Asked):
    """The endpoint's JSON object, without what it may say beside it."""

    status: OrderStatus
    dates: dict[OrderStatus, date]
    earliest: date | None = None
    latest: date | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: Annotated[str, AfterValidator(_whole)] = ""


_ASKED, _ANSWER = TypeAdapter(_Asked), TypeAdapter(_Answer)


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: what is asked holds a customer's address."""

    def redirect_request(self, *_: Any) -> None:
        """No request: the redirect becomes an HTTPError."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_StayThere, HttpInTime, HttpsInTime)


@dataclass(frozen=True, slots=True)
class HttpOrders:
    """The orders behind `url`, asked for one by one; nothing is kept.

    `token` is the help center's own for the shop, '' for none. A look-up may take `timeout` seconds. What
    fails to connect, or is answered 5xx, is asked once more after `pause` seconds; what took too long is
    not, because the customer has waited enough. While as many look-ups as may be are being made, orders are
    unavailable to others: an endpoint that is slow must not hold all threads that serve pages.
    """

    url: str
    token: str = field(default="", repr=False)
    timeout: float = 3.0
    pause: float = 0.3
    _opener: urllib.request.OpenerDirector = field(default_factory=_opener, repr=False, compare=False)
    _free: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE), repr=False, compare=False
    )

    def find(self, number: str, email: str) -> Order | None:
        """As `OrderSource.find`."""
        query = urlencode({"number": number, "email": email.strip()}, errors="replace")
        if not self._free.acquire(blocking=False):
            raise OrdersUnavailableError(f"The orders endpoint is slow: {_AT_ONCE} look-ups wait for it.")
        try:
            body = self._ask(f"{self.url}{'&' if '?' in self.url else '?'}{query}")
        finally:
            self._free.release()
        if body is None:
            return None
        # Alone: what is wrong with the rest would tell others that there is one.
        asked = _parsed(_ASKED, body)
        same_number = hmac.compare_digest(asked.number.encode(), number.encode())
        same_email = hmac.compare_digest(email_digest(asked.email), email_digest(email))
        return _order(_parsed(_ANSWER, body)) if same_number and same_email else None

    def _ask(self, url: str) -> bytes | None:
        """What the endpoint answers, None for 404."""
        deadline = time.monotonic() + self.timeout
        cause: Exception
        for first in (True, False):
            try:
                return self._read(url, max(0.01, deadline - time.monotonic()))
            except urllib.error.HTTPError as error:
                error.close()
                if error.code == 404:
                    return None
                problem, may_pass, cause = f"answered {error.code}", error.code >= 500, error
            except (OSError, HTTPException) as error:
                reason, cause = getattr(error, "reason", error), error
                may_pass = not isinstance(reason, TimeoutError)
                problem = (
                    f"can't be reached: {reason!r}"
                    if may_pass
                    else f"did not answer within {self.timeout:g} s"
                )
            if not (first and may_pass and time.monotonic() + self.pause < deadline):
                raise OrdersUnavailableError(f"The orders endpoint {problem}.") from cause
            time.sleep(self.pause)
        raise AssertionError("the second time returns or raises")

    def _read(self, url: str, seconds: float) -> bytes:
        headers = {"Accept": "application/json", "User-Agent": "kb-helpcenter"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  site.yaml takes http(s) only
        response: HTTPResponse
        with self._opener.open(request, timeout=seconds) as response:
            if response.status != 200:
                raise OrdersUnavailableError(f"The orders endpoint answered {response.status}.")
            body = response.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            raise OrdersUnavailableError("The orders endpoint's answer is too long.")
        return body


def _parsed(shape: TypeAdapter[A], body: bytes) -> A:
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]  # the input is a customer's
        place = ".".join(map(str, found["loc"])) or "the answer"
        raise OrdersUnavailableError(f"The orders endpoint's JSON: {place}: {found['msg']}.") from None


def _order(answer: _Answer) -> Order:
    found = faults(answer.status, answer.dates, answer.earliest, answer.latest)
    problems = [problem for problem, _ in found]
    if problems:
        raise OrdersUnavailableError(f"The orders endpoint's JSON: {' '.join(problems)}")
    values = {name: value for name, value in vars(answer).items() if name != "email"}
    return Order(**values)
