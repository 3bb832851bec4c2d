"""What a writer should mend, in the articles and in everything that the seeds say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from kb.contact.channels import load_channels
from kb.contact.hours import check_site
from kb.contact.judged import read_problems
from kb.contact.orders_csv import load_orders
from kb.contact.rules import Rules, check_rules, load_rules
from kb.content.colours import check_brand
from kb.content.library import Library, only_drafts, read_library, untracked
from kb.content.notices import check_notices, load_notices
from kb.content.seeds import at_key, link_problems, load_site, mail_problems, read_topics
from kb.content.targets import Targets
from kb.errors import KBError, Problem, Severity, by_place
from kb.model import Channel, Notice, Site, Topic
from kb.place import Place
from kb.search.judged import read_queries
from kb.search.synonyms import check_synonyms


def check(place: Place, *, track: Any = untracked) -> tuple[Library | None, list[Problem]]:
    """All that a writer should mend, in articles and seeds, in one run; the library if it can be read.

    Drafts are looked at as well, so that they are right when they are published; the library has them too.
    """
    problems: list[Problem] = []

    def gather(step: Any) -> Any:
        try:
            return step()
        except KBError as error:
            problems.extend(error.problems)
            return None

    site = gather(lambda: load_site(place.seeds))
    if site:
        problems += at_key(place.seeds, "holidays", check_site(site))
        problems += at_key(place.seeds, "brand_colour", check_brand(site))
    notices = gather(lambda: load_notices(place.seeds, site.timezone)) if site else None
    channels = gather(lambda: load_channels(place.seeds))
    if channels is not None:
        ids = [channel.id for channel in channels]
        gather(lambda: read_problems(place.seeds, ids))
        problems += mail_problems(place.seeds, site, ids) if site else []
    rules = gather(lambda: load_rules(place.seeds))
    topics, undrawn = gather(lambda: read_topics(place.seeds)) or (None, [])
    problems += undrawn
    problems += gather(lambda: check_synonyms(place.seeds / "synonyms.txt")) or []
    if (place.seeds / "orders.csv").exists():
        gather(lambda: load_orders(place.seeds, date.today))
    foreign = place.foreign or topics is None
    library: Library | None = gather(
        lambda: read_library(
            place.articles,
            topics or (),
            drafts=True,
            foreign=foreign,
            track=track,
        )
    )
    if library:
        name = f"{place.articles}" if foreign else place.articles.name
        published = tuple(article for article in library.articles if not article.draft)
        problems += _told_of_drafts(library, name)
        problems += [] if published else [only_drafts(name)]
        there = replace(library, articles=published)
        problems += _misnamed(place, there, site, notices, rules, channels, topics)
    if library and not place.foreign and (place.seeds / "queries.yaml").exists():
        slugs = {article.slug for article in published if not article.retired}
        _, unknown = gather(lambda: read_queries(place.seeds, slugs)) or ((), ())
        problems += unknown
    return library, sorted(set(problems), key=by_place)


def _told_of_drafts(library: Library, name: str) -> list[Problem]:
    """The problems of a library, those of drafts marked: they cost no customer anything yet."""
    drafts = {f"{name}/{article.path}" for article in library.articles if article.draft}
    return [
        replace(problem, fix=f"{problem.fix} (draft)") if problem.path in drafts else problem
        for problem in library.problems
    ]


def _misnamed(
    place: Place,
    library: Library,
    site: Site | None,
    notices: Sequence[Notice] | None,
    rules: Rules | None,
    channels: Sequence[Channel] | None,
    topics: Sequence[Topic] | None,
) -> list[Problem]:
    """What seeds name or link to that is not there; None stands for what can't be read, () for none."""
    slugs = None if place.foreign else [article.slug for article in library.articles]
    targets = None if place.foreign else Targets.of(library, place.articles)
    problems = []
    if site and targets:
        problems += link_problems(place.seeds, site, targets)
    if notices and targets and topics is not None:
        problems += check_notices(place.seeds, targets, {topic.path for topic in topics})
    if rules and channels is not None and topics is not None:
        problems += check_rules(rules, channels, topics, slugs)
    return problems


def errors_in(problems: Sequence[Problem]) -> int:
    """How many of `problems` are errors, not warnings."""
    return sum(problem.severity is Severity.ERROR for problem in problems)
