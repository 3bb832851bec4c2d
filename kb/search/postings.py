"""The Whoosh index of record: written from analysed articles, read back as plain postings.

Whoosh is imported nowhere else. One Whoosh document is one article; fields hold terms that our own
analyzer made, so Whoosh analyses nothing itself.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.search.analysed import Analysed
from kb.search.fields import FIELDS

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python 3.12 and later report once.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh import fields as whoosh_fields
    from whoosh import formats, index
    from whoosh.analysis import IDAnalyzer

WRITER_MEMORY_MB = 128


@dataclass(frozen=True, slots=True)
class Postings:
    """One field's postings as parallel arrays.

    Posting p says term `term[p]` (an index into `terms`) stands `frequency[p]` times in article
    `article[p]` (its ordinal); `lengths` counts each article's terms in the field
    (Whoosh keeps them in a byte each, so long ones are rounded), `total_length` all of them exactly.
    """

    terms: list[str]
    term: np.ndarray[Any, np.dtype[np.int64]]
    article: np.ndarray[Any, np.dtype[np.int64]]
    frequency: np.ndarray[Any, np.dtype[np.float64]]
    lengths: np.ndarray[Any, np.dtype[np.float64]]
    total_length: float


def _schema() -> Any:
    def term_field() -> Any:
        return whoosh_fields.FieldType(
            format=formats.Frequency(), analyzer=IDAnalyzer(), scorable=True, stored=False
        )

    return whoosh_fields.Schema(
        slug=whoosh_fields.ID(stored=True, unique=True), **{field.name: term_field() for field in FIELDS}
    )


def write_index(folder: Path, articles: Iterable[Analysed]) -> None:
    """A new Whoosh index in `folder` (made when missing), one document an article, in that order.

    Raises OSError when the disk is full or cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = index.create_in(str(folder), _schema()).writer(limitmb=WRITER_MEMORY_MB)
    try:
        for article in articles:
            used = {name: terms for name, terms in article.fields.items() if terms}
            writer.add_document(slug=article.slug, **used)
        writer.commit(optimize=True)
    except BaseException:
        with suppress(Exception):  # after a failed write Whoosh can't close either; that must not hide why
            writer.cancel()
        raise


@contextmanager
def open_postings(folder: Path) -> Iterator[Callable[[str], Postings]]:
    """A function from a field's name to its postings, for the index in `folder`.

    Articles are numbered by slug, in order: an ordinal is a place in the sorted list of slugs.
    """
    with index.open_dir(str(folder), readonly=True).reader() as reader:
        slugs = [reader.stored_fields(number)["slug"] for number in reader.all_doc_ids()]
        ordinals = np.empty(len(slugs), np.int64)
        ordinals[np.argsort(np.array(slugs, dtype=object), kind="stable")] = np.arange(len(slugs))
        yield lambda name: _read_field(reader, name, ordinals)


def _read_field(reader: Any, name: str, ordinals: np.ndarray[Any, np.dtype[np.int64]]) -> Postings:
    terms: list[str] = []
    term: list[int] = []
    article: list[int] = []
    frequency: list[float] = []
    for number, encoded in enumerate(reader.lexicon(name)):
        text = encoded.decode("utf-8")
        terms.append(text)
        matcher = reader.postings(name, text)
        while matcher.is_active():
            term.append(number)
            article.append(matcher.id())
            frequency.append(matcher.weight())
            matcher.next()
    lengths = np.zeros(len(ordinals))
    for number in range(len(ordinals)):
        lengths[ordinals[number]] = reader.doc_field_length(number, name) or 0
    return Postings(
        terms,
        np.array(term, np.int64),
        ordinals[np.array(article, np.int64)] if article else np.array([], np.int64),
        np.array(frequency, np.float64),
        lengths,
        float(reader.field_length(name)),
    )
