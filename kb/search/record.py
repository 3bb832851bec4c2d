"""All postings of the index of record, as arrays: what impacts are compiled from, kept from build to build.

A posting is read from Whoosh once, when the article it belongs to is written. Later builds take it from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, repeat

import numpy as np

from kb.search.arrays import Array, offsets
from kb.search.fields import FIELDS
from kb.search.postings import Postings


@dataclass(frozen=True, slots=True)
class Record:
    """Field f (its place in `FIELDS`) has the postings `posting_of[f]:posting_of[f + 1]`.

    Posting p says that term `term[p]`, an index into the sorted `terms`, stands `frequency[p]` times in
    article `article[p]`. `lengths[f, a]` is the length of the field in article a, as Whoosh keeps it.
    """

    terms: list[str]
    posting_of: Array
    term: Array
    article: Array
    frequency: Array
    lengths: Array


def read_record(field_postings: Callable[[str], Postings], articles: int) -> Record:
    """The record of as many `articles` as `field_postings` knows."""
    found = [field_postings(field.name) for field in FIELDS]
    terms = sorted(set().union(*(postings.terms for postings in found)))
    number = {term: place for place, term in enumerate(terms)}
    to_all = [np.array([number[term] for term in postings.terms], np.int32) for postings in found]
    return Record(
        terms,
        offsets([len(postings.term) for postings in found], np.int64),
        np.concatenate([places[postings.term] for places, postings in zip(to_all, found, strict=True)]),
        np.concatenate([postings.article for postings in found]).astype(np.int32),
        np.concatenate([postings.frequency for postings in found]).astype(np.int32),
        np.array([postings.lengths for postings in found], np.float64).reshape(len(FIELDS), articles),
    )


def merge(parts: Sequence[tuple[Record, Array]], articles: int) -> tuple[Record, list[Array]]:
    """Several records as one of so many `articles`, and the new number of every term of each part.

    Each part comes with the new ordinal of each of its articles, -1 for one that is gone; the number of a
    term that only such articles had is -1.
    """
    live = [_live(record, ordinals) for record, ordinals in parts]
    used = [
        np.bincount(record.term[keep], minlength=len(record.terms)) > 0
        for (record, _), keep in zip(parts, live, strict=True)
    ]
    names: dict[str, None] = {}  # which keeps the parts' order: sorting a few long runs is quick
    for (record, _), known in zip(parts, used, strict=True):
        names |= dict.fromkeys(compress(record.terms, known.tolist()))
    terms = sorted(names)
    number = {term: place for place, term in enumerate(terms)}
    numbers = [
        np.fromiter(map(number.get, record.terms, repeat(-1)), np.int32, len(record.terms))
        for record, _ in parts
    ]
    lengths = np.zeros((len(FIELDS), articles))
    pieces: list[tuple[Array, Array, Array]] = []
    counts = []
    for field in range(len(FIELDS)):
        before = len(pieces)
        for (record, ordinals), keep, to_all in zip(parts, live, numbers, strict=True):
            span = slice(record.posting_of[field], record.posting_of[field + 1])
            kept = keep[span]
            pieces.append(
                (
                    to_all[record.term[span][kept]],
                    ordinals[record.article[span][kept]],
                    record.frequency[span][kept],
                )
            )
            lengths[field, ordinals[ordinals >= 0]] = record.lengths[field, ordinals >= 0]
        counts.append(sum(len(one[0]) for one in pieces[before:]))
    term, article, frequency = (np.concatenate(column) for column in zip(*pieces, strict=True))
    merged = Record(terms, offsets(counts, np.int64), term, article.astype(np.int32), frequency, lengths)
    return merged, numbers


def _live(record: Record, ordinals: Array) -> Array:
    """Which postings belong to articles that are still there."""
    return (ordinals >= 0)[record.article]
