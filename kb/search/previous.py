"""What a build takes over from the live generation: the shares of all articles that have not changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from kb.model import Article
from kb.search.arrays import Array, offsets
from kb.search.evidence import Evidence, part
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


def write_record(folder: Path, record: Record, words: Words) -> None:
    """Puts down what the next build takes over."""
    arrays = {name: getattr(record, name) for name in _RECORD}
    for name, array in {**arrays, "word_of": words.word_of, "word": words.word}.items():
        np.save(folder / BUILD / f"{name}.npy", array)


class Parts:
    """The shares of all articles of a build: fresh ones, and the others the previous'.

    `old_at` gives the new ordinal of each article of `previous` (-1: gone), `old_numbers` the new number of
    each of its terms, `terms` are the new ones.
    """

    def __init__(
        self,
        previous: Previous | None,
        old_at: Array,
        old_numbers: Array,
        fresh: Fresh,
        terms: Sequence[str],
    ) -> None:
        self._previous, self._old_numbers, self._fresh = previous, old_numbers, fresh
        self._old_of = {int(new): old for old, new in enumerate(old_at.tolist()) if new >= 0}
        self._number = {term: number for number, term in enumerate(terms)}

    def in_order(self, slugs: Sequence[str]) -> Iterator[tuple[Evidence, Array]]:
        """The evidence of all articles with the new numbers of its terms, unchanged neighbours together."""
        # Among those that were numbered are slugs, which Whoosh has for terms, too.
        numbers = np.array([self._number.get(term, -1) for term in self._fresh.term_numbers], np.int32)
        first = last = -1  # of the previous generation, to be taken over in one
        for place, slug in enumerate(slugs):
            one = self._fresh.evidence.get(slug)
            at = -1 if one else self._old_of[place]
            if at != last or one:
                yield from self._run(first, last)
                first = at
            last = at + 1 if at >= 0 else -1
            if one:
                first = -1
                yield one, numbers[self._fresh.terms[slug]]
        yield from self._run(first, last)

    def _run(self, first: int, last: int) -> Iterator[tuple[Evidence, Array]]:
        if self._previous and first >= 0:
            yield part(self._previous.evidence, first, last), self._old_numbers

    def words(self, articles: Sequence[Article]) -> Words:
        """The words of all articles, from pieces and from the previous generation."""
        old = self._previous.words if self._previous else Words([], _NONE, _NONE, _NONE)
        fresh = self._fresh
        known = {name: number for number, name in enumerate(old.names)}
        numbers = np.array([known.setdefault(word, len(known)) for word in fresh.word_numbers], np.int32)
        term = np.empty(len(known), np.int32)
        term[: len(old.names)] = self._old_numbers[old.term] if old.names else ()
        term[numbers] = [self._number[fresh.term_of[word]] for word in fresh.word_numbers]
        runs: list[Array] = []
        for place, article in enumerate(articles):
            if article.slug in fresh.words:
                runs.append(numbers[fresh.words[article.slug]])
            else:
                at = self._old_of[place]
                runs.append(old.word[old.word_of[at] : old.word_of[at + 1]])
        return _ordered(list(known), term, runs)


_NONE = np.empty(0, np.int32)


def _ordered(names: list[str], term: Array, runs: Sequence[Array]) -> Words:
    """Words that any article still has, in alphabetical order and numbered by it."""
    word = np.concatenate([*runs, _NONE])
    used = np.bincount(word, minlength=len(names)) > 0
    order = np.array(sorted(np.flatnonzero(used).tolist(), key=names.__getitem__), np.int64)
    number = np.zeros(len(names), np.int32)
    number[order] = np.arange(len(order))
    found_in = offsets([len(run) for run in runs], np.int32)
    return Words([names[at] for at in order.tolist()], term[order], found_in, number[word])
