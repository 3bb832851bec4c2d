"""An exported help center, opened from a folder with the network off, does what the server does."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import pytest
import yaml
from playwright.sync_api import Page, expect, sync_playwright

from kb.contact.hours import opening
from kb.contact.message import prepare
from kb.model import Verdict
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import NO_ANSWER, Site
from tests.builders import REPOSITORY
from tests.kb.contact.test_when import LOOKALIKES, SAID
from tests.serve.running import kb
from webapp import create_app, times


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The help center of this repository, exported."""
    out = tmp_path_factory.mktemp("export") / "help center"
    done = kb(site.center.place.root, "export", str(out))
    assert done.code == 0, done.printed
    return out


def offline(visit: Visit, folder: Path, width: int = DESKTOP, javascript: bool = True) -> Page:
    """Somebody without a network who has opened the folder's first page."""
    visitor = visit(width, javascript)
    visitor.context.set_offline(True)
    visitor.page.goto((folder / "index.html").as_uri())
    page: Page = visitor.page
    return page


def search(page: Page, folder: Path, query: str, **more: str) -> None:
    asked = "&".join(f"{name}={quote(value)}" for name, value in {"q": query, **more}.items())
    page.goto((folder / "search.html").as_uri() + f"?{asked}")
    page.wait_for_selector("main[data-verdict]")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_a_first_word_to_an_article_and_from_no_answer_to_a_person(
    visit: Visit, folder: Path, width: int
) -> None:
    page = offline(visit, folder, width)
    box = page.get_by_label("Search the help center")
    box.press_sequentially("my parcel is la")
    option = page.get_by_role("option").filter(has_text="My parcel is late").first
    option.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My parcel is late")
    box.fill("where is my parcel")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    section = page.locator(".result-section a").first
    heading = section.inner_text()
    section.click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_in_viewport()
    box.fill(NO_ANSWER)
    box.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-verdict", "nothing_useful")
    expect(page.locator(".channel-card")).to_have_count(6)
    mail = page.get_by_role("link", name="Open in your e-mail app").get_attribute("href")
    assert NO_ANSWER in unquote(mail or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_message_names_the_articles_read_in_this_visit(visit: Visit, folder: Path) -> None:
    page = offline(visit, folder)
    for slug in ("use-a-gift-card", "charged-twice"):
        page.goto((folder / f"articles/{slug}.html").as_uri())
    page.get_by_role("navigation", name="Help", exact=True).get_by_role("link", name="Contact us").click()
    message = page.get_by_role("textbox", name="Message")
    expect(message).to_have_value(re.compile("I read “Charged twice” and “[^”]+”"))
    search(page, folder, NO_ANSWER)
    expect(message).to_have_value(re.compile("I read “[^”]+” and “Charged twice”"))


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


def test_by_keyboard_alone(visit: Visit, folder: Path) -> None:
    page = offline(visit, folder)
    page.keyboard.press("Control+k")
    page.keyboard.type("charged twice")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-verdict", "answered")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.result a')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Charged twice")


def test_without_javascript_topics_and_the_index_lead_everywhere(
    visit: Visit, folder: Path, site: Site
) -> None:
    page = offline(visit, folder, javascript=False)
    page.get_by_role("link", name="Payments and charges").first.click()
    page.get_by_role("main").get_by_role("link", name="Charged twice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Charged twice")
    page.get_by_role("link", name="All articles A–Z").click()
    links = (
        page.get_by_role("main").locator("a[href*='articles/']").evaluate_all("all => all.map(a => a.href)")
    )
    listed = {unquote(link).partition("/articles/")[2].removesuffix(".html") for link in links}
    assert listed >= set(site.center.slugs)
    page.goto((folder / "search.html").as_uri() + "?q=late")
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    expect(page.get_by_text("Type a few words")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.get_by_role("main").get_by_role("link", name="all articles from A to Z").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All articles")
    page.goto((folder / "contact.html").as_uri() + "?q=late")
    expect(page.locator(".channel-card")).to_have_count(6)


_MOMENT = re.compile(r"(Open now|Closed) · [^\n]*| \((GMT|BST)\)")


_ONLY_LIVE = ".result-excerpt, .also, .why, .channel-card .card-text:has(a[href^='mailto:'])"
_BY_FORM_OR_MAIL = ".channel-card .button:is([href*='/requests/new'], [href^='mailto:'])"
_INSTEAD = ".result-best .result-snippet, .result-best .result-section"


def said(page: Page) -> list[str]:
    """What main says, but for what depends on the moment or needs a server: the best answer's own text."""
    page.locator(f"{_ONLY_LIVE}, {_BY_FORM_OR_MAIL}, {_INSTEAD}").evaluate_all(
        "parts => parts.forEach((part) => part.remove())"
    )
    text = _MOMENT.sub("", page.get_by_role("main").inner_text())
    return [line.strip() for line in text.splitlines() if line.strip()]


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
        "search?q=parcell+" + "x" * 200, "contact", "contact?q=charged+twice",
        "contact?article=charged-twice", "contact?topic=payments", "contact?article=no-such",
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


def judged_problems() -> list[str]:
    """What customers write, of every kind there is."""
    rows = yaml.safe_load((REPOSITORY / "seeds/route_queries.yaml").read_text(encoding="utf-8"))
    return [row["q"] for row in rows]


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
                times.status(opening(one, site.center.site, moment), local) for one in site.center.channels
            ]
            assert texts == expected, moment


def test_a_copy_that_is_too_old_says_that_hours_may_have_changed(visit: Visit, folder: Path) -> None:
    visitor = visit()
    visitor.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=500))
    visitor.page.goto((folder / "contact.html").as_uri())
    expect(visitor.page.get_by_text("Hours may have changed since this copy was made").first).to_be_visible()
    assert visitor.page.get_by_text("Closed ·").count() == 0


def test_no_exported_page_asks_for_anything_outside_the_folder(visit: Visit, folder: Path) -> None:
    visitor = visit()
    for name in ("index.html", "404.html", "articles/charged-twice.html", "topics/payments.html"):
        visitor.page.goto((folder / name).as_uri())
    search(visitor.page, folder, "refund")
    assert {address for address in visitor.asked_for if not address.startswith(folder.as_uri())} == set()


def _verdict_in_firefox(address: str) -> str | None:
    """What Playwright's own Firefox, the only one that it can drive, finds; None when it is not installed."""
    with sync_playwright() as playwright:
        if not Path(playwright.firefox.executable_path).exists():
            return None
        browser = playwright.firefox.launch()
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("main[data-verdict]")
        verdict = page.locator("main").get_attribute("data-verdict")
        browser.close()
        return verdict


def test_firefox_searches_from_a_folder_too(folder: Path) -> None:
    address = (folder / "search.html").as_uri() + "?q=where+is+my+parcel"
    with ThreadPoolExecutor(1) as apart:  # one thread drives one Playwright
        verdict = apart.submit(_verdict_in_firefox, address).result()
    if verdict is None:
        pytest.skip("Playwright's Firefox is not installed: playwright install firefox.")
    assert verdict == "answered"
