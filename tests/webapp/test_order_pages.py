"""The page of an order: in each situation where it is, what to do now, and who can help."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import building
from kb.helpcenter import HelpCenter
from kb.place import Place
from tests.builders import article, help_center
from tests.webapp.ordering import ADA, TODAY, look_up
from webapp import create_app, times

PAGES = [
    ("HF-204801", "amara.osei@example.com", "on_time", "change-or-cancel-an-order", "Ordered"),
    ("HF-204802", "tom.whitfield@example.com", "no_estimate", "out-of-stock-and-pre-orders", "Ordered"),
    ("HF-204815", "ada.marsh@example.com", "on_time", "delivery-estimates", "Shipped"),
    ("HF-204820", "grace.adeyemi@example.com", "due_today", "missed-delivery", "Out for delivery"),
    ("HF-204777", "mateo.ruiz@example.com", "late", "delayed-parcel", "Shipped"),
    ("HF-204785", "sam.okafor@example.com", "delivered", "marked-delivered-not-received", "Delivered"),
    ("HF-203122", "ben.hartley@example.com", "delivered_long_ago", "return-an-item", "Delivered"),
    ("HF-203940", "nina.kowalska@example.com", "returned", "refund-times", "Returned"),
    ("HF-204799", "joe.mbeki@example.com", "cancelled", "order-cancelled-by-us", "Cancelled"),
]


@pytest.fixture(scope="module")
def shop(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> HelpCenter:
    """The help center of this repository on a fixed day."""
    root = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("shop") / "help"))
    return HelpCenter(Place.at(root), lambda: TODAY)


@pytest.fixture
def shopper(shop: HelpCenter) -> Iterator[FlaskClient]:
    """A customer of the real shop, on that day at noon."""
    with create_app(shop, clock=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)).test_client() as browser:
        yield browser


@pytest.mark.parametrize(("number", "email", "situation", "slug", "step"), PAGES)
def test_each_situation_says_where_it_is_what_to_do_and_who_can_help(
    number: str, email: str, situation: str, slug: str, step: str, shopper: FlaskClient
) -> None:
    answer = look_up(shopper, number, email)
    assert answer.status_code == 200
    page = answer.text
    assert f'data-order="{situation}"' in page
    assert page.count('aria-current="step"') == 1
    current = page[page.index('aria-current="step"') :]
    assert f'<span class="timeline-name">{step}</span>' in current[: current.index("</li>")]
    assert f'href="/articles/{slug}"' in page
    assert "/contact?q=" in page
    assert f"{number}" in page[page.index("/contact?q=") :].partition('"')[0]


def test_every_help_centers_own_articles_are_found(tmp_path: Path) -> None:
    place = help_center(tmp_path, {
        "seeds/orders.csv": "number,email,status,ordered,shipped,earliest,latest\n"
        "HF-100001,ada@example.com,shipped,-9d,-8d,-4d,-3d\n",
        "articles/delivery/patience.md": article("My parcel is late", "Wait one more day, then call."),
        "articles/orders/track.md": article("Cut a key"),
    })  # fmt: skip
    building.build(place)
    shop = HelpCenter(place, lambda: TODAY)
    page = look_up(create_app(shop).test_client(), "HF-100001", "ada@example.com").text
    assert "/articles/patience" in page
    assert "/articles/track" not in page


@pytest.mark.parametrize(
    ("number", "email", "heading"),
    [
        ("HF-204815", "ada.marsh@example.com", "Good to know"),  # "You don’t need to do anything."
        ("HF-204802", "tom.whitfield@example.com", "Good to know"),
        ("HF-204820", "grace.adeyemi@example.com", "What to do now"),
        ("HF-204777", "mateo.ruiz@example.com", "What to do now"),
        ("HF-204785", "sam.okafor@example.com", "Something wrong with it?"),
        ("HF-203122", "ben.hartley@example.com", "Something wrong with it?"),
    ],
)
def test_nobody_is_told_to_do_something_about_an_order_that_needs_nothing(
    number: str, email: str, heading: str, shopper: FlaskClient
) -> None:
    page = look_up(shopper, number, email).text
    assert f'<h2 id="next-heading" class="section-title">{heading}</h2>' in page
    assert ("What to do now" in page) == (heading == "What to do now")


def test_a_late_order_shows_its_article_first_then_chat(shopper: FlaskClient) -> None:
    page = look_up(shopper, "HF-204777", "mateo.ruiz@example.com").text
    assert "by Friday 20 November, and we are sorry" in page
    assert page.index("/articles/delayed-parcel") < page.index("Then talk to us") < page.index("Start a chat")


def test_contact_us_begins_with_the_number_and_the_channel_that_fits(shopper: FlaskClient) -> None:
    page = look_up(shopper, "HF-204777", "mateo.ruiz@example.com").text
    address = page[page.rindex('href="/contact?q=') + 6 :].partition('"')[0].replace("&amp;", "&")
    contact = shopper.get(address).text
    assert "Order number (if there is one): HF-204777" in contact
    assert contact.index(">Chat<") < contact.index(">Phone<")


def test_an_order_on_its_way_shows_estimate_carrier_and_tracking(shopper: FlaskClient) -> None:
    page = look_up(shopper, "hf204815", "ADA.Marsh@example.com").text
    for text in (
        "between tomorrow and Friday 27 November",
        "Track it with Swiftline",
        'href="https://track.swiftline.example/SL4410927315"',
        '<time class="timeline-day" datetime="2026-11-23">yesterday</time>',
        '<span class="visually-hidden">: not yet</span>',
    ):
        assert text in page, text


def test_the_page_is_kept_by_the_browser_alone_and_not_indexed(shopper: FlaskClient) -> None:
    answer = look_up(shopper, *ADA)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "ada.marsh" not in answer.text


def test_an_article_links_to_the_page(shopper: FlaskClient) -> None:
    assert '<a href="/orders">order status page</a>' in shopper.get("/articles/track-an-order").text


@pytest.mark.usefixtures("page_language")
@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, 0, "today"),
        (1, 1, "tomorrow"),
        (3, 3, "on Friday 27 November"),
        (-1, 0, "today"),
        (-1, 1, "by tomorrow"),
        (0, 3, "by Friday 27 November"),
        (1, 3, "between tomorrow and Friday 27 November"),
        (40, 42, "between Sunday, 3 January 2027 and Tuesday, 5 January 2027"),
    ],
)
def test_an_estimate_is_put_into_words(first: int, last: int, words: str) -> None:
    assert times.span(TODAY + timedelta(days=first), TODAY + timedelta(days=last), TODAY) == words
