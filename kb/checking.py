"""What a writer should mend, in the articles and in everything that the seeds say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from kb.contact.channels import load_channels, named_channels
from kb.contact.hours import check_site
from kb.contact.judged import read_problems
from kb.contact.numbers import order_numbers
from kb.contact.orders_csv import load_orders
from kb.contact.rules import Rules, check_rules, load_rules
from kb.content.colours import check_brand
from kb.content.library import Library, only_drafts, read_library, untracked
from kb.content.notices import check_notices, load_notices
from kb.content.seeds import (
    at_key,
    language_problems,
    link_problems,
    load_site,
    logo_problems,
    mail_problems,
    read_topics,
    unread_files,
)
from kb.content.targets import Targets
from kb.errors import KBError, Problem, Severity, by_place
from kb.model import Site, Topic
from kb.place import Place
from kb.search.judged import read_queries
from kb.search.synonyms import check_synonyms
from kb.seeds import database_problems

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Said:
    """What the seeds say, of channels their ids; None stands for what can't be read, () for none."""

    site: Site | None
    channels: Sequence[str] | None
    rules: Rules | None
    topics: Sequence[Topic] | None


def check(place: Place, *, track: Any = untracked) -> tuple[Library | None, list[Problem]]:
    """All that a writer should mend, in articles and seeds, in one run; the library if it can be read.

    Drafts are looked at as well, so that they are right when they are published; the library has them too.
    """
    problems: list[Problem] = []
    said = _of_seeds(place.seeds, problems)
    library = _gather(
        problems, read_library, place.articles, said.topics, drafts=True, foreign=place.foreign, track=track
    )
    if library:
        name = f"{place.articles}" if place.foreign else place.articles.name
        published = [article for article in library.articles if not article.draft]
        problems += _told_of_drafts(library, name)
        problems += [] if published else [only_drafts(name)]
        problems += _misnamed(place, library, said)
        if not place.foreign and (place.seeds / "queries.yaml").exists():
            slugs = {article.slug for article in published if not article.retired}
            retired = {article.slug for article in published} - slugs
            _, unknown = _gather(problems, read_queries, place.seeds, slugs, retired) or ((), ())
            problems += unknown
    return library, sorted(set(problems), key=by_place)


def _of_seeds(seeds: Path, problems: list[Problem]) -> _Said:
    """What the files of `seeds` say, each by itself; what is wrong in them joins `problems`."""
    site = _gather(problems, load_site, seeds)
    _gather(problems, load_channels, seeds)
    channels = _gather(problems, named_channels, seeds)
    _gather(problems, load_notices, seeds, site.timezone if site else "UTC")
    rules = _gather(problems, load_rules, seeds)
    problems += unread_files(seeds)
    topics, undrawn = _gather(problems, read_topics, seeds) or (None, [])
    problems += undrawn
    problems += _gather(problems, check_synonyms, seeds / "synonyms.txt") or []
    if site:
        problems += at_key(seeds, "holidays", check_site(site))
        problems += at_key(seeds, "brand_colour", check_brand(site))
        problems += logo_problems(seeds, site)
        problems += database_problems(seeds, site)
        problems += language_problems(seeds, site)
    if channels is not None:
        _gather(problems, read_problems, seeds, channels)
        problems += mail_problems(seeds, site, channels) if site else []
    if (seeds / "orders.csv").exists():
        numbers = order_numbers(site.order_number if site else "")
        _gather(problems, load_orders, seeds, numbers, date.today)
    return _Said(site, channels, rules, topics)


def _gather(problems: list[Problem], step: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
    """What a step gives; None when it can't, and why joins `problems`."""
    try:
        return step(*arguments, **named)
    except KBError as error:
        problems.extend(error.problems)
        return None


def _told_of_drafts(library: Library, name: str) -> list[Problem]:
    """The problems of a library, those of drafts marked: they cost no customer anything yet."""
    drafts = {f"{name}/{article.path}" for article in library.articles if article.draft}
    return [
        replace(problem, fix=f"{problem.fix} (draft)") if problem.path in drafts else problem
        for problem in library.problems
    ]


def _misnamed(place: Place, library: Library, said: _Said) -> list[Problem]:
    """What seeds name or link to that is not there."""
    slugs = None if place.foreign else [article.slug for article in library.articles if not article.draft]
    targets = None if place.foreign else Targets.of(library, place.articles)
    problems = []
    if said.site and targets:
        problems += link_problems(place.seeds, said.site, targets)
    if targets and said.topics is not None:
        topics = {topic.path for topic in said.topics}
        problems += _gather(problems, check_notices, place.seeds, targets, topics) or []
    if said.rules and said.channels is not None and said.topics is not None:
        problems += check_rules(said.rules, said.channels, said.topics, slugs)
    return problems


def errors_in(problems: Sequence[Problem]) -> int:
    """How many of `problems` are errors, not warnings."""
    return sum(problem.severity is Severity.ERROR for problem in problems)
