"""The one table of field weights, and the other numbers that ranking is made of.

Tuned on several sets at once (see ARCHITECTURE.md for what each part gave); `tests.bench.quality`
prints the figures again.
"""

from dataclasses import dataclass

K1 = 1.2
"""BM25's term saturation, for every field (Robertson and Zaragoza 2009, section 3.4)."""


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """How much a field counts, and how strongly its length does (BM25's b, from 0 to 1)."""

    name: str
    weight: float
    b: float


FIELDS = (
    FieldWeight("title", 1.4, 1.0),
    FieldWeight("questions", 1.5, 0.5),
    FieldWeight("keywords", 1.0, 0.5),
    FieldWeight("headings", 0.3, 0.5),
    FieldWeight("summary", 0.15, 0.5),
    FieldWeight("body", 1.0, 0.4),
    FieldWeight("title_pairs", 0.3, 0.75),
    FieldWeight("question_pairs", 0.8, 0.75),
)
"""The last two hold neighbouring terms, of titles and headings and of questions."""

IMPACT_SCALE = 1000
"""An impact is a BM25F weight times this, rounded: integers add up the same in every language."""

CANDIDATES = 30
"""How many articles, best first by impacts, are looked at closely."""

PASSAGE_WEIGHT = 0.3
PASSAGE_K1 = 0.8
PASSAGE_B = 0.75
"""The best passage of a candidate counts too: its words are near each other."""

ADJACENT_WEIGHT = 0.3
ADJACENT_B = 0.4
"""Query words that stand next to each other, in order, in a candidate."""

WEAK_PERCENT = 60
"""What a weak word (see `WEAK_WORDS`) counts against another of the same rarity."""

SYNONYM_PERCENT = 60
CORRECTION_PERCENT = 90
COMPOUND_PERCENT = 90
PREFIX_PERCENT = 60
"""What a match through another word counts against a match of the word itself. Percents, so that
impacts stay integers."""

WEAK_WORDS = frozenset(
    """
    able actually ago allow allows already always answer anyhow anyway around ask away basically become
    believe best better big bit bring buddy came case cause certain certainly change changed come comes
    coming contain contains day days different difference early easiest easily easy especially exact
    exactly example explain far few figure find finding first fix found gave get gets getting give given
    gives giving go goes going gone gonna good got gotta great guess guide guys happen happened happens
    hard help helps hope important include includes info information instead issue issues keep keeps kind
    know known knows large last later latest learn least left less let like little long look looking looks
    lot lots made main make makes making many matter maybe mean means method might mind moment mr mrs ms
    name near necessary need needed needs never new next nice no not now number often old one ones onto
    option options part particular people perhaps person place point possible possibly previous probably
    problem problems process properly provide purpose put question questions quick quickly read ready real
    reason regarding regards related require required result right said same saw say saying says second
    see seeing seem seems seen select several show shows similar simple simply since small somehow soon
    sort special specific specifically start step steps stuff suddenly suggest support suppose sure system
    take taken takes taking talk tell thats thing things think thought time times today together told took
    top toward tried tries trouble true try trying turn two understand unable unless use used useful user
    uses using usually various version via wanna want wanted wants way ways week well went whats without
    wonder wondering word words work working works worry write wrong yes actual anymore asap bloody damn
    everything everyone hell nothing seriously stupid ridiculous
    """.split()
)
"""Words that carry little evidence of what a question is about; compared after stemming."""
