# The types of hits.py, for Cython.
cimport cython
from libc.stdint cimport int32_t, int64_t

from kb.search.scores cimport Ints, first_from

@cython.final
cdef class Hits:
    cdef Ints unit_of, token_of, unit_at, heading_of, opening, places
    cdef const unsigned char[::1] unit_kind
    cdef dict row
    cdef int64_t words, rows
    cdef int32_t[::1] articles, first, units, begin, end, counts
    cdef double[::1] score
    cdef int32_t[::1] _alternative_of, _row_of, _rows, _hits
    cdef double[::1] _percent, _rarity

    @cython.locals(at=int64_t, article=int64_t, unit=int64_t, number=int64_t)
    cdef _number(self)

    @cython.locals(
        term=int64_t, row=int64_t, place=int64_t, last=int64_t, at=int64_t, number=int64_t,
        behind=int64_t,
    )
    cdef _count(self, Ints place_of)

    @cython.locals(
        k1=double, b=double, number=int64_t, unit=int64_t, norm=double, score=double, word=int64_t,
        most=double, one=int64_t, count=int64_t,
    )
    cdef _weigh(self, double average)

    @cython.locals(first=int64_t, last=int64_t, least=int64_t, at=int64_t)
    cdef int64_t _count_of(self, int64_t number, int64_t alternative)

    @cython.locals(most=double, one=int64_t)
    cdef double _match(self, int64_t number, int64_t word)

    cdef int64_t _place_of(self, int64_t article)

    cpdef int64_t number_of(self, int64_t unit)

    @cython.locals(total=double, word=int64_t)
    cpdef double said(self, int64_t number, int64_t other=*)

    @cython.locals(at=int64_t, total=double, word=int64_t, most=double, number=int64_t)
    cpdef double said_in(self, int64_t article, kinds=*)

    @cython.locals(at=int64_t, most=double, number=int64_t)
    cpdef double most_alike(self, int64_t article, double rarity, const double[::1] unit_rarity)

    @cython.locals(first=int64_t, last=int64_t, at=int64_t, row=int64_t, place=int64_t, behind=int64_t)
    cdef list _written(self, int64_t unit, start, end)
