"""BM25F as a sum of integers: every term's weight in every article, known when the index is built.

The score of Whoosh's own BM25F, which is one BM25 a field, added up with the fields' weights:
    w · idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / average)),   idf = ln(N / (n + 1)) + 1
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.search.fields import FIELDS, IMPACT_SCALE, K1, FieldWeight
from kb.search.postings import Postings

Ints = np.ndarray[Any, np.dtype[np.int32]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Impacts:
    """Impacts by term.

    Term t (an index into the sorted `terms`) has the impacts `impact[start[t]:start[t + 1]]` in the
    articles `article[start[t]:start[t + 1]]`, which ascend.
    """

    terms: list[str]
    start: Ints
    article: Ints
    impact: Ints


def compile_impacts(field_postings: Callable[[str], Postings]) -> Impacts:
    """The impacts of all fields together, from the postings that `field_postings` gives by name."""
    found = [(field, field_postings(field.name)) for field in FIELDS]
    terms = sorted(set().union(*(postings.terms for _, postings in found)))
    place = {term: number for number, term in enumerate(terms)}
    keys, weights = [], []
    articles = max((len(postings.lengths) for _, postings in found), default=0)
    for field, postings in found:
        if not len(postings.term):
            continue
        to_all = np.array([place[term] for term in postings.terms], np.int64)
        keys.append(to_all[postings.term] * articles + postings.article)
        weights.append(bm25(field, postings))
    if not keys:
        return Impacts([], np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32))
    unique, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    total = np.bincount(inverse, np.concatenate(weights))
    start = np.searchsorted(unique // articles, np.arange(len(terms) + 1))
    return Impacts(
        terms,
        start.astype(np.int32),
        (unique % articles).astype(np.int32),
        np.rint(total * IMPACT_SCALE).astype(np.int32),
    )


def bm25(field: FieldWeight, postings: Postings) -> Floats:
    """The weight of each posting of one field, in the postings' order."""
    articles = len(postings.lengths)
    found_in = np.bincount(postings.term, minlength=len(postings.terms))
    idf = np.log(articles / (found_in + 1)) + 1
    average = postings.total_length / articles or 1.0
    norm = K1 * (1 - field.b + field.b * postings.lengths / average)
    tf = postings.frequency
    weight: Floats = field.weight * idf[postings.term] * tf * (K1 + 1) / (tf + norm[postings.article])
    return weight
