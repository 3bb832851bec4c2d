"""The three verdicts as pages, and every way to ask badly."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kb.model import MAX_CHARACTERS, Notice, Result, SearchResult, Verdict
from tests.webapp.conftest import ARTICLES, FakeCenter, results


def test_an_answer_stands_first_and_links_to_its_section(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(3, Verdict.ANSWERED)
    page = client.get("/search?q=parcel").text
    assert '<main id="main" class="wrap" tabindex="-1" data-verdict="answered" data-results="3">' in page
    assert page.index("Best answer") < page.index("Article 1") < page.index("Article 2")
    assert page.count('href="/articles/article-1#the-steps"') == 1, "its title, which leads to its section"
    assert "<mark>parcel</mark> is &amp; why" in page


def test_the_way_to_a_person_stands_under_the_best_answer_and_above_the_others(
    client: FlaskClient, center: FakeCenter
) -> None:
    center.found = results(3, Verdict.ANSWERED)
    page = client.get("/search?q=parcel&topic=delivery").text
    way = 'Not what you need? <a href="/contact?q=parcel&amp;topic=delivery">Contact us</a>'
    assert page.index("Article 1") < page.index(way) < page.index("Article 2")
    center.found = results(3, Verdict.UNSURE)
    assert "Not what you need? <a" not in client.get("/search?q=parcel").text


def test_links_to_contact_us_in_the_best_answer_carry_the_query(
    client: FlaskClient, center: FakeCenter
) -> None:
    found = results(1, Verdict.ANSWERED)
    center.found = replace(found, results=(replace(found.results[0], slug="late-parcel", anchor=""),))
    page = client.get("/search?q=parcel").text
    assert '<a href="/contact?q=parcel">Contact us</a> then.' in page


@pytest.mark.parametrize(("topic", "above"), [("delivery/abroad", True), ("returns", False)])
def test_above_a_sure_answer_stand_only_notices_that_concern_it(
    topic: str, above: bool, client: FlaskClient, center: FakeCenter
) -> None:
    center.notices = (Notice("Parcels are late.", topics=("delivery",)), Notice("A sale is on."))
    center.found = results(1, Verdict.ANSWERED, topic=topic)
    page = client.get("/search?q=broken").text
    assert ("Parcels are late." in page) is above
    assert "A sale is on." not in page
    center.found = results(1, Verdict.UNSURE, topic=topic)
    assert "A sale is on." in client.get("/search?q=broken").text


def test_an_unsure_search_shows_the_first_channels_after_three_results(
    client: FlaskClient, center: FakeCenter
) -> None:
    center.found = results(5, Verdict.UNSURE)
    page = client.get("/search?q=parcel").text
    assert 'data-verdict="unsure" data-results="5"' in page
    assert "Best answer" not in page
    seen = re.findall(r'Article \d(?=<)|data-channel="\w+"|href="/contact\?q=parcel">All', page)
    assert seen == [
        *("Article 1", "Article 2", "Article 3"),
        *('data-channel="chat"', 'data-channel="phone"', 'data-channel="email"'),
        'href="/contact?q=parcel">All',
        *("Article 4", "Article 5"),
    ]


@pytest.mark.parametrize("query", ["parcel", "I want to talk to a human"])
def test_an_unsure_search_names_each_channel_once_where_its_link_leads(
    query: str, client: FlaskClient, center: FakeCenter
) -> None:
    center.found = results(2, Verdict.UNSURE)
    page = client.get("/search", query_string={"q": query}).text
    assert page.count('data-channel="chat"') == 1
    assert page.count('href="#person"') == page.count('id="person"') == 1


def test_nothing_useful_shows_contact_us_in_place(client: FlaskClient, center: FakeCenter) -> None:
    center.found = SearchResult("", Verdict.NOTHING_USEFUL, 0.1)
    answer = client.get("/search?q=dinosaurs")
    assert answer.status_code == 200
    assert 'data-verdict="nothing_useful" data-results="0"' in answer.text
    assert "<q>dinosaurs</q>" in answer.text
    assert answer.text.index("Chat fits dinosaurs.") < answer.text.index("Callback fits dinosaurs.")
    assert "Closed · opens tomorrow 08:00" in answer.text
    assert "readonly" in answer.text
    assert "What happened: dinosaurs" in answer.text
    assert 'href="mailto:help@shop.example?subject=Help%20with%20dinosaurs' in answer.text


def test_who_gets_no_answer_sees_the_nearest_articles_where_they_may_be_about_it(
    client: FlaskClient, center: FakeCenter
) -> None:
    found = results(5, Verdict.NOTHING_USEFUL)
    center.found = replace(found, near=found.results[:2])
    page = client.get("/search?q=dinosaurs").text
    assert re.findall(r'<li><a href="/articles/article-\d', page[page.index("The nearest we have") :]) == [
        f'<li><a href="/articles/article-{number}' for number in (1, 2)
    ]
    assert page.index("The nearest we have") < page.index("Chat fits dinosaurs.")
    center.found = found
    assert "The nearest we have" not in client.get("/search?q=dinosaurs").text


def test_who_asks_for_a_person_is_not_told_that_no_article_answers(
    client: FlaskClient, center: FakeCenter
) -> None:
    found = results(3, Verdict.NOTHING_USEFUL)
    center.found = replace(found, near=found.results)
    page = client.get("/search?q=I+WANT+A+PERSON+NOW").text
    assert "Let’s get you to a person" in page
    assert "found no article" not in page
    assert "The nearest we have" not in page
    assert "found no article" in client.get("/search?q=a+person+stole+my+parcel").text


def test_who_asks_for_a_person_gets_ways_to_one_before_the_articles_about_it(
    client: FlaskClient, center: FakeCenter
) -> None:
    for verdict in (Verdict.ANSWERED, Verdict.UNSURE):
        center.found = results(3, verdict)
        page = client.get("/search?q=I+want+to+talk+to+a+human").text
        start = page.index("Talk to a person")
        first = page[start : page.index("/articles/article-1", start)]
        assert first.index('data-channel="chat"') < first.index('data-channel="phone"')
        assert "All ways to reach us" in first
        assert "Talk to a person" not in client.get("/search?q=a+person+stole+my+parcel").text


def test_all_of_a_long_question_reaches_the_message_and_the_form(
    client: FlaskClient, center: FakeCenter
) -> None:
    center.found = SearchResult("", Verdict.NOTHING_USEFUL, 0.1)
    question = f"{'it came late and ' * 50}my order is HF-204815"
    page = client.get("/search", query_string={"q": question}).text
    assert center.asked[-1]["query"] == question[:MAX_CHARACTERS].strip()
    assert f"What happened: {question}" in page
    assert "HF-204815" in client.get("/contact", query_string={"q": question}).text


def test_search_pages_are_not_indexed(client: FlaskClient, center: FakeCenter) -> None:
    for verdict in Verdict:
        center.found = results(1, verdict)
        assert '<meta name="robots" content="noindex">' in client.get("/search?q=parcel").text


def test_an_empty_query_gets_most_needed_articles_and_topics(client: FlaskClient, center: FakeCenter) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20%20"):
        page = client.get(address).text
        assert "Track your order" in page
        assert 'href="/topics/orders"' in page
    assert center.asked == []


def test_the_query_stays_in_the_search_box_and_is_escaped(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(1, Verdict.ANSWERED)
    page = client.get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page


def test_a_long_query_is_cut_and_says_so(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(1, Verdict.ANSWERED)
    page = client.get("/search?q=" + "parcel+" * 100).text
    assert len(center.asked[0]["query"]) <= MAX_CHARACTERS
    assert f"first {MAX_CHARACTERS} characters" in page


def test_a_better_spelling_is_offered_as_a_link(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(1, Verdict.UNSURE, suggestion="lost parcel")
    assert 'href="/search?q=lost+parcel"' in client.get("/search?q=lsot+parcle").text


def test_topic_filters_have_counts_and_keep_the_query(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(2, Verdict.ANSWERED, topics={"delivery": 2, "orders": 1})
    page = client.get("/search?q=parcel&topic=delivery").text
    assert center.asked == [{"query": "parcel", "topic": "delivery", "page": 1}]
    filters = page[page.index('class="topic-filters"') : page.index("results-page")]
    assert 'href="/search?q=parcel">All topics <span class="topic-filter-count">3<' in filters
    assert 'href="/search?q=parcel&amp;topic=delivery" aria-current="true">Delivery' in filters


@pytest.mark.parametrize(
    ("topic", "order"),
    [("", ["All topics", "Orders", "Delivery"]), ("&topic=delivery", ["All topics", "Delivery", "Orders"])],
)
def test_the_chosen_topic_comes_right_after_all_topics_where_a_phone_shows_it(
    client: FlaskClient, center: FakeCenter, topic: str, order: list[str]
) -> None:
    center.found = results(2, Verdict.UNSURE, topics={"delivery": 2, "orders": 1})
    page = client.get(f"/search?q=parcel{topic}").text
    assert re.findall(r'<a class="topic-filter"[^>]*>(.*?) <', page) == order


@pytest.mark.parametrize(
    ("address", "verdict", "stands_first"),
    [
        ("/search?q=parcel", Verdict.ANSWERED, "results"),
        ("/search?q=parcel&topic=delivery", Verdict.ANSWERED, "filters"),
        ("/search?q=parcel", Verdict.UNSURE, "filters"),
    ],
)
def test_who_got_an_answer_narrows_below_it(
    address: str, verdict: Verdict, stands_first: str, client: FlaskClient, center: FakeCenter
) -> None:
    center.found = results(2, verdict, topics={"delivery": 2, "orders": 1})
    page = client.get(address).text
    places = {"results": page.index("Article 2"), "filters": page.index('class="topic-filters"')}
    counts = [found.start() for found in re.finditer("data-count-line", page)]
    assert min(places, key=lambda part: places[part]) == stands_first
    assert len(counts) == 1
    assert (counts[0] < places["results"]) == (stands_first == "filters")


def test_an_unknown_topic_searches_all_topics_and_says_so(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(1, Verdict.ANSWERED)
    page = client.get("/search?q=parcel&topic=sofas").text
    assert center.asked[0]["topic"] == ""
    assert "no topic called “sofas”" in page


def test_more_than_ten_results_come_in_pages(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(10, Verdict.ANSWERED, total=25)
    page = client.get("/search?q=parcel&page=2").text
    assert "Page 2 of 3" in page
    assert 'rel="prev" href="/search?q=parcel"' in page
    assert 'rel="next" href="/search?q=parcel&amp;page=3"' in page
    assert "Best answer" not in page


def test_a_page_past_the_end_moves_to_the_last_one(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(0, Verdict.ANSWERED, total=25)
    assert client.get("/search?q=parcel&page=99").location == "/search?q=parcel&page=3"
    center.found = results(0, Verdict.NOTHING_USEFUL)
    assert client.get("/search?q=parcel&page=2").location == "/search?q=parcel"


def test_a_page_that_is_no_number_is_the_first(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(1, Verdict.ANSWERED)
    for page in ("x", "-1", "0", "9" * 5000, "²"):
        assert client.get("/search", query_string={"q": "parcel", "page": page}).status_code == 200
    assert {search["page"] for search in center.asked} == {1}


def test_the_best_answers_section_is_read_at_once(client: FlaskClient, center: FakeCenter) -> None:
    best = Result(
        "track-an-order",
        "Track your order",
        "/articles/track-an-order#with-an-account",
        "With an account",
        "with-an-account",
        "Sign <mark>in</mark>",
        "orders",
        None,
        9.0,
    )
    found = results(2, Verdict.ANSWERED)
    center.found = replace(found, results=(best, *found.results))
    page = client.get("/search?q=parcel").text
    assert "<p>Sign in.</p>" in page
    assert "Sign <mark>in</mark>" not in page
    assert page.index("Sign in.") < page.index("Article 1")


def test_related_articles_have_a_heading_of_their_own_and_are_no_results(
    client: FlaskClient, center: FakeCenter
) -> None:
    found = results(1, Verdict.ANSWERED)
    center.found = replace(found, results=(replace(found.results[0], slug="track-an-order"),))
    page = client.get("/search?q=parcel").text
    assert page.index("</ol>") < page.index("Related to the best answer") < page.index("My parcel is late")
    late = replace(found.results[0], slug="late-parcel")
    center.found = replace(found, results=(center.found.results[0], late))
    assert "Related to the best answer" not in client.get("/search?q=parcel").text


def test_examples_of_what_to_type_are_the_shops_own_questions_and_lead_to_their_answers(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [replace(ARTICLES[0], questions=("My brake squeals", "Why?")), ARTICLES[1]]
    monkeypatch.setattr(FakeCenter, "most_needed", lambda _center, _count: tuple(asked))
    links = re.findall('<li><a href="(.*?)"><q>(.*?)</q></a></li>', client.get("/search").text)
    assert links == [("/search?q=My+brake+squeals", "My brake squeals")]
