"""Whoosh's own format on disk, written and read a term at a time: Whoosh goes through it posting by posting.

What lies on disk Whoosh 2.7.4 can read without this module.
"""

import warnings
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from pickle import dumps, loads
from struct import Struct
from typing import Any

import numpy as np

from kb.search.arrays import Array, Numbers

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
        W3TermInfo,
    )
    from whoosh.system import pack_uint, pack_ushort
    from whoosh.util.numeric import byte_to_length


_ROW = Struct("!ii")
"""The lengths of a term and of what is known of it, which stand before both (`whoosh.filedb.filetables`)."""
_FEW = 8
"""So many postings of a term lie with what is known of it, and no block of them has to be looked up."""

TermPostings = tuple[str, bytes, Sequence[int], Sequence[float]]
"""A field's name, a term, the documents that have it, which ascend, and how often each does."""


class Pool:
    """Postings until they are written: three numbers each, where Whoosh's own pool has a tuple.

    `numbers` are those of all terms, as `arrays.numbering` makes them.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._found: dict[str, tuple[array[int], array[int], array[float]]] = defaultdict(
            lambda: (array("i"), array("i"), array("f"))
        )

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Takes in a posting of a document that is none before the last."""
        field, text, document, weight, _ = item
        number = self._numbers[text.decode("utf-8")]
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
    def lengths(self, field: str) -> bytes:
        """The lengths of a field in all documents as they are kept: a byte each, more for longer ones."""
        return bytes(self._cached_reader(f"_{field}_len", LENGTHS_COLUMN) or self.doc_count_all())


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_postings(self, schema: Any, lengths: _Lengths, items: Iterator[TermPostings]) -> None:
        """Writes all postings."""
        at = self._tindex.tell()
        for field, terms in groupby(items, itemgetter(0)):
            self.start_field(field, schema[field])
            number, form, known = pack_ushort(self._fieldid), schema[field].format, lengths.lengths(field)
            for _, text, documents, counts in terms:
                if len(documents) <= _FEW:
                    info = _with_postings(documents, counts, _values(form, counts), known)
                else:
                    self.start_term(text)
                    self._postwriter.add_all(documents, counts, known)
                    info = self._postwriter.finish_postings().to_bytes()
                at = self._add_row(at, number + text, info)
            self.finish_field()

    def _add_row(self, at: int, key: bytes, info: bytes) -> int:
        """Puts a term at the end of their table, `at`, in one write where Whoosh makes three; the new end."""
        table: Any = self._tindex
        row = _ROW.pack(len(key), len(info)) + key + info
        table.dbfile.write(row)
        table.index.append(at)
        hashed = table.hashfn(key)
        table.buckets[hashed & 255].append((hashed, at))
        return at + len(row)


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    def add_all(self, documents: Sequence[int], counts: Sequence[float], lengths: bytes) -> None:
        """All postings of a term, a block at a time."""
        for begin in range(0, len(documents), self._blocklimit):
            if begin:
                self._write_block()
            block = slice(begin, begin + self._blocklimit)
            self._ids, self._weights = documents[block], counts[block]
            self._values = _values(self._format, self._weights)
            known = _known(self._ids, lengths)
            self._minlength = byte_to_length(min(known)) if known else None
            self._maxlength = byte_to_length(max(known, default=0))
            self._maxweight = max(self._weights)


def _values(form: Any, counts: Sequence[float]) -> list[bytes]:
    """What postings hold besides documents and weights: of fields with frequencies, these once more."""
    return [pack_uint(int(count)) for count in counts] if form.fixed_value_size() > 0 else []


def _known(documents: Sequence[int], lengths: bytes) -> list[int]:
    return [length for document in documents if (length := lengths[document])]


def _with_postings(
    documents: Sequence[int], counts: Sequence[float], values: Sequence[bytes], lengths: bytes
) -> bytes:
    """A term as `W3TermInfo` packs it, with its postings in it: Whoosh means to do so, but never does."""
    known = _known(documents, lengths)
    shortest, longest = min(known, default=0), max(known, default=0)
    weights = sum(counts), len(documents), shortest, longest, max(counts)
    packed: bytes = W3TermInfo._struct.pack(True, *weights, documents[0], documents[-1])
    inlined = tuple(documents), tuple(counts), tuple(values) or (None,) * len(documents)
    return packed + dumps(inlined, 2)


def read_field(leaf: Any, field: str) -> Iterator[tuple[str, Sequence[int], Sequence[float]]]:
    """Every term of a field of a segment, its documents, and how often each has it."""
    reader, form = leaf._terms, leaf.schema[field].format
    number = reader._keycoder(field, b"")
    for key, packed in reader._tindex.items_from(number):
        if not key.startswith(number):
            break
        if packed[0]:
            documents, counts, _ = loads(packed[W3TermInfo._struct.size :])  # noqa: S301  our own file
        else:
            documents, counts = _blocks(reader, W3TermInfo.from_bytes(packed), form)
        yield key.removeprefix(number).decode("utf-8"), documents, counts


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
