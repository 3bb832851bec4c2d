"""What is written a term at a time is what Whoosh writes posting by posting."""

import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kb.search.arrays import Numbers, numbered, numbering
from kb.search.fields import FIELDS
from kb.search.postings import Counts, open_postings, update_index, write_index

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python reports once.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats, index
    from whoosh.analysis import IDAnalyzer
    from whoosh.codec.whoosh3 import W3Codec

ARTICLES = [
    (
        f"a{number}",
        {
            "title": Counter({"common": 1 + number % 3, f"only{number}": 1}),
            "body": Counter({"common": 1, "long": number * 7 + 1, "größe": 2} if number % 2 else {}),
        },
    )
    for number in range(300)
]


def counted(
    articles: list[tuple[str, dict[str, Counter[str]]]], numbers: Numbers
) -> Iterator[tuple[str, Counts]]:
    """Articles as they are given to be written."""
    for slug, fields_of in articles:
        columns = {
            name: (numbered(counts, numbers), np.array(list(counts.values())))
            for name, counts in fields_of.items()
            if counts
        }
        yield slug, columns


def contents(folder: Path) -> dict[str, Any]:
    """All that Whoosh by itself reads of an index of one segment."""
    seen: dict[str, Any] = {}
    with index.open_dir(str(folder)).reader() as reader:
        for name in reader.indexed_field_names():
            for text in reader.lexicon(name):
                info = reader.term_info(name, text)
                found = seen[f"{name} {text!r}"] = [info.weight(), info.doc_frequency(), info.max_weight()]
                matcher = reader.postings(name, text)
                while matcher.is_active():
                    number = matcher.id()
                    length = reader.doc_field_length(number, name)
                    about = (matcher.weight(), matcher.value(), length, matcher.block_max_length())
                    found.append((reader.stored_fields(number)["slug"], *about))
                    matcher.next()
            seen[name] = reader.field_length(name)
    return seen


def stock(folder: Path, articles: Any) -> Path:
    """An index of the same articles as Whoosh writes it when left alone."""
    term = fields.FieldType(format=formats.Frequency(), analyzer=IDAnalyzer(), scorable=True)
    names = {field.name: term for field in FIELDS}
    folder.mkdir()
    writer = index.create_in(str(folder), fields.Schema(slug=fields.ID(stored=True), **names)).writer(
        codec=W3Codec(compression=0)
    )
    for slug, counted in articles:
        lists = {name: list(counts.elements()) for name, counts in counted.items() if counts}
        writer.add_document(slug=slug, **lists)
    writer.commit()
    return folder


def test_an_index_holds_what_whoosh_alone_would_have_written(tmp_path: Path) -> None:
    numbers = numbering()
    write_index(tmp_path / "ours", counted(ARTICLES, numbers), numbers)
    assert contents(tmp_path / "ours") == contents(stock(tmp_path / "stock", ARTICLES))


def test_segments_that_are_put_together_hold_all_postings(tmp_path: Path) -> None:
    numbers = numbering()
    write_index(tmp_path / "0", counted(ARTICLES[:4], numbers), numbers)
    for number in range(4, 14):
        update_index(
            tmp_path / f"{number - 3}",
            tmp_path / f"{number - 4}",
            [],
            counted([ARTICLES[number]], numbers),
            numbers,
        )
    with index.open_dir(str(tmp_path / "10")).reader() as reader:
        assert len(reader.leaf_readers()) < 8
    with open_postings(tmp_path / "10", [slug for slug, _ in ARTICLES[:14]]) as field_postings:
        body = field_postings("body")
    read = {
        (body.terms[term], article): count
        for term, article, count in zip(body.term, body.article, body.frequency, strict=True)
    }
    assert read == {
        (term, place): count
        for place, (_, counted) in enumerate(ARTICLES[:14])
        for term, count in counted["body"].items()
    }
