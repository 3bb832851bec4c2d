"""The way to an order: the form, what it gives nobody, and the links that lead to it."""

import logging
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from kb.contact.orders import Order, OrderStatus, OrdersUnavailableError
from kb.model import SearchResult, Verdict
from tests.webapp.conftest import NOW, FakeCenter, results
from tests.webapp.ordering import ADA, look_up
from webapp import create_app
from webapp.orders import FAILED_TRIES, WRONG_TRIES


@dataclass
class FakeOrders:
    """Knows Ada's order, or is down."""

    down: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def find(self, number: str, email: str) -> Order | None:
        """Ada's order for Ada."""
        self.asked.append((number, email))
        if self.down:
            raise OrdersUnavailableError("The orders endpoint answered 500.")
        dates = {OrderStatus.ORDERED: NOW.date() - timedelta(days=2), OrderStatus.SHIPPED: NOW.date()}
        return Order(number, OrderStatus.SHIPPED, dates) if (number, email) == ADA else None


@pytest.fixture
def orders(center: FakeCenter) -> FakeOrders:
    """Makes `client`'s help center one with orders; ask for it before `client`."""
    source = FakeOrders()
    center.orders = source
    return source


@pytest.mark.usefixtures("orders")
def test_a_wrong_number_and_a_wrong_address_get_the_same_page(client: FlaskClient) -> None:
    wrong = look_up(client, "HF-999999", ADA[1]), look_up(client, ADA[0], "eve@example.com")
    first, second = (
        answer.text.replace("HF-999999", ADA[0]).replace("eve@example.com", ADA[1]) for answer in wrong
    )
    assert first == second
    assert {answer.status_code for answer in wrong} == {404}
    assert "We can’t find that order" in first
    assert 'role="alert" tabindex="-1" autofocus' in first
    assert f'value="{ADA[1]}"' in first
    assert '<a href="#order-email">' in first


def test_the_form_says_what_each_field_takes(orders: FakeOrders, client: FlaskClient) -> None:
    page = client.get("/orders").text
    for text in (
        '<label for="order-number">Order number</label>',
        '<label for="order-email">E-mail address</label>',
        'autocomplete="email"',
        'inputmode="email"',
        'aria-describedby="order-number-hint"',
    ):
        assert text in page, text
    assert "noindex" not in page
    assert "autofocus" not in page
    assert orders.asked == []


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("path", ["/orders", "/requests/new?channel=email"])
def test_the_example_of_an_order_number_is_the_shops_own(
    client: FlaskClient, center: FakeCenter, path: str
) -> None:
    assert "In the subject of your confirmation e-mail.</p>" in client.get(path).text
    center.site = replace(center.site, order_number="RW-100200")
    assert "In the subject of your confirmation e-mail, like RW-100200.</p>" in client.get(path).text


@pytest.mark.usefixtures("orders")
def test_a_link_fills_in_the_number_and_is_not_indexed(client: FlaskClient) -> None:
    answer = client.get("/orders?number=hf204815")
    assert 'value="HF-204815"' in answer.text
    assert "noindex" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'value="&#34;&gt;&lt;b&gt;"' in client.get("/orders?number=%22%3E%3Cb%3E").text


@pytest.mark.parametrize(
    ("number", "email", "faults"),
    [
        ("", "", ["Enter your order number", "Enter the e-mail address you ordered with"]),
        ("204815", ADA[1], ["Enter the order number as your confirmation e-mail has it"]),
        ("RT-204815", ADA[1], ["That is a return number"]),
        (ADA[0], "ada.marsh", ["Enter the e-mail address in full"]),
    ],
)
def test_a_field_that_cannot_be_right_is_named_in_the_summary_and_beside_it(
    number: str, email: str, faults: list[str], orders: FakeOrders, client: FlaskClient
) -> None:
    answer = look_up(client, number, email)
    assert answer.status_code == 422
    assert orders.asked == []
    for fault in faults:
        assert answer.text.count(fault) == 2
    assert answer.text.count('aria-invalid="true"') == len(faults)
    assert "<title>Error: Order status" in answer.text


def test_ten_wrong_tries_and_then_a_person(orders: FakeOrders, client: FlaskClient) -> None:
    assert [look_up(client, ADA[0], "eve@example.com").status_code for _ in range(10)] == [404] * 10
    answer = look_up(client, *ADA)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "try again in 10 minutes" in answer.text
    assert "Chat fits Order HF-204815." in answer.text
    assert len(orders.asked) == 10
    assert look_up(client, *ADA, address="203.0.113.8").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_pages_of_other_sites_use_up_nobodys_tries(
    site: str, orders: FakeOrders, client: FlaskClient
) -> None:
    forged = {"number": ADA[0], "email": "eve@example.com"}
    there, visitor = {"Sec-Fetch-Site": site}, {"REMOTE_ADDR": "203.0.113.7"}
    for _ in range(WRONG_TRIES + 1):
        answer = client.post("/orders", data=forged, headers=there, environ_base=visitor)
        assert answer.status_code == 403
    assert orders.asked == []
    assert look_up(client, *ADA).status_code == 200


@pytest.mark.usefixtures("orders")
def test_only_wrong_tries_count(client: FlaskClient) -> None:
    for _ in range(12):
        assert look_up(client, *ADA).status_code == 200
        assert look_up(client, "", "").status_code == 422
    assert look_up(client, ADA[0], "eve@example.com").status_code == 404


