"""What `seeds/site.yaml` and `seeds/topics.yaml` say of the help center as a whole."""

import gettext
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config

from kb.content.drawings import drawing_problems
from kb.content.slugs import slugify
from kb.errors import KBError, Problem, Severity, near_miss
from kb.model import ANSWERED_FROM, BRAND_COLOUR, UNSURE_FROM, MailSecurity, MailSettings, Site, Topic
from kb.yamlfile import like, line_of, load_entries, load_seed, tell

if TYPE_CHECKING:  # which loads all that renders, and the process that sends mail reads site.yaml too
    from kb.content.targets import Targets

FILES = (
    "site.yaml",
    "topics.yaml",
    "notices.yaml",
    "channels.yaml",
    "routing.yaml",
    "synonyms.txt",
    "queries.yaml",
    "route_queries.yaml",
    "orders.csv",
)
"""The files of seeds that are read."""

ORDER_NUMBER = r"(#?(?=(?:[^0-9]*[0-9]){3})[A-Z0-9]+(?:[-./_ ][A-Z0-9]+){0,5})?"
"""Capitals and digits, three of these at least, in runs with a sign between."""

ICONS = tuple(
    """
    box truck broken return coin card gift person shield repeat speech-bubble chat phone email callback
    accessibility search clock check copy link info alert section page
    """.split()
)
"""The icons that a topic may have, as the pages draw them."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}; write one like Europe/London") from error
    return name


def _known_language(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"there is no language {tag!r}; write one like en-GB or pt-BR") from error
    return tag


def _topic_path(path: str) -> str:
    if path != "/".join(slugify(part) for part in path.split("/")):
        raise ValueError(f"{path!r} is not a folder's address; write it in lower case with hyphens")
    return path


def _address(address: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", address):
        raise ValueError(f"{address!r} is no e-mail address; write it like help@shop.example")
    return address


_Address = Annotated[str, AfterValidator(_address)]


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True)
class MailSeed:
    """The keys of site.yaml's `mail`; those of `to` are ids of channels."""

    host: Annotated[str, like(r"[\w:-]{1,63}(\.[\w:-]{1,63})*\.?", "smtp.shop.example")]
    sender: Annotated[_Address, Field(alias="from")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    to: dict[str, _Address] = field(default_factory=dict)


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True)
class SiteSeed:
    """The keys of site.yaml."""

    name: Annotated[str, Field(min_length=1)]
    tagline: str = ""
    base_url: Annotated[
        str, like(r"https?://[^/\s]+", "https://help.shop.example, with nothing after it")
    ] = "http://127.0.0.1:8000"
    shop_url: Annotated[str, like(r"(https?://\S+)?", "https://www.shop.example")] = ""
    language: Annotated[
        str, like(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "en-GB"), AfterValidator(_known_language)
    ] = "en"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    holidays: Annotated[str, like(r"([A-Z]{2}(-[A-Z0-9]{1,3})?)?", "GB or GB-ENG")] = ""
    brand_colour: Annotated[str, like(r"#[0-9a-fA-F]{6}", '"#1f5f5b", in quotes')] = BRAND_COLOUR
    logo: Annotated[str, like(r"(\w[\w-]*\.(svg|png|webp))?", "logo.svg, logo.png or logo.webp")] = ""
    answered_from: Annotated[float, Field(gt=0, lt=1)] = ANSWERED_FROM
    unsure_from: Annotated[float, Field(gt=0, lt=1)] = UNSURE_FROM
    orders_url: Annotated[str, like(r"(https?://[^/\s#]+[^\s#]*)?", "https://shop.example/api/orders")] = ""
    database_url: str = ""
    api_origins: tuple[Annotated[str, like(r"(\*|https?://[^/\s]+)", "https://www.shop.example")], ...] = ()
    order_page: Annotated[str, like(r"(https?://\S+)?", "https://www.shop.example")] = ""
    order_number: Annotated[
        str, like(ORDER_NUMBER, 'HF-204815, "#1001" in quotes, or 302-1234567-7654321')
    ] = ""
    mail: MailSeed | None = None
    retention_days: Annotated[int, Field(ge=1, le=36500)] = 730
    privacy_url: Annotated[
        str, like(r"(https?://\S+|/(?!/)\S*)?", "/articles/privacy or https://shop.example/privacy")
    ] = ""


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True)
class TopicSeed:
    """One entry of topics.yaml."""

    topic: Annotated[str, AfterValidator(_topic_path)]
    title: Annotated[str, Field(min_length=1)]
    summary: str = ""
    icon: str = ""


_SITE = TypeAdapter(SiteSeed)
_TOPIC = TypeAdapter(TopicSeed)


