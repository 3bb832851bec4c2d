"""One article's share of the index, made of the article alone, to be joined with those of all others."""

import sys
from dataclasses import dataclass, replace
from typing import Any

from kb.model import Article
from kb.search.analysed import analyse
from kb.search.evidence import Evidence, compile_evidence


@dataclass(frozen=True, slots=True)
class Piece:
    """`evidence` is that of one article, its tokens numbered by their place in `terms`.

    `fields` and `words` are as in `Analysed`.
    """

    terms: list[str]
    evidence: Evidence
    fields: dict[str, list[str]]
    words: dict[str, str]


def piece(article: Article) -> Piece:
    """The share of a whole article; the same text gives the same piece anywhere."""
    analysed = analyse(article)
    terms = sorted({term for unit in analysed.units for term in unit.terms})
    numbers = {term: number for number, term in enumerate(terms)}
    return Piece(terms, compile_evidence([analysed], numbers), analysed.fields, analysed.words)


def without_fields(one: Any) -> Piece:
    """A piece whose fields are written: smaller, its terms shared with all other pieces."""
    shared = [sys.intern(term) for term in one.terms]
    words = {sys.intern(word): sys.intern(term) for word, term in one.words.items()}
    found: Piece = replace(one, terms=shared, words=words, fields={})
    return found
