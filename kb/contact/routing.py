"""Which channels fit a problem, best first, each with the reason, by the rules of `seeds/routing.yaml`.

How rules are counted, which the file's own comment tells its writers:

1. A rule gets 10 points times its weight for each of the customer's words that it knows, 5 when it
   names the article they came from and 2 when it names the topic. A phrase hides shorter ones within
   it, in any rule: "not urgent" is not "urgent". "taken … twice" lets up to four words stand between.
2. A rule gives its points to its first channel, half to its second, a third to its third, and so on.
3. Channels with points come first, most points first (if equal, as the best rule has them), then the
   others in the default order. In each group, channels that can be used now come before closed ones.
"""

from collections.abc import Mapping, Sequence

from kb.contact.rules import GAP, GAP_WORDS, Phrase, Rule, Rules, fold
from kb.model import Channel, ChannelKind, Opening, Route

POINTS_WORD, POINTS_ARTICLE, POINTS_TOPIC = 10, 5, 2

TAKES_MESSAGES = frozenset({ChannelKind.EMAIL, ChannelKind.FORM, ChannelKind.CALLBACK})
"""Kinds a customer can use while nobody is there: a message waits, a callback is asked for ahead."""


def route(
    rules: Rules,
    channels: Sequence[Channel],
    openings: Mapping[str, Opening],
    query: str = "",
    topic: str = "",
    article: str = "",
) -> tuple[Route, ...]:
    """All `channels`, the best for this problem first, each with its reason and its opening.

    `openings` has one for each channel's id; `query` is what the customer wrote, `topic` a topic's path,
    `article` a slug, each "" if unknown.
    """
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
        score += POINTS_TOPIC * (topic != "" and rule.names_topic(topic))
        if score:
            scored.append((score, rule))
    return sorted(scored, key=lambda pair: -pair[0])