def load_site(seeds: Path) -> Site:
    """The help center's own settings; raises KBError naming every mistake in site.yaml."""
    seed, node = load_seed(seeds / "site.yaml", _SITE, "seeds/site.yaml")
    problems = []
    if seed.unsure_from > seed.answered_from:
        problem = f"'unsure_from' ({seed.unsure_from}) is above 'answered_from' ({seed.answered_from})."
        line = max(line_of(node, [key]) for key in ("unsure_from", "answered_from"))
        problems.append(Problem("seeds/site.yaml", line, problem, "Lower it, or raise the other."))
    if seed.logo and not (seeds / seed.logo).is_file():
        problem = f"'logo' names a file that is not there: seeds/{seed.logo}."
        fix = "Put the file beside site.yaml, or correct its name."
        problems.append(Problem("seeds/site.yaml", line_of(node, ["logo"]), problem, fix))
    if problems:
        raise KBError(problems)
    mail = MailSettings(**{**vars(seed.mail), "port": seed.mail.port or 0}) if seed.mail else None
    return Site(**{**vars(seed), "mail": mail})


def mail_problems(seeds: Path, site: Site, channels: Collection[str]) -> list[Problem]:
    """What `mail` says of channels that are not among the ids `channels`."""
    unknown = [channel for channel in (site.mail.to if site.mail else ()) if channel not in channels]
    if not unknown:
        return []
    _, node = load_seed(seeds / "site.yaml", _SITE, "seeds/site.yaml")
    return [
        Problem(
            "seeds/site.yaml",
            line_of(node, ["mail", "to", channel]),
            f"there is no channel '{channel}'.",
            near_miss(channel, list(channels)) or "Name one of seeds/channels.yaml.",
        )
        for channel in unknown
    ]


def logo_problems(seeds: Path, site: Site) -> list[Problem]:
    """What keeps the logo from being served: the host of an export may run the scripts of a drawing."""
    return list(drawing_problems(seeds, "seeds", [site.logo]))


def link_problems(seeds: Path, site: Site, targets: "Targets") -> list[Problem]:
    """The addresses in site.yaml that lead nowhere on the site."""
    fault = targets.fault(site.privacy_url)
    return at_key(seeds, "privacy_url", [Problem("seeds/site.yaml", None, *fault)]) if fault else []


def language_problems(seeds: Path, site: Site) -> list[Problem]:
    """What `language` says when the pages' own words are not there in it."""
    spoken = Locale.parse(site.language, sep="-")
    if spoken.language == "en" or gettext.find("messages", str(seeds / "translations"), [str(spoken)]):
        return []
    problem = f"the pages' own words have no translation into '{site.language}': they stay English."
    fix = "seeds/README.md says under 'translations/' how to make one."
    return at_key(seeds, "language", [Problem("seeds/site.yaml", None, problem, fix, Severity.WARNING)])


def at_key(seeds: Path, key: str, problems: Sequence[Problem]) -> list[Problem]:
    """`problems` with what site.yaml says under `key`, at its line there."""
    if not problems:
        return []
    _, node = load_seed(seeds / "site.yaml", _SITE, "seeds/site.yaml")
    return [replace(problem, line=line_of(node, [key])) for problem in problems]


def unread_files(seeds: Path) -> list[Problem]:
    """The files of seeds that nothing reads, though they end as if they were meant to be read."""
    endings = {Path(name).suffix for name in FILES} | {".yml"}
    names = sorted(file.name for file in seeds.iterdir()) if seeds.is_dir() else ()
    fix = "Remove it; seeds/README.md names the files that are."
    return [
        Problem(f"seeds/{name}", None, "is not read.", near_miss(name, FILES) or fix, Severity.WARNING)
        for name in names
        if name not in FILES and Path(name).suffix.lower() in endings and not name.startswith(".")
    ]


def load_topics(seeds: Path) -> tuple[Topic, ...]:
    """The Help menu, in order; raises KBError naming every mistake in topics.yaml."""
    return read_topics(seeds)[0]


def read_topics(seeds: Path) -> tuple[tuple[Topic, ...], list[Problem]]:
    """As `load_topics`, and the topics whose icon nobody drew."""
    entries, problems, node = load_entries(seeds / "topics.yaml", _TOPIC, "seeds/topics.yaml")
    met: set[str] = set()
    for number, entry in entries.items():
        if entry.topic in met:
            line = line_of(node, [number, "topic"])
            twice = f"topic '{entry.topic}' stands there twice."
            problems.append(Problem("seeds/topics.yaml", line, twice, "Remove one of the two."))
        met.add(entry.topic)
    tell(problems)
    topics = tuple(Topic(entry.topic, entry.title, entry.summary, entry.icon) for entry in entries.values())
    return topics, [
        Problem(
            "seeds/topics.yaml",
            line_of(node, [number, "icon"]),
            f"there is no icon '{topic.icon}'.",
            near_miss(topic.icon, ICONS) or f"Write one of: {', '.join(ICONS)}.",
            Severity.WARNING,
        )
        for number, topic in enumerate(topics)
        if topic.icon and topic.icon not in ICONS
    ]
