"""What a build takes over from the live generation: the shares of all articles that have not changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from kb.search.arrays import Array, offsets
from kb.search.evidence import Evidence, part, units_with
from kb.search.generation import BUILD, read_lines, read_stamps
from kb.search.pieces import Fresh
from kb.search.record import Record

SYNONYMS = f"{BUILD}/synonyms.txt"
_RECORD = ("posting_of", "term", "article", "frequency", "lengths")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of all articles as written, for spelling: word w is `names[w]`, with the term `term[w]`.

    Article a has the words `word[word_of[a]:word_of[a + 1]]`.
    """

    names: list[str]
    term: Array
    word_of: Array
    word: Array

    def counts(self) -> Array:
        """How many articles have each word."""
        return np.bincount(self.word, minlength=len(self.names)).astype(np.int32)


class Previous:
    """A generation, as a build reads it; raises OSError or ValueError when it can't be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stamps = read_stamps(folder)
        self.synonyms = (folder / SYNONYMS).read_text(encoding="utf-8")
        self.slugs = read_lines(folder / "slugs.txt")
        self.terms = read_lines(folder / "terms.txt")
        self.common = self._array("common")
        self.units = self._array(f"{BUILD}/units")
        arrays = {name: self._array(f"{BUILD}/{name}") for name in _RECORD}
        self.record = Record(self.terms, **arrays)
        self.evidence = Evidence(**{field.name: self._array(field.name) for field in fields(Evidence)})

    @cached_property
    def words(self) -> Words:
        """The words of all its articles."""
        names, term = read_lines(self.folder / "words.txt"), self._array("word_term")
        return Words(names, term, self._array(f"{BUILD}/word_of"), self._array(f"{BUILD}/word"))

    def _array(self, name: str) -> Array:
        return np.asarray(np.load(self.folder / f"{name}.npy", mmap_mode="r"))


def write_record(folder: Path, record: Record, words: Words, units: Array) -> None:
    """Puts down what the next build takes over; `units` are in how many units each term stands."""
    arrays = {name: getattr(record, name) for name in _RECORD}
    arrays |= {"word_of": words.word_of, "word": words.word, "units": units}
    for name, array in arrays.items():
        np.save(folder / BUILD / f"{name}.npy", array)


class Parts:
    """The shares of all articles of a build, in order: fresh ones, and the others the previous'.

    `slugs` are those of the articles, `old_at` gives the new ordinal of each article of `previous`
    (-1: gone), `old_numbers` the new number of each of its terms, `terms` are the new ones.
    """

    def __init__(
        self,
        previous: Previous | None,
        slugs: Sequence[str],
        old_at: Array,
        old_numbers: Array,
        fresh: Fresh,
        terms: Sequence[str],
    ) -> None:
        self._previous, self._old_numbers, self._fresh = previous, old_numbers, fresh
        self._gone = np.flatnonzero(old_at < 0).tolist()
        self._number = {term: number for number, term in enumerate(terms)}
        # Among those that were numbered are slugs, which Whoosh has for terms, too.
        self._numbers = np.array([self._number.get(term, -1) for term in fresh.term_numbers], np.int32)
        self._shares = list(_shares(slugs, old_at, fresh))

    def evidence(self) -> Iterator[tuple[Evidence, Array]]:
        """The evidence of all articles, with the new numbers of its terms."""
        for share in self._shares:
            if isinstance(share, str):
                yield self._fresh.evidence[share], self._numbers[self._fresh.terms[share]]
            elif self._previous:
                yield part(self._previous.evidence, *share), self._old_numbers

    def units(self) -> Array:
        """In how many units of all articles each term stands."""
        found_in = np.zeros(len(self._number), np.int32)
        if self._previous:
            of_old = np.array(self._previous.units)
            for at in self._gone:
                of_old -= units_with(part(self._previous.evidence, at, at + 1), len(of_old))
            lives = self._old_numbers >= 0
            found_in[self._old_numbers[lives]] = of_old[lives]
        for slug, one in self._fresh.evidence.items():
            terms = self._numbers[self._fresh.terms[slug]]
            found_in[terms] += units_with(one, len(terms))
        return found_in

    def words(self) -> Words:
        """The words of all articles."""
        old = self._previous.words if self._previous else Words([], _NONE, _NONE, _NONE)
        fresh = self._fresh
        known = {name: number for number, name in enumerate(old.names)}
        numbers = np.array([known.setdefault(word, len(known)) for word in fresh.word_numbers], np.int32)
        term = np.empty(len(known), np.int32)
        term[: len(old.names)] = self._old_numbers[old.term] if old.names else ()
        term[numbers] = [self._number[fresh.term_of[word]] for word in fresh.word_numbers]
        words, counts = [_NONE], [_NONE]
        for share in self._shares:
            if isinstance(share, str):
                words.append(numbers[fresh.words[share]])
                counts.append(np.array([len(words[-1])]))
            else:
                begin = old.word_of[share[0] : share[1] + 1]
                words.append(old.word[begin[0] : begin[-1]])
                counts.append(np.diff(begin))
        return _ordered(list(known), term, np.concatenate(words), np.concatenate(counts))


def _shares(slugs: Sequence[str], old_at: Array, fresh: Fresh) -> Iterator[str | tuple[int, int]]:
    """What makes up the articles `slugs`: a fresh one by itself, first and end of unchanged neighbours."""
    old_of = {int(new): old for old, new in enumerate(old_at.tolist()) if new >= 0}
    first = end = -1
    for place, slug in enumerate(slugs):
        at = -1 if slug in fresh.evidence else old_of[place]
        if at != end and first >= 0:
            yield first, end
        if at < 0:
            yield slug
        if at < 0 or at != end:
            first = at
        end = at + 1 if at >= 0 else -1
    if first >= 0:
        yield first, end


_NONE = np.empty(0, np.int32)


def _ordered(names: list[str], term: Array, word: Array, counts: Array) -> Words:
    """Words that any article still has, numbered in alphabetical order; `counts` are the articles'."""
    used = np.bincount(word, minlength=len(names)) > 0
    order = np.array(sorted(np.flatnonzero(used).tolist(), key=names.__getitem__), np.int64)
    number = np.zeros(len(names), np.int32)
    number[order] = np.arange(len(order))
    return Words([names[at] for at in order.tolist()], term[order], offsets(counts, np.int32), number[word])
