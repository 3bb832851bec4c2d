"""Was this helpful? Without cookies and JavaScript, once a day, and after a No on to a person."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.insight.feedback import Votes
from kb.model import Verdict
from tests.webapp.conftest import NOW, FakeCenter, results
from webapp import feedback

HERE = "/articles/track-an-order/feedback"


def test_an_article_asks_and_yes_is_thanked_for(client: FlaskClient, center: FakeCenter) -> None:
    page = client.get("/articles/track-an-order").text
    assert f'action="{HERE}" method="post"' in page
    answer = client.post(HERE, data={"helpful": "yes"})
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    thanks = client.get(answer.location).text
    assert "Thank you for telling us" in thanks
    assert "My parcel is late" in thanks
    assert center.ledger.feedback.totals() == (Votes("track-an-order", 1, 0, {}),)


def test_no_leads_to_a_person_who_hears_of_the_article(client: FlaskClient, center: FakeCenter) -> None:
    page = client.get(client.post(HERE, data={"helpful": "no"}).location).text
    assert "Chat fits track-an-order." in page
    assert "I read: track-an-order" in page
    assert 'value="did_not_work"' in page
    again = client.post(HERE, data={"helpful": "no", "reason": "did_not_work"})
    page = client.get(again.location).text
    assert "will see what you said" in page
    assert "Chat fits track-an-order." in page
    assert 'name="reason"' not in page
    assert center.ledger.feedback.totals() == (Votes("track-an-order", 0, 1, {"did_not_work": 1}),)


def test_what_follows_a_vote_is_not_listed_by_search_engines(client: FlaskClient) -> None:
    assert 'content="noindex"' in client.get(f"{HERE}?helpful=no").text
    assert client.get(HERE).location == "/articles/track-an-order"


@pytest.mark.parametrize("slug", ["no-such-article", "fax-us"])
def test_only_an_article_that_can_be_read_can_be_voted_on(client: FlaskClient, slug: str) -> None:
    assert client.post(f"/articles/{slug}/feedback", data={"helpful": "yes"}).status_code == 404


@pytest.mark.parametrize("form", [{}, {"helpful": "maybe"}, {"helpful": ""}])
def test_a_vote_that_says_nothing_is_refused(client: FlaskClient, form: dict[str, str]) -> None:
    assert client.post(HERE, data=form).status_code == 400


def test_an_unknown_reason_is_a_vote_without_one(client: FlaskClient, center: FakeCenter) -> None:
    assert client.post(HERE, data={"helpful": "no", "reason": "<b>"}).location == f"{HERE}?helpful=no"
    assert center.ledger.feedback.totals() == (Votes("track-an-order", 0, 1, {}),)


def test_pages_of_other_sites_can_not_vote(client: FlaskClient, center: FakeCenter) -> None:
    there = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(HERE, data={"helpful": "no"}, headers=there).status_code == 403
    assert center.ledger.feedback.totals() == ()


def test_one_address_can_not_stuff_the_ballot(
    client: FlaskClient, center: FakeCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        client.post(HERE, data={"helpful": "yes"})
    assert center.ledger.feedback.totals() == (Votes("track-an-order", 1, 0, {}),)
    monkeypatch.setattr(feedback, "VOTES", 5)
    refused = client.post(HERE, data={"helpful": "yes"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    other: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    assert client.post(HERE, data={"helpful": "yes"}, **other).status_code == 303


def test_a_vote_that_can_not_be_kept_still_leads_on(
    client: FlaskClient, center: FakeCenter, caplog: pytest.LogCaptureFixture
) -> None:
    folder = center.files / ".kb"
    folder.mkdir()
    (folder / "helpcenter.sqlite").write_text("no database" * 100)
    assert client.post(HERE, data={"helpful": "no"}).status_code == 303
    assert "A vote is lost" in caplog.text


def test_programs_vote_as_people_do(client: FlaskClient, center: FakeCenter) -> None:
    vote = {"article": "track-an-order", "helpful": False, "reason": "unclear"}
    answer = client.post("/api/v1/feedback", json=vote)
    assert (answer.status_code, answer.get_json()) == (200, vote)
    assert center.ledger.feedback.totals() == (Votes("track-an-order", 0, 1, {"unclear": 1}),)
    assert client.post("/api/v1/feedback", json={**vote, "article": "sofa"}).status_code == 404
    assert client.post("/api/v1/feedback", json={"article": "x"}).status_code == 422
    assert client.post("/api/v1/feedback", data="helpful=yes").status_code == 415
    huge = {**vote, "article": "x" * 20_000}
    assert client.post("/api/v1/feedback", json=huge).status_code == 413


def test_a_search_is_noted_once_for_the_writers(client: FlaskClient, app: Flask, center: FakeCenter) -> None:
    center.found = results(2, Verdict.UNSURE, total=15)
    client.get("/search?q=sofa+legs")
    client.get("/search?q=sofa+legs&page=2")
    client.get("/search?q=sofa+legs&topic=orders")
    client.get("/api/v1/search?q=sofa+legs")
    assert center.ledger.searches.noted == [("sofa legs", Verdict.UNSURE, "article-1", NOW.date())] * 2
