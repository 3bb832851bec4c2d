"""When a channel is open: its hours, public holidays, daylight saving and shifts past midnight.

Hours are an `opening_hours` expression (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification),
evaluated by the `opening_hours` package; public holidays come from the `holidays` package. Two things
are decided here, because that package leaves them to its caller:

- A shift belongs to the day it begins on. One that runs past midnight is finished whatever the next
  day says, and does not happen when the day it would begin on is a holiday. (The package lets the
  next day's rule cut it, and keeps its second half when the first falls on a day off.)
- A shift begins when clocks first show its start and ends when they last show less than its end. So an
  hour that clocks show twice belongs to it whole, and an hour that clocks skip is neither.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, State, validate

from kb.errors import KBError, Problem
from kb.model import Channel, Opening, Site

_HORIZON = timedelta(days=400)
"""What changes later than this is taken never to change: more than a year, so any season comes round."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_MONTH, _WEEKDAY = "|".join(_MONTHS), r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b"
_DATED_RULE = re.compile(
    rf"; *(?=\d{{4}} (?:{_MONTH}) \d|(?:{_MONTH}) *\d(?![^;]*{_WEEKDAY}))", re.IGNORECASE
)
"""Where rules for days of their own begin; those for days of the week between dates are a season's."""

_COMMENT = re.compile(r'"[^"]*"')
_ONLY_A_COMMENT = re.compile(r'(?:^|[;,|])\s*""')
_UNSUPPORTED = (
    (r"\b(PH|SH)\b", "Leave holidays out: 'closed_on_holidays' and 'holidays' in site.yaml decide them."),
    (r"(?i)\b(sunrise|sunset|dawn|dusk)\b", "Write clock times; a help desk has no sunset."),
    (r"\d:\d\d ?\+|:\d\d-\d{1,2}:\d\d/", "Write each span as start-end, like 08:00-20:00."),
)
_EXAMPLE = "Write it like 'Mo-Fr 08:00-20:00; Sa 09:00-17:00'."


def opening(channel: Channel, site: Site, now: datetime) -> Opening:
    """Whether `channel` can be used at `now`, and when that changes.

    `now` is aware, in any zone (ValueError when it is not); the answer is in the zone of `site`. A
    channel without hours is always open (`until` None), one that does not open within 400 days has
    `opens` None. Raises KBError when the site's holiday calendar does not exist.
    """
    if now.tzinfo is None:
        raise ValueError("'now' needs a time zone: datetime.now(UTC)")
    zone = ZoneInfo(site.timezone)
    if channel.hours is None:
        return Opening(is_open=True)
    for begins, ends in _spans_around(channel, site, now, now + _HORIZON):
        if begins > now:
            return Opening(is_open=False, opens=begins.astimezone(zone))
        if ends is None:
            return Opening(is_open=True)
        if ends > now:
            return Opening(is_open=True, until=ends.astimezone(zone))
    return Opening(is_open=False)


