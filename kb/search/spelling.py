"""Words nobody wrote, and the words they were meant to be."""

import gzip
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files
from itertools import takewhile

import msgspec
import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.search.analysis import STOP_WORDS
from kb.search.arrays import Array

SHORTEST = 4
LONG = 8
SHORTEST_MISBEGUN = 5
"""The fewest letters of a word whose first one may be wrong: short ones begin in too many ways."""
SHORTEST_SWAPPED = 3
"""The fewest letters of a stop word with two of them swapped ("teh")."""
SHORTEST_BEGUN = 3
"""The fewest letters of a word that is taken for the beginning of another: two begin too many."""
COMMON_WORDS = 40_000


def common_words() -> Array:
    """The CRC-32 of the commonest English words, sorted: words that are no misspelling of others.

    From the frequency list of pyspellchecker, which takes twice as long itself to load it. Checksums, because
    membership is all that is asked, and a sorted array of them is small, shared between processes, and as
    easy to search in JavaScript.
    """
    packed = files("spellchecker").joinpath("resources", "en.json.gz").read_bytes()
    counts = msgspec.json.decode(gzip.decompress(packed), type=dict[str, int])
    common = sorted(sorted(counts), key=counts.__getitem__, reverse=True)[:COMMON_WORDS]
    return np.sort(np.array([_checksum(word) for word in common], np.uint32))


def _checksum(word: str) -> int:
    return zlib.crc32(word.encode("utf-8"))


class Speller:
    """Corrects words against those the articles use.

    `words` maps each word to its term's number and to how many articles have it, `common` is what
    `common_words` gave. Distance is optimal string alignment: one edit is a letter missing, added,
    changed, or swapped with its neighbour.
    """

    def __init__(self, words: Mapping[str, tuple[int, int]], common: Array) -> None:
        self._words = words
        self._common = common
        self._by_first: dict[str, list[str]] = defaultdict(list)
        known = {word for word in STOP_WORDS if len(word) > SHORTEST and word.isalpha()}
        for word in sorted(known.union(words)):
            if len(word) >= SHORTEST - 1:
                self._by_first[word[0]].append(word)
        self._firsts = sorted({word[0] for word in words})

    def correct(self, word: str, *, unfinished: bool = False) -> str | None:
        """The word most likely meant, or None: for a word that exists, a short one, or a code.

        A stop word with two letters swapped is that. A word that may be `unfinished` is meant for the one in
        most articles that begins with it. Else one edit is forgiven, two from eight letters on. Who slips at
        the first letter is looked for last. Of words equally near a stop word wins, then the one in most
        articles.
        """
        if not word.isalpha() or word in self._words or self.is_common(word):
            return None
        little = self._little(word)
        if little:
            return little
        begun = self.completions(word, 1) if unfinished and len(word) >= SHORTEST_BEGUN else ()
        if begun:
            return begun[0]
        if len(word) < SHORTEST:
            return None
        edits = 1 if len(word) < LONG else 2
        candidates = self._near(word, edits) or [(1, found) for found in self._misbegun(word)]
        ordered = [
            (distance, found in self._words, -self._count(found), found) for distance, found in candidates
        ]
        return min(ordered)[3] if ordered else None

    def one_edit_from(self, word: str) -> list[str]:
        """The words of the articles that are one edit away and begin with the same letter."""
        return [found for _, found in self._near(word, 1) if found in self._words]

    def _near(self, word: str, edits: int) -> list[tuple[int, str]]:
        """The words and stop words so near that begin with the same letter, each with its edits."""
        alike = self._by_first.get(word[0], [])
        near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(int(distance), found) for found, distance, _ in near]

    def _little(self, word: str) -> str | None:
        """The stop word that `word` is but for two neighbouring letters, the last ones first."""
        if len(word) < SHORTEST_SWAPPED:
            return None
        swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 2, -1, -1))
        return next((one for one in swaps if one in STOP_WORDS), None)

    def _misbegun(self, word: str) -> list[str]:
        """The words that `word` is but for its first letter: another, missing, too many, or put second."""
        swapped = word[1] + word[0] + word[2:]
        if swapped in self._words or len(word) < SHORTEST_MISBEGUN:
            return [swapped] if swapped in self._words else []
        begun = (first + rest for first in self._firsts for rest in (word[1:], word))
        return [one for one in (*begun, word[1:]) if one in self._words]

    def _count(self, word: str) -> int:
        return self._words[word][1] if word in self._words else 0

    def is_common(self, word: str) -> bool:
        """Whether `word` is one of the commonest in English, and so no misspelling."""
        checksum = np.uint32(_checksum(word))
        at = int(np.searchsorted(self._common, checksum))
        return at < len(self._common) and bool(self._common[at] == checksum)

    def completions(self, prefix: str, limit: int) -> list[str]:
        """The words that begin with `prefix`, those in most articles first."""
        words = self._by_first.get(prefix[:1], [])  # in alphabetical order
        found = takewhile(lambda word: word.startswith(prefix), words[bisect_left(words, prefix) :])
        return sorted(set(found) & self._words.keys(), key=lambda word: (-self._count(word), word))[:limit]
