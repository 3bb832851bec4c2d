"""An exported help center says, word for word, what the server says."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from kb.contact.channels import load_channels
from kb.contact.hours import opening
from kb.contact.judged import read_problems
from kb.contact.message import prepare
from kb.export.contact import contact
from kb.model import Channel, ChannelKind, Verdict
from tests.browser.conftest import Visit
from tests.browser.exported import offline, search
from tests.browser.pages import NO_ANSWER, Site
from tests.builders import REPOSITORY
from tests.kb.contact.test_when import LOOKALIKES, SAID
from webapp import create_app, times

_MOMENT = re.compile(r"(Open now|Closed) · [^\n]*| \((GMT|BST)\)")
_ONLY_LIVE = ".why, .channel-card .card-text:has(a[href^='mailto:'])"
_BY_FORM_OR_MAIL = ".channel-card .button:is([href*='/requests/new'], [href^='mailto:'])"
_UNKNOWN = "Hours may have changed since this copy was made"


def said(page: Page) -> list[str]:
    """What main says, but for what depends on the moment or needs a server."""
    page.locator(f"{_ONLY_LIVE}, {_BY_FORM_OR_MAIL}").evaluate_all(
        "parts => parts.forEach((part) => part.remove())"
    )
    text = _MOMENT.sub("", page.get_by_role("main").inner_text())
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    "address",
    ["search?q=where+is+my+parcel", "search?q=order&topic=payments", f"search?q={quote(NO_ANSWER)}",
     "articles/charged-twice", "topics/payments"],
)  # fmt: skip
def test_contact_us_takes_along_what_the_servers_does(
    visit: Visit, folder: Path, site: Site, address: str
) -> None:
    page: Page = visit().page
    path, mark, query = address.partition("?")
    about = []
    for opened in (f"{site.server.url}/{address}", f"{(folder / path).as_uri()}.html{mark}{query}"):
        page.goto(opened)
        if mark:
            page.wait_for_selector("main[data-verdict]")
        links = page.get_by_role("link", name="Contact us", exact=True)
        about.append(links.evaluate_all("links => links.map((link) => link.search)"))
    assert about[0] == about[1]
    assert set(about[0]) != {""}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_search_reads_word_for_word_as_the_servers(
    visit: Visit, folder: Path, site: Site, verdict: Verdict
) -> None:
    query = site.query_for(verdict)
    page: Page = visit().page
    page.goto(f"{site.server.url}/search?q={quote(query)}")
    live, title = said(page), page.title()
    search(page, folder, query)
    assert said(page) == live
    assert page.title() == title


@pytest.mark.parametrize(
    "address",
    [
        "search?q=order&page=2", "search?q=order&topic=payments", "search?q=order&topic=no-such",
        "search", "search?q=HF-204815", "search?q=where+is+HF-204801", "search?q=HF-204801+zzqx",
        "search?q=parcell+" + "x" * 600, "search?q=parcel+" + quote("😀" * 593),
        "search?q=parcel+" + quote("😀" * 594), "contact", "contact?q=charged+twice",
        "search?q=I+want+to+talk+to+a+human",
        "contact?q=late+" + quote("😀" * 200), "contact?q=late+" + quote("😀" * 201),
        "contact?q=" + "a+word+" * 40,
        "contact?article=charged-twice", "contact?topic=payments", "contact?article=no-such",
        "contact?topic=no-such", "contact?article=charged-twice&topic=no-such",
        "contact?tried=charged-twice,no-such,constructor,use-a-gift-card,charged-twice",
        "contact?tried=no-such",
        "contact?article=charged-twice&tried=use-a-gift-card,charged-twice",
    ],
)  # fmt: skip
def test_an_address_with_parameters_reads_as_the_servers(
    visit: Visit, folder: Path, site: Site, address: str
) -> None:
    page: Page = visit().page
    page.goto(f"{site.server.url}/{address}")
    live = said(page)
    message = page.locator("#prepared-message")
    live_message = message.input_value() if message.count() else ""
    path, _, query = address.partition("?")
    page.goto((folder / f"{path}.html").as_uri() + (f"?{query}" if query else ""))
    if path == "search" and query:
        page.wait_for_selector("main[data-verdict]")
    expect(page.locator("main .chip[hidden]")).to_have_count(0)
    assert said(page) == live
    assert (message.input_value() if message.count() else "") == live_message


_CARDS = """() => [...document.querySelectorAll("main .channel-card")].map((card) =>
    [".card-title", ".channel-card-reason", ".button:not([href^=mailto], [href*=requests])"]
        .map((part) => card.querySelector(part)?.textContent.trim() ?? ""))"""


def test_a_card_of_a_closed_channel_is_the_servers(visit: Visit, folder: Path, site: Site) -> None:
    moment = datetime(datetime.now(UTC).year, 12, 25, 3, tzinfo=UTC)  # every export knows it
    address, page = "contact?q=my+table+is+broken", visit().page
    page.set_content(create_app(site.center, clock=lambda: moment).test_client().get(f"/{address}").text)
    live = page.evaluate(_CARDS)
    assert any(" from " in button for _name, _reason, button in live)
    assert any(not reason for _name, reason, _button in live)
    page.clock.set_fixed_time(moment)
    page.goto((folder / "contact.html").as_uri() + address.removeprefix("contact"))
    expect(page.locator("main .chip[hidden]")).to_have_count(0)
    assert page.evaluate(_CARDS) == live


def judged_problems() -> list[str]:
    """What customers write, of every kind there is."""
    seeds = REPOSITORY / "seeds"
    return [one.q for one in read_problems(seeds, [channel.id for channel in load_channels(seeds)])]


def test_channels_stand_in_the_servers_order_for_every_judged_problem(
    visit: Visit, folder: Path, site: Site
) -> None:
    page = offline(visit, folder)
    page.goto((folder / "contact.html").as_uri())
    now = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    queries = [*judged_problems(), "i was chargd twise", "don't SEND it", "", "émail ünd 東京"]
    found = page.evaluate(
        """async ([queries, now]) => {
            const page = window.helpCenterPage;
            const contact = await page.contactData();
            const routes = async (query) => {
                const { terms, topic } = await page.contact.readQuery(query);
                return page.contact.routes(contact, terms, topic, "", new Date(now));
            };
            return Promise.all(queries.map(routes));
        }""",
        [queries, now.timestamp() * 1000],
    )
    expected = [
        [{"id": route.channel.id, "reason": route.reason} for route in site.center.routes(query, now=now)]
        for query in queries
    ]
    wrong = [query for query, ours, theirs in zip(queries, found, expected, strict=True) if ours != theirs]
    assert wrong == []


def test_a_rule_for_a_topic_within_another_knows_what_lies_there(visit: Visit, folder: Path) -> None:
    page = offline(visit, folder)
    page.goto((folder / "contact.html").as_uri())
    reasons = page.evaluate(
        """async (topics) => {
            const { contactData, contact: { routes } } = window.helpCenterPage;
            const known = await contactData();
            const rule = {
                weight: 1, topics: ["delivery/abroad"], articles: [], channels: [["email", "about customs"]],
            };
            const contact = { ...known, rules: [rule], phrases: {} };
            return topics.map((topic) => routes(contact, [], topic, "", new Date())[0].reason);
        }""",
        ["delivery/abroad", "delivery/abroad/eu", "delivery"],
    )
    assert [reason == "about customs" for reason in reasons] == [True, True, False]


def test_messages_are_the_servers_to_the_byte(visit: Visit, folder: Path, site: Site) -> None:
    page = offline(visit, folder)
    page.goto((folder / "contact.html").as_uri())
    long = ("東京 " * 60, "word " * 40, "x" * 200, "😀" * 80)
    odd = (
        "",
        "late (again!) it's *mine* 100%",
        "hf 204815 hf-204815",
        "HF\u2011204815",
        "a\u0007b\u2028c \u00a0 d",
    )
    days = [*(text for text, _when in SAID), *LOOKALIKES, "On 12\u00a0March it came"]
    some = site.center.most_needed(1)[0]
    titles = [article.title for article in site.center.most_needed(30)]
    queries = [*odd, *long, *days, *judged_problems(), *titles]
    names = ("My “parcel” is late & gone", "__when__ $& it", some.title)
    read = [replace(some, title=name) for name in names]
    tried = [(), read[:1], read[1:], read]
    about = [(query, one, others) for query in queries for one in (None, read[0]) for others in tried]
    asked = [
        (query, one.title if one else "", [other.title for other in others]) for query, one, others in about
    ]
    found = page.evaluate(
        """async (asked) => {
            const { contact, contactData } = window.helpCenterPage;
            const data = await contactData();
            const messages = asked.map(([query, title, tried]) => contact.prepare(data, query, title, tried));
            return messages.map((one) => contact.mailto("help+a@shop.example", one, data.mailtoLength));
        }""",
        asked,
    )
    expected = [
        prepare(site.center.site, query, one, tried=others).mailto("help+a@shop.example")
        for query, one, others in about
    ]
    assert found == expected


def test_openings_are_worded_as_the_servers_through_the_year(visit: Visit, folder: Path, site: Site) -> None:
    page = offline(visit, folder)
    start = datetime.now(UTC).replace(day=1, minute=0, second=0, microsecond=0)
    moments = [start + timedelta(hours=7 * count) for count in range(0, 1250, 3)]
    found = page.evaluate(
        """async (moments) => {
            const { contactData, opening } = window.helpCenterPage;
            const contact = await contactData();
            const textsAt = (now) => contact.channels.map((one) => opening(contact, one, now).text);
            return moments.map((moment) => textsAt(new Date(moment)));
        }""",
        [moment.timestamp() * 1000 for moment in moments],
    )
    zone = ZoneInfo(site.center.site.timezone)
    with create_app(site.center).test_request_context():
        for moment, texts in zip(moments, found, strict=True):
            local = moment.astimezone(zone)
            expected = [
                times.status(
                    opening(one, site.center.site, moment),
                    local,
                    calls_back=one.kind is ChannelKind.CALLBACK,
                )
                for one in site.center.channels
            ]
            assert texts == expected, moment


@pytest.mark.parametrize(
    ("hours", "moment", "text"),
    [
        ("Mo-Su 20:00-08:00", datetime(2027, 12, 30, 23, tzinfo=UTC), "Open now · closes tomorrow 08:00"),
        ("Mo-Su 20:00-08:00", datetime(2027, 12, 31, 23, tzinfo=UTC), _UNKNOWN),
        ("24/7", datetime(2027, 12, 31, 23, tzinfo=UTC), "Open at any time"),
        ("24/7; 2026 Dec 24 off", datetime(2027, 6, 30, 23, tzinfo=UTC), "Open at any time"),
        ("24/7; 2026 Dec 24 off", datetime(2027, 12, 31, 23, tzinfo=UTC), _UNKNOWN),
        ("2026 Dec 24 08:00-09:00", datetime(2027, 6, 30, 23, tzinfo=UTC), "Closed until further notice"),
        ("2026 Dec 24 08:00-09:00", datetime(2027, 12, 31, 23, tzinfo=UTC), _UNKNOWN),
    ],
)
def test_the_last_days_that_are_written_out_promise_nothing_for_those_after_them(
    visit: Visit, folder: Path, site: Site, hours: str, moment: datetime, text: str
) -> None:
    page = offline(visit, folder)
    channel = Channel("c", ChannelKind.PHONE, "C", "all", "1", hours, closed_on_holidays=False)
    data = contact(site.center.rules, [channel], site.center.site, date(2026, 11, 24))
    said = page.evaluate(
        "([data, now]) => window.helpCenterPage.opening(data, data.channels[0], new Date(now)).text",
        [data, moment.timestamp() * 1000],
    )
    assert said == text
