"""When channels are open: holidays, time zones, daylight saving, shifts past midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.contact.hours import check_site, hours_fault, opening
from kb.errors import KBError
from kb.model import Channel, ChannelKind, Opening, Site

LONDON = ZoneInfo("Europe/London")
SITE = Site("Shop", timezone="Europe/London", holidays="GB-ENG")
MINUTE = timedelta(minutes=1)


def channel(hours: str | None, *, closed_on_holidays: bool = True) -> Channel:
    return Channel("c", ChannelKind.PHONE, "C", "all", "1", hours, closed_on_holidays)


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_an_open_channel_says_until_when() -> None:
    now = at("2026-11-23 10:00")
    assert opening(channel("Mo-Fr 08:00-20:00"), SITE, now) == Opening(True, until=at("2026-11-23 20:00"))


def test_a_closed_channel_says_when_it_opens() -> None:
    now = at("2026-11-23 20:00")
    assert opening(channel("Mo-Fr 08:00-20:00"), SITE, now) == Opening(False, opens=at("2026-11-24 08:00"))


def test_a_channel_opens_on_its_very_minute() -> None:
    assert opening(channel("Mo-Fr 08:00-20:00"), SITE, at("2026-11-23 08:00")).is_open
    assert not opening(channel("Mo-Fr 08:00-20:00"), SITE, at("2026-11-23 07:59:59")).is_open


def test_a_channel_without_hours_is_always_open() -> None:
    assert opening(channel(None), SITE, at("2026-12-25 03:00")) == Opening(True)


@pytest.mark.parametrize("hours", ["off", "2020 Jan 1 10:00-12:00", "2030 Jan 1 10:00-12:00"])
def test_a_channel_that_never_opens_says_so(hours: str) -> None:
    assert opening(channel(hours), SITE, at("2026-11-23 10:00")) == Opening(False)


@pytest.mark.parametrize("hours", ["24/7", "Mo-Fr 00:00-24:00; Sa-Su 00:00-24:00", "12:00-12:00"])
def test_a_channel_that_never_closes_has_no_end(hours: str) -> None:
    now = at("2026-11-23 10:00")
    assert opening(channel(hours, closed_on_holidays=False), SITE, now) == Opening(True)


def test_public_holidays_close_a_channel_across_the_turn_of_the_year() -> None:
    christmas = opening(channel("Mo-Fr 08:00-20:00"), SITE, at("2026-12-24 21:00"))
    assert christmas.opens == at("2026-12-29 08:00")  # 25 Friday, 26 and 27 weekend, 28 in lieu of the 26th
    new_year = opening(channel("Mo-Fr 08:00-20:00"), SITE, at("2026-12-31 21:00"))
    assert new_year.opens == at("2027-01-04 08:00")


def test_a_channel_may_stay_open_on_holidays() -> None:
    chat = channel("Mo-Fr 08:00-22:00; Sa-Su 09:00-18:00", closed_on_holidays=False)
    assert opening(chat, SITE, at("2026-12-25 10:00")).is_open


def test_a_site_without_a_calendar_has_no_holidays() -> None:
    assert opening(channel("24/7"), Site("S"), datetime(2026, 12, 25, 10, tzinfo=UTC)) == Opening(True)


def test_a_rule_for_one_day_changes_that_day_and_wins_over_a_holiday() -> None:
    special = channel("Mo-Fr 08:00-20:00; 2026 Dec 24 08:00-14:00; 2026 Dec 28 10:00-12:00")
    assert opening(special, SITE, at("2026-12-24 09:00")).until == at("2026-12-24 14:00")
    assert opening(special, SITE, at("2026-12-24 15:00")).opens == at("2026-12-28 10:00")


@pytest.mark.parametrize(
    "rule",
    ["Dec 25 10:00-12:00", "dec 25 10:00-12:00", "Dec25 10:00-12:00", "Dec 24-Dec 26 10:00-12:00"],
)
def test_a_rule_for_a_day_of_every_year_wins_over_a_holiday_too(rule: str) -> None:
    special = channel(f"Mo-Fr 08:00-20:00; {rule}")
    assert opening(special, SITE, at("2026-12-25 11:00")).until == at("2026-12-25 12:00")


def test_a_season_of_the_year_leaves_holidays_closed() -> None:
    season = channel("Mo-Fr 08:00-20:00; Aug 1-31 Mo-Fr 08:00-16:00")
    assert opening(season, SITE, at("2026-08-28 10:00")).until == at("2026-08-28 16:00")
    assert opening(season, SITE, at("2026-08-28 17:00")).opens == at("2026-09-01 08:00")  # 31 is a holiday


@pytest.mark.parametrize("dash", [" - ", " -", "- "])
def test_blanks_around_a_dash_cut_no_shift(dash: str) -> None:
    late = channel(f"Fr 22:00{dash}06:00; Sa 10:00{dash}12:00")
    assert opening(late, SITE, at("2026-11-27 23:00")).until == at("2026-11-28 06:00")


def test_a_shift_past_midnight_is_finished_whatever_the_next_day_says() -> None:
    late = channel("Mo-Th 20:00-02:00; Fr-Sa 20:00-04:00")
    assert opening(late, SITE, at("2026-11-20 01:00")).until == at("2026-11-20 02:00")
    assert opening(late, SITE, at("2026-11-21 01:00")).until == at("2026-11-21 04:00")
    assert opening(late, SITE, at("2026-11-22 04:00")).opens == at("2026-11-23 20:00")


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        ("Mo 20:00-48:00", "2026-11-25 00:00"),
        ("Mo 20:00-47:00", "2026-11-24 23:00"),
        ("Mo 20:00-24:30", "2026-11-24 00:30"),
        ("Mo 00:00-48:00", "2026-11-25 00:00"),
        ("Mo 08:00-12:00,20:00-48:00; Tu 22:00-24:00", "2026-11-25 00:00"),
        ("Mo-Tu 20:00-48:00", "2026-11-26 00:00"),
    ],
)
def test_a_shift_may_last_through_the_whole_next_day(hours: str, until: str) -> None:
    assert opening(channel(hours), SITE, at("2026-11-23 21:00")).until == at(until)


def test_a_holiday_takes_the_shifts_that_begin_on_it_and_no_others() -> None:
    night = channel("22:00-06:00")
    assert opening(night, SITE, at("2026-12-24 23:00")).until == at("2026-12-25 06:00")
    assert opening(night, SITE, at("2026-12-25 07:00")).opens == at("2026-12-27 22:00")  # 26 is one too


def test_a_whole_day_rule_beside_a_night_shift_keeps_its_day() -> None:
    mixed = channel("Mo; Tu 22:00-02:00")
    assert opening(mixed, SITE, at("2026-11-23 12:00")).until == at("2026-11-24 00:00")
    assert opening(mixed, SITE, at("2026-11-25 01:00")).until == at("2026-11-25 02:00")


def test_now_may_be_in_any_zone_and_answers_are_in_the_sites() -> None:
    now = datetime(2026, 7, 1, 3, 30, tzinfo=ZoneInfo("America/New_York"))  # 08:30 in London
    answer = opening(channel("Mo-Fr 08:00-20:00"), SITE, now)
    assert answer == Opening(True, until=at("2026-07-01 20:00"))
    assert answer.until is not None
    assert answer.until.tzinfo == LONDON


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        opening(channel("24/7"), SITE, datetime(2026, 1, 1))


def test_a_shift_over_the_repeated_hour_is_one_hour_longer() -> None:
    night = channel("22:00-06:00")
    begins, ends = at("2026-10-24 22:00"), opening(night, SITE, at("2026-10-25 00:30")).until
    assert ends is not None
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=9)


def test_the_repeated_hour_does_not_interrupt_a_shift_that_ends_in_it() -> None:
    answer = opening(channel("Sa 22:00-01:30"), SITE, datetime(2026, 10, 25, 0, 45, tzinfo=UTC))
    assert answer.is_open
    assert answer.until is not None
    assert answer.until.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_shift_that_would_begin_in_the_skipped_hour_begins_when_clocks_go_on() -> None:
    answer = opening(channel("Su 01:30-05:00"), SITE, at("2026-03-28 23:00"))
    assert answer.opens is not None
    assert answer.opens.astimezone(UTC) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_shift_within_the_skipped_hour_does_not_happen() -> None:
    answer = opening(channel("Su 01:10-01:50"), SITE, at("2026-03-28 23:00"))
    assert answer.opens == at("2026-04-05 01:10")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("from nine to five", "opening_hours"),
        ("Mo 25:00-26:99", "opening_hours"),
        ("", "opening_hours"),
        ("Mo-Fr 08:00-20:00; PH off", "'PH'"),
        ("sunrise-sunset", "'sunrise'"),
        ("Mo 10:00+", "+"),
        ('"by appointment"', "words without times"),
        ('Mo 08:00-10:00; "by appointment"', "words without times"),
        ('Mo 08:00-10:00 || "by appointment"', "words without times"),
    ],
)
def test_hours_that_cannot_be_used_are_explained(hours: str, words: str) -> None:
    fault = hours_fault(hours)
    assert fault is not None
    assert words in fault[0]
    assert fault[1]


@pytest.mark.parametrize(
    "hours", ["Mo 08:00-10:00 \"ring; 'twice'\"", '24/7 "call first"', 'Su off "closed"']
)
def test_words_may_stand_beside_times(hours: str) -> None:
    assert hours_fault(hours) is None


def test_an_unknown_calendar_is_a_problem_of_the_site() -> None:
    (problem,) = check_site(Site("S", holidays="GB-XXX"))
    assert str(problem).startswith("seeds/site.yaml: 'holidays' names no calendar we know: 'GB-XXX'.")
    assert check_site(SITE) == []
    with pytest.raises(KBError, match="GB-XXX"):
        opening(channel("24/7"), Site("S", holidays="GB-XXX"), at("2026-01-01 10:00"))


# A straightforward model: every minute of some days, what clocks read in it, and whether a shift covers it.

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ZONES = {  # Where clocks change at different hours, by a half hour, and at midnight.
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 29)),
}
times = st.integers(0, 95).map(lambda quarter: quarter * 15)
Week = dict[int, tuple[int, int]]


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def in_words(week: Week) -> str:
    return "; ".join(f"{DAYS[day]} {clock(begins)}-{clock(ends)}" for day, (begins, ends) in week.items())


def open_minutes(
    week: Week, off: set[date], middle: date, zone: ZoneInfo
) -> tuple[list[datetime], list[bool]]:
    first = datetime.combine(middle - timedelta(days=4), datetime.min.time(), UTC)
    minutes = [first + count * MINUTE for count in range(9 * 24 * 60)]
    reads = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    is_open = [False] * len(minutes)
    for shift in range(-5, 6):
        day = middle + timedelta(days=shift)
        if day in off or day.weekday() not in week:
            continue
        begin, end = week[day.weekday()]
        midnight = datetime.combine(day, datetime.min.time())
        begins = midnight + begin * MINUTE
        ends = midnight + (end if end > begin else end + 24 * 60) * MINUTE
        covered = [index for index, wall in enumerate(reads) if begins <= wall < ends]
        for index in range(covered[0], covered[-1] + 1) if covered else ():
            is_open[index] = True
    return minutes, is_open


@settings(max_examples=60)
@example(
    week={4: (1365, 1365), 5: (0, 15), 0: (0, 0)}, place=("Europe/London", date(2026, 3, 29)), probes=[-76]
)
@given(
    week=st.dictionaries(st.integers(0, 6), st.tuples(times, times), min_size=1),
    place=st.sampled_from([(zone, day) for zone, days in ZONES.items() for day in days]),
    probes=st.lists(st.integers(-12 * 60, 36 * 60), min_size=8, max_size=8),
)
def test_opening_agrees_with_looking_at_every_minute(
    week: Week, place: tuple[str, date], probes: list[int]
) -> None:
    zone = ZoneInfo(place[0])
    british = place[0] == "Europe/London"
    site = Site("S", timezone=place[0], holidays="GB-ENG" if british else "")
    off = set(holidays.country_holidays("GB", subdiv="ENG", years=2026)) if british else set()
    minutes, is_open = open_minutes(week, off, place[1], zone)
    start = minutes.index(datetime.combine(place[1], datetime.min.time(), UTC))
    for probe in probes:
        now = start + probe
        changes = (index for index in range(now, len(minutes)) if is_open[index] != is_open[now])
        change = next(changes, None)
        answer = opening(channel(in_words(week)), site, minutes[now])
        assert answer.is_open is is_open[now]
        told = answer.until if answer.is_open else answer.opens
        if change is None:  # The model ends first.
            assert told is None or told.astimezone(UTC) > minutes[-1]
        else:
            assert told is not None
            assert told.astimezone(UTC) == minutes[change]
