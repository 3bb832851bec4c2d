"""Home, topics, articles, files, and the addresses machines ask for."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.content.markdown import Picture, render
from kb.model import Article, Notice, NoticeLevel, Site, Topic
from tests.webapp.conftest import NOW, FakeCenter
from webapp.prose import article_text


def test_home_offers_search_topics_most_needed_articles_and_people(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.index("What people ask most") < page.index("Browse by topic") < page.index("Rather talk")
    assert 'action="/search"' in page
    assert 'href="/topics/orders"' in page
    assert 'href="/articles/track-an-order"' in page
    assert "Open now · closes 22:00" in page


def test_a_topic_lists_its_articles_and_the_topics_inside_it(client: FlaskClient) -> None:
    page = client.get("/topics/delivery").text
    assert "My parcel is late" in page
    assert 'href="/topics/delivery/international"' in page
    assert "Delivery abroad" in page


def test_a_nested_topic_has_its_parents_in_the_breadcrumb(client: FlaskClient) -> None:
    page = client.get("/topics/delivery/international").text
    breadcrumb = page[page.index('class="breadcrumb"') : page.index("<h1>")]
    assert not re.search(r"<li[^>]*><svg", breadcrumb), "a line that begins with a chevron"
    assert (
        breadcrumb.index(">Help<")
        < breadcrumb.index(">Delivery<")
        < breadcrumb.index('aria-current="page">Abroad')
    )


def test_a_topic_without_articles_says_so(client: FlaskClient) -> None:
    assert "no articles in this topic yet" in client.get("/topics/empty").text


def test_the_help_menu_shows_first_level_topics_with_their_groups(client: FlaskClient) -> None:
    page = client.get("/contact").text
    menu = page[page.index("<details") : page.index("</details>")]
    assert (
        menu.index("/topics/orders")
        < menu.index("/topics/delivery")
        < menu.index("/topics/delivery/international")
    )


def test_what_pages_have_in_common_follows_topics_the_query_and_the_path_a_proxy_serves_us_at(
    client: FlaskClient, center: FakeCenter
) -> None:
    frame = client.get("/search").text
    assert client.get("/search").text == frame
    assert 'value="my &lt;mug&gt;"' in client.get("/search?q=my <mug>").text
    assert client.get("/search").text == frame
    below = client.get("/search", environ_overrides={"SCRIPT_NAME": "/help"}).text
    assert below.count('"/help/contact"') == frame.count('"/contact"') > 1
    center.topics = (Topic("new", "A new topic"),)
    assert "A new topic" in client.get("/contact").text
    center.topics = (Topic("new", "Another name"),)
    menu = client.get("/contact").text
    assert "Another name" in menu
    assert "A new topic" not in menu


def test_an_article_has_its_date_contents_related_articles_and_the_way_to_a_person(
    client: FlaskClient,
) -> None:
    page = client.get("/articles/track-an-order").text
    assert '<time datetime="2026-10-04">4 October 2026</time>' in page
    assert re.search(r'class="contents".*href="#with-an-account".*href="#late"', page, re.DOTALL)
    assert "My parcel is late" in page
    assert 'href="/contact?article=track-an-order"' in page
    assert '<link rel="canonical" href="https://help.example/articles/track-an-order">' in page


def test_an_article_with_fewer_than_three_headings_has_no_contents_list(client: FlaskClient) -> None:
    assert 'class="contents"' not in client.get("/articles/short-note").text


def test_every_heading_of_an_article_has_a_link_to_itself_named_after_it(client: FlaskClient) -> None:
    page = client.get("/articles/track-an-order").text
    assert 'href="#without" aria-label="Link to this section: Without &amp; as a guest"' in page
    assert page.count('class="heading-link"') == 3


@pytest.mark.parametrize(
    ("address", "about", "count"),
    [
        ("/", "", 2),
        ("/articles/late-parcel", "?article=late-parcel", 3),
        ("/articles/late-parcel/feedback?helpful=no", "?article=late-parcel", 2),
        ("/topics/delivery", "?topic=delivery", 2),
        ("/search?q=my+mug", "?q=my+mug", 2),
    ],
)
def test_contact_us_in_header_footer_and_text_takes_along_what_the_page_is_about(
    address: str, about: str, count: int, client: FlaskClient
) -> None:
    page = client.get(address).text
    links = re.findall(
        r'<a (?:class="site-nav-link" )?href="(/contact[^"]*)">(?:<svg.*?</svg>)?Contact us</a>', page
    )
    assert links == [f"/contact{about}"] * count


def test_an_old_slug_moves_on_for_good(client: FlaskClient) -> None:
    answer = client.get("/articles/where-is-my-order")
    assert (answer.status_code, answer.location) == (301, "/articles/track-an-order")


@pytest.mark.parametrize("written", ["Track-an-order", "Where-Is-My-Order", "Track%20an%20order"])
def test_an_address_written_otherwise_moves_on_for_good(client: FlaskClient, written: str) -> None:
    answer = client.get(f"/articles/{written}")
    assert (answer.status_code, answer.location) == (301, "/articles/track-an-order")


def test_a_retired_article_is_gone_and_names_its_successor(client: FlaskClient) -> None:
    answer = client.get("/articles/old-couriers")
    assert answer.status_code == 410
    assert 'href="/articles/late-parcel"' in answer.text
    assert 'value="Our old couriers"' in answer.text


def test_a_retired_article_without_a_successor_is_gone_and_names_people(client: FlaskClient) -> None:
    answer = client.get("/articles/fax-us")
    assert answer.status_code == 410
    assert "https://shop.example/chat" in answer.text


@pytest.mark.parametrize("address", ["/articles/no-such", "/topics/no/such", "/files/no-such.png"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_image_beside_an_article_is_served(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "label.png").write_bytes(b"\x89PNG")
    answer = client.get("/files/label.png", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_an_svg_beside_an_article_is_sandboxed(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "label.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    )
    policy = client.get("/files/label.svg", buffered=True).headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


def test_all_articles_are_listed_by_letter_whatever_their_titles_begin_with(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ["Zebra", "“Áccents” aside", "3D Secure", "apples", "Über us", "عنوان"]
    articles = [Article(f"a-{number}", title, "orders", "") for number, title in enumerate(titles)]
    monkeypatch.setattr(center, "articles", lambda: articles)
    page = client.get("/articles").text
    assert re.findall(r'class="section-title">(.+?)</h2>', page) == ["#", "A", "U", "Z", "ع"]
    assert re.findall(r'href="/articles/a-(\d)"', page) == ["2", "1", "3", "4", "0", "5"]
    assert "6 articles, by title" in page
    letters = re.findall(r'class="letter" href="#(letter-\d)"', page)
    assert all(f'id="{letter}"' in page for letter in letters)
    assert len(letters) == 5


def test_retired_articles_are_not_listed(client: FlaskClient) -> None:
    page = client.get("/articles").text
    assert "My parcel is late" in page
    assert "Our old couriers" not in page


@pytest.mark.parametrize("address", ["/", "/topics/orders", "/search?q=parcel", "/contact"])
def test_a_notice_is_shown_while_it_lasts(client: FlaskClient, center: FakeCenter, address: str) -> None:
    center.notices = (
        Notice("Parcels <are> late.", NoticeLevel.WARNING, NOW, None, "/articles/late-parcel", "What to do"),
        Notice("Over.", end=NOW),
        Notice("To come.", start=NOW + timedelta(seconds=1)),
    )
    page = client.get(address).text
    band = page[page.index('<aside class="notices') : page.index("<main")]
    assert "Parcels &lt;are&gt; late." in band
    assert '<a href="/articles/late-parcel">What to do</a>' in band
    assert "notice-warning" in band
    assert "Over." not in page
    assert "To come." not in page


def test_a_critical_notice_says_so_in_words(client: FlaskClient, center: FakeCenter) -> None:
    center.notices = (Notice("Payment by card fails.", NoticeLevel.CRITICAL),)
    assert "Service problem:" in client.get("/").text


def test_a_page_shows_one_notice_as_a_line_and_others_on_demand_and_home_shows_all(
    client: FlaskClient, center: FakeCenter
) -> None:
    center.notices = (
        Notice("A sale is on."),
        Notice("Parcels are late.", NoticeLevel.WARNING),
        Notice("We have moved."),
    )
    page = client.get("/contact").text
    line, folded = page[page.index('<aside class="notices') : page.index("<main")].split("<details")
    assert re.findall("(sale|late|moved)", line) == ["late"]
    assert re.findall("(sale|late|moved)", folded) == ["sale", "moved"]
    assert "<summary>2 more notices</summary>" in folded
    home = client.get("/").text
    bands = home[home.index('<aside class="notices') : home.index("<main")]
    assert re.findall("(sale|late|moved)", bands) == ["late", "sale", "moved"]
    assert "more notice" not in home


def test_whatever_is_critical_stays_a_line(client: FlaskClient, center: FakeCenter) -> None:
    center.notices = (
        Notice("Cards fail.", NoticeLevel.CRITICAL),
        Notice("A sale is on."),
        Notice("Chat is down.", NoticeLevel.CRITICAL),
    )
    line, _, folded = client.get("/contact").text.partition('<details class="notices-more')
    assert "Cards fail." in line
    assert "Chat is down." in line
    assert "<summary>1 more notice</summary>" in folded


@pytest.mark.parametrize(
    "address", ["/no-such-page", "/articles/fax-us", "/requests/new", "/requests/AB-1?key=x", "/topics/x"]
)
def test_forms_records_and_errors_show_only_what_is_critical(
    client: FlaskClient, center: FakeCenter, address: str
) -> None:
    center.notices = (
        Notice("Parcels are late.", NoticeLevel.WARNING, topics=("delivery",)),
        Notice("Cards fail.", NoticeLevel.CRITICAL),
    )
    page = client.get(address).text
    assert "Cards fail." in page
    assert "Parcels are late." not in page


def test_an_article_shows_what_is_critical_or_about_its_topic_above_its_heading(
    client: FlaskClient, center: FakeCenter
) -> None:
    center.notices = (
        Notice("Payment by card fails.", NoticeLevel.CRITICAL),
        Notice(
            "Parcels are late.", link="/articles/late-parcel", link_text="What to do", topics=("delivery",)
        ),
        Notice("A sale is on."),
        Notice("Over.", NoticeLevel.CRITICAL, end=NOW),
    )
    for slug, about in (("track-an-order", False), ("late-parcel", True), ("abroad", True)):
        page = client.get(f"/articles/{slug}").text
        above = page[: page.index("<h1")]
        assert "Service problem:" in above
        assert "Payment by card fails." in above
        assert ("Parcels are late." in above) is about
        assert ("What to do</a>" in above) is (slug == "abroad"), "never a link to itself"
        assert "A sale is on." not in page
        assert "Over." not in page


def test_an_article_without_notices_has_no_place_for_them(client: FlaskClient, center: FakeCenter) -> None:
    center.notices = (Notice("A sale is on."),)
    assert "notices" not in client.get("/articles/track-an-order").text


def test_links_to_other_websites_are_marked_and_our_own_are_not(client: FlaskClient) -> None:
    page = client.get("/articles/late-parcel").text
    assert '<a class="external" href="https://carrier.example/x">the carrier<span' in page
    assert '<a href="https://help.example/articles/abroad">abroad</a>' in page
    assert '<a href="tel:112">call</a>' in page


def test_a_link_that_shows_its_address_says_it_once_on_paper(app: Flask) -> None:
    own, other, named = ("https://help.example/a", "https://a.example/?b&amp;c", "https://a.example/d")
    html = f'<a href="{own}">{own}</a> <a href="{other}">{other}</a> <a href="{named}">the carrier</a>'
    with app.test_request_context():
        shown = article_text(html, "/contact", Site("Shop", base_url="https://help.example"))
    assert f'<a class="bare" href="{own}">' in shown
    assert f'<a class="external bare" href="{other}">' in shown
    assert f'<a class="external" href="{named}">' in shown


def test_a_table_is_named_by_the_heading_above_it(app: Flask) -> None:
    table = "| a |\n|---|\n| 1 |\n\n"
    html = render(f"{table}## Sizes & *cuts*\n\n{table}Or:\n\n{table}### Shoes\n\n{table}", str, Picture).html
    with app.test_request_context():
        shown = article_text(html, "/contact", Site("Shop"))
    named = ["Table", *2 * ["Table: Sizes &amp; cuts"], "Table: Shoes"]
    assert re.findall('<div class="table-scroll" [^>]* aria-label="([^"]*)">', shown) == named


def test_an_article_offers_nothing_that_needs_javascript_until_it_runs(client: FlaskClient) -> None:
    page = client.get("/articles/track-an-order").text
    for button in re.findall(r"<button[^>]*>", re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)):
        assert re.search(r' hidden|type="submit"|needs-script', button)


def test_a_topic_is_named_as_its_writers_wrote_it(client: FlaskClient) -> None:
    assert ">Contact us about Orders</a>" in client.get("/topics/orders").text


def test_an_e_mail_address_breaks_after_its_at_sign_on_a_phone(app: Flask) -> None:
    written = '<a href="mailto:help@shop.example">help@shop.example</a>, <a href="mailto:a@b.example">us</a>'
    with app.test_request_context():
        shown = article_text(written, "/contact", Site("Shop"))
    assert shown == written.replace(">help@", ">help@<wbr>")
