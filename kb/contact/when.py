"""When it happened, in the customer's own words: found in what they typed, never worked out.

Only what is surely a day, in English, counts: where there is doubt, the message leaves it open to fill.
"""

import re
from functools import cache

_UNIT = r"(?:min(?:ute)?|h(?:ou)?r|day|week|month|year)s?"
_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_COUNT = rf"(?:{_NUMBER}(?: ?(?:-|\u2013|or|to) ?{_NUMBER})?|an?(?: few| couple(?: of)?)?|half an?|several)"
_ABOUT = r"(?:(?:about|around|almost|nearly|over|more than|less than|at least) )?"
_AGO = rf"(?<!and ){_ABOUT}(?:{_COUNT} {_UNIT}|a (?:long )?while) ago"

# "Monday mug" and "2 may break" are no days: a weekday alone and "may" count where the words about it end.
_END = r"(?= ?(?:$|[.,;:!?)\u2013\u2014-])| (?:and|at|because|but|by|for|from|so|via)\b)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_OTHER_DAYS = (
    *("a", "before", "black", "by", "cyber", "easter", "every", "for"),
    *("good", "holiday", "next", "now", "on", "only", "open", "until"),
)
_ALONE = "".join(f"(?<!{word} )" for word in _OTHER_DAYS) + _WEEKDAY + _PART + _END
_LATELY = (
    rf"(?:(?:the )?day before )?yesterday{_PART}|(?:earlier )?today|this morning"
    rf"|last (?:night|week(?:end)?|month|year|{_WEEKDAY}{_PART})|(?<!open )(?:on|since) {_WEEKDAY}{_PART}"
)

_ON = r"(?:(?:on|since) )?(?:the )?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?:st|nd|rd|th)"
_YEAR = r"(?:,? 20\d\d)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NAMED = (
    rf"{_ON}{_DAY}{_TH}?(?: of)? (?:{_MONTH}{_YEAR}|may(?:,? 20\d\d|{_END}))"
    rf"|{_ON}(?:{_MONTH}|may) {_DAY}{_TH}{_YEAR}|{_ON}(?!mar){_MONTH} {_DAY}{_YEAR}"
    rf"|(?:on|since) (?:march|may) {_DAY}{_YEAR}|(?:on|since) the {_DAY}{_TH}{_END}"
)
_WRITTEN = (
    rf"{_ON}(?:{_DAY}([/.]){_DAY}\1(?:20)?\d\d|{_DAY}-{_DAY}-20\d\d|20\d\d-[01]\d-[0-3]\d)"
    rf"|(?:on|since) (?!24/7)(?:{_DAY}/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/{_DAY})"
)

PATTERN = (
    r"(?<![\w\u00c0-\u024f#$\u00a3\u20ac])(?<!\w-)(?<!\d[/.,])"
    rf"(?:{_AGO}|{_LATELY}|{_ALONE}|{_NAMED}|{_WRITTEN})"
    r"(?![\w\u00c0-\u024f]|[-/.,]\d|['\u2019]s)"
)
"""Means the same to Python (ASCII's classes, any case) and to JavaScript (flag "i")."""


@cache
def _when() -> re.Pattern[str]:
    """Takes longer to compile than any other pattern of ours, and hardly any command asks."""
    return re.compile(PATTERN, re.ASCII | re.IGNORECASE)


def find_when(text: str) -> str:
    """The first words in `text` that say when, as they stand there, or ''."""
    found = _when().search(text)
    return found[0] if found else ""
