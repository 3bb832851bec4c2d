"""What people come for, from the first page to the last: on desk and phone, with JavaScript and without."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import NO_ANSWER, Site


@pytest.fixture(
    params=[(width, javascript) for width in (DESKTOP, PHONE) for javascript in (True, False)],
    ids=lambda person: f"{person[0]} px{'' if person[1] else ', no JavaScript'}",
)
def page(request: pytest.FixtureRequest, visit: Visit, site: Site) -> Page:
    """The home page, as four kinds of people meet it."""
    width, javascript = request.param
    page: Page = visit(width, javascript).page
    page.goto(site.server.url)
    return page


def _search(page: Page, query: str) -> None:
    page.get_by_label("Search the help center").fill(query)
    page.get_by_role("button", name="Search", exact=True).click()


def _expect_article(page: Page, site: Site, slug: str) -> None:
    article = site.center.article(slug)
    assert article is not None
    expect(page.get_by_role("heading", level=1)).to_have_text(article.title)
    address = urlsplit(page.url)
    assert address.path == f"/articles/{slug}"
    if address.fragment:
        heading = page.locator(f'[id="{unquote(address.fragment)}"]')
        expect(heading).to_be_in_viewport()


def test_a_search_leads_to_the_article_that_answers(page: Page, site: Site) -> None:
    _search(page, "charged twice")
    expect(page.get_by_label("Search the help center")).to_have_value("charged twice")
    best = page.get_by_role("main").get_by_role("listitem").filter(has_text="Best answer").first
    expect(best.get_by_role("heading", level=2)).to_have_text("Charged twice")
    best.get_by_role("heading", level=2).get_by_role("link").click()
    _expect_article(page, site, "charged-twice")


def test_a_topic_leads_to_its_articles(page: Page, site: Site) -> None:
    topic = site.center.topic("payments")
    assert topic is not None
    page.get_by_role("main").get_by_role("link", name=topic.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(topic.title)
    page.get_by_role("main").get_by_role("link", name="Charged twice").click()
    _expect_article(page, site, "charged-twice")
    page.get_by_role("navigation", name="You are here").get_by_role("link", name=topic.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(topic.title)


def test_a_search_that_nothing_answers_shows_the_channels_in_place(page: Page, site: Site) -> None:
    _search(page, NO_ANSWER)
    assert urlsplit(page.url).path == "/search"
    main = page.locator("main[data-verdict=nothing_useful]")
    expect(main).to_contain_text(NO_ANSWER)
    shown = main.get_by_role("listitem").get_by_role("heading", level=3)
    expect(shown).to_have_count(len(site.center.channels))
    expect(shown).to_have_text([route.channel.name for route in site.center.routes(NO_ANSWER)])
    expect(main.get_by_role("textbox", name="Message")).to_have_value(re.compile(NO_ANSWER))
    expect(main.get_by_role("textbox", name="Message")).not_to_be_editable()
    letter = main.get_by_role("link", name="Open in your e-mail app")
    expect(letter).to_have_attribute("href", re.compile(r"^mailto:.+@.+body=.*asdfghjkl%20qwerty"))


def test_an_article_that_did_not_help_leads_to_a_person_who_hears_of_it(page: Page, site: Site) -> None:
    page.goto(f"{site.server.url}/articles/charged-twice")
    page.get_by_role("link", name="Contact us about this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact us")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Charged twice")).to_have_attribute(
        "href", "/articles/charged-twice"
    )
    expect(main.get_by_role("textbox", name="Message")).to_have_value(re.compile("I read “Charged twice”"))
    first = site.center.routes(article="charged-twice")[0].channel
    expect(main.get_by_role("listitem").get_by_role("heading", level=3).first).to_have_text(first.name)


READ_BOTH = re.compile("I read “My parcel is late” and “Charged twice”")
ABOUT_THE_LAST = re.compile("I read “Charged twice” and “My parcel is late”")


def test_a_person_hears_of_every_article_read_in_this_visit(visit: Visit, site: Site) -> None:
    visitor = visit()
    page: Page = visitor.page
    for slug in ("charged-twice", "delayed-parcel", "charged-twice"):
        page.goto(f"{site.server.url}/articles/{slug}")
    assert not [address for address in visitor.asked_for if "tried" in address]
    page.get_by_role("navigation", name="Help", exact=True).get_by_role("link", name="Contact us").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value(ABOUT_THE_LAST)
    page.get_by_role("link", name="Open the contact form").first.click()
    expect(page.get_by_label("What have you tried already?")).to_have_value(ABOUT_THE_LAST)


def test_of_many_articles_read_a_person_hears_of_five_besides_the_one_asked_about(
    visit: Visit, site: Site
) -> None:
    page: Page = visit().page
    first, *last = site.center.articles()[:7]
    for article in (first, *last):
        page.goto(f"{site.server.url}{article.url}")
    page.get_by_role("link", name="Contact us about this").click()
    message = page.get_by_role("textbox", name="Message").input_value()
    assert [article.title for article in last if article.title not in message] == []
    assert first.title not in message


def test_a_message_prepared_in_place_names_every_article_read_too(visit: Visit, site: Site) -> None:
    page: Page = visit().page
    for slug in ("delayed-parcel", "charged-twice"):
        page.goto(f"{site.server.url}/articles/{slug}")
    message = page.get_by_role("textbox", name="Message")
    page.get_by_role("button", name="No", exact=True).click()
    expect(message).to_have_value(ABOUT_THE_LAST)
    _search(page, NO_ANSWER)
    expect(message).to_have_value(READ_BOTH)
    expect(message).to_have_value(re.compile(NO_ANSWER))
    letters = page.get_by_role("main").locator('a[href^="mailto:"]')
    assert letters.count() > 1
    for letter in letters.all():
        expect(letter).to_have_attribute(
            "href", re.compile("body=.*My%20parcel%20is%20late.*Charged%20twice")
        )


def test_where_the_browser_keeps_nothing_a_person_hears_of_the_last_article(visit: Visit, site: Site) -> None:
    page: Page = visit().page
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no') } })"
    )
    for slug in ("delayed-parcel", "charged-twice"):
        page.goto(f"{site.server.url}/articles/{slug}")
    page.get_by_role("link", name="Contact us about this").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value(re.compile("I read “Charged twice”\\."))


def test_what_was_searched_for_goes_along_from_the_article_to_a_person(visit: Visit, site: Site) -> None:
    page = visit(PHONE).page
    page.goto(f"{site.server.url}/search?q=my+mug+arrived+smashed+to+pieces")
    page.locator(".results .card-title a").first.click()
    page.get_by_role("link", name="Contact us about this").click()
    expect(page.locator("#prepared-message")).to_have_value(re.compile("my mug arrived smashed to pieces"))
    page.goto(f"{site.server.url}/articles/track-an-order")
    page.get_by_role("link", name="Contact us about this").click()
    expect(page.locator("#prepared-message")).not_to_have_value(re.compile("smashed"))


def test_back_leads_to_the_order_again(page: Page, site: Site) -> None:
    page.goto(f"{site.server.url}/orders")
    page.get_by_label("Order number").fill("HF-204777")
    page.get_by_label("E-mail address").fill("mateo.ruiz@example.com")
    page.get_by_role("button", name="See where it is").click()
    headline = page.get_by_role("heading", level=1).inner_text()
    page.locator('main a[href^="/articles/"]').first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(headline)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)


def test_an_address_that_is_gone_offers_its_words_as_a_search(page: Page, site: Site) -> None:
    page.goto(f"{site.server.url}/articles/charged-twice.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("We can’t find that page")
    box = page.get_by_label("Search the help center")
    expect(box).to_have_value("charged twice")
    box.press("Enter")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link", name="Charged twice").click()
    _expect_article(page, site, "charged-twice")


def test_the_help_menu_opens_by_keyboard_and_leads_to_a_topic(page: Page, site: Site) -> None:
    menu = page.locator("summary", has_text="Help topics")
    first = next(topic for topic in site.center.topics if not topic.parent)
    link = page.get_by_role("navigation", name="Help", exact=True).get_by_role("link", name=first.title)
    expect(link).to_be_hidden()
    for _ in range(3):  # the skip link, the name of the site, the menu
        page.keyboard.press("Tab")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    expect(link).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(first.title)
