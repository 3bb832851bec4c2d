"""The API: the same answers as the pages, errors that programs can read, and only to whom it is open."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import answer
from kb.model import Verdict
from tests.webapp.conftest import NOW, FakeCenter, results
from webapp import api


def problem(client: FlaskClient, address: str, status: int, **more: Any) -> dict[str, Any]:
    """The problem details of an address, checked for what all of them have."""
    got = client.open(address, **more)
    assert got.status_code == status
    assert got.mimetype == "application/problem+json"
    content: dict[str, Any] = got.get_json(force=True)
    assert content["type"] == "about:blank"
    assert content["status"] == status
    assert content["title"]
    assert content["detail"]
    return content


def test_a_search_has_the_one_shape_of_an_answer(client: FlaskClient, center: FakeCenter) -> None:
    center.found = results(3, Verdict.UNSURE, suggestion="lost parcel")
    got = client.get("/api/v1/search?q=lsot+parcel&topic=delivery&page=2")
    assert got.mimetype == "application/json"
    assert center.asked == [{"query": "lsot parcel", "topic": "delivery", "page": 2}]
    found = replace(center.found, query="lsot parcel")
    routes = center.routes("lsot parcel", "delivery", now=NOW)
    assert got.get_json() == answer.as_json(found, routes)


def test_suggestions_name_the_article_and_may_be_kept_for_a_minute(client: FlaskClient) -> None:
    got = client.get("/api/v1/suggest?q=track")
    (only,) = got.get_json()["suggestions"]
    assert only["text"] == "track my order"
    assert only["url"] == "/articles/track-an-order#late"
    assert got.cache_control.max_age == 60


def test_articles_are_listed_and_read(client: FlaskClient) -> None:
    listed = client.get("/api/v1/articles").get_json()
    slugs = [card["slug"] for card in listed["articles"]]
    assert listed["total"] == len(slugs)
    whole = client.get("/api/v1/articles/track-an-order").get_json()
    assert whole["updated"] == "2026-10-04"
    assert [section["anchor"] for section in whole["sections"]] == ["", "with-an-account", "without", "late"]
    assert whole["html"].startswith("<p>Open <strong>Orders</strong>")
    assert [card["slug"] for card in whole["related"]] == ["late-parcel"]
    assert client.get("/api/v1/articles?page=2").get_json()["articles"] == []
    inside = client.get("/api/v1/articles?topic=orders").get_json()["articles"]
    assert {card["topic"] for card in inside} == {"orders"}


def test_an_old_slug_moves_on_and_a_retired_article_names_its_successor(client: FlaskClient) -> None:
    for old in ("where-is-my-order", "Where-Is-My-Order", "Track-an-order"):
        answer = client.get(f"/api/v1/articles/{old}")
        assert (answer.status_code, answer.location) == (301, "/api/v1/articles/track-an-order")
    assert "'late-parcel'" in problem(client, "/api/v1/articles/old-couriers", 410)["detail"]
    assert "taken its place" not in problem(client, "/api/v1/articles/fax-us", 410)["detail"]


def test_topics_and_channels_are_what_the_pages_show(client: FlaskClient) -> None:
    paths = [topic["path"] for topic in client.get("/api/v1/topics").get_json()["topics"]]
    assert paths == ["orders", "delivery", "delivery/international", "empty"]
    got = client.get("/api/v1/channels?q=broken+mug").get_json()
    assert [channel["id"] for channel in got["channels"]] == ["chat", "phone", "email", "callback"]
    assert got["channels"][0]["reason"] == "Chat fits broken mug."
    assert "What happened: broken mug" in got["message"]["body"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/v1/articles/where-is-my-sofa", "'where-is-my-sofa'"),
        ("/api/v1/search?q=x&topic=deliver", "Did you mean 'delivery'?"),
        ("/api/v1/articles?topic=sofas", "/topics"),
        ("/api/v1/channels?article=sofa", "'sofa'"),
        ("/api/v1/channels?topic=sofas", "'sofas'"),
        ("/api/v1/nothing", "OpenAPI"),
        ("/api/v2/search", "OpenAPI"),
    ],
)
def test_what_is_not_there_is_a_problem_that_says_what_to_do(
    client: FlaskClient, address: str, words: str
) -> None:
    assert words in problem(client, address, 404)["detail"]


def test_all_that_is_wrong_with_the_parameters_is_named_at_once(client: FlaskClient) -> None:
    content = problem(client, "/api/v1/search?page=0", 422)
    assert [fault["name"] for fault in content["errors"]] == ["q", "page"]
    twice = problem(client, "/api/v1/search?q=a&q=b", 422)
    assert [fault["name"] for fault in twice["errors"]] == ["q"]


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    problem(client, "/api/v1/search?q=x", 405, method="DELETE")
    assert "GET" in client.delete("/api/v1/search").headers["Allow"]


def test_what_breaks_is_a_problem_without_its_inside(app: Flask, center: FakeCenter) -> None:
    center.broken = True
    content = problem(app.test_client(), "/api/v1/search?q=x", 500)
    assert "index is gone" not in content["detail"]


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/topics")
    again = client.get("/api/v1/topics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_who_asks_too_often_has_to_wait_and_others_do_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "READS", 3)
    for _ in range(3):
        assert client.get("/api/v1/suggest?q=x").status_code == 200
    problem(client, "/api/v1/suggest?q=x", 429)
    assert client.get("/api/v1/topics").headers["Retry-After"] == "60"
    other = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/v1/topics", environ_overrides=other).status_code == 200


def test_other_origins_may_read_only_where_the_site_says_so(client: FlaskClient, center: FakeCenter) -> None:
    shop = {"Origin": "https://shop.example"}
    header = "Access-Control-Allow-Origin"
    assert header not in client.get("/api/v1/topics", headers=shop).headers
    center.site = replace(center.site, api_origins=("https://shop.example",))
    allowed = client.get("/api/v1/topics", headers=shop)
    assert allowed.headers[header] == "https://shop.example"
    assert "Origin" in allowed.headers["Vary"]
    assert header not in client.get("/api/v1/topics", headers={"Origin": "https://evil.example"}).headers
    assert client.get("/api/v1/nothing", headers=shop).headers[header] == "https://shop.example"
    assert header not in client.get("/", headers=shop).headers
    asked_first = client.options("/api/v1/search", headers=shop)
    assert asked_first.status_code == 200
    assert "GET" in asked_first.headers["Access-Control-Allow-Methods"]
    center.site = replace(center.site, api_origins=("*",))
    anyone = {"Origin": "https://else.example"}
    assert client.get("/api/v1/topics", headers=anyone).headers[header] == "https://else.example"
