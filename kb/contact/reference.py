"""The reference of a request: eight symbols that are easy to read aloud, the last checking the others.

The alphabet has no two symbols that look alike (0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V) and no vowels, so that no
words come about. It has 23 symbols, a prime, so a weighted sum modulo 23 with the weights 8 … 1, as ISBN-10
has with 11 (ISO 2108:1992, annex A), catches every single wrong symbol and every two that changed places.
"""

import secrets

ALPHABET = "23456789CDFGHJKMNPQRTWX"
LENGTH = 8

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("BSZ", "852")
_NOT_SYMBOLS = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u00a0._/#")


def new_reference() -> str:
    """A random reference, written as K7QF-M2X7; 23⁷ (3.4 thousand million) are possible."""
    return checked("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def checked(symbols: str) -> str:
    """The reference that begins with these seven symbols: its check symbol added, written as K7QF-M2X7."""
    weighted = sum(weight * _VALUES[each] for weight, each in zip(range(LENGTH, 1, -1), symbols, strict=True))
    whole = symbols + ALPHABET[-weighted % len(ALPHABET)]
    return f"{whole[:4]}-{whole[4:]}"


def read_reference(text: str) -> str:
    """The reference that somebody typed, in any case and with or without its hyphen; '' when it is none."""
    symbols = text.translate(_NOT_SYMBOLS).upper().translate(_LOOK_ALIKES)
    if len(symbols) != LENGTH or not set(symbols) <= _VALUES.keys():
        return ""
    right = checked(symbols[:-1])
    return right if right.endswith(symbols[-1]) else ""
