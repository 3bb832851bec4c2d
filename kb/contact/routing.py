"""Which channels fit a problem, best first, each with the reason: the rules of `seeds/routing.yaml`.

The file has two keys. `defaults` maps channels to reasons, in the order used when nothing is known of a
problem. `rules` is a list; each rule has an `id`, `when` (any of `words`, `topics`, `articles`),
`channels` (which map to reasons, best first) and optionally a `weight`.

How rules are counted, which the file's own comment tells its writers:

1. A rule gets 10 points times its weight for each of the customer's words that it knows, 5 when it
   names the article they came from and 2 when it names the topic. A phrase hides shorter ones within
   it, in any rule: "not urgent" is not "urgent". "taken … twice" lets up to four words stand between.
2. A rule gives its points to its first channel, half to its second, a third to its third, and so on.
3. Channels with points come first, most points first (if equal, as the best rule has them), then the
   others in the default order. In each group, channels that can be used now come before closed ones.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, with_config

from kb.contact.hours import opening
from kb.errors import Problem, Severity, closest
from kb.model import Channel, ChannelKind, Opening, Route, Site, Topic
from kb.search.analysis import tokens
from kb.yamlfile import check, line_of, load_seed, tell

NAME = "seeds/routing.yaml"

POINTS_WORD, POINTS_ARTICLE, POINTS_TOPIC = 10, 5, 2

TAKES_MESSAGES = frozenset({ChannelKind.EMAIL, ChannelKind.FORM, ChannelKind.CALLBACK})
"""Kinds a customer can use while nobody is there: a message waits, a callback is asked for ahead."""

GAP, GAP_WORDS = "…", 4
"""What stands in a phrase for words between, and how many these may be."""

_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019]")

Phrase = tuple[str, ...]
"""Folded words, with `GAP` where others may stand between."""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class When:
    """What makes a rule match: words of the customer's own, topics' paths, articles' slugs."""

    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the file has it; `channels` maps each channel's id to the reason, best first."""

    id: str
    when: When
    channels: dict[str, str]
    weight: float = 1.0


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class _File:
    defaults: dict[str, str]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sound:
    """Of a file what has the right shape, rules by their places."""

    defaults: Mapping[str, str]
    rules: Mapping[int, Rule]


_RULE = TypeAdapter(Rule)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, ready to be asked; `phrases` says which rules (by number) know a folded phrase."""

    rules: tuple[Rule, ...]
    defaults: Mapping[str, str]
    phrases: Mapping[Phrase, tuple[int, ...]]
    node: yaml.Node | None = field(default=None, repr=False, compare=False)


def load_rules(seeds: Path) -> Rules:
    """The rules of `seeds/routing.yaml`.

    Raises KBError with every mistake of form. Names of channels, topics and articles are not looked up
    here but by `check_rules`: a rule for a channel that a shop does not have is simply not used.
    """
    value, node = load_seed(seeds / "routing.yaml", TypeAdapter(dict[str, Any]), NAME)
    _, misshapen = check(TypeAdapter(_File), value, NAME, node)
    sound = _without(value, [keys for keys, _ in misshapen])
    problems = [problem for _, problem in misshapen]
    problems += [Problem(NAME, line_of(node, keys), problem, fix) for keys, problem, fix in _mistakes(sound)]
    tell(problems)
    rules = tuple(sound.rules.values())
    phrases: dict[Phrase, tuple[int, ...]] = {}
    for number, rule in enumerate(rules):
        for phrase in dict.fromkeys(folded_phrase(words) for words in rule.when.words):
            phrases[phrase] = (*phrases.get(phrase, ()), number)
    return Rules(rules, sound.defaults, phrases, node)


def routes(
    rules: Rules,
    channels: Sequence[Channel],
    site: Site,
    query: str = "",
    topic: str = "",
    article: str = "",
    now: datetime | None = None,
) -> tuple[Route, ...]:
    """All `channels`, the best for this problem first, each with its reason and whether it is open.

    `query` is what the customer wrote, `topic` a topic's path, `article` a slug, each "" if unknown;
    `now` is aware and defaults to this moment. Raises what `kb.contact.hours.opening` raises.
    """
    moment = datetime.now().astimezone() if now is None else now
    openings = {channel.id: opening(channel, site, moment) for channel in channels}
    return route(rules, channels, openings, query, topic, article)


def route(
    rules: Rules,
    channels: Sequence[Channel],
    openings: Mapping[str, Opening],
    query: str = "",
    topic: str = "",
    article: str = "",
) -> tuple[Route, ...]:
    """As `routes`, with the opening of each channel's id given."""
    points: dict[str, float] = {}
    reasons: dict[str, str] = {}  # In the order in which the best rules, then the defaults, name channels.
    for score, rule in _matching(rules, query, topic, article):
        for place, (channel, reason) in enumerate(rule.channels.items(), start=1):
            points[channel] = points.get(channel, 0.0) + score / place
            reasons.setdefault(channel, reason)
    for channel, reason in rules.defaults.items():
        reasons.setdefault(channel, reason)
    named = list(reasons)

    def standing(channel: Channel) -> tuple[bool, bool, float, int]:
        usable = openings[channel.id].is_open or channel.kind in TAKES_MESSAGES
        place = named.index(channel.id) if channel.id in reasons else len(named)
        return channel.id not in points, not usable, -points.get(channel.id, 0.0), place

    return tuple(
        Route(channel, reasons.get(channel.id, channel.good_for), openings[channel.id])
        for channel in sorted(channels, key=standing)
    )


