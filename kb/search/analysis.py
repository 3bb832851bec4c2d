"""Text into terms: the one analyzer, used for articles and for queries alike.

fold → words → stop words → stems. A term is what the index knows; a token also remembers where in
the text it stood, so that snippets can mark it. Nothing here depends on the articles at hand.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

try:
    from Stemmer import Stemmer  # which snowballstemmer would take, too, but loads thirty languages first
except ImportError:
    from snowballstemmer import stemmer as Stemmer  # noqa: N812

# Letters and digits, joined inside a word by an apostrophe, hyphen, dot or underscore: "don't", "e-mail",
# "HEM-7120", "v2.0.1", "snake_case". A trailing joiner is not part of it.
WORD = re.compile(r"[^\W_]+(?:['’.\-_‐‑][^\W_]+)*")
_JOINER = re.compile(r"['’.\-_‐‑]")
_NUMBERED = re.compile(r"\d+(?:-[^\W\d_]{3,})+")  # "2-step", "30-day": a number of things, and no code
_COMBINING = re.compile("[\u0300-\u036f]")

# Words that say nothing about the subject: articles, pronouns, auxiliaries, prepositions, the words
# that make a sentence a question, and the courtesies people type to a search box as to a person.
_STOP = frozenset(
    """
    a about after again all also am an and any anybody anyone anything are aren't as at be because been
    before being but by can can't cannot could couldn't did didn't do does doesn't doing don't each
    either else etc even ever every for from had hadn't has hasn't have haven't having he her here hers
    herself him himself his how however i i'd i'll i'm i've if im in into is isn't it it's its itself
    ive just let let's may me might mine more most much must my myself nor of off oh on once only or
    other our ours ourselves out over own per quite rather really s shall she should shouldn't so some
    somebody someone something still such t than that that's the their theirs them themselves then
    there there's these they they're this those though through thru til to too u until up upon ur us very
    was wasn't we we're were weren't what what's whatever when whenever where where's wherever whether
    which while who who's whoever whom whose why will with within won't would wouldn't y'all yet you
    you'd you'll you're you've your yours yourself
    ain't bro coz cuz dunno eh erm gimme hmm idk imo innit kinda lemme lol luv mate nah nope omg tbh ugh
    umm wot wtf ya yeah yep yo ffs bastards bullshit crap fuck fucked fuckin fucking goddamn idiot
    idiots moron morons shit shitty
    cheers dear hello hey hi hiya ok okay please pls plz regards sir madam sorry thank thanks thx ty
    """.split()
)
_WORDS_OF_THEIR_OWN = frozenset({"ill", "id", "well", "wed", "shed", "hell", "shell", "lets"})

STOP_WORDS = _STOP | {word.replace("'", "") for word in _STOP} - _WORDS_OF_THEIR_OWN
"""Phones write "dont" and "hasnt"; an apostrophe left out makes no new word, but for a few."""

_OF_THEIR_OWN = """
    news organic university universe organization,organisation instalment,instalments,installment,installments
    business,businesses customs apartment,apartments accessibility
    center,centre,centers,centres meter,metre,meters,metres
    liter,litre,liters,litres fiber,fibre,fibers,fibres theater,theatre,theaters,theatres
    kilometer,kilometre,kilometers,kilometres centimeter,centimetre,centimeters,centimetres
    millimeter,millimetre,millimeters,millimetres
    license,licence,licenses,licences,licensed,licenced,licensing
    program,programme,programs,programmes
    practice,practise,practices,practises,practiced,practised,practicing,practising
    defense,defence,defenses,defences offense,offence,offenses,offences
    adapter,adaptor,adapters,adaptors tire,tyre,tires,tyres
    jewelry,jewellery aluminum,aluminium mold,mould,molds,moulds moldy,mouldy disk,disc,disks,discs
    gray,grey,grays,greys mom,mum,moms,mums pajamas,pyjamas,pajama,pyjama cozy,cosy curb,kerb,curbs,kerbs
    judgment,judgement,judgments,judgements dial,dialled,dialed,dialling,dialing
    fuel,fuelled,fueled,fuelling,fueling
    artifact,artefact,artifacts,artefacts odor,odour,odors,odours
