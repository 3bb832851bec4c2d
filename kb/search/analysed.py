"""An article as the search sees it: terms by field, and passages with their place and text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from kb.model import Article, Section
from kb.search.analysis import Token, tokens
from kb.search.fields import FIELDS

PASSAGE_WORDS = 120
_BLANKS = re.compile(r"\s+")


class UnitKind(IntEnum):
    """What a unit of evidence is; customers' own questions count as evidence but are not shown."""

    TITLE = 0
    QUESTION = 1
    KEYWORDS = 2
    SUMMARY = 3
    HEADING = 4
    PASSAGE = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of an article that is short enough for its words to belong together.

    `section` counts the article's sections from 0; what belongs to no section has section 0. `terms` are
    without stop words; term t is written at `text[starts[t]:ends[t]]`.
    """

    kind: UnitKind
    section: int
    text: str
    terms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Analysed:
    """One article, analysed: `fields` as ranking.FIELDS names them, `words` unstemmed for spelling."""

    slug: str
    units: tuple[Unit, ...]
    fields: dict[str, list[str]]
    words: dict[str, str]


def analyse(article: Article) -> Analysed:
    """`article` in terms; the same text gives the same terms anywhere."""
    words: dict[str, str] = {}
    units = []
    fields: dict[str, list[str]] = {field.name: [] for field in FIELDS}
    for kind, section, text in _pieces(article):
        found = list(tokens(text))
        unit = _unit(kind, section, text, found, words)
        units.append(unit)
        fields[_FIELD_OF[kind]] += unit.terms
        if kind in _PAIRS_OF:
            fields[_PAIRS_OF[kind]] += neighbours([token.term for token in found])
    return Analysed(article.slug, tuple(units), fields, words)


def neighbours(terms: Sequence[str]) -> list[str]:
    """Neighbouring terms, stop words included, as one term each: "where is" and "sign up" say something."""
    return [f"{first} {second}" for first, second in pairwise(terms)]


_FIELD_OF = {
    UnitKind.TITLE: "title",
    UnitKind.QUESTION: "questions",
    UnitKind.KEYWORDS: "keywords",
    UnitKind.SUMMARY: "summary",
    UnitKind.HEADING: "headings",
    UnitKind.PASSAGE: "body",
}
_PAIRS_OF = {
    UnitKind.TITLE: "title_pairs",
    UnitKind.HEADING: "title_pairs",
    UnitKind.QUESTION: "question_pairs",
}


def _pieces(article: Article) -> Iterator[tuple[UnitKind, int, str]]:
    yield UnitKind.TITLE, 0, article.title
    for question in article.questions:
        yield UnitKind.QUESTION, 0, question
    if article.keywords:
        yield UnitKind.KEYWORDS, 0, ", ".join(article.keywords)
    if article.summary:
        yield UnitKind.SUMMARY, 0, article.summary
    for number, section in enumerate(article.sections):
        if section.heading:
            yield UnitKind.HEADING, number, section.heading
        for passage in passages(section):
            yield UnitKind.PASSAGE, number, passage


def passages(section: Section) -> Iterator[str]:
    """The blocks of a section (paragraphs, list entries, table cells), long ones cut between words."""
    for block in section.text.split("\n"):
        words = _BLANKS.split(block.strip())
        for start in range(0, len(words), PASSAGE_WORDS):
            passage = " ".join(words[start : start + PASSAGE_WORDS])
            if passage:
                yield passage


def _unit(kind: UnitKind, section: int, text: str, found: list[Token], words: dict[str, str]) -> Unit:
    content = [token for token in found if not token.is_stop]
    for token in content:
        if token.word.isalpha():
            words[token.word] = token.term
    return Unit(
        kind,
        section,
        text,
        tuple(token.term for token in content),
        tuple(token.start for token in content),
        tuple(token.end for token in content),
    )
