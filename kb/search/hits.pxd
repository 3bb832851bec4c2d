# The types of hits.py, for Cython.
cimport cython
from libc.stdint cimport int32_t, int64_t

from kb.search.scores cimport Ints, first_from

ctypedef const double[::1] Rarities

@cython.final
cdef class Layout:
    cdef Ints unit_of, token_of, unit_at, heading_of, opening, place_of, places, token
    cdef const unsigned char[::1] unit_kind
    cdef Rarities rarity
    cdef object token_start, token_end

@cython.final
cdef class Hits:
    cdef Layout layout
    cdef dict row
    cdef int64_t words, rows
    cdef int32_t[::1] articles, first, units, begin, end, counts
    cdef double[::1] score
    cdef int32_t[::1] _alternative_of, _row_of, _rows, _word_of
    cdef double[::1] _percent, _rarity

    @cython.locals(
        rows=int64_t, articles=int32_t[::1], begin=int32_t[::1], end=int32_t[::1], unit_of=Ints, token_of=Ints,
        place_of=Ints, places=Ints, term=int64_t, row=int64_t, place=int64_t, last=int64_t, at=int64_t,
        article=int64_t, behind=int64_t,
    )
    cdef _find(self)

    @cython.locals(
        rows=int64_t, articles=int32_t[::1], begin=int32_t[::1], end=int32_t[::1], unit_of=Ints, unit_at=Ints,
        places=Ints, hits=int64_t, most=int64_t, number=int64_t, hit=int64_t, cell=int64_t, at=int64_t,
        owner=int32_t[::1], number_of=int32_t[::1], units=int32_t[::1], start=int64_t, count=int64_t,
        before=int64_t, unit=int64_t, place=int64_t, one=int64_t,
    )
    cdef _number(self)

    @cython.locals(
        rows=int64_t, begin=int32_t[::1], end=int32_t[::1], counts=int32_t[::1], hit=int64_t, cell=int64_t,
        row=int64_t,
    )
    cdef _count(self, int32_t[::1] owner)

    @cython.locals(
        scores=double[::1], units=int32_t[::1], counts=int32_t[::1], token_of=Ints, rows=int32_t[::1],
        row_of=int32_t[::1], word_of=int32_t[::1], percents=double[::1], rarities=double[::1], k1=double,
        b=double, number=int64_t, unit=int64_t, base=int64_t, norm=double, score=double, word=int64_t,
        most=double, one=int64_t, count=int64_t, at=int64_t,
    )
    cdef _weigh(self, double average)

    @cython.locals(first=int64_t, last=int64_t, least=int64_t, at=int64_t)
    cdef int64_t _count_of(self, int64_t number, int64_t alternative)

    @cython.locals(most=double, one=int64_t)
    cdef double _match(self, int64_t number, int64_t word)

    cdef int64_t _place_of(self, int64_t article)

    @cython.locals(first=int64_t, last=int64_t, number=int64_t)
    cpdef int64_t number_of(self, int64_t unit, int64_t at=*)

    @cython.locals(total=double, word=int64_t)
    cpdef double said(self, int64_t number, int64_t other=*)

    @cython.locals(at=int64_t, total=double, word=int64_t, most=double, number=int64_t)
    cpdef double said_in(self, int64_t article, kinds=*)

    @cython.locals(at=int64_t, most=double, number=int64_t)
    cpdef double most_alike(self, int64_t article, double total)

    @cython.locals(
        token_of=Ints, token=Ints, rarity=Rarities, said=double, own=double, first=int64_t,
        last=int64_t, at=int64_t, before=int64_t,
    )
    cdef double _alike(self, int64_t number, double total, double least)

    @cython.locals(
        number=int64_t, first=int64_t, last=int64_t, at=int64_t, row=int64_t, place=int64_t, behind=int64_t,
    )
    cdef list _written(self, int64_t unit)