"""
OWN_STEMS = {word: words.split(",")[0] for words in _OF_THEIR_OWN.split() for word in words.split(",")}
"""The stems of words that Snowball would join with others, or keep apart, against what they mean."""

RESPELLINGS = (
    ("(?<=[a-z]{3}[iy])z(?=(?:e|es|ed|er|ers|ing|able|ation|ations)$)", "s"),
    ("(?<=[a-z]{3})our(?=(?:s|ed|ing|ings|ful|less|able|ably|ite|ites|hood|ly|al|ally)?$)", "or"),
    ("(?<=[a-z]{2}log)ue(?=s?$)", ""),
)
"""What is spelt one way in Britain and another in America gets one stem; as patterns and replacements."""

_RESPELLINGS = tuple((re.compile(pattern), replacement) for pattern, replacement in RESPELLINGS)

LIGHT_WORDS = frozenset({"a", "an", "the", "my", "your", "our", "am", "are", "is", "was", "were"})

_of_thread = threading.local()


class Token(NamedTuple):  # of all classes the quickest to make, and a build makes millions
    """A word of a text: its folded form, its stem, and the span [start, end) it has in the text."""

    word: str
    term: str
    start: int
    end: int
    is_stop: bool = False


def fold(text: str) -> str:
    """`text` in lower case with compatibility forms and Latin diacritics folded (NFKD, U+0300–036F).

    The length may change: for spans, use `tokens`, which folds word by word.
    """
    if text.isascii():
        return text.lower()  # nothing else is to fold
    return unicodedata.normalize("NFKC", _COMBINING.sub("", unicodedata.normalize("NFKD", text))).lower()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The term a folded word stands for (Snowball English, also called Porter2); codes stay whole."""
    if word in OWN_STEMS or (not word.isalpha() and any(character.isdigit() for character in word)):
        return OWN_STEMS.get(word, word)
    plain = word.replace("’", "'")
    for pattern, replacement in _RESPELLINGS:
        plain = pattern.sub(replacement, plain)
    return str(_stemmer().stemWord(plain))


def _stemmer() -> Any:
    """The stemmer of this thread alone: two threads that share one get each other's endings."""
    try:
        return _of_thread.stemmer
    except AttributeError:
        _of_thread.stemmer = Stemmer("english")
        return _of_thread.stemmer


@lru_cache(maxsize=65536)
def forms_of(raw: str) -> tuple[Token, ...]:
    """What one written word stands for, as if the text began with it."""
    return tuple(Token(word, stem(word), start, end, word in STOP_WORDS) for word, start, end in _forms(raw))


def _forms(raw: str) -> tuple[tuple[str, int, int], ...]:
    """The folded words that one written word stands for, each with its span inside it.

    "e-mail" is email, "Wi-Fi" wifi; "sign-in" is sign and in, "2-step" 2 and step; "HEM-7120" and "v2.0.1"
    stay whole, joiners as written.
    """
    if raw.isalnum():  # no joiner: most words, and a query pays for those that it is the first to say
        return ((fold(raw), 0, len(raw)),)
    word = fold(raw).replace("’", "'").replace("‐", "-").replace("‑", "-")
    parts = [part for part in _JOINER.split(raw) if part]
    is_numbered = bool(_NUMBERED.fullmatch(word))
    if any(character.isdigit() for character in word) and not is_numbered:
        return ((word, 0, len(raw)),)
    if "'" in word and "-" not in word and "." not in word and "_" not in word:
        return ((word.removesuffix("'s"), 0, len(raw)),)
    is_short = all(len(part) <= 2 and fold(part) not in STOP_WORDS for part in parts)
    if (len(parts[0]) == 1 or is_short) and not is_numbered:
        return ((fold("".join(parts)), 0, len(raw)),)
    spans = []
    at = 0
    for part in parts:
        at = raw.index(part, at)
        spans.append((fold(part), at, at + len(part)))
        at += len(part)
    return tuple(spans)


def wording(terms: Iterable[str]) -> tuple[str, ...]:
    """`terms` in order without articles, possessives, forms of "be" and apostrophes.

    Texts of one wording ask the same: "where's my order" and "where is the order", "didn't" and "didnt";
    "why" and "not" stay.
    """
    return tuple(term.replace("'", "") for term in terms if term not in LIGHT_WORDS)


def tokens(text: str) -> Iterator[Token]:
    """The words of `text` in order, stop words included and marked as such."""
    for match in WORD.finditer(text):
        begin = match.start()
        for word, term, start, end, is_stop in forms_of(match.group()):
            yield Token(word, term, begin + start, begin + end, is_stop)


def terms(text: str) -> list[str]:
    """The terms of `text` in order, without stop words."""
    return [form.term for raw in WORD.findall(text) for form in forms_of(raw) if not form.is_stop]


def all_terms(text: str) -> tuple[str, ...]:
    """The terms of `text` in order, stop words included."""
    return tuple(form.term for raw in WORD.findall(text) for form in forms_of(raw))
