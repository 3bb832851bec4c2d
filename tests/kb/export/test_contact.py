"""Openings and rules as data for the browser say what the library says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.contact.hours import opening, openings
from kb.contact.rules import load_rules
from kb.export.contact import contact, subjects
from kb.model import Article, Channel, ChannelKind, Site
from tests.builders import REPOSITORY

SITE = Site("Shop", timezone="Europe/London", holidays="GB-ENG")
TODAY = date(2026, 11, 24)
HOURS = (
    "Mo-Fr 08:00-20:00; Sa 09:00-17:00",
    "Mo-Th 20:00-02:00; Fr-Sa 20:00-04:00",
    "Mo-Fr 09:00-12:30,13:00-18:00; 2026 Dec 24 off",
    "24/7",
    None,
    "2027 Feb 3 10:00-11:00",
)


def channel(hours: str | None) -> Channel:
    return Channel("c", ChannelKind.PHONE, "C", "all", "1", hours)


def is_open(data: dict[str, Any], moment: datetime) -> bool:
    """What a browser makes of the spans."""
    spans = data["channels"][0]["spans"]
    if spans is None:
        return True
    minute, end = int(moment.timestamp()) // 60, data["from"]
    for gap, length in zip(spans[::2], spans[1::2], strict=True):
        begin, end = end + gap, end + gap + length
        if begin <= minute < end:
            return True
    return False


DATA = {hours: contact(load_rules(REPOSITORY / "seeds"), [channel(hours)], SITE, TODAY) for hours in HOURS}


@given(st.sampled_from(HOURS), st.integers(0, 419 * 1440))
@settings(max_examples=300, deadline=None)
def test_spans_are_open_exactly_when_the_hours_are(hours: str | None, minutes: int) -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert is_open(DATA[hours], moment) == opening(channel(hours), SITE, moment).is_open


def test_the_time_written_out_is_fourteen_months_from_the_first_of_this_one() -> None:
    data = DATA[None]
    zone = ZoneInfo("Europe/London")
    assert data["from"] == datetime(2026, 11, 1, tzinfo=zone).timestamp() / 60
    assert data["until"] == datetime(2028, 1, 1, tzinfo=zone).timestamp() / 60


def test_any_day_of_a_month_gives_the_same_data() -> None:
    rules = load_rules(REPOSITORY / "seeds")
    assert contact(rules, [channel(HOURS[0])], SITE, date(2026, 11, 1)) == DATA[HOURS[0]]


def test_openings_are_in_order_apart_and_inside_the_time_asked_for() -> None:
    first, last = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 27, 12, tzinfo=UTC)
    found = list(openings(channel(HOURS[0]), SITE, first, last))
    assert found[0][0] == first
    assert found[-1][1] == last
    assert [begins < ends for begins, ends in found] == [True] * 4
    assert sorted(found) == found


@pytest.mark.parametrize("hours", ["24/7", None])
def test_what_never_closes_is_one_span_to_the_end(hours: str | None) -> None:
    first, last = datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 11, 27, tzinfo=UTC)
    always = Channel("c", ChannelKind.PHONE, "C", "all", "1", hours, closed_on_holidays=False)
    assert list(openings(always, SITE, first, last)) == [(first, last)]


def test_an_article_brings_its_title_and_topic_along() -> None:
    assert subjects([Article("late", "My parcel is late", "delivery", "delivery/late.md")]) == {
        "late": ("My parcel is late", "delivery")
    }
