"""BM25F as a sum of integers: every term's weight in every article, known when the index is built.

The score of Whoosh's own BM25F, which is one BM25 a field, added up with the fields' weights:
    w · idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / average)),   idf = ln(N / (n + 1)) + 1
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.search.fields import FIELDS, IMPACT_SCALE, K1, FieldWeight
from kb.search.record import Record

Ints = np.ndarray[Any, np.dtype[np.int32]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Impacts:
    """Impacts by term.

    Term t (an index into the record's sorted `terms`) has the impacts `impact[start[t]:start[t + 1]]` in the
    articles `article[start[t]:start[t + 1]]`, which ascend.
    """

    start: Ints
    article: Ints
    impact: Ints


def compile_impacts(record: Record) -> Impacts:
    """The impacts of all fields together."""
    articles = record.lengths.shape[1]
    keys, weights = record.term.astype(np.int64) * articles + record.article, np.empty(len(record.term))
    for number, field in enumerate(FIELDS):
        span = slice(record.posting_of[number], record.posting_of[number + 1])
        weights[span] = bm25(
            field, record.term[span], record.article[span], record.frequency[span], record.lengths[number]
        )
    order = np.argsort(keys, kind="stable")  # so that the fields of one term are added up in their order
    in_order = keys[order]
    first = np.diff(in_order, prepend=-1) > 0
    total = np.bincount(np.cumsum(first) - 1, weights[order], minlength=int(first.sum()))
    unique = in_order[first]
    start = np.searchsorted(unique, np.arange(len(record.terms) + 1) * articles)
    return Impacts(
        start.astype(np.int32),
        (unique % max(articles, 1)).astype(np.int32),
        np.rint(total * IMPACT_SCALE).astype(np.int32),
    )


def bm25(field: FieldWeight, term: Ints, article: Ints, frequency: Ints, lengths: Floats) -> Floats:
    """The weight of each posting of one field, in the postings' order; `lengths` are the articles'."""
    articles = len(lengths)
    found_in = np.bincount(term)
    idf = np.log(articles / (found_in + 1)) + 1
    average = frequency.sum() / max(articles, 1) or 1.0  # of exact lengths, as Whoosh has it
    norm = K1 * (1 - field.b + field.b * lengths / average)
    tf = frequency.astype(np.float64)
    weight: Floats = field.weight * idf[term] * tf * (K1 + 1) / (tf + norm[article])
    return weight
