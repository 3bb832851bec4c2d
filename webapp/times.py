"""Dates, openings and hours in the words a customer reads."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.model import Opening

_DAYS = {"Mo": "Mon", "Tu": "Tue", "We": "Wed", "Th": "Thu", "Fr": "Fri", "Sa": "Sat", "Su": "Sun"}
_DAY = "|".join(_DAYS)
_DAY_LIST = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?:(?P<days>{_DAY_LIST}(?:,\s*{_DAY_LIST})*)\s+)?(?P<times>{_SPAN}(?:,\s*{_SPAN})*|off|closed)"
)
_DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of a channel's opening hours."""

    days: str
    times: str


def day(moment: date) -> str:
    """A date as it is written in text: 14 October 2026."""
    return f"{moment.day} {moment:%B %Y}"


def near_day(moment: date, today: date) -> str:
    """A date near `today` as people say it: yesterday, Tuesday 24 November, with the year if another."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((moment - today).days)
    year = "" if moment.year == today.year else f" {moment.year}"
    return near or f"{moment:%A} {moment.day} {moment:%B}{year}"


def on_day(moment: date, today: date) -> str:
    """The same as when something happens: yesterday, on Tuesday 24 November."""
    words = near_day(moment, today)
    return f"on {words}" if words[0].isupper() else words


def span(first: date, last: date, today: date) -> str:
    """When, if from `first` to `last`: tomorrow, by Friday 27 November, between tomorrow and …."""
    if first == last:
        return on_day(last, today)
    if last == today:
        return "today"
    if first <= today:
        return f"by {near_day(last, today)}"
    return f"between {near_day(first, today)} and {near_day(last, today)}"


def status(opening: Opening, now: datetime) -> str:
    """What a status chip says: "Open now · closes 20:00", "Closed · opens tomorrow 08:00"."""
    if opening.is_open:
        return f"Open now · closes {_when(opening.until, now)}" if opening.until else "Open at any time"
    if opening.opens is None:
        return "Closed until further notice"
    today = "today " if opening.opens.date() == now.date() else ""
    return f"Closed · opens {today}{_when(opening.opens, now)}"


def _when(moment: datetime, now: datetime) -> str:
    ahead = moment.date() - now.date()
    if ahead < timedelta(days=1):
        return f"{moment:%H:%M}"
    if ahead == timedelta(days=1):
        return f"tomorrow {moment:%H:%M}"
    if ahead < timedelta(days=7):
        return f"{moment:%A %H:%M}"
    return f"{moment.day} {moment:%B %H:%M}"


def hours(expression: str | None) -> tuple[Hours, ...]:
    """An opening_hours expression (OpenStreetMap's form) in lines of days and times.

    Weekly rules are put into words; a rule of any other form (dates, holidays) is shown as it is written.
    """
    rules = [rule.strip() for rule in (expression or "").split(";")]
    return tuple(_line(rule) for rule in rules if rule and not rule.startswith("PH"))


def _line(rule: str) -> Hours:
    weekly = _RULE.fullmatch(rule)
    if weekly is None:
        return Hours("Every day" if rule == "24/7" else "", "all day and night" if rule == "24/7" else rule)
    days = re.sub(_DAY, lambda match: _DAYS[match[0]], weekly["days"] or "Every day").replace("-", _DASH)
    times = re.sub(r",\s*", ", ", weekly["times"]).replace("-", _DASH)
    return Hours(re.sub(r",\s*", ", ", days), "closed" if times in ("off", "closed") else times)


def zone(now: datetime) -> str:
    """The zone that all hours are in: "London time (GMT)"."""
    key = str(now.tzinfo)
    place = key.rpartition("/")[2].replace("_", " ")
    return f"{place} time ({now:%Z})" if "/" in key else key
