"""One article's share of the index, made of the article alone, to be joined with those of all others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.model import Article
from kb.search.analysed import analyse
from kb.search.arrays import Array, numbered, numbering
from kb.search.evidence import Evidence, compile_evidence


@dataclass(frozen=True, slots=True)
class Piece:
    """`evidence` is that of one article, its tokens numbered by their place in `terms`.

    `fields` has for each field the numbers of its terms, and how often each stands there; `words` are as in
    `Analysed`.
    """

    terms: list[str]
    evidence: Evidence
    fields: dict[str, tuple[Array, Array]]
    words: dict[str, str]


def piece(article: Article) -> Piece:
    """The share of a whole article; the same text gives the same piece anywhere."""
    analysed = analyse(article)
    terms = sorted({term for found in analysed.fields.values() for term in found})
    numbers = {term: number for number, term in enumerate(terms)}
    fields = {name: _counted(found, numbers) for name, found in analysed.fields.items() if found}
    return Piece(terms, compile_evidence([analysed], numbers), fields, analysed.words)


def _counted(terms: Sequence[str], numbers: dict[str, int]) -> tuple[Array, Array]:
    """The number of each of `terms`, and how often it is among them."""
    counts = Counter(terms)
    return numbered(counts, numbers), np.fromiter(counts.values(), np.int32, len(counts))


class Fresh:
    """The pieces of a build without their fields, which are written: terms and words are kept once for all.

    `evidence` holds each article's own, by slug; `terms` and `words` are its numbers in `term_numbers` and
    `word_numbers`. `term_of` gives the term of each word.
    """

    def __init__(self) -> None:
        self.term_numbers = numbering()
        self.word_numbers = numbering()
        self.term_of: dict[str, str] = {}
        self.evidence: dict[str, Evidence] = {}
        self.terms: dict[str, Array] = {}
        self.words: dict[str, Array] = {}

    def add(self, slug: str, one: Piece) -> dict[str, tuple[Array, Array]]:
        """Takes in the piece of an article; gives its fields, with the numbers that all articles share."""
        self.evidence[slug] = one.evidence
        self.terms[slug] = numbered(one.terms, self.term_numbers)
        self.words[slug] = numbered(one.words, self.word_numbers)
        self.term_of.update(one.words)
        return {name: (self.terms[slug][terms], counts) for name, (terms, counts) in one.fields.items()}
