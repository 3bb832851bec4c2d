"""Words that were run together, taken apart: "trackmyorder", "giftcard", "60days"."""

import re
from collections.abc import Collection

from kb.search.analysis import STOP_WORDS, stem

SHORTEST_TOGETHER, LONGEST_TOGETHER = 5, 40
"""How many letters words that were run together may have."""
SHORTEST_PART = 3
"""The fewest letters of a word of the articles that is looked for in others; a stop word may have two."""
LONG_PART = 4
"""The fewest letters of a part that says something: without one, all parts must be stop words."""
LONGEST_PART = 20
MOST_PARTS = 5

_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
NO_PARTS = frozenset({"ll", "re", "th", "ve"})
"""What is left of "we'll" and the like, and no word to begin or end another with."""

_Found = tuple[int, int, tuple[str, ...]]


class Splitter:
    """Takes words apart that `words` (of the articles) and `terms` (of the index) don't know as a whole."""

    def __init__(self, words: Collection[str], terms: Collection[str]) -> None:
        self._words, self._terms = words, terms

    def parts(self, word: str) -> tuple[str, ...]:
        """The known words that `word` was written of, in order; none when it is not made of such words."""
        if word.isalpha():
            return self._run_together(word)
        parts = tuple(_LETTERS_OR_DIGITS.findall(word))
        is_made_of_these = len("".join(parts)) + word.count("-") == len(word) and len(parts) > 1
        known = all(part in STOP_WORDS or stem(part) in self._terms for part in parts)
        return parts if is_made_of_these and known and len(parts) <= MOST_PARTS else ()

    def _run_together(self, word: str) -> tuple[str, ...]:
        """The fewest words, of these those with the fewest short ones, then the first in the alphabet."""
        if not SHORTEST_TOGETHER <= len(word) <= LONGEST_TOGETHER:
            return ()
        best: list[_Found | None] = [(0, 0, ())]
        for end in range(1, len(word) + 1):
            ways = []
            for begin in range(max(0, end - LONGEST_PART), end):
                before, part = best[begin], word[begin:end]
                if before and before[0] < MOST_PARTS and self._may_be_part(part):
                    count, short, parts = before
                    ways.append((count + 1, short + self._is_short(part), (*parts, part)))
            best.append(min(ways) if ways else None)
        found = best[-1]
        return found[2] if found and _is_likely(*found) else ()

    def _may_be_part(self, part: str) -> bool:
        if part in STOP_WORDS:
            return part not in NO_PARTS and (len(part) > 1 or part == "i")
        return len(part) >= SHORTEST_PART and part in self._words

    def _is_short(self, part: str) -> bool:
        """Whether such letters often stand in a word by chance."""
        return len(part) == 2 if part in STOP_WORDS else len(part) < LONG_PART


def _is_likely(count: int, short: int, parts: tuple[str, ...]) -> bool:
    """Whether so many parts, so many of them short, are more than letters that happen to stand together."""
    says = [len(part) for part in parts if part not in STOP_WORDS]
    longest = max(says, default=LONG_PART)
    return count > 1 and longest >= LONG_PART and 2 * short <= count + (longest > LONG_PART)