@pytest.mark.usefixtures("orders")
def test_one_home_has_many_addresses_of_version_six(client: FlaskClient) -> None:
    for number in range(10):
        look_up(client, ADA[0], "eve@example.com", address=f"2001:db8:1:2::{number}")
    assert look_up(client, *ADA, address="2001:db8:1:2:ffff::1").status_code == 429
    assert look_up(client, *ADA, address="2001:db8:1:3::1").status_code == 200


@pytest.mark.usefixtures("orders")
def test_on_a_socket_for_both_kinds_of_addresses_those_of_ipv4_are_still_one_customer_each(
    client: FlaskClient,
) -> None:
    for _ in range(10):
        look_up(client, ADA[0], "eve@example.com", address="::ffff:203.0.113.1")
    assert look_up(client, *ADA, address="203.0.113.1").status_code == 429
    assert look_up(client, *ADA, address="::ffff:203.0.113.2").status_code == 200
    assert look_up(client, *ADA, address="unix").status_code == 200


def test_orders_that_cannot_be_looked_up_are_said_to_be_and_do_not_count(
    orders: FakeOrders, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    orders.down = True
    with caplog.at_level(logging.WARNING):
        answers = [look_up(client, *ADA) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {503}
    assert "We can’t look up orders right now" in answers[0].text
    assert f'value="{ADA[0]}"' in answers[0].text
    assert "Chat fits Order status HF-204815." in answers[0].text
    assert "endpoint answered 500" in caplog.text
    assert ADA[1] not in caplog.text


def test_who_goes_on_and_on_while_orders_cannot_be_looked_up_has_to_wait(
    orders: FakeOrders, client: FlaskClient
) -> None:
    orders.down = True
    codes = [look_up(client, *ADA).status_code for _ in range(FAILED_TRIES + WRONG_TRIES + 1)]
    assert codes == [503] * (FAILED_TRIES + WRONG_TRIES) + [429]
    assert len(orders.asked) == FAILED_TRIES + WRONG_TRIES
    assert look_up(client, *ADA, address="203.0.113.8").status_code == 503


@pytest.mark.usefixtures("orders")
def test_a_form_that_is_far_too_long_or_no_text_is_refused(client: FlaskClient) -> None:
    assert look_up(client, "x" * 20_000, ADA[1]).status_code == 413
    raw = b"number=%00%ff&email=%ed%a0%bd@%00"
    answer = client.post("/orders", data=raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


def test_the_header_links_to_it_on_every_page_and_only_where_there_are_orders(center: FakeCenter) -> None:
    link = 'href="/orders">'
    without = create_app(cast("Any", center), clock=lambda: NOW).test_client()
    assert link not in without.get("/").text
    assert without.get("/orders").status_code == without.post("/orders").status_code == 404
    center.orders = FakeOrders()
    client = create_app(cast("Any", center), clock=lambda: NOW).test_client()
    for address in (
        "/",
        "/topics/orders",
        "/articles/track-an-order",
        "/search?q=x",
        "/contact",
        "/no",
        "/orders",
    ):
        page = client.get(address).text
        nav = page[page.index('<nav class="site-nav') : page.index("</nav>")]
        assert nav.index("Help topics") < nav.index("Order status") < nav.index("Contact us")
        assert link in nav


def test_pages_follow_orders_that_come_and_go_while_they_are_served(center: FakeCenter) -> None:
    client = create_app(cast("Any", center), clock=lambda: NOW).test_client()
    for source in (None, FakeOrders(), None):
        center.orders = source
        center.seeds_version += 1
        page = client.get("/articles/track-an-order").text
        assert ('href="/orders">' in page) == ("data-order-numbers" in page) == (source is not None)
        assert client.get("/orders").status_code == (200 if source else 404)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_order_number_in_a_search_offers_its_status(verdict: Verdict, center: FakeCenter) -> None:
    nothing = verdict is Verdict.NOTHING_USEFUL
    center.found = SearchResult("", verdict, 0.1) if nothing else results(2, verdict)
    center.orders = FakeOrders()
    client = create_app(cast("Any", center), clock=lambda: NOW).test_client()
    page = client.get("/search?q=where+is+hf204815").text
    first = 'class="lead"' if nothing else "data-count-line"
    way = page.index('<a class="button" href="/orders?number=HF-204815">See its status')
    assert page.index("</h1>") < way < page.index(first)
    assert "See its status" not in client.get("/search?q=return+RT-204815").text
    center.orders = None
    assert "See its status" not in client.get("/search?q=HF-204815").text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("HF-204815", "Let’s find your order"),
        ("hf204815", "Let’s find your order"),
        ("\uff28\uff26-204815", "Let’s find your order"),
        ("where is HF-204815", "Let’s find your order"),
        ("Where's my order number HF-204815?", "Let’s find your order"),
        ("track HF-204815 please!", "Let’s find your order"),
        ("my parcel HF-204815 is late", "Let’s find your order"),
        ("cancel HF-204815", "Let’s get you to a person"),
        ("I didn't order HF-204815", "Let’s get you to a person"),
        ("my order HF-204815 arrived broken", "Let’s get you to a person"),
        ("RT-204815", "Let’s get you to a person"),
    ],
)
def test_a_search_for_where_an_order_is_is_headed_by_the_order(
    query: str, heading: str, center: FakeCenter
) -> None:
    center.orders = FakeOrders()
    client = create_app(cast("Any", center), clock=lambda: NOW).test_client()
    page = client.get("/search", query_string={"q": query}).text
    assert re.findall("<h1.*?>(.*?)</h1>", page) == [heading]
    center.orders = None
    page = client.get("/search", query_string={"q": query}).text
    assert re.findall("<h1.*?>(.*?)</h1>", page) == ["Let’s get you to a person"]
