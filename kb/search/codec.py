"""Whoosh's own format on disk, written and read a term at a time: Whoosh goes through it posting by posting.

What lies on disk Whoosh 2.7.4 can read without this module.
"""

import warnings
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

from kb.search.arrays import Array

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python 3.12 and later report once.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.codec.whoosh3 import (
        LENGTHS_COLUMN,
        W3Codec,
        W3FieldWriter,
        W3LeafMatcher,
        W3PerDocReader,
        W3PostingsWriter,
    )
    from whoosh.system import pack_uint
    from whoosh.util.numeric import byte_to_length


_FEW = 8
"""So many postings of a term lie with what is known of it, and no block of them has to be looked up."""

TermPostings = tuple[str, bytes, Sequence[int], Sequence[float]]
"""A field's name, a term, the documents that have it, which ascend, and how often each does."""


class Pool:
    """Postings until they are written: three numbers each, where Whoosh's own pool has a tuple.

    `numbers` are those of all terms; new ones are put there, by this pool and by others.
    """

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        self._found: dict[str, tuple[array[int], array[int], array[float]]] = defaultdict(
            lambda: (array("i"), array("i"), array("f"))
        )

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Takes in a posting of a document that is none before the last."""
        field, text, document, weight, _ = item
        number = self._numbers.setdefault(text.decode("utf-8"), len(self._numbers))
        terms, documents, weights = self._found[field]
        terms.append(number)
        documents.append(document)
        weights.append(weight)

    def add_counts(self, field: str, document: int, terms: Array, counts: Array) -> None:
        """Takes in a field of a document: the numbers of its terms, and how often each stands there."""
        known, documents, weights = self._found[field]
        known.frombytes(terms.astype(np.int32).tobytes())
        documents.frombytes(np.full(len(terms), document, np.int32).tobytes())
        weights.frombytes(counts.astype(np.float32).tobytes())

    def iter_postings(self) -> Iterator[TermPostings]:
        """All postings, by field and term."""
        texts = sorted(self._numbers)
        place = np.empty(len(texts), np.int64)
        place[[self._numbers[text] for text in texts]] = np.arange(len(texts))
        for field, columns in sorted(self._found.items()):
            term, document, weight = (np.array(column) for column in columns)
            order = np.argsort(place[term], kind="stable")  # by document, too, as they came
            term, documents, weights = place[term][order], document[order].tolist(), weight[order].tolist()
            starts = np.flatnonzero(np.diff(term, prepend=-1))
            for begin, end in pairwise([*starts.tolist(), len(term)]):
                text = texts[term[begin]].encode("utf-8")
                yield field, text, documents[begin:end], weights[begin:end]

    def cleanup(self) -> None:
        """Lets go of them."""
        self._found.clear()


class Codec(W3Codec):  # type: ignore[misc]
    """As Whoosh's, but whole terms at a time, to be used with a `Pool`."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Kept with the index as Whoosh's own."""
        return W3Codec, ()

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        """The reader of what is kept of each document."""
        return _Lengths(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """The writer of postings by field and term."""
        return _FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """The writer of one term's postings."""
        return _PostingsWriter(dbfile, self._blocklimit, byteids, self._compression, self._inlinelimit)


class _Lengths(W3PerDocReader):  # type: ignore[misc]
    def lengths(self, field: str) -> Sequence[int]:
        """The lengths of a field in all documents, as they are kept: in a byte each, 0 for none."""
        reader = self._cached_reader(f"_{field}_len", LENGTHS_COLUMN)
        return [byte_to_length(byte) if byte else 0 for byte in reader or bytes(self.doc_count_all())]


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_postings(self, schema: Any, lengths: _Lengths, items: Iterator[TermPostings]) -> None:
        """Writes all postings."""
        for field, terms in groupby(items, itemgetter(0)):
            self.start_field(field, schema[field])
            known = lengths.lengths(field)
            for _, text, documents, counts in terms:
                self.start_term(text)
                self._postwriter.add_all(documents, counts, known)
                self.finish_term()
            self.finish_field()


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    def add_all(self, documents: Sequence[int], counts: Sequence[float], lengths: Sequence[int]) -> None:
        """All postings of a term, a block at a time."""
        has_counts = self._format.fixed_value_size() > 0
        for begin in range(0, len(documents), self._blocklimit):
            if begin:
                self._write_block()
            block = slice(begin, begin + self._blocklimit)
            self._ids, self._weights = documents[block], counts[block]
            self._values = [pack_uint(int(count)) for count in self._weights] if has_counts else []
            known = [length for document in self._ids if (length := lengths[document])]
            self._minlength, self._maxlength = min(known, default=None), max(known, default=0)
            self._maxweight = max(self._weights)

    def finish_postings(self) -> Any:
        """What is known of a term, with its postings where they are few; Whoosh means to, but never does."""
        if self.written() or len(self) > _FEW:
            return super().finish_postings()
        info: Any = self._terminfo
        self._terminfo: Any = None
        info.add_block(self)
        info.set_inlined(self._ids, self._weights, self._values or [None] * len(self))
        return info


def read_field(leaf: Any, field: str) -> Iterator[tuple[str, Sequence[int], Sequence[float]]]:
    """Every term of a field of a segment, its documents, and how often each has it."""
    reader, form = leaf._terms, leaf.schema[field].format
    for (name, text), info in reader.items_from(field, b""):
        if name != field:
            break
        found = info.inlined_postings()[:2] if info.is_inlined() else _blocks(reader, info, form)
        yield text.decode("utf-8"), *found


def _blocks(reader: Any, info: Any, form: Any) -> tuple[list[int], list[float]]:
    """The postings of a term that has too many to lie with what is known of it."""
    documents: list[int] = []
    counts: list[float] = []
    matcher = W3LeafMatcher(reader._postfile, *info.extent(), form)
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        documents += matcher._ids
        counts += matcher._weights
        matcher._next_block()
    return documents, counts
