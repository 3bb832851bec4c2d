"""Service notices: what everybody should know for a while, from `seeds/notices.yaml`.

Each has a `text`, and may have a `start` and an `end` (in the shop's time zone; a day alone counts from
its first moment to its last, and 9999-12-31 never ends), a `link` with its `link_text`, a `level`, and the
`topics` whose articles show it too. The file may be missing, and then there are none.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, with_config

from kb.content.targets import Targets
from kb.errors import Problem, Severity, near_miss
from kb.model import Notice, NoticeLevel
from kb.yamlfile import like, line_of, load_entries, tell

NAME = "seeds/notices.yaml"


def _moment(written: object) -> object:
    """A day or a moment, from YAML's own types or from text without seconds."""
    if isinstance(written, str):
        try:
            return date.fromisoformat(written) if len(written) == 10 else datetime.fromisoformat(written)
        except ValueError:
            pass
    if not isinstance(written, date):
        raise ValueError("it is no day or time; write it like 2026-11-23 or 2026-11-23 08:00")
    return written


Moment = Annotated[Any, BeforeValidator(_moment)]


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True)
class NoticeSeed:
    """One entry of notices.yaml."""

    text: Annotated[str, Field(min_length=1)]
    level: NoticeLevel = NoticeLevel.INFO
    start: Moment | None = None
    end: Moment | None = None
    link: Annotated[
        str, like(r"(https?://\S+|/(?!/)\S*)?", "/articles/delayed-parcel or https://shop.example/news")
    ] = ""
    link_text: str = ""
    topics: tuple[str, ...] = ()


_NOTICE = TypeAdapter(NoticeSeed)


def load_notices(seeds: Path, timezone: str) -> tuple[Notice, ...]:
    """The notices, the gravest first and otherwise as the file has them; moments are in `timezone`.

    Raises KBError naming every mistake.
    """
    entries, problems, node = _read(seeds)
    zone = ZoneInfo(timezone)
    notices = {number: _notice(entry, zone) for number, entry in entries.items()}
    for number, notice in notices.items():
        if notice.start and notice.end and notice.end <= notice.start:
            problems.append(_at(node, number, "end", "'end' is not after 'start'.", "Correct one."))
        if notice.link and not notice.link_text:
            fix = "Add a line 'link_text: What it leads to'."
            problems.append(_at(node, number, "link", "the link has no words.", fix))
    tell(problems)
    levels = list(NoticeLevel)
    return tuple(sorted(notices.values(), key=lambda notice: -levels.index(notice.level)))


def check_notices(seeds: Path, targets: Targets, topics: Collection[str]) -> list[Problem]:
    """The notices that link to what is not among `targets`, or name a path that is none of `topics`."""
    entries, _, node = _read(seeds)
    problems = []
    for number, entry in entries.items():
        if fault := targets.fault(entry.link):
            problems.append(_at(node, number, "link", *fault))
        for topic in entry.topics:
            if topic not in topics:
                fix = near_miss(topic, sorted(topics)) or f"Write one of: {', '.join(sorted(topics))}."
                problems.append(_at(node, number, "topics", f"there is no topic '{topic}'.", fix))
    return problems


def linked(notices: Iterable[Notice], slugs: Collection[str]) -> tuple[Notice, ...]:
    """The notices, without links to articles that are not there: another tree is shown with our seeds."""
    kept = (None, *slugs)
    return tuple(
        notice if _article(notice.link) in kept else replace(notice, link="", link_text="")
        for notice in notices
    )


def _article(link: str) -> str | None:
    """The slug of the article that a notice links to, None for another page."""
    return link.removeprefix("/articles/").partition("#")[0] if link.startswith("/articles/") else None


def _read(seeds: Path) -> tuple[dict[int, NoticeSeed], list[Problem], yaml.Node | None]:
    file = seeds / "notices.yaml"
    return load_entries(file, _NOTICE, NAME, empty=[]) if file.exists() else ({}, [], None)


def _notice(entry: NoticeSeed, zone: ZoneInfo) -> Notice:
    start = _aware(entry.start, zone)
    end = None if _is_last_day(entry.end) else _aware(entry.end, zone, whole_day=True)
    return Notice(entry.text, entry.level, start, end, entry.link, entry.link_text, entry.topics)


def _is_last_day(written: date | None) -> bool:
    """Whether it is the last day of the calendar, which people write for "never" and no day comes after."""
    return written is not None and (written.year, written.month, written.day) == (9999, 12, 31)


def _aware(written: date | None, zone: ZoneInfo, *, whole_day: bool = False) -> datetime | None:
    if written is None:
        return None
    if isinstance(written, datetime):
        return written if written.tzinfo else written.replace(tzinfo=zone)
    return datetime.combine(written + timedelta(days=int(whole_day)), time(), zone)


def _at(
    node: yaml.Node | None, number: int, key: str, problem: str, fix: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(NAME, line_of(node, [number, key]), problem, fix, severity)
