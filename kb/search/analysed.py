"""An article as the search sees it: terms by field, and passages with their place and text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from kb.model import Article, Section
from kb.search.analysis import WORD, Token, all_terms, forms_of
from kb.search.fields import FIELDS

PASSAGE_WORDS = 120


class UnitKind(IntEnum):
    """What a unit of evidence is.

    Results show titles, passages and summaries, suggestions titles, questions and headings; nothing shows
    keywords.
    """

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
    """One article, analysed: `fields` as `fields.FIELDS` names them, `words` unstemmed for spelling.

    `sections` are the anchors and headings of its sections.
    """

    slug: str
    units: tuple[Unit, ...]
    sections: tuple[tuple[str, str], ...]
    fields: dict[str, list[str]]
    words: dict[str, str]


def analyse(article: Article) -> Analysed:
    """`article` in terms; the same text gives the same terms anywhere."""
    known: dict[str, tuple[Token, ...]] = {}
    units = []
    fields: dict[str, list[str]] = {field.name: [] for field in FIELDS}
    for kind, section, text in _pieces(article):
        unit = _unit(kind, section, text, known)
        units.append(unit)
        fields[_FIELD_OF[kind]] += unit.terms
        if kind in _PAIRS_OF:
            fields[_PAIRS_OF[kind]] += neighbours(all_terms(text))
    content = (token for forms in known.values() for token in forms if not token.is_stop)
    words = {token.word: token.term for token in content if token.word.isalpha()}
    sections = tuple((section.anchor, section.heading) for section in article.sections)
    return Analysed(article.slug, tuple(units), sections, fields, words)


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
    for question in (*article.questions, *_in_words(article.aliases)):
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


def _in_words(aliases: Sequence[str]) -> Iterator[str]:
    """What old addresses say, where they are words: they were titles, or what somebody else would call it."""
    return (alias.replace("-", " ") for alias in aliases if alias.replace("-", "").isalpha())


def passages(section: Section) -> Iterator[str]:
    """The blocks of a section (paragraphs, list entries, table cells), long ones cut between words."""
    for block in section.text.split("\n"):
        words = block.split()
        for start in range(0, len(words), PASSAGE_WORDS):
            yield " ".join(words[start : start + PASSAGE_WORDS])


def _unit(kind: UnitKind, section: int, text: str, known: dict[str, tuple[Token, ...]]) -> Unit:
    """The unit of a text; `known` gathers what the words of an article stand for."""
    terms, starts, ends = [], [], []
    for found in WORD.finditer(text):
        word, begin = found[0], found.start()
        forms = known.get(word)
        if forms is None:
            forms = known[word] = forms_of(word)
        for _, term, start, end, is_stop in forms:
            if not is_stop:
                terms.append(term)
                starts.append(begin + start)
                ends.append(begin + end)
    return Unit(kind, section, text, tuple(terms), tuple(starts), tuple(ends))
