"""What a customer typed, taken apart: words, quoted phrases, `topic:` and `-word`; all else is text."""

import re
from dataclasses import dataclass

from kb.model import MAX_CHARACTERS
from kb.search.analysis import Token, fold, terms, tokens

MAX_TERMS = 32

_QUOTES = re.compile("[\u201c\u201d\u201e\u00ab\u00bb]")
_PART = re.compile(
    r'(?<!\S)[Tt][Oo][Pp][Ii][Cc]:(?P<topic>[\w/-]+)|(?<!\S)-"(?P<unphrase>[^"]+)"|"(?P<phrase>[^"]+)"'
    r"|(?<!\S)-(?P<without>[^\W\d_]\S*)"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query in parts.

    `text` is what was typed, capped; `tokens` its words, stop words included; `phrases` the terms of
    each quoted part that has several; `without` what must not stand side by side; `topic` a topic's path.
    """

    text: str
    tokens: tuple[Token, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    topic: str = ""

    @property
    def content(self) -> tuple[Token, ...]:
        """The words that are looked for: all but stop words, or all when there are only those."""
        found = tuple(token for token in self.tokens if not token.is_stop)
        return found or self.tokens[:MAX_TERMS]

    def ends_in(self, word: str) -> bool:
        """Whether nothing stands behind `word`, no question mark either, so that it may be unfinished."""
        return self.tokens[-1].word == word and fold(self.text).endswith(word)


def parse(text: str) -> Query:
    """A query from free text; never fails, whatever the text."""
    capped = " ".join(text[: 4 * MAX_CHARACTERS].split())[:MAX_CHARACTERS]
    phrases, without, topic = [], [], ""
    quoted = _QUOTES.sub('"', capped)  # as phones write them
    parts = list(_PART.finditer(quoted))
    for match in parts:
        if match["topic"]:
            topic = match["topic"].strip("/").lower()
        elif match["phrase"]:
            phrase = tuple(terms(match["phrase"]))
            if len(phrase) > 1:
                phrases.append(phrase)
        else:
            unwanted = tuple(terms(match["without"] or match["unphrase"]))
            if unwanted:
                without.append(unwanted)
    plain = _PART.sub(lambda match: f" {match['phrase'] or ''} ", quoted) if parts else quoted
    words = list(tokens(plain))
    if not words:  # nothing is left to look for: take it all as text
        phrases, without, topic, words = [], [], "", list(tokens(capped))
    return Query(capped, tuple(_cap(words)), tuple(phrases), tuple(without), topic)


def _cap(words: list[Token]) -> list[Token]:
    kept: list[Token] = []
    content = 0
    for token in words:
        content += not token.is_stop
        if content > MAX_TERMS or len(kept) >= 4 * MAX_TERMS:
            break
        kept.append(token)
    return kept
