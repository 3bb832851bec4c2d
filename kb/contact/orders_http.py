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
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException, HTTPResponse
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import AfterValidator, TypeAdapter, ValidationError

from kb.contact.orders import Order, OrderStatus, OrdersUnavailableError, email_digest, faults
from kb.webaddress import is_web_address

_LARGEST = 64 * 1024
_CHUNK = 8 * 1024


def _whole(address: str) -> str:
    if address and not is_web_address(address):
        raise ValueError("it is no web address")
    return address


@dataclass(frozen=True)
class _Answer:
    """The endpoint's JSON object, without what it may say beside it."""

    number: str
    email: str
    status: OrderStatus
    dates: dict[OrderStatus, date]
    earliest: date | None = None
    latest: date | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: Annotated[str, AfterValidator(_whole)] = ""


_ANSWER = TypeAdapter(_Answer)


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: what is asked holds a customer's address."""

    def redirect_request(self, *_: Any) -> None:
        """No request: the redirect becomes an HTTPError."""


@dataclass(frozen=True, slots=True)
class HttpOrders:
    """The orders behind `url`, asked for one by one; nothing is kept.

    `token` is the help center's own for the shop, '' for none. An answer may take `timeout` seconds. What
    fails to connect, or is answered 5xx, is asked once more after `pause` seconds; what took too long is
    not, because the customer has waited enough.
    """

    url: str
    token: str = field(default="", repr=False)
    timeout: float = 3.0
    pause: float = 0.3
    _opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(_StayThere), repr=False, compare=False
    )

    def find(self, number: str, email: str) -> Order | None:
        """As `OrderSource.find`."""
        query = urlencode({"number": number, "email": email.strip()}, errors="replace")
        body = self._ask(f"{self.url}{'&' if '?' in self.url else '?'}{query}")
        if body is None:
            return None
        answer = _parsed(body)
        same_number = hmac.compare_digest(answer.number.encode(), number.encode())
        same_email = hmac.compare_digest(email_digest(answer.email), email_digest(email))
        return _order(answer) if same_number and same_email else None

    def _ask(self, url: str) -> bytes | None:
        """What the endpoint answers, None for 404."""
        for last in (False, True):
            try:
                return self._read(url)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == 404:
                        return None
                    if last or error.code < 500:
                        raise OrdersUnavailableError(f"The orders endpoint answered {error.code}.") from error
            except (OSError, HTTPException) as error:
                reason = getattr(error, "reason", error)
                if isinstance(reason, TimeoutError):
                    problem = f"The orders endpoint did not answer within {self.timeout:g} s."
                    raise OrdersUnavailableError(problem) from error
                if last:
                    problem = f"The orders endpoint can't be reached: {reason!r}."
                    raise OrdersUnavailableError(problem) from error
            time.sleep(self.pause)
        raise AssertionError("the second time returns or raises")

    def _read(self, url: str) -> bytes:
        deadline = time.monotonic() + self.timeout
        headers = {"Accept": "application/json", "User-Agent": "kb-helpcenter"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  site.yaml takes http(s) only
        body = b""
        response: HTTPResponse
        with self._opener.open(request, timeout=self.timeout) as response:
            if response.status != 200:
                raise OrdersUnavailableError(f"The orders endpoint answered {response.status}.")
            while chunk := response.read1(_CHUNK):
                body += chunk
                if time.monotonic() > deadline:
                    raise TimeoutError
                if len(body) > _LARGEST:
                    raise OrdersUnavailableError("The orders endpoint's answer is too long.")
        return body


def _parsed(body: bytes) -> _Answer:
    try:
        return _ANSWER.validate_json(body)
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
