"""What a generation's index is made of, as JSON for JavaScript: the index itself, and chunks of the rest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from kb.export.dense import encode, encode_deltas, front_coded
from kb.model import Article
from kb.search.analysed import UnitKind
from kb.search.arrays import Array
from kb.search.evidence import Evidence
from kb.search.generation import Generation

EVIDENCE_TOKENS = 20_000
PASSAGE_BYTES = 200_000
"""How much a chunk holds at least, but for the last one. A script is loaded in a few milliseconds for each
hundred kilobytes, and in as long again for being one more; but over a network ten snippets wait for as many
chunks in full."""

_WITH_TEXT = (UnitKind.QUESTION, UnitKind.SUMMARY, UnitKind.HEADING)
"""Units whose text comes with the evidence. Titles come with the index, passages in chunks of their own."""

_NOT_SIMPLE = re.compile(r"[^a-z0-9]+")


Span = tuple[int, int]
"""The first article of a chunk, and the one after its last."""


def cards_of(generation: Generation, outline: Iterable[Article]) -> list[Article]:
    """The articles in the order of their numbers, without text, from an `outline` of all that are stored."""
    found = {article.slug: article for article in outline}
    return [found[slug] for slug in generation.slugs]


def index(generation: Generation, cards: Sequence[Article]) -> dict[str, Any]:
    """What every query needs: articles, terms with their impacts and rarities, words to spell with."""
    rarities = sorted(set(generation.rarity.tolist()), reverse=True)  # `np.unique` loads masked arrays first
    place = {number: at for at, number in enumerate(rarities)}
    term_of = np.array([term for term, _ in generation.words.values()], np.int64)
    counts = np.array([count for _, count in generation.words.values()], np.int64)
    return {
        "slugs": generation.slugs,
        "titles": [card.title for card in cards],
        "updated": " ".join(card.updated.isoformat() if card.updated else "-" for card in cards),
        "topics": generation.topics,
        "topic": encode(generation.topic),
        "terms": front_coded(generation.terms),
        "foundIn": encode(np.diff(generation.start)),
        "article": encode(_gaps(generation)),
        "impact": encode(generation.impact),
        "rarities": rarities,
        "rarity": encode(np.array([place[number] for number in generation.rarity.tolist()], np.int64)),
        "words": front_coded(list(generation.words)),
        "wordTerm": encode(_zigzag(np.diff(term_of, prepend=0))),
        "wordCount": encode(counts),
        "common": encode_deltas(generation.common),
    }


def evidence_chunks(generation: Generation, cards: Sequence[Article]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The terms of all units of the articles, chunk by chunk, each with the first article it holds."""
    evidence = generation.evidence
    rank = _ranks(generation)
    for first, last in _cut(evidence.token_of[evidence.unit_of], EVIDENCE_TOKENS):
        begin, end = int(evidence.unit_of[first]), int(evidence.unit_of[last])
        kind = evidence.unit_kind[begin:end]
        step = np.diff(evidence.unit_section[begin:end], prepend=0)
        step[evidence.unit_of[first:last] - begin] = 0  # an article's first unit has section 0
        yield (
            first,
            {
                "units": encode(np.diff(evidence.unit_of[first : last + 1])),
                "shape": encode(step.astype(np.int64) * len(UnitKind) + kind),
                "length": encode(np.diff(evidence.token_of[begin : end + 1])),
                "token": encode(rank[evidence.token[evidence.token_of[begin] : evidence.token_of[end]]]),
                "text": list(_texts(evidence, begin, end, np.isin(kind, _WITH_TEXT))),
                "anchors": [_anchors(card) for card in cards[first:last]],
            },
        )


def passages_spans(generation: Generation) -> list[Span]:
    """The chunks of the articles' passages."""
    evidence = generation.evidence
    return list(_cut(evidence.text_of[evidence.unit_of], PASSAGE_BYTES))


def passages(generation: Generation, span: Span) -> dict[str, Any]:
    """The text of the passages of the articles in a chunk; one that repeats is written once.

    `articles` says how many each has, `again` which of those written it is, from 1, or 0 for the next.
    """
    evidence, (first, last) = generation.evidence, span
    begin, end = int(evidence.unit_of[first]), int(evidence.unit_of[last])
    is_passage = evidence.unit_kind[begin:end] == UnitKind.PASSAGE
    so_far = np.concatenate(([0], np.cumsum(is_passage)))
    written: dict[str, int] = {}
    again = []
    for text in _texts(evidence, begin, end, is_passage):
        again.append(written.get(text, 0))
        written.setdefault(text, len(written) + 1)
    return {
        "articles": encode(np.diff(so_far[evidence.unit_of[first : last + 1] - begin])),
        "again": encode(np.array(again, np.int64)),
        "text": "\n".join(written),
    }


def _texts(evidence: Evidence, begin: int, end: int, wanted: Array) -> Iterator[str]:
    """The texts of those of the units from `begin` to `end` that are `wanted`."""
    places = evidence.text_of[begin : end + 1]
    written = evidence.text[places[0] : places[-1]].tobytes()
    starts, ends = ((side[wanted] - places[0]).tolist() for side in (places[:-1], places[1:]))
    return (written[start:stop].decode() for start, stop in zip(starts, ends, strict=True))


def _anchors(card: Article) -> list[str | int]:
    """The anchor of each section; 0 where it follows from the heading by a rule that JavaScript has too."""
    return [
        0 if section.anchor == _NOT_SIMPLE.sub("-", section.heading.lower()).strip("-") else section.anchor
        for section in card.sections
    ]


def _cut(offsets: Array, least: int) -> Iterator[Span]:
    """Runs [first, last) of articles with at least `least` each, by their `offsets`; the last has less."""
    first = 0
    while first < len(offsets) - 1:
        last = int(np.searchsorted(offsets, offsets[first] + least))
        last = min(max(last, first + 1), len(offsets) - 1)
        yield first, last
        first = last


def _gaps(generation: Generation) -> Array:
    """Each posting's article, as the distance from the one before of the same term."""
    gaps: Array = np.diff(generation.article, prepend=0)
    firsts = generation.start[:-1][np.diff(generation.start) > 0]
    gaps[firsts] = generation.article[firsts]
    return gaps


def _ranks(generation: Generation) -> Array:
    """Terms numbered anew for tokens, those in most articles first, so that what is frequent is short."""
    order = np.argsort(-np.diff(generation.start), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank


def _zigzag(numbers: Array) -> Array:
    """Numbers of any sign as 0, 1, 2, 3 for 0, -1, 1, -2 and so on."""
    return np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
