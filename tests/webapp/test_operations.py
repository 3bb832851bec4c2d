"""Health, readiness and metrics: what operators and their programs ask."""

from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kb.model import Verdict
from tests.webapp.conftest import FakeCenter, results
from webapp import create_app
from webapp.current import customer


def _counted(client: FlaskClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample of /metrics by its name and its labels' values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for each in families for one in each.samples}


def test_health_needs_nothing_else_to_work(client: FlaskClient, center: FakeCenter) -> None:
    center.broken = True
    assert client.get("/healthz").text == "ok\n"


def test_readiness_says_what_cannot_be_read(client: FlaskClient, center: FakeCenter) -> None:
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text, ready.headers["Cache-Control"]) == (200, "ready\n", "no-store")
    center.broken = True
    failing = client.get("/readyz")
    assert (failing.status_code, failing.text) == (503, "not ready\nindex: cannot be used\n")


def test_without_its_database_a_server_is_ready_and_says_what_is_missing(
    client: FlaskClient, center: FakeCenter
) -> None:
    assert _counted(client)["kb_database_up",] == 1
    center.database_down = True
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ready\ndatabase: cannot be used\n")
    assert _counted(client)["kb_database_up",] == 0


def test_requests_are_counted_by_endpoint_never_by_address(client: FlaskClient) -> None:
    for slug in ("track-an-order", "late-parcel", "no-such"):
        client.get(f"/articles/{slug}")
    client.get("/no/such/page?secret=1")
    client.open("/", method="BREW")
    counted = _counted(client)
    assert counted["kb_requests_total", "browse.article", "GET", "200"] == 2
    assert counted["kb_requests_total", "browse.article", "GET", "404"] == 1
    assert counted["kb_requests_total", "none", "GET", "404"] == 1
    assert counted["kb_requests_total", "none", "other", "405"] == 1
    assert counted["kb_request_seconds_count", "browse.article"] == 3
    assert counted["kb_request_seconds_bucket", "browse.article", "+Inf"] == 3


@pytest.mark.parametrize("verdict", list(Verdict))
def test_searches_are_counted_by_verdict(client: FlaskClient, center: FakeCenter, verdict: Verdict) -> None:
    center.found = results(1, verdict)
    client.get("/search?q=parcel")
    assert _counted(client)["kb_searches_total", verdict.value] == 1


def test_the_live_index_is_named_by_its_number(client: FlaskClient) -> None:
    counted = _counted(client)
    assert counted["kb_index_generation",] == 7
    assert counted["kb_index_articles",] == 4


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "::2", ""])
def test_metrics_are_kept_from_other_machines(client: FlaskClient, address: str) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403
    assert "kb_requests" not in answer.text
    assert "--metrics-from" in answer.text


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_metrics_are_open_to_this_machine(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 200


def test_an_operator_says_who_else_may_read_metrics(center: FakeCenter) -> None:
    client = create_app(cast("Any", center), metrics_from=["10.1.0.0/16"]).test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_passes_on_is_not_from_this_machine(client: FlaskClient, header: str) -> None:
    """A proxy that nobody named with --proxies makes every customer look like 127.0.0.1."""
    assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 403


def test_behind_a_proxy_the_customers_own_address_counts(center: FakeCenter) -> None:
    client = create_app(cast("Any", center), proxies=1).test_client()
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "not an address"}).status_code == 403
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("192.0.2.1:50512", "192.0.2.1:50513", True),
        ("192.0.2.1", "192.0.2.1:50513", True),
        ("[2001:db8::1]:50512", "2001:db8::2", True),
        ("192.0.2.1:50512", "192.0.2.2:50512", False),
        ("::1", "[::1]:9", True),
    ],
)
def test_a_customer_is_an_address_whatever_port_a_proxy_names_beside_it(
    app: Flask, first: str, second: str, is_one: bool
) -> None:
    known = []
    for address in (first, second):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            known.append(customer())
    assert (known[0] == known[1]) is is_one
