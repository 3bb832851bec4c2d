"""Dates, openings and hours in the words a customer reads, in the page's language."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel import dates, units

from kb.model import Opening
from webapp.language import gettext as _
from webapp.language import locale

_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "|".join(_WEEKDAYS)
_DAY_LIST = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_SPAN = r"\d{1,2}:[0-5]\d\s*-\s*\d{1,2}:[0-5]\d"
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
    return dates.format_date(moment, "long", locale=locale())


def period(days: int) -> str:
    """A length of time in the largest unit that it is a whole number of: 90 days, 2 years."""
    count, unit = (days // 365, "year") if days % 365 == 0 else (days, "day")
    return units.format_unit(count, f"duration-{unit}", locale=locale())


def near_day(moment: date, today: date) -> str:
    """A date near `today` as people say it: yesterday, Tuesday 24 November, with the year if another."""
    return _near(moment, today) or _weekday(moment, today)


def on_day(moment: date, today: date) -> str:
    """The same as when something happens: yesterday, on Tuesday 24 November."""
    return _near(moment, today) or _("on %(day)s", day=_weekday(moment, today))


def span(first: date, last: date, today: date) -> str:
    """When, if from `first` to `last`: tomorrow, by Friday 27 November, between tomorrow and …."""
    if first == last:
        return on_day(last, today)
    if last == today:
        return _("today")
    if first <= today:
        return _("by %(day)s", day=near_day(last, today))
    return _("between %(first)s and %(last)s", first=near_day(first, today), last=near_day(last, today))


def _near(moment: date, today: date) -> str:
    """The word for a day beside today, '' when there is none."""
    ahead = (moment - today).days
    if abs(ahead) > 1:
        return ""
    return (_("yesterday"), _("today"), _("tomorrow"))[ahead + 1]


def _weekday(moment: date, today: date) -> str:
    if moment.year != today.year:
        return dates.format_date(moment, "full", locale=locale())
    return dates.format_skeleton("MMMMEEEEd", moment, locale=locale())


def status(opening: Opening, now: datetime, *, calls_back: bool = False) -> str:
    """What a status chip says: "Open now · closes 20:00", "Closed · opens tomorrow 08:00".

    A channel that `calls_back` can be asked while it is closed.
    """
    if opening.is_open and opening.until is None:
        return _("Open at any time")
    if opening.is_open and opening.until:
        return _("Open now · closes %(time)s", time=when(opening.until, now))
    if opening.opens is None:
        return _("Closed until further notice")
    if calls_back:
        return _("Ask at any time · we call from %(time)s", time=when(opening.opens, now))
    if opening.opens.date() == now.date():
        return _("Closed · opens today %(time)s", time=when(opening.opens, now))
    return _("Closed · opens %(time)s", time=when(opening.opens, now))


def status_words() -> dict[str, str]:
    """The same words for a browser that knows the moment, with tokens: `__time__`, `__day__`."""
    time, day = "__time__", "__day__"
    return {
        "open": _("Open now · closes %(time)s", time=time),
        "always": _("Open at any time"),
        "closed": _("Closed until further notice"),
        "today": _("Closed · opens today %(time)s", time=time),
        "later": _("Closed · opens %(time)s", time=time),
        "calls": _("Ask at any time · we call from %(time)s", time=time),
        "tomorrow": _("tomorrow %(time)s", time=time),
        "day": _("%(day)s %(time)s", day=day, time=time),
        "unknown": _("Hours may have changed since this copy was made"),
    }


def when(moment: datetime, now: datetime) -> str:
    """A moment to come as it stands in a sentence: 08:00, tomorrow 08:00, Monday 08:00, 30 November 08:00."""
    ahead = moment.date() - now.date()
    clock = dates.format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale())
    if ahead < timedelta(days=1):
        return clock
    if ahead == timedelta(days=1):
        return _("tomorrow %(time)s", time=clock)
    if ahead < timedelta(days=7):
        named = dates.format_date(moment, "EEEE", locale=locale())
    else:
        named = dates.format_skeleton("MMMMd", moment, locale=locale())
    return _("%(day)s %(time)s", day=named, time=clock)


def hours(expression: str | None) -> tuple[Hours, ...]:
    """An opening_hours expression (OpenStreetMap's form) in lines of days and times.

    Weekly rules are put into words; a rule of any other form (dates) is shown as it is written.
    """
    rules = [rule.strip() for rule in (expression or "").split(";")]
    return tuple(_line(rule) for rule in rules if rule)


def _line(rule: str) -> Hours:
    if rule == "24/7":
        return Hours(_("Every day"), _("all day and night"))
    weekly = _RULE.fullmatch(rule)
    if weekly is None:
        return Hours("", rule)
    names = dates.get_day_names("abbreviated", locale=locale())
    written = re.sub(_DAY, lambda match: names[_WEEKDAYS.index(match[0])], weekly["days"] or "")
    days = re.sub(r",\s*", ", ", written.replace("-", _DASH)) or _("Every day")
    if weekly["times"] in ("off", "closed"):
        return Hours(days, _("closed"))
    spans = re.split(r",\s*", weekly["times"])
    return Hours(days, ", ".join(_from_to(*re.split(r"\s*-\s*", span)) for span in spans))


def _from_to(opens: str, closes: str) -> str:
    """From when to when, on the language's own clock, as the status chip beside it says it."""
    if (opens, closes) == ("00:00", "24:00"):
        return _("all day and night")
    first, last = _clock(opens), _clock(closes)
    between = _DASH if first[-1].isdigit() else f" {_DASH} "
    return f"{first}{between}{last}"


def _clock(written: str) -> str:
    """The time of day `08:00`; those after midnight may go on counting: `26:00`."""
    hour, minute = map(int, written.split(":"))
    return dates.format_time(time(hour % 24, minute), "short", locale=locale())


def zone(now: datetime, *, at_any_time: bool = False) -> str:
    """The zone that all hours are in: "London time (GMT)"; `at_any_time` leaves the season out."""
    key = str(now.tzinfo)
    if "/" not in key:
        return key
    place = dates.get_timezone_location(now.tzinfo, locale=locale(), return_city=True)
    if at_any_time:
        return _("%(place)s time", place=place)
    return _("%(place)s time (%(abbreviation)s)", place=place, abbreviation=f"{now:%Z}")
