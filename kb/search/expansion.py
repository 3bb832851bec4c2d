"""From the words of a query to the terms of the index that count as a match for each."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from typing import Literal

from kb.search.analysed import neighbours
from kb.search.analysis import STOP_WORDS, Token, stem, terms
from kb.search.fields import (
    COMPOUND_PERCENT,
    CORRECTION_PERCENT,
    PREFIX_PERCENT,
    SYNONYM_PERCENT,
    WEAK_PERCENT,
    WEAK_WORDS,
)
from kb.search.generation import Generation
from kb.search.query import Query
from kb.search.spelling import Speller
from kb.search.splitting import LONG_PART, Splitter
from kb.search.synonyms import Synonyms

Way = Literal["word", "correction", "compound", "prefix", "synonym"]

WEAK_TERMS = frozenset(stem(word) for word in WEAK_WORDS)
PREFIX_LIMIT, BEGUN_LIMIT = 8, 64
"""The most words, and pairs of words, that an unfinished one is taken for."""
CASE_DIGITS = 5
"""An unknown word with so many digits is somebody's order or phone number: it says nothing of the subject."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms (by number) that all together count as a match, at `percent` of their impact."""

    terms: tuple[int, ...]
    percent: int
    way: Way


@dataclass(slots=True)
class QueryTerm:
    """One word of a query: `percent` is its own weight, `rarity` how much evidence a match is.

    `corrected` is the word it was taken for when the index has no such word.
    """

    word: str
    term: str
    percent: int
    rarity: float
    alternatives: list[Alternative] = field(default_factory=list)
    corrected: str | None = None

    @property
    def own(self) -> int | None:
        """The number of the term itself (or of its correction), None when the index has neither."""
        first = self.alternatives[0] if self.alternatives else None
        return first.terms[0] if first and first.way in ("word", "correction") else None


@dataclass(frozen=True, slots=True)
class Expanded:
    """A query against one index: its words, each once, and the neighbours that the index knows as a pair.

    `as_meant` are all its terms in order, stop words included, misspelt ones put right.
    """

    terms: list[QueryTerm]
    pairs: list[int]
    as_meant: list[str]


