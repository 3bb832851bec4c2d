"""What articles say of themselves and of each other, and where they lie.

`lines_of` gives, by the path of an article, the lines of its front-matter keys; `name` is what messages call
the folder.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from kb.content.frontmatter import FrontMatter
from kb.content.links import A_DRAFT
from kb.content.memory import Anchor
from kb.content.slugs import LONGEST, alias_slug, is_too_long
from kb.errors import Problem, Severity, closest, near_miss
from kb.model import Article

Lines = Mapping[str, int]


def said_of_itself(
    place: str, front: FrontMatter, slug: str, lines: Lines, *, foreign: bool
) -> Iterator[Problem]:
    """What the front matter of the article `slug` says that can't be meant so, whatever the others say.

    The aliases of a `foreign` tree are another site's: Hugo's are paths, Obsidian's are titles.
    """
    if is_too_long(slug):
        fix = "Shorten the file's name, and its folders' where they are part of it."
        yield Problem(place, None, _too_long("address", slug), fix)
    for alias in front.aliases:
        if is_too_long(alias_slug(alias) or ""):
            yield Problem(place, lines.get("aliases"), _too_long("alias", alias), "Shorten or remove it.")
    if not foreign:
        yield from _own_aliases(place, front, slug, lines.get("aliases"))
    for other in dict.fromkeys(front.related):
        if other == slug or front.related.count(other) > 1:
            idle = "'related' names " + ("the article itself." if other == slug else f"'{other}' twice.")
            yield Problem(place, lines.get("related"), idle, "Remove it.", Severity.WARNING)
    if front.successor and not front.retired:
        fix = "Write 'retired: true' too, or take 'successor' out."
        unused = "has a successor, but is not retired."
        yield Problem(place, lines.get("successor"), unused, fix, Severity.WARNING)


def _too_long(what: str, written: str) -> str:
    return f"the {what} '{written[:40]}…' is too long for a file's name in an export: {LONGEST} bytes fit."


def _own_aliases(place: str, front: FrontMatter, slug: str, line: int | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for written in front.aliases:
        alias = alias_slug(written)
        if alias is None:
            last = alias_slug(written.rstrip("/ ").rpartition("/")[2])
            fix = f"Write the last part alone: '{last}'." if last else "Remove it."
            if last and not written.endswith(".md"):
                fix += " An address with more before it is for the proxy to lead there:"
                fix += " see README.md, 'On a server'."
            never = f"the alias '{written}' is the address of no article: these are /articles/ and one word."
            yield Problem(place, line, never, fix)
        elif alias == slug or alias in seen:
            why = "the article's own address" if alias == slug else "listed twice"
            yield Problem(place, line, f"the alias '{written}' is {why}.", "Remove it.", Severity.WARNING)
        seen.add(alias or "")


def cross_check(
    articles: Sequence[Article],
    lines_of: Mapping[str, Lines],
    drafts: Mapping[str, str],
    name: str,
    *,
    foreign: bool,
) -> Iterator[Problem]:
    """What one article says of others that does not hold; `drafts` has the slug of each draft by its path."""
    slugs = {article.slug: article for article in articles}
    owners = {alias: article for article in reversed(articles) for alias in article.aliases}
    aliases: dict[str, str] = {}
    titled: dict[tuple[str, str], str] = {}
    for article in sorted(articles, key=lambda article: article.draft):  # what is told is told of drafts
        place = f"{name}/{article.path}"
        lines = lines_of[article.path]
        twin = titled.setdefault((article.topic, article.title.casefold()), article.path)
        if twin != article.path and not foreign:
            same, fix = f"has the title of {twin}, in the same topic.", "Say in one what makes it another."
            yield Problem(place, lines.get("title"), same, fix, Severity.WARNING)
        unseen = () if article.draft else drafts.values()
        for key, slug in _named(article):
            if slug in unseen or slug not in slugs:
                fix = A_DRAFT if slug in unseen else _meant(slug, owners) or near_miss(slug, list(slugs))
                fix = fix or "Write the slug of an article."
                yield Problem(place, lines.get(key), f"'{key}' names '{slug}', which is no article.", fix)
        yield from _succession(place, article, slugs, lines.get("successor"))
        for alias in article.aliases:
            other = article.slug if alias in slugs else aliases.get(alias)
            if other:
                taken = f"the alias '{alias}' is the address of another article."
                yield Problem(place, lines.get("aliases"), taken, "Remove it here or there.")
            aliases[alias] = article.slug


def _named(article: Article) -> list[tuple[str, str]]:
    """The slugs that an article names, each with its key."""
    related = [("related", slug) for slug in article.related]
    return [*related, *([("successor", article.successor)] if article.successor else [])]


def _succession(
    place: str, article: Article, slugs: Mapping[str, Article], line: int | None
) -> Iterator[Problem]:
    """A retired article whose successor is retired too: nobody should be led on twice, or in a circle."""
    follower = slugs.get(article.successor or "")
    if article.retired and follower and follower.retired:
        last = _last_in_use(follower, slugs)
        fix = f"Write '{last}', which follows." if last else "Write the slug of an article in use."
        gone = f"'successor' names '{follower.slug}', which is retired itself."
        yield Problem(place, line, gone, fix, Severity.WARNING)


def _last_in_use(retired: Article, slugs: Mapping[str, Article]) -> str | None:
    """The slug that successors lead to in the end, None where they end or go round."""
    seen: set[str] = set()
    article: Article | None = retired
    while article and article.retired and article.slug not in seen:
        seen.add(article.slug)
        article = slugs.get(article.successor or "")
    return article.slug if article and not article.retired else None


def _meant(alias: str, owners: Mapping[str, Article]) -> str:
    owner = owners.get(alias)
    return f"Write '{owner.slug}': {owner.path} has the alias '{alias}'." if owner else ""


def misplaced(
    articles: Sequence[Article], lines_of: Mapping[str, Lines], name: str, has_topics: bool, today: date
) -> Iterator[Problem]:
    """What lies outside of all topics, where there are any, and days that are still to come."""
    tomorrow = today + timedelta(days=1)  # as it is somewhere already
    for article in articles:
        place = f"{name}/{article.path}"
        line = lines_of[article.path].get("updated")
        if line and article.updated and article.updated > tomorrow:
            early = f"'updated' is a day to come, {article.updated}."
            fix = f"Write the day of its last change, at the latest {today}."
            yield Problem(place, line, early, fix, Severity.WARNING)
        if has_topics and not article.topic:
            outside = "lies in no topic, so that the Help menu does not lead to it."
            fix = f"Move it into a topic's folder: {name}/a-topic/{article.path}."
            yield Problem(place, 1, outside, fix, Severity.WARNING)


def broken_anchors(
    place: str, noted: Iterable[Anchor], anchors: Mapping[str, Collection[str]]
) -> list[Problem]:
    """The links of the article at `place` to headings that their articles do not have.

    `anchors` maps slugs to the anchors there are.
    """
    return [
        Problem(
            place,
            line,
            f"'{href}' names a heading that is not there.",
            anchor_fix(anchor, anchors.get(slug, ())),
            Severity.WARNING,
        )
        for slug, anchor, href, line in noted
        if anchor not in anchors.get(slug, ())
    ]


def anchor_fix(anchor: str, anchors: Collection[str]) -> str:
    """How to mend a link's part after '#' that is none of `anchors`."""
    near = closest(anchor, sorted(anchors))
    return f"Did you mean '#{near}'?" if near else "Correct the part after '#'."
