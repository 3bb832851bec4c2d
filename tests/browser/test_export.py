"""An exported help center, opened from a folder with the network off, does what the server does."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.exported import offline, search
from tests.browser.pages import NO_ANSWER, Site
from tests.builders import SEEDS, article, help_center, kb


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
    result = page.locator(".result", has=page.locator(".result-section")).first
    heading = result.locator(".result-section").inner_text().strip()
    result.get_by_role("link").click()
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


def test_the_best_answers_section_is_read_among_the_results_and_is_no_article_read(
    visit: Visit, folder: Path
) -> None:
    page = offline(visit, folder)
    search(page, folder, "where is my parcel")
    best = page.locator(".result-best")
    expect(best.locator(".prose").first).to_be_visible()
    expect(best.locator(".result-snippet, .result-section")).to_have_count(0)
    expect(page.locator("iframe")).to_have_count(0)
    for link in best.locator(".prose a[href^='file:']").evaluate_all("links => links.map((one) => one.href)"):
        assert Path(unquote(urlsplit(link).path)).exists()
    search(page, folder, NO_ANSWER)
    expect(page.get_by_role("textbox", name="Message")).not_to_have_value(re.compile("I read"))


def test_a_table_in_the_best_answer_is_no_stop_of_the_tab_key_unless_it_can_be_scrolled(
    visit: Visit, folder: Path
) -> None:
    page = offline(visit, folder)
    search(page, folder, "i was charged twice")
    table = page.locator(".result-best").get_by_role("group", name="Table: ").first
    expect(table).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 150, "height": 800})
    expect(table).to_have_attribute("tabindex", "0")


def test_contact_us_about_words_has_them_in_the_search_box(visit: Visit, folder: Path) -> None:
    page = offline(visit, folder)
    page.goto((folder / "contact.html").as_uri() + "?q=charged+twice")
    expect(page.get_by_role("combobox", name="Search the help center")).to_have_value("charged twice")


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
    page.get_by_role("main").get_by_role("link", name="all articles from A to Z").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All articles")


@pytest.mark.parametrize("name", ["index", "contact", "search", "404", "articles/charged-twice"])
def test_without_javascript_nothing_promises_a_search(visit: Visit, folder: Path, name: str) -> None:
    page = offline(visit, folder, javascript=False)
    page.goto((folder / f"{name}.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not re.search(
        r"[Ss]earch (above|the|for)|Search,|[Tt]ype a few", page.locator("body").inner_text()
    )
    expect(page.get_by_role("search")).to_be_hidden()


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


def test_titles_that_look_like_what_scripts_fill_in_are_shown_as_they_are(
    visit: Visit, tmp_path: Path
) -> None:
    title = "Parcel codes __query__, __topic__, __number__ and __constructor__"
    place = help_center(tmp_path / "shop", {
        "articles/orders/codes.md": article(title), "articles/delivery/late.md": article("Late parcel"),
        "articles/orders/parcel.md": article("Parcel"),
    })  # fmt: skip
    topics = place.seeds / "topics.yaml"
    topics.write_text(topics.read_text().replace("title: Orders", "title: Orders __query__"))
    assert kb(place.root, "export", tmp_path / "out").exit_code == 0
    page = visit().page
    for query, topic in (("parcel codes", ""), ("parcel", "delivery"), ("parcel", "orders")):
        search(page, tmp_path / "out", query, topic=topic)
        results, filters = page.locator(".results"), page.locator(".topic-filters")
        if topic != "delivery":
            expect(results.get_by_role("link", name=title, exact=True)).to_be_visible()
            expect(results.get_by_text("Orders __query__", exact=True).first).to_be_visible()
        expect(filters.get_by_role("link", name=re.compile("^Orders __query__ [12]$"))).to_be_visible()
        assert "__" not in page.locator("h1").inner_text()


def test_the_shops_own_kind_of_order_number_leads_to_the_order(visit: Visit, tmp_path: Path) -> None:
    place = help_center(tmp_path / "shop", {
        "seeds/site.yaml": SEEDS["seeds/site.yaml"]
        + 'order_number: "#1001"\norder_page: https://shop.example/orders\n',
        "seeds/orders.csv": "number,email,status,ordered\n#1204,ada@example.com,ordered,0d\n",
    })  # fmt: skip
    assert kb(place.root, "export", tmp_path / "out").exit_code == 0
    page = visit().page
    for query, shown in (("where is order 1204", 1), ("1204", 1), ("a table of 1204 mm", 0)):
        search(page, tmp_path / "out", query)
        expect(page.locator(".order-card")).to_have_count(shown)
        if shown:
            expect(page.locator(".order-card .reference")).to_have_text("#1204")
    box = page.get_by_role("combobox")
    box.fill("order 1204")
    expect(page.get_by_role("option").first).to_have_text("See where order #1204 is")


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


def test_an_address_of_a_part_of_the_results_leads_to_it_and_coming_back_to_where_one_was(
    visit: Visit, folder: Path
) -> None:
    page = offline(visit, folder, PHONE)
    page.goto((folder / "search.html").as_uri() + f"?q={NO_ANSWER}#message-heading")
    heading = page.get_by_role("heading", name="Your message, ready to send")
    expect(heading).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("banner").get_by_role("link", name="Contact us").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact us")
    page.go_back()
    page.wait_for_selector("main[data-verdict]")
    expect(heading).not_to_be_in_viewport()