def openings(
    channel: Channel, site: Site, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The spans between the aware moments `first` and `last` in which `channel` is open, in order.

    A span under way at `first` begins there; one that never ends, or not by then, ends at `last`.
    """
    if channel.hours is None:
        yield first, last
        return
    for begins, ends in _spans_around(channel, site, first, last):
        if begins >= last:
            return
        ends = last if ends is None else min(ends, last)
        if ends > first:
            yield max(begins, first), ends


def hours_fault(hours: str) -> tuple[str, str] | None:
    """What is wrong with an hours expression and how to mend it, or None when it can be used."""
    for pattern, fix in _UNSUPPORTED:
        found = re.search(pattern, hours)
        if found:
            return f"'hours' cannot contain {found[0]!r}.", fix
    if not validate(hours):
        return f"'hours' is not an opening_hours expression: {hours!r}.", _EXAMPLE
    if _ONLY_A_COMMENT.search(_COMMENT.sub('""', hours)):
        fix = "Write from when to when, and what is to be said besides in 'good_for'."
        return f"'hours' has words without times, which would be open at any time: {hours!r}.", fix
    return None


def check_site(site: Site) -> list[Problem]:
    """The problem of a holiday calendar in `seeds/site.yaml` that nobody knows."""
    try:
        _public_holidays(site.holidays, 2026)
    except KBError as error:
        return list(error.problems)
    return []


@lru_cache(maxsize=64)
def _public_holidays(calendar: str, year: int) -> tuple[str, ...]:
    """The public holidays of one year as opening_hours dates; none for calendar ''."""
    if not calendar:
        return ()
    country, _, subdivision = calendar.partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except (NotImplementedError, KeyError):
        raise KBError.at(
            "seeds/site.yaml",
            f"'holidays' names no calendar we know: {calendar!r}.",
            "Write a country, or country-region, like GB-ENG (https://holidays.readthedocs.io lists them).",
        ) from None
    return tuple(f"{day.year} {_MONTHS[day.month - 1]} {day.day}" for day in sorted(days))


@lru_cache(maxsize=256)
def _timetable(hours: str, calendar: str, first: int, last: int) -> tuple[OpeningHours, OpeningHours | None]:
    """What opens on each day of the years `first` to `last` and beside, and what then runs on after midnight.

    The second is written as if on the day that the shift began on, and is None when no shift runs on.
    """
    days = [day for year in range(first - 1, last + 2) for day in _public_holidays(calendar, year)]
    # A rule that begins with a date speaks of that day alone, so it comes after the holidays and wins.
    usual, *dated = _DATED_RULE.split(hours, maxsplit=1)
    rules = "; ".join([usual.rstrip("; "), *(f"{day} off" for day in days), *dated])
    if not any(_runs_on(span) for span in _SPAN.finditer(rules)):
        return OpeningHours(rules), None
    return OpeningHours(_SPAN.sub(_until_midnight, rules)), OpeningHours(_SPAN.sub(_after_midnight, rules))


def _runs_on(span: re.Match[str]) -> bool:
    begins, ends = _minutes(span)
    return ends <= begins or ends > 24 * 60


def _minutes(span: re.Match[str]) -> tuple[int, int]:
    hour, minute, end_hour, end_minute = map(int, span.groups())
    return hour * 60 + minute, end_hour * 60 + end_minute


def _until_midnight(span: re.Match[str]) -> str:
    return f"{span[1]}:{span[2]}-24:00" if _runs_on(span) else span[0]


def _after_midnight(span: re.Match[str]) -> str:
    if not _runs_on(span):
        return "23:59-24:00"  # Keeps the rule in force for its day; `_ran_on` never looks that late.
    hour = int(span[3])
    if (hour, span[4]) == (48, "00"):
        return "00:01-24:00"  # From 00:00 it would be a rule without times, of which nothing runs on.
    return f"00:00-{hour - 24 if hour >= 24 else hour:02}:{span[4]}"


def _ran_on(after: OpeningHours, day: datetime) -> timedelta:
    """How long shifts that began on `day` go on after its midnight."""
    _, ends, state, _ = next(after.intervals(day, day + _DAY))
    if state is not State.OPEN:
        return _DAY if ends == day + _MINUTE else timedelta()
    whole_day = ends is None or ends >= day + _DAY  # A rule without times: nothing runs on.
    return timedelta() if whole_day else ends - day


def _midnights(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The midnights after `begins`, up to and including `ends`: one span may hold several days' shifts."""
    night = datetime.combine(begins.date(), time()) + _DAY
    while night <= ends:
        yield night
        night += _DAY


def _spans_around(
    channel: Channel, site: Site, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans of a channel with hours, some before `first` and after `last` included, as `_open_spans`."""
    zone = ZoneInfo(site.timezone)
    calendar = site.holidays if channel.closed_on_holidays else ""
    # Two days more, so that a shift still running, or lengthened by a change of clocks, is seen whole.
    begin, end = (
        datetime.combine(moment.astimezone(zone).date() + days, time())
        for moment, days in ((first, -2 * _DAY), (last, 2 * _DAY))
    )
    return _open_spans(channel.hours or "", calendar, begin, end, zone)


def _open_spans(
    hours: str, calendar: str, first: datetime, horizon: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans, in order and apart, in which the hours are open from `first` to `horizon`, in UTC.

    These two are what clocks show. A span that reaches the horizon ends with None.
    """
    own, after = _timetable(hours, calendar, first.year, horizon.year)
    held: tuple[datetime, datetime] | None = None
    for begins, ends, state, _ in own.intervals(first, horizon):
        if state is not State.OPEN:
            continue
        if after is not None and ends < horizon:
            nights = [night + _ran_on(after, night - _DAY) for night in _midnights(begins, ends)]
            ends = max([ends, *nights])
        if held is not None and begins <= held[1]:
            held = held[0], max(held[1], ends)
            continue
        if held is not None:
            yield from _in_utc(*held, zone)
        held = begins, ends
    if held is not None and held[1] >= horizon:
        yield _moment(held[0], zone, last=False), None
    elif held is not None:
        yield from _in_utc(*held, zone)


def _in_utc(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    start = _moment(begins, zone, last=False)
    end = _moment(ends - _MINUTE, zone, last=True)
    if _reads(end, zone) == ends - _MINUTE:
        end += _MINUTE
    if start < end:  # A span within an hour that clocks skip never happens.
        yield start, end


def _moment(wall: datetime, zone: ZoneInfo, *, last: bool) -> datetime:
    """When clocks first (or last) show `wall`; where they skip it, the moment of the skip. In UTC."""
    moment = wall.replace(tzinfo=zone, fold=int(last)).astimezone(UTC)
    if _reads(moment, zone) == wall:
        return moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    minutes = range(int((after - before) / timedelta(minutes=1)))
    skip = bisect_left(minutes, wall, key=lambda count: _reads(before + timedelta(minutes=count), zone))
    return before + timedelta(minutes=skip)


def _reads(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