def check_rules(
    rules: Rules,
    channels: Sequence[Channel],
    topics: Sequence[Topic],
    articles: Collection[str] | None = None,
) -> list[Problem]:
    """Names in the rules that nothing has, channels without a default reason, topics nobody serves.

    `articles` are the slugs in use; None leaves slugs unchecked.
    """
    configured, paths = [channel.id for channel in channels], [topic.path for topic in topics]
    problems = list(_unknown(rules, ("defaults",), rules.defaults, configured, "channel"))
    for number, rule in enumerate(rules.rules):
        place = ("rules", number)
        problems += _unknown(rules, (*place, "channels"), rule.channels, configured, "channel")
        problems += _unknown(rules, (*place, "when", "topics"), rule.when.topics, paths, "topic")
        if articles is not None:
            slugs = sorted(articles)
            problems += _unknown(rules, (*place, "when", "articles"), rule.when.articles, slugs, "article")
    for channel in configured:
        if channel not in rules.defaults:
            problem = f"'defaults' has no reason for the channel {channel!r}."
            fix = f"Add a line '{channel}: …' where it belongs in the order."
            line = line_of(rules.node, ("defaults",))
            problems.append(Problem(NAME, line, problem, fix, Severity.WARNING))
    for path in paths:
        served = [rules.defaults, *(rule.channels for rule in rules.rules if _names_topic(rule, path))]
        if not any(channel in configured for offered in served for channel in offered):
            problem = f"no channel serves the topic {path!r}."
            problems.append(Problem(NAME, None, problem, "Name a channel under 'defaults' or in a rule."))
    return problems


def fold(text: str) -> Phrase:
    """The words of `text` as rules compare them: the search's own terms, stop words kept, no apostrophes."""
    return tuple(token.term for token in tokens(_APOSTROPHES.sub("", text)))


def folded_phrase(words: str) -> Phrase:
    """The words of a rule, folded, with `GAP` where it (or three dots) stands between them."""
    first, *others = _parts(words)
    return first + tuple(word for part in others for word in (GAP, *part))


def _parts(words: str) -> list[Phrase]:
    return [fold(part) for part in words.replace("...", GAP).split(GAP)]


def _known_words(rules: Rules, query: str) -> dict[int, set[str]]:
    """The words of the query that each rule (by number) knows, a longer phrase hiding those in it."""
    words = fold(query)
    starting: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        starting.setdefault(word, []).append(at)
    found = [
        (places, numbers)
        for phrase, numbers in rules.phrases.items()
        for begin in starting.get(phrase[0], ())
        if (places := _places(phrase, words, begin))
    ]
    known: dict[int, set[str]] = {}
    for places, numbers in found:
        if not any(places < others for others, _ in found):
            for number in numbers:
                known.setdefault(number, set()).update(words[at] for at in places)
    return known


