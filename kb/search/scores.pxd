# The types of scores.py, for Cython.
cimport cython
from libc.stdint cimport int32_t, int64_t

ctypedef const int32_t[::1] Ints

@cython.final
cdef class Postings:
    cdef Ints _start, _article, _impact
    cdef int64_t _articles

    @cython.locals(articles=Ints, impacts=Ints, at=int64_t)
    cdef _add(self, int64_t term, int64_t percent, int64_t share, int64_t[::1] scores)

    @cython.locals(
        articles=Ints, impacts=Ints, first=int64_t, others=tuple, percent=int64_t, at=int64_t, article=int64_t,
        impact=int64_t,
    )
    cdef _add_best(self, query_term, int64_t[::1] best, int64_t[::1] scores)

    @cython.locals(end=int64_t, at=int64_t)
    cdef int64_t _impact_of(self, int64_t term, int64_t article)

@cython.locals(found=int64_t[::1], most=int64_t, count=int64_t, article=int64_t, least=double)
cpdef matching(int64_t[::1] scores, double share=*)

@cython.locals(kept=int64_t[::1], count=int64_t, article=int64_t, score=int64_t, place=int64_t, at=int64_t)
cpdef list best_first(int64_t[::1] scores, int64_t[::1] articles, int64_t limit)

@cython.locals(middle=int64_t)
cpdef int64_t first_from(int64_t least, Ints values, int64_t low, int64_t high)
