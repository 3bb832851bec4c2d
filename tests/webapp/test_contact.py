"""Contact cards, and the page that lists them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from kb.model import Channel, ChannelKind, Opening, Route, Wait
from tests.webapp.conftest import CHANNELS, FakeCenter
from webapp import times
from webapp.cards import help_with

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=LONDON)


def at(day: int, hour: int) -> datetime:
    """That hour of a day in November."""
    return datetime(2026, 11, day, hour, tzinfo=LONDON)


def test_contact_lists_every_channel_with_all_that_a_card_needs(client: FlaskClient) -> None:
    page = client.get("/contact").text
    for text in (
        "Most questions.",
        "Mon\N{EN DASH}Fri 08:00\N{EN DASH}22:00",
        "about 2 minutes",
        "Your order number",
        "London time (GMT)",
        'href="tel:08081570142"',
        'href="https://shop.example/chat"',
        "Closed on public holidays",
        "Write at any time",
        "Closed until further notice",
    ):
        assert text in page, text


@pytest.mark.parametrize(("number", "link"), [("112", "tel:112"), ("0 800-1", "tel:08001")])
def test_a_short_number_can_be_called_with_a_click(
    center: FakeCenter, client: FlaskClient, number: str, link: str
) -> None:
    chat, phone, *others = center.channels
    center.channels = (chat, replace(phone, address=number), *others)
    assert f'href="{link}"' in client.get("/contact").text


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        (
            "/contact",
            ["0808 157 0142", "+44 (0)20 555-0142", "0316/12 34 56-0", "18001 0808 157 0142"],
        ),
        ("/articles/fax-us", ["0808 157 0142"]),
    ],
)
def test_a_phone_number_keeps_its_order_on_a_page_read_from_right_to_left(
    center: FakeCenter, client: FlaskClient, address: str, numbers: list[str]
) -> None:
    """Its groups of digits would change places there: each is set apart from the text around it."""
    center.channels = (
        replace(
            CHANNELS[1],
            wait=Wait("2-3 minutes, from abroad on +44 (0)20 555-0142", "Nadia Bell", date(2026, 11, 16)),
            have_ready=("The number 0316/12 34 56-0",),
            text_alternative="Relay UK on 18001 0808 157 0142, or <help12345@shop.example>",
        ),
    )
    page = client.get(address).text.partition("<main")[2]
    assert re.findall(r'<bdi dir="ltr">(.*?)</bdi>', page) == numbers


def test_the_best_channel_for_a_problem_is_unfolded_and_all_others_can_be(client: FlaskClient) -> None:
    cards = [
        client.get(address).text.split('<li class="card channel-card')[1:]
        for address in ("/contact", "/contact?q=mug")
    ]
    unfold = [["<details" in card for card in page] for page in cards]
    assert unfold == [[True, True, False, True], [False, True, False, True]], (
        "the third has nothing more to say"
    )


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (
            {"chat": "https://shop.example/chat", "email": "help@shop.example"},
            "Paste it into the chat or send it",
        ),
        ({"chat": "https://shop.example/chat"}, "Paste it into the chat, and fill in"),
        ({"email": "help@shop.example"}, "Send it as an e-mail, and fill in"),
        ({"phone": "112"}, "Copy it, or read it out"),
    ],
)
def test_the_message_is_meant_for_the_channels_that_there_are(
    client: FlaskClient, center: FakeCenter, kinds: dict[str, str], words: str
) -> None:
    center.channels = tuple(
        Channel(kind, ChannelKind(kind), kind, "All.", address) for kind, address in kinds.items()
    )
    assert words in client.get("/contact").text


def test_a_card_with_nothing_more_to_say_does_not_unfold(client: FlaskClient, center: FakeCenter) -> None:
    center.channels = (
        Channel("email", ChannelKind.EMAIL, "E-mail", "All.", "help@shop.example"),
        Channel("form", ChannelKind.FORM, "Form", "All."),
    )
    page = client.get("/contact?q=late").text
    for gone in ('<details class="channel-more', 'class="facts"', "Hours are in"):
        assert gone not in page, gone


def test_who_set_a_wait_is_for_those_who_keep_it_up_to_date(client: FlaskClient) -> None:
    page = client.get("/contact").text
    assert "about 2 minutes" in page
    assert "Nadia Bell" not in page


def test_the_text_alternative_is_escaped_and_its_address_linked(client: FlaskClient) -> None:
    page = client.get("/contact").text
    assert '&lt;<a href="mailto:help@shop.example?' in page


def test_every_address_that_a_channel_may_have_can_be_written_to(
    client: FlaskClient, center: FakeCenter
) -> None:
    """What `kb check` takes for an address, the card does too."""
    center.channels = (Channel("email", ChannelKind.EMAIL, "E-mail", "All.", "o'neil/help@shop.example"),)
    assert client.get("/contact").text.count('href="mailto:o&#39;neil/help@shop.example?') == 2


@pytest.mark.parametrize(
    ("name", "action", "way"),
    [
        ("Callback", "Ask for a callback", "/requests/new?channel=callback"),
        ("E-mail", "Open the contact form", "/requests/new?channel=email"),
    ],
)
def test_who_can_be_written_to_is_written_to_by_form_with_what_is_known(
    name: str, action: str, way: str, client: FlaskClient
) -> None:
    page = client.get("/contact?q=mug+broken&article=late-parcel").text
    card = page[page.index(f">{name}<") :]
    card = card[: card.index(action)]
    assert f'href="{way}&amp;q=mug+broken&amp;topic=delivery&amp;article=late-parcel"' in card


def test_a_closed_channel_says_from_when_it_can_be_used_and_nothing_of_now(client: FlaskClient) -> None:
    page = client.get("/contact?q=mug+broken").text
    assert "Phone fits" not in page
    assert "Call \u20660808 157 0142\u2069 from tomorrow 08:00</span>" in page
    assert "Chat fits mug broken." in page
    assert ">Start a chat</span>" in page
    assert "Callback fits mug broken." in page, "it can be asked for at any time"
    assert ">Ask for a callback</span>" in page


def test_a_closed_channel_that_stands_first_says_why(client: FlaskClient, center: FakeCenter) -> None:
    center.channels = CHANNELS[:2]
    center.routes = lambda **_: (  # type: ignore[method-assign]
        Route(CHANNELS[0], "It fits best.", Opening(False, opens=at(23, 18))),
        Route(CHANNELS[1], "It fits too.", Opening(False)),
    )
    page = client.get("/contact?q=mug+broken").text
    assert "It fits best." in page
    assert ">Chat from 18:00</span>" in page
    assert "It fits too." not in page
    assert ">0808 157 0142</bdi></span>" in page


def test_the_contact_form_has_the_name_that_articles_call_it_by(client: FlaskClient) -> None:
    assert "<h1>Contact form</h1>" in client.get("/requests/new").text


def test_the_e_mail_card_keeps_the_way_of_ones_own_e_mail_app(client: FlaskClient) -> None:
    page = client.get("/contact?q=mug+broken").text
    assert 'Or from your own e-mail app: <a href="mailto:help@shop.example?subject=' in page


@pytest.mark.usefixtures("page_language")
def test_the_accessibility_channel_has_its_sign_and_gets_no_mail_but_its_own(center: FakeCenter) -> None:
    chat, phone, *others = CHANNELS
    line = replace(phone, id="accessibility", text_alternative="access@shop.example")
    center.channels = (chat, line, *others)
    help_ = help_with(query="mug broken")
    assert help_.cards[1].icon == "accessibility"
    assert "mailto:access@shop.example" in help_.cards[1].text_alternative
    assert help_.mailto
    assert help_.mailto.startswith("mailto:help@shop.example?")


def test_plain_contact_may_be_indexed_and_gives_no_reasons(client: FlaskClient) -> None:
    page = client.get("/contact").text
    assert "noindex" not in page
    assert "Chat fits" not in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("q=charged+twice", "Chat fits charged twice."),
        ("topic=delivery", "Chat fits delivery."),
        ("article=late-parcel", "I read: late-parcel"),
    ],
)
def test_contact_about_something_is_not_indexed_and_says_why(
    client: FlaskClient, asked: str, shown: str
) -> None:
    page = client.get(f"/contact?{asked}").text
    assert '<meta name="robots" content="noindex">' in page
    assert shown in page


def test_an_unknown_topic_or_article_is_passed_over(client: FlaskClient) -> None:
    answer = client.get("/contact?topic=sofas&article=no-such")
    assert answer.status_code == 200
    assert "noindex" not in answer.text


def test_what_was_read_before_is_in_the_message_and_goes_on_to_the_form(client: FlaskClient) -> None:
    page = client.get("/contact?article=late-parcel&tried=abroad,late-parcel,short-note").text
    assert "I read: late-parcel abroad short-note" in page
    assert "article=late-parcel&amp;tried=abroad,short-note" in page.replace("%2C", ",")
    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="canonical" href="https://help.example/contact">' in page


def test_having_read_something_is_no_problem_that_a_channel_fits(client: FlaskClient) -> None:
    page = client.get("/contact?tried=abroad").text
    assert "I read: abroad" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Chat fits" not in page


@pytest.mark.parametrize("way", ["/contact", "/requests/new"])
@pytest.mark.parametrize(
    ("tried", "read"),
    [
        ("", ""),
        (",,,", ""),
        ("no-such", ""),
        ("<script>alert(1)</script>", ""),
        ("../../etc/passwd,%00,%ff,%0d%0aBcc:", ""),
        ("abroad,abroad,no-such,abroad", "abroad"),
        ("x," * 1500 + "abroad", "abroad"),
        ("track-an-order,short-note,late-parcel,abroad,fax-us,old-couriers",
         "short-note late-parcel abroad fax-us old-couriers"),
    ],
)  # fmt: skip
def test_of_what_is_said_to_be_read_only_the_last_five_known_articles_count(
    way: str, tried: str, read: str, client: FlaskClient
) -> None:
    answer = client.get(f"{way}?tried={tried}")
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text
    shown = re.search(r"I read: (.*)\n|<textarea[^>]*name=\"tried\"[^>]*>\s*(.*?)</textarea>", answer.text)
    assert shown
    assert (shown[1] or shown[2] or "") == read


@pytest.mark.usefixtures("page_language")
@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (Opening(True, until=at(23, 20)), "Open now · closes 20:00"),
        (Opening(True, until=at(24, 2)), "Open now · closes tomorrow 02:00"),
        (Opening(True), "Open at any time"),
        (Opening(False, opens=at(23, 18)), "Closed · opens today 18:00"),
        (Opening(False, opens=at(24, 8)), "Closed · opens tomorrow 08:00"),
        (Opening(False, opens=at(27, 8)), "Closed · opens Friday 08:00"),
        (Opening(False, opens=at(30, 8)), "Closed · opens 30 November 08:00"),
        (Opening(False), "Closed until further notice"),
    ],
)
def test_a_chip_says_open_or_closed_and_when_that_changes(opening: Opening, words: str) -> None:
    assert times.status(opening, NOW) == words


@pytest.mark.usefixtures("page_language")
@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        (None, []),
        ("Mo-Fr 08:00-20:00; Sa 09:00-17:00", ["Mon-Fri 08:00-20:00", "Sat 09:00-17:00"]),
        ("Mo-Fr 08:00 - 20:00, 21:00- 22:00", ["Mon-Fri 08:00-20:00, 21:00-22:00"]),
        ("Mo,We 09:00-12:30,13:00-18:00", ["Mon, Wed 09:00-12:30, 13:00-18:00"]),
        ("08:00-18:00; Su off", ["Every day 08:00-18:00", "Sun closed"]),
        ("24/7", ["Every day all day and night"]),
        ("Mo 00:00-24:00; Sa 22:00-26:00", ["Mon all day and night", "Sat 22:00-02:00"]),
        (
            "Mo-Fr 08:00-20:00; 2026 Dec 24 08:00-14:00",
            ["Mon-Fri 08:00-20:00", "2026 Dec 24 08:00-14:00"],
        ),
    ],
)
def test_hours_are_put_into_words(expression: str | None, lines: list[str]) -> None:
    shown = [f"{line.days} {line.times}".strip() for line in times.hours(expression)]
    assert [line.replace("\N{EN DASH}", "-") for line in shown] == lines


@pytest.mark.usefixtures("page_language")
def test_the_zone_is_named_by_its_place() -> None:
    assert times.zone(NOW) == "London time (GMT)"
    assert times.zone(datetime(2026, 7, 1, tzinfo=LONDON)) == "London time (BST)"
    assert times.zone(datetime(2026, 7, 1, tzinfo=UTC)) == "UTC"
