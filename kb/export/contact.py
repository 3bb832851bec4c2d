"""Who can help, as data for the browser: the rules of routing, and every opening for more than a year.

Opening hours are written out as spans in UTC, so that daylight saving and holidays are decided here, where
their rules are known, and the browser only compares numbers. They reach from the first of this month to the
same month of next year and a month more; a later visitor is told that hours may have changed.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kb.contact.hours import openings
from kb.contact.message import (
    BESIDE_PERSON_WORDS,
    MAILTO_LENGTH,
    MOST_TRIED,
    PERSON_WORDS,
    WORDS_LENGTH,
)
from kb.contact.numbers import for_browser, order_numbers
from kb.contact.orders import WHERE_WORDS
from kb.contact.routing import POINTS_ARTICLE, POINTS_TOPIC, POINTS_WORD, TAKES_MESSAGES
from kb.contact.rules import GAP, GAP_WORDS, Rules
from kb.contact.when import PATTERN
from kb.model import Article, Channel, ChannelKind, Site

_MONTHS = 14


def contact(rules: Rules, channels: Iterable[Channel], site: Site, today: date) -> dict[str, Any]:
    """All that `page-contact.js` needs to order the channels and to say which are open.

    `from` and `until` are minutes since 1970 in UTC; a channel's `spans` are minutes too, in turn how long
    after the last one ended the next begins and how long it lasts, None when it takes messages at any time.
    `when` is the pattern of the words that say when it happened, `orderNumbers` is how those are found,
    `whereWords` stand beside the number of an order that somebody looks for, `personWords` and
    `besidePersonWords` are all of what asks for a person.
    """
    zone = ZoneInfo(site.timezone)
    first = datetime.combine(today.replace(day=1), time(), zone)
    months = today.month - 1 + _MONTHS
    last = first.replace(year=today.year + months // 12, month=months % 12 + 1)
    return {
        "zone": site.timezone,
        "from": _minutes(first),
        "until": _minutes(last),
        "channels": [
            {
                "id": channel.id,
                "takesMessages": channel.kind in TAKES_MESSAGES,
                "callsBack": channel.kind is ChannelKind.CALLBACK,
                "goodFor": channel.good_for,
                "spans": None if channel.hours is None else _spans(channel, site, first, last),
            }
            for channel in channels
        ],
        "points": {"word": POINTS_WORD, "article": POINTS_ARTICLE, "topic": POINTS_TOPIC},
        "defaults": list(rules.defaults.items()),
        "rules": [
            {
                "weight": rule.weight,
                "topics": rule.when.topics,
                "articles": rule.when.articles,
                "channels": list(rule.channels.items()),
            }
            for rule in rules.rules
        ],
        "phrases": {" ".join(phrase): numbers for phrase, numbers in rules.phrases.items()},
        "gap": GAP,
        "gapWords": GAP_WORDS,
        "when": PATTERN,
        "orderNumbers": for_browser(order_numbers(site.order_number)),
        "whereWords": sorted(WHERE_WORDS),
        "personWords": sorted(PERSON_WORDS),
        "besidePersonWords": sorted(BESIDE_PERSON_WORDS),
        "mailtoLength": MAILTO_LENGTH,
        "mostTried": MOST_TRIED,
        "wordsLength": WORDS_LENGTH,
    }


def subjects(articles: Iterable[Article]) -> dict[str, tuple[str, str]]:
    """What each article is about, for a message that begins on its page: slug to title and topic."""
    return {article.slug: (article.title, article.topic) for article in articles}


def _spans(channel: Channel, site: Site, first: datetime, last: datetime) -> list[int]:
    spans: list[int] = []
    end = _minutes(first)
    for begins, ends in openings(channel, site, first, last):
        spans += [_minutes(begins) - end, _minutes(ends) - _minutes(begins)]
        end = _minutes(ends)
    return spans


def _minutes(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) // 60
