"""The rules of `seeds/routing.yaml`: which channels fit which problem.

The file has two keys. `defaults` maps channels to reasons, in the order used when nothing is known of a
problem. `rules` is a list; each rule has an `id`, `when` (any of `words`, `topics`, `articles`),
`channels` (which map to reasons, best first) and optionally a `weight`. `kb.contact.routing` says how they
count.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, with_config

from kb.errors import Problem, Severity, near_miss
from kb.model import Topic, lies_in
from kb.search.analysis import WORD, all_terms
from kb.yamlfile import check, line_of, read_seed, tell

NAME = "seeds/routing.yaml"

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

    def names_topic(self, path: str) -> bool:
        """Whether the topic at `path`, or one above it, is among those that make it match."""
        return any(lies_in(path, named) for named in self.when.topics)


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
    value, node, problems = read_seed(seeds / "routing.yaml", NAME)
    keyed, unkeyed = check(TypeAdapter(dict[str, Any]), value, NAME, node)
    tell([problem for _, problem in unkeyed])
    checked, misshapen = check(TypeAdapter(_File), keyed[0], NAME, node)
    sound = _sound(checked[0]) if checked else _without(keyed[0], [keys for keys, _ in misshapen])
    problems += [problem for _, problem in misshapen]
    problems += [Problem(NAME, line_of(node, keys), problem, fix) for keys, problem, fix in _mistakes(sound)]
    tell(problems)
    rules = tuple(sound.rules.values())
    phrases: dict[Phrase, tuple[int, ...]] = {}
    for number, rule in enumerate(rules):
        for phrase in dict.fromkeys(folded_phrase(words) for words in rule.when.words):
            phrases[phrase] = (*phrases.get(phrase, ()), number)
    return Rules(rules, sound.defaults, phrases, node)


def check_rules(
    rules: Rules,
    configured: Sequence[str],
    topics: Sequence[Topic],
    articles: Collection[str] | None = None,
) -> list[Problem]:
    """Names in the rules that nothing has, channels without a default reason, topics nobody serves.

    `configured` are the ids of channels; `articles` the slugs in use, None leaves slugs unchecked.
    """
    paths = [topic.path for topic in topics]
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
        served = [rules.defaults, *(rule.channels for rule in rules.rules if rule.names_topic(path))]
        if not any(channel in configured for offered in served for channel in offered):
            problem = f"no channel serves the topic {path!r}."
            problems.append(Problem(NAME, None, problem, "Name a channel under 'defaults' or in a rule."))
    return problems


def fold(text: str) -> Phrase:
    """The words of `text` as rules compare them: the search's own terms, stop words kept, no apostrophes."""
    return all_terms(_APOSTROPHES.sub("", text))


def folded_phrase(words: str) -> Phrase:
    """The words of a rule, folded, with `GAP` where it (or three dots) stands between them."""
    first, *others = map(fold, _parts(words))
    return first + tuple(word for part in others for word in (GAP, *part))


def _parts(words: str) -> list[str]:
    return words.replace("...", GAP).split(GAP)


def _sound(file: _File) -> _Sound:
    return _Sound(file.defaults, dict(enumerate(file.rules)))


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
            if not all(map(WORD.search, _parts(words))):
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
            fix = near_miss(name, known) or f"Remove it, or add that {noun}."
            keys = (*place, name if isinstance(names, Mapping) else index)
            yield Problem(NAME, line_of(rules.node, keys), f"there is no {noun} '{name}'.", fix)
