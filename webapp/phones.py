"""Phone numbers that keep their order on a page that is read from right to left.

There, each group of digits is a word of its own and stands left of the one before it, unless the whole
number is set apart from the text around it.
"""

import re

from markupsafe import Markup, escape

_NUMBER = re.compile(r"\+?\(?\d(?:[ ()/.-]{0,2}\d){4,}")
"""Five digits or more that belong together: fewer, like the 2-3 of days, are read as the text around them."""

_SET_APART = Markup('<bdi dir="ltr">{}</bdi>')


def phone(number: str) -> Markup:
    """A phone number, set apart."""
    return _SET_APART.format(number)


def isolated(number: str) -> str:
    """A phone number set apart in plain text (Unicode's bidirectional algorithm, UAX #9, section 2.4)."""
    return f"\u2066{number}\u2069"


def with_phones(text: str) -> Markup:
    """A plain text as HTML, with the phone numbers in it set apart."""
    return Markup(_NUMBER.sub(lambda found: _SET_APART.format(found[0]), escape(text)))  # noqa: S704  escaped
