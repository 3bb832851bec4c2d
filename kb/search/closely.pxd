# The types of closely.py, for Cython.
cimport cython
from libc.stdint cimport int32_t, int64_t

from kb.search.hits cimport Hits
from kb.search.scores cimport Ints

ctypedef const unsigned char[::1] Kinds

@cython.locals(
    question=int64_t, passage=int64_t, first=int32_t[::1], units=int32_t[::1], unit_kind=Kinds, score=double[::1],
    article=int64_t, best=double, number=int64_t, kind=int64_t,
)
cpdef list best_passages(Hits hits)

@cython.locals(article=int64_t, chosen=int64_t, opening=int64_t)
cpdef list shown_units(Hits hits)

@cython.locals(
    of_heading=int64_t, of_passage=int64_t, units=int32_t[::1], score=double[::1], unit_kind=Kinds, heading_of=Ints,
    chosen=int64_t, most=double, heading=int64_t, lift=double,
    number=int64_t, unit=int64_t, worth=double,
)
cdef int64_t _best_unit(Hits hits, int64_t article)

@cython.locals(title=int64_t, over=int64_t, first=int64_t, best=int64_t)
cdef bint _is_for_all(Hits hits, int64_t article, int64_t opening, int64_t chosen)

@cython.locals(
    title=int64_t, question=int64_t, rows=list, first=int32_t[::1], units=int32_t[::1], unit_kind=Kinds,
    article=int64_t, number=int64_t, kind=int64_t,
)
cpdef list made_of(Hits hits, terms)

@cython.locals(unit=int64_t, token_of=Ints, left=int64_t, row=int64_t, count=int64_t)
cdef bint _is_made_of(Hits hits, int64_t number, list rows)

@cython.locals(
    k1=double, b=double, average=double, total=double[::1], first=int64_t, second=int64_t, counts=list,
    found=int64_t, rarer=double, weight=double, article=int64_t, count=int64_t, norm=double,
)
cpdef list adjacent(Hits hits, pairs, const double[::1] rarity)

@cython.locals(tokens=int64_t, article=int64_t)
cdef double _average_length(Hits hits)

@cython.locals(ordinal=int64_t, unit_of=Ints, token_of=Ints)
cdef int64_t _length(Hits hits, int64_t article)

@cython.locals(
    begin=int32_t[::1], end=int32_t[::1], places=Ints, unit_at=Ints, article=int64_t, at=int64_t, behind=int64_t,
    count=int64_t, other=int64_t, last=int64_t, one=int64_t, place=int64_t,
)
cdef list _side_by_side(Hits hits, int64_t first, int64_t second)