def _places(phrase: Phrase, words: Phrase, begin: int) -> frozenset[int]:
    """Where the words of a phrase that begins at `begin` stand among `words`; empty where it does not."""
    places: list[int] = []
    gap = 0
    for word in phrase:
        if word == GAP:
            gap = GAP_WORDS
            continue
        next_one = places[-1] + 1 if places else begin
        at = next((at for at in range(next_one, next_one + gap + 1) if words[at : at + 1] == (word,)), None)
        if at is None:
            return frozenset()
        places.append(at)
        gap = 0
    return frozenset(places)


def _matching(rules: Rules, query: str, topic: str, article: str) -> list[tuple[float, Rule]]:
    """The rules that match, with their points, best first and otherwise in the file's order."""
    known = _known_words(rules, query)
    scored = []
    for number, rule in enumerate(rules.rules):
        score = POINTS_WORD * rule.weight * len(known.get(number, ()))
        score += POINTS_ARTICLE * (article != "" and article in rule.when.articles)
        score += POINTS_TOPIC * (topic != "" and _names_topic(rule, topic))
        if score:
            scored.append((score, rule))
    return sorted(scored, key=lambda pair: -pair[0])


def _names_topic(rule: Rule, path: str) -> bool:
    return any(path == named or path.startswith(named + "/") for named in rule.when.topics)


def _without(value: Mapping[str, Any], misshapen: Sequence[Sequence[str | int]]) -> _Sound:
    """What of the file `value` has the right shape: without all that the keys `misshapen` lead to."""
    bad = {tuple(keys[: 1 + (keys[0] == "rules")]) for keys in misshapen if keys}
    defaults = {} if ("defaults",) in bad else value["defaults"]
    rows = () if ("rules",) in bad else value.get("rules", ())
    rules = {number: row for number, row in enumerate(rows) if ("rules", number) not in bad}
    return _Sound(defaults, {number: _RULE.validate_python(row) for number, row in rules.items()})


def _mistakes(content: _Sound) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """(keys, problem, fix) for each mistake in what has the right shape."""
    seen: set[str] = set()
    for number, rule in content.rules.items():
        place: tuple[str | int, ...] = ("rules", number)
        if rule.id in seen:
            yield (*place, "id"), f"'{rule.id}' is the id of another rule too.", "Give each rule its own id."
        seen.add(rule.id)
        if not (rule.when.words or rule.when.topics or rule.when.articles):
            yield (*place, "when"), f"the rule '{rule.id}' never matches.", "List words, topics or articles."
        if not rule.channels:
            yield (*place, "channels"), f"the rule '{rule.id}' leads nowhere.", "Add a line 'chat: reason'."
        if not 0 < rule.weight <= 100:
            yield (*place, "weight"), f"'weight' cannot be {rule.weight:g}.", "Write a number like 2."
        for index, words in enumerate(rule.when.words):
            if not all(_parts(words)):
                yield (*place, "when", "words", index), f"{words!r} has no letters.", "Write words."
        yield from _empty_reasons((*place, "channels"), rule.channels)
    yield from _empty_reasons(("defaults",), content.defaults)


def _empty_reasons(
    place: tuple[str | int, ...], channels: Mapping[str, str]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for channel, reason in channels.items():
        if not reason.strip():
            yield (*place, channel), f"'{channel}' has no reason.", "Say in words why it fits."


def _unknown(
    rules: Rules, place: tuple[str | int, ...], names: Collection[str], known: Sequence[str], noun: str
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            near = closest(name, known)
            fix = f"Did you mean '{near}'?" if near else f"Remove it, or add that {noun}."
            keys = (*place, name if isinstance(names, Mapping) else index)
            yield Problem(NAME, line_of(rules.node, keys), f"there is no {noun} '{name}'.", fix)
