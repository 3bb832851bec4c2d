"""From a help center's files to its index, and to what a writer should mend."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.contact.channels import load_channels
from kb.contact.hours import check_site
from kb.contact.orders_csv import load_orders
from kb.contact.rules import Rules, check_rules, load_rules
from kb.content.colours import check_brand
from kb.content.files import Files, find_files
from kb.content.library import Library, read_library
from kb.content.memory import Memory, recipe
from kb.content.notices import check_notices, load_notices
from kb.content.seeds import load_site, load_topics, mail_problems, read_topics
from kb.errors import KBError, Problem, Severity
from kb.model import Channel, Notice, Topic
from kb.place import Place
from kb.processes import uncollected
from kb.search.generation import FORMAT, IndexUnusableError, live_fingerprint
from kb.search.index import build_index
from kb.search.judged import read_queries
from kb.search.pieces import piece
from kb.search.synonyms import read_synonyms


def read(
    place: Place,
    *,
    drafts: bool = False,
    track: Any = None,
    memory: Memory | None = None,
    files: Files | None = None,
) -> Library:
    """The library of a place, with all problems in its articles; raises KBError when nothing is served.

    With a `memory`, articles that it keeps come without text (see `Library`). `files` are those of the
    articles' folder, when they are known already.
    """
    return read_library(
        place.articles,
        load_topics(place.seeds),
        drafts=drafts,
        foreign=place.foreign,
        memory=memory,
        digest=piece,
        files=files,
        **({"track": track} if track else {}),
    )


def index_is_fresh(place: Place, *, drafts: bool = False) -> bool:
    """Whether the live index is what a build would make now."""
    try:
        with Memory(place.memory) as memory:
            files = find_files(place.articles)
            return live_fingerprint(place.index) == _fingerprint(place, files, drafts, memory)
    except IndexUnusableError:
        return False


def index_state(place: Place) -> str | None:
    """What is wrong with the live index, None when it can be read."""
    try:
        live_fingerprint(place.index)
    except IndexUnusableError as error:
        return str(error)
    return None


def build(place: Place, *, drafts: bool = False, track: Any = None, anew: bool = False) -> Library:
    """Reads the library and makes its index live; raises KBError when either can't be done.

    Only what has changed since the last build is rendered and indexed again, unless the index is to be made
    `anew`.
    """
    with uncollected(), Memory(place.memory) as memory:
        files = find_files(place.articles)
        mark = _fingerprint(place, files, drafts, memory)
        synonyms = read_synonyms(place.seeds / "synonyms.txt")
        library = read(place, drafts=drafts, track=track, memory=memory, files=files)
        build_index(place.index, library, mark, synonyms, track, anew=anew)
    return library


def check(place: Place, *, track: Any = None) -> tuple[Library | None, list[Problem]]:
    """All that a writer should mend, in articles and seeds, in one run; the library if it can be read."""
    problems: list[Problem] = []

    def gather(step: Any) -> Any:
        try:
            return step()
        except KBError as error:
            problems.extend(error.problems)
            return None

    site = gather(lambda: load_site(place.seeds))
    if site:
        problems += check_site(site) + check_brand(site)
    notices = gather(lambda: load_notices(place.seeds, site.timezone)) if site else None
    channels = gather(lambda: load_channels(place.seeds))
    if site and channels:
        problems += mail_problems(place.seeds, site, [channel.id for channel in channels])
    rules = gather(lambda: load_rules(place.seeds))
    topics, undrawn = gather(lambda: read_topics(place.seeds)) or (None, [])
    problems += undrawn
    gather(lambda: read_synonyms(place.seeds / "synonyms.txt"))
    if (place.seeds / "orders.csv").exists():
        gather(lambda: load_orders(place.seeds, date.today))
    library: Library | None = gather(
        lambda: read_library(
            place.articles,
            topics or (),
            foreign=place.foreign or topics is None,
            **({"track": track} if track else {}),
        )
    )
    if library:
        problems += library.problems
        problems += _misnamed(place, library, notices, rules, channels, topics)
    if library and not place.foreign and (place.seeds / "queries.yaml").exists():
        slugs = {article.slug for article in library.articles if not article.retired}
        _, unknown = gather(lambda: read_queries(place.seeds, slugs)) or ((), ())
        problems += unknown
    return library, sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.problem))


def _misnamed(
    place: Place,
    library: Library,
    notices: Sequence[Notice] | None,
    rules: Rules | None,
    channels: Sequence[Channel] | None,
    topics: Sequence[Topic] | None,
) -> list[Problem]:
    """What seeds name of articles, channels and topics that is not there; None stands for unreadable ones."""
    slugs = None if place.foreign else [article.slug for article in library.articles]
    problems = []
    if notices and slugs is not None and topics is not None:
        problems += check_notices(place.seeds, slugs, {topic.path for topic in topics})
    if rules and channels and topics:
        problems += check_rules(rules, channels, topics, slugs)
    return problems


def errors_in(problems: Sequence[Problem]) -> int:
    """How many of `problems` are errors, not warnings."""
    return sum(problem.severity is Severity.ERROR for problem in problems)


def _fingerprint(place: Place, files: Files, drafts: bool, memory: Memory) -> str:
    """A digest that changes whenever an index would: the bytes of all it is made from, and how it is made."""
    digest = hashlib.blake2b(f"{FORMAT} {recipe()} {drafts}".encode(), digest_size=16)
    for path in files.articles:
        digest.update(f"{path}\0{memory.key(path, f'{place.articles}/{path}')}\0".encode())
    digest.update(repr(sorted(files.assets.items())).encode("utf-8", "surrogateescape"))
    for name in ("topics.yaml", "synonyms.txt"):
        file = place.seeds / name
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()
