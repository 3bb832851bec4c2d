"""The message a customer can send as it is: short, polite, in the order in which agents need to know.

What happened, when, what they expect, what they tried; with what is already known filled in. The
customer's own words stand first, so that whatever has to be cut, they go last.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kb.contact.numbers import order_numbers
from kb.contact.when import find_when
from kb.model import Article, Site

MAILTO_LENGTH = 1900
"""Characters of a mailto address that every mail program takes (the shortest limit known is about 2,000)."""

WORDS_LENGTH = 2000
"""The most characters of a customer's words that a message begins with, however few are searched."""

MOST_TRIED = 5
"""The most articles besides the one asked about that a message says were read."""

PERSON_WORDS = frozenset(
    """
    adviser advisor agent anybody anyone being human humans operator people person representative somebody
    someone staff team
    """.split()
)
BESIDE_PERSON_WORDS = frozenset(
    """
    a actual an and answer are as asap at bot but call can cant chat connect contact could customer do
    does dont for from get give hello help helps here hey hi how i immediately in is it just let like line
    live ll m me message my need no not now of on one or phone please pls put quickly ready real right s
    service speak speaking still support t talk talking than that the there this through to today transfer
    up urgently us want wanna will with would write you your
    """.split()
)
"""What somebody writes who asks for a person, and tells nothing else."""

Translate = Callable[[str], str]
"""A gettext function: English in, the customer's language out."""

_SUBJECT_WORDS = 70
_NUMBER = 40


def in_english(text: str) -> str:
    """The text as it is written here."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A prepared message, plain text; `body` has lines ending in a line feed.

    `happened`, `when`, `order_number` and `tried` are what is filled in already, for a form to begin with.
    """

    subject: str
    body: str
    happened: str = ""
    when: str = ""
    order_number: str = ""
    tried: str = ""

    def mailto(self, address: str) -> str:
        """The message to `address` as a mailto URL (RFC 6068), at most `MAILTO_LENGTH` characters.

        Every byte that the RFC does not let stand is percent-encoded, line ends as %0D%0A. What is too
        long loses its end, at a whole word where there is one, and then ends in "…".
        """
        subject = _fitting(one_line(self.subject), MAILTO_LENGTH // 2)
        start = f"mailto:{_encoded(address, '@')}?subject={subject}&body="
        return start + _fitting(self.body, MAILTO_LENGTH - len(start))


def prepare(
    site: Site,
    query: str = "",
    article: Article | None = None,
    order_number: str = "",
    when: str = "",
    tried: Sequence[Article] = (),
    translate: Translate = in_english,
) -> Message:
    """The message for a problem, with everything known filled in and the rest left open to fill.

    `query` is what the customer looked for, `article` the one they came from, `tried` others they read.
    An order number, and when it happened, are taken from the query when none is given. `translate` puts our
    own words into the customer's language.
    """
    words = one_line(query)
    numbers = order_numbers(site.order_number)
    number = one_line(order_number)[:_NUMBER] or numbers.find(words)
    if numbers.is_alone(words) or asks_for_person(words):  # it tells nothing of what happened
        words = ""
    when = one_line(when) or find_when(words)
    about = words or (one_line(article.title) if article else "")
    read = dict.fromkeys(one_line(known.title) for known in (*((article,) if article else ()), *tried))
    what_was_read = _tried(list(read), translate)
    lines = [
        translate("Hello {name},").format(name=one_line(site.name)),
        "",
        " ".join((translate("What happened:"), words)),
        " ".join((translate("Order number (if there is one):"), number)),
        " ".join((translate("When it happened:"), when)),
        translate("What I would like you to do:"),
        " ".join((translate("What I have tried:"), what_was_read)),
        "",
        translate("Thank you for your help."),
    ]
    body = "\n".join(line.rstrip() for line in lines) + "\n"
    return Message(_subject(about, number, translate), body, words, when, number, what_was_read)


def asks_for_person(text: str) -> bool:
    """Whether `text` asks for a person, and beside that tells nothing."""
    words = set(re.findall(r"\w+", text.lower()))
    return not words.isdisjoint(PERSON_WORDS) and words <= PERSON_WORDS | BESIDE_PERSON_WORDS


def _subject(about: str, number: str, translate: Translate) -> str:
    short = about
    if len(about) > _SUBJECT_WORDS:
        cut = about[:_SUBJECT_WORDS]
        short = (cut.rpartition(" ")[0] or cut) + "…"
    if number and number.lower() not in short.lower():
        return f"{number}: {short}" if short else translate("Order {number}").format(number=number)
    return short or translate("A question")


def _tried(titles: Sequence[str], translate: Translate) -> str:
    if not titles:
        return ""
    quoted = [f"“{title}”" for title in titles]
    if len(quoted) == 1:
        return translate("I read {title}.").format(title=quoted[0])
    return translate("I read {titles} and {title}.").format(titles=", ".join(quoted[:-1]), title=quoted[-1])


def one_line(text: str) -> str:
    """`text` without line ends, control characters or surplus space: safe in a subject."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _fitting(text: str, room: int) -> str:
    """As much of `text` from its beginning as takes at most `room` characters, encoded."""
    if len(_encoded(text)) <= room:
        return _encoded(text)
    room -= len(_encoded("…"))
    lengths = range(len(text) + 1)
    fits = max(0, bisect_right(lengths, room, key=lambda length: len(_encoded(text[:length]))) - 1)
    words = re.match(r".*(?=\s)", text[: fits + 1], re.DOTALL)
    kept = words[0] if words and len(words[0]) > fits / 2 else text[:fits]
    return _encoded(kept.rstrip() + "…")


def _encoded(text: str, safe: str = "") -> str:
    """Percent-encoded, line ends as CR LF; what is no character (a lone surrogate) becomes '?'."""
    return quote(re.sub(r"\r\n|\r|\n", "\r\n", text), safe, errors="replace")
