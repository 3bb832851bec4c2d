"""The Whoosh index of record: written from analysed articles, read back as plain postings.

Whoosh is imported here and in `codec.py` alone. One Whoosh document is one article; fields hold terms that
our own analyzer made and counted, so Whoosh analyses nothing itself.
"""

import os
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.search.arrays import Array, Numbers
from kb.search.codec import Codec, Pool, read_field
from kb.search.fields import FIELDS

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python 3.12 and later report once.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh import fields as whoosh_fields
    from whoosh import formats, index
    from whoosh.analysis import IDAnalyzer
    from whoosh.reading import SegmentReader

SMALL_SEGMENT = 32
MANY_SEGMENTS = 8


Counts = Mapping[str, tuple[Array, Array]]
"""Of each field of an article the numbers of its terms, and how often each stands there."""


@dataclass(frozen=True, slots=True)
class Postings:
    """One field's postings as parallel arrays.

    Posting p says term `term[p]` (an index into `terms`) stands `frequency[p]` times in article
    `article[p]` (its ordinal); `lengths` counts each article's terms in the field
    (Whoosh keeps them in a byte each, so long ones are rounded). A term may have no postings, or stand twice.
    """

    terms: list[str]
    term: np.ndarray[Any, np.dtype[np.int64]]
    article: np.ndarray[Any, np.dtype[np.int64]]
    frequency: np.ndarray[Any, np.dtype[np.float64]]
    lengths: np.ndarray[Any, np.dtype[np.float64]]


def _schema() -> Any:
    def term_field() -> Any:
        return whoosh_fields.FieldType(
            format=formats.Frequency(), analyzer=IDAnalyzer(), scorable=True, stored=False
        )

    return whoosh_fields.Schema(
        slug=whoosh_fields.ID(stored=True, unique=True), **{field.name: term_field() for field in FIELDS}
    )


def write_index(folder: Path, articles: Iterable[tuple[str, Counts]], numbers: Numbers) -> None:
    """A new Whoosh index in `folder` (made when missing), one document an article (slug, counts), in order.

    `numbers` has those of all terms by the time that an article comes.
    Raises OSError when the disk is full or cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _writing(index.create_in(str(folder), _schema()), numbers, optimize=True) as writer:
        _add(writer, articles)


def update_index(
    folder: Path,
    old: Path,
    gone: Iterable[str],
    articles: Iterable[tuple[str, Counts]],
    numbers: Numbers,
) -> None:
    """The index in `old` once more in `folder`, without the articles `gone` (slugs), with `articles`.

    `articles` and `numbers` are as in `write_index`. Files that stay are shared: Whoosh never changes
    one it has written. Raises OSError when the disk is full or cannot be written.
    """
    folder.mkdir(parents=True)
    for file in old.iterdir():
        if not file.name.endswith("_WRITELOCK"):
            _share(file, folder / file.name)
    with _writing(index.open_dir(str(folder), schema=_schema()), numbers, mergetype=_merge_small) as writer:
        for slug in gone:
            writer.delete_by_term("slug", slug)
        _add(writer, articles)


def _share(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(file, target)


@contextmanager
def _writing(made: Any, numbers: Numbers, **commit: Any) -> Iterator[Any]:
    writer = made.writer(codec=Codec(compression=0))
    writer.pool = Pool(numbers)  # which Whoosh would make itself, of another kind
    try:
        yield writer
        writer.commit(**commit)
    except BaseException:
        with suppress(Exception):  # after a failed write Whoosh can't close either; that must not hide why
            writer.cancel()
        raise
    finally:
        made.close()


def _add(writer: Any, articles: Iterable[tuple[str, Counts]]) -> None:
    for slug, fields in articles:
        document = writer.docnum
        writer.add_document(slug=slug)
        for name, (terms, counts) in fields.items():
            writer.pool.add_counts(name, document, terms, counts)
            writer.perdocwriter.add_field(name, writer.schema[name], None, int(counts.sum()))


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: which segments stay as they are, after the others were added to the new one.

    Small ones are put together when there are many, and one is written anew when half of it is deleted; so
    an index holds at most twice its articles, in a number of segments that grows with them slowly.
    """
    stale = [one for one in segments if one.doc_count() * 2 < one.doc_count_all()]
    small = [one for one in segments if one not in stale and one.doc_count() <= SMALL_SEGMENT]
    merged = stale + (small if len(small) >= MANY_SEGMENTS else [])
    for segment in merged:
        with SegmentReader(writer.storage, writer.schema, segment) as reader:
            writer.add_reader(reader)
    return [one for one in segments if one not in merged]


@contextmanager
def open_postings(folder: Path, slugs: Sequence[str]) -> Iterator[Callable[[str], Postings]]:
    """A function from a field's name to the postings of the articles `slugs`, for the index in `folder`.

    Articles are numbered by their place in `slugs`.
    """
    ordinal = {slug: place for place, slug in enumerate(slugs)}
    with index.open_dir(str(folder), readonly=True).reader() as reader:
        leaves = [(leaf, _ordinals(leaf, ordinal)) for leaf, _ in reader.leaf_readers()]
        wanted = [(leaf, ordinals) for leaf, ordinals in leaves if (ordinals >= 0).any()]
        yield lambda name: _read_field(wanted, name, len(slugs))


def _ordinals(leaf: Any, ordinal: dict[str, int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The ordinal of each document of a segment, -1 for those that are deleted or not wanted."""
    found = np.full(leaf.doc_count_all(), -1, np.int64)
    if len(ordinal) * 4 < leaf.doc_count():  # few are wanted: look for those alone
        for slug, place in ordinal.items():
            number = _document(leaf, slug)
            if number is not None:
                found[number] = place
        return found
    for number in leaf.all_doc_ids():
        found[number] = ordinal.get(leaf.stored_fields(number)["slug"], -1)
    return found


def _document(leaf: Any, slug: str) -> int | None:
    if ("slug", slug) not in leaf:
        return None
    matcher = leaf.postings("slug", slug)
    return int(matcher.id()) if matcher.is_active() else None


def _read_field(
    leaves: Sequence[tuple[Any, np.ndarray[Any, np.dtype[np.int64]]]], name: str, articles: int
) -> Postings:
    terms: list[str] = []
    found_in: list[int] = []
    article: list[Array] = []
    frequency: list[Array] = []
    lengths = np.zeros(articles)
    for leaf, ordinals in leaves:
        documents: list[int] = []
        counts: list[float] = []
        for text, having, how_often in read_field(leaf, name):
            terms.append(text)
            found_in.append(len(having))
            documents += having
            counts += how_often
        article.append(ordinals[np.array(documents, np.int64)])
        frequency.append(np.array(counts))
        for number in np.flatnonzero(ordinals >= 0).tolist():
            lengths[ordinals[number]] = leaf.doc_field_length(number, name) or 0
    term = np.repeat(np.arange(len(terms)), found_in)
    places = np.concatenate([*article, np.empty(0, np.int64)])
    wanted = places >= 0
    return Postings(
        terms, term[wanted], places[wanted], np.concatenate([*frequency, np.empty(0)])[wanted], lengths
    )