class Expander:
    """Expands queries against one generation; `own` is what any query may say here, as the shop's name."""

    def __init__(self, generation: Generation, own: Sequence[str] = ()) -> None:
        self._own = terms_of_each(own)
        self._number, self._terms = generation.term_number, generation.terms
        self._rarity = generation.rarity
        self._unknown = float(generation.rarity.max()) if len(generation.rarity) else 1.0
        self._words = generation.words
        self._speller = Speller(generation.words, generation.common)
        self._splitter = Splitter(generation.words, generation.term_number)
        self._synonyms = Synonyms(generation.synonyms)

    def expand(self, query: Query, *, typing: bool = False, repair: bool = True) -> Expanded:
        """The query's words and pairs, in order.

        `typing`: the last word may be unfinished. Without `repair` nothing is misspelt.
        """
        query = self._split(self._without_own(query))
        content = query.content
        found: dict[str, QueryTerm] = {}
        unfinished = content[-1] if typing and content else None  # not misspelt while words begin like it
        for token in content:
            if token.term not in found:
                is_whole = token is not unfinished or not self._speller.completions(token.word, 1)
                found[token.term] = self._query_term(token, query if repair and is_whole else None)
        if unfinished:
            self._add_completions(found[unfinished.term])
        self._add_joined([found[token.term] for token in content])
        as_meant = [_as_meant(token, found) for token in query.tokens]
        self._add_synonyms(query, as_meant, found)
        pairs = [self._number.get(pair) for pair in neighbours(as_meant)]
        if typing and query.tokens and all(token.is_stop for token in query.tokens):
            pairs += self._begun_pairs(query.tokens[-2:])
        known = dict.fromkeys(pair for pair in pairs if pair is not None)
        return Expanded(list(found.values()), list(known), as_meant)

    def _begun_pairs(self, tokens: Sequence[Token]) -> list[int]:
        """Pairs that begin like the last two words, or with the only one: "where i", "how"."""
        begin = " ".join(token.word for token in tokens) + (" " if len(tokens) == 1 else "")
        first = bisect_left(self._terms, begin)
        last = min(bisect_left(self._terms, f"{begin}\U0010ffff"), first + BEGUN_LIMIT)
        return [number for number in range(first, last) if " " in self._terms[number]]

    def _query_term(self, token: Token, repaired: Query | None) -> QueryTerm:
        """A word of the query that is to be `repaired`, if any is."""
        word, term = token.word, token.term
        weak = term in WEAK_TERMS
        number = self._number.get(term)
        query_term = QueryTerm(word, term, WEAK_PERCENT if weak else 100, self._unknown)
        if number is not None:
            query_term.alternatives.append(Alternative((number,), 100, "word"))
            query_term.rarity = float(self._rarity[number])
        elif _digits(word) >= CASE_DIGITS:
            query_term.percent = 0
        elif repaired and not self._speller.is_common(word):
            self._repair(query_term, unfinished=repaired.ends_in(word))
        query_term.rarity *= query_term.percent / 100
        return query_term

    def _without_own(self, query: Query) -> Query:
        """The query with what is our own, written as one word or as its words, taken for stop words.

        Everything here is about us: rare as it is in the articles, it would weigh more than the question.
        """
        if not self._own:
            return query
        content = [at for at, token in enumerate(query.tokens) if not token.is_stop]
        ours: set[int] = set()
        for own, (place, at) in product(self._own, enumerate(content)):
            run = content[place : place + len(own)]
            if [query.tokens[each].term for each in run] == own:
                ours.update(run)
            elif query.tokens[at].term == "".join(own):
                ours.add(at)
        if not ours or len(ours) == len(content):
            return query
        return replace(
            query,
            tokens=tuple(
                token._replace(is_stop=True) if at in ours else token for at, token in enumerate(query.tokens)
            ),
        )

    def _split(self, query: Query) -> Query:
        """The query with each unknown word that is known ones written as one as those: "giftcard"."""
        tokens = tuple(part for token in query.tokens for part in self._parts(token))
        return query if tokens == query.tokens else replace(query, tokens=tokens)

    def _parts(self, token: Token) -> Sequence[Token]:
        if token.is_stop or token.term in self._number or self._speller.is_common(token.word):
            return (token,)
        parts = self._splitter.parts(token.word) if _digits(token.word) < CASE_DIGITS else ()
        if any(len(part) < LONG_PART for part in parts) and self._is_slip(token.word, parts):
            return (token,)
        of_parts = [Token(part, stem(part), token.start, token.end, part in STOP_WORDS) for part in parts]
        return of_parts or (token,)

    def _is_slip(self, word: str, parts: Sequence[str]) -> bool:
        """Whether an unknown word is rather one letter wrong than made of `parts`, some of them short.

        "pasword" is no "pas" and "word"; "signin", though near "signing", loses nothing as "sign" and "in".
        """
        meant = {stem(near) for near in self._speller.one_edit_from(word)}
        return bool(meant) and meant.isdisjoint(map(stem, parts))

    def _repair(self, query_term: QueryTerm, *, unfinished: bool) -> None:
        """An unknown word is an unfinished or a misspelt one, unless the synonyms know it.

        They know stems: what lost more than an "s" on the way to one ("acces" to "acc") may mean another.
        """
        is_whole = len(query_term.word) - len(query_term.term) <= 1
        if is_whole and (query_term.term,) in self._synonyms.means:
            return
        corrected = self._speller.correct(query_term.word, unfinished=unfinished)
        if corrected in STOP_WORDS:
            query_term.corrected, query_term.percent = corrected, 0
        elif corrected:
            number = self._words[corrected][0]
            query_term.corrected = corrected
            query_term.alternatives.append(Alternative((number,), CORRECTION_PERCENT, "correction"))
            query_term.rarity = float(self._rarity[number])

    def _add_completions(self, last: QueryTerm) -> None:
        for word in self._speller.completions(last.word, PREFIX_LIMIT):
            number = self._words[word][0]
            if number != last.own:
                last.alternatives.append(Alternative((number,), PREFIX_PERCENT, "prefix"))
                last.rarity = min(last.rarity, float(self._rarity[number]))

    def _add_joined(self, content: Sequence[QueryTerm]) -> None:
        """Neighbours that the articles write as one word: "gift card" finds "giftcard"."""
        for first, second in pairwise(content):
            joined = first.word + second.word
            if first is not second and joined in self._words:
                alternative = Alternative((self._words[joined][0],), COMPOUND_PERCENT, "compound")
                first.alternatives.append(alternative)
                second.alternatives.append(alternative)

    def _add_synonyms(self, query: Query, as_meant: Sequence[str], found: dict[str, QueryTerm]) -> None:
        """Synonyms of a run of words count for each of its words; corrected words have theirs too."""
        for start, end, meanings in self._synonyms.found_in(as_meant):
            for meaning in meanings:
                if any(term not in self._number for term in meaning):
                    continue
                numbers = tuple(self._number[term] for term in meaning)
                alternative = Alternative(numbers, SYNONYM_PERCENT, "synonym")
                for token in query.tokens[start:end]:
                    if token.term in found and alternative not in found[token.term].alternatives:
                        found[token.term].alternatives.append(alternative)


def terms_of_each(own: Sequence[str]) -> list[list[str]]:
    """Each name's terms; those without any left out."""
    return [found for found in map(terms, own) if found]


def _digits(word: str) -> int:
    return sum(character.isdigit() for character in word)


def _as_meant(token: Token, found: dict[str, QueryTerm]) -> str:
    """The term of a query's word, or of what it was corrected to."""
    corrected = found[token.term].corrected if token.term in found else None
    return stem(corrected) if corrected else token.term
