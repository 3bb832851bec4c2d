"""Text into terms: what stays whole, what is joined, what is left out, and where it stood."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given, settings
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer

from kb.search import analysis
from kb.search.analysis import OWN_STEMS, STOP_WORDS, fold, stem, terms, tokens

ENDINGS = """s es ed ing ingly ly 's able ability ational ation ational izer ization fulness ousness iveness
    alize alism ement ments ies ied eed eedly ogist li less ness er ers est sses tional""".split()

ANYTHING = settings(deadline=None, derandomize=True, max_examples=300)

# Letters, digits and everything that joins or parts words, so that joiners meet letters often.
WORDY = st.text(st.sampled_from("aAzs7é’'.-_‐‑ \u0301ß½İßΣ日ع🙂\x00\n"), max_size=40)


def words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Café", "cafe"),
        ("NAÏVE", "naiv"),
        ("ﬁnance", "financ"),
        ("Ｏｒｄｅｒ", "order"),  # noqa: RUF001
        ("Zürich", "zurich"),
    ],
)
def test_accents_case_and_compatibility_forms_make_no_difference(text: str, term: str) -> None:
    assert terms(text) == [term]


def test_a_decomposed_accent_is_the_same_word_as_a_composed_one() -> None:
    assert fold("cafe\u0301") == fold("caf\u00e9") == "cafe"


def test_marks_of_other_scripts_are_kept() -> None:
    assert fold("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize("code", ["HEM-7120", "v2.0.1", "err_404", "ABC-123-X", "4.5", "X1’s"])
def test_codes_stay_whole_whatever_joins_them(code: str) -> None:
    assert terms(code) == [code.lower().replace("’", "'")]


def test_a_code_is_never_stemmed() -> None:
    assert stem("mp3s") == "mp3s"
    assert stem("parcels") == "parcel"


@pytest.mark.parametrize("hyphen", ["-", "‐", "‑"])
def test_any_hyphen_in_a_code_is_the_same(hyphen: str) -> None:
    assert terms(f"HEM{hyphen}7120") == ["hem-7120"]


@pytest.mark.parametrize("written", ["e-mail", "E-Mail", "email", "e‑mail"])
def test_a_single_letter_joins_the_word_after_its_hyphen(written: str) -> None:
    assert terms(written) == ["email"]


@pytest.mark.parametrize("written", ["Wi-Fi", "wi‑fi", "WiFi", "wifi"])
def test_syllables_of_two_letters_that_are_no_words_are_one_word(written: str) -> None:
    assert terms(written) == ["wifi"]


def test_short_words_that_say_nothing_stay_words_beside_a_hyphen() -> None:
    assert words("to-do is-it") == ["to", "do", "is", "it"]


def test_initials_are_one_word() -> None:
    assert words("U.S.A. and a.m.") == ["usa", "and", "am"]


def test_a_hyphen_between_words_parts_them() -> None:
    assert terms("gift-card re-send_now") == terms("gift card re send now")


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_a_possessive_is_its_word(apostrophe: str) -> None:
    assert terms(f"the courier{apostrophe}s van") == ["courier", "van"]


@pytest.mark.parametrize("text", ["don't", "don’t", "dont", "WON'T", "haven’t", "whats", "Im"])
def test_contractions_are_stop_words_with_or_without_their_apostrophe(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize("word", ["ill", "id", "well", "shed"])
def test_a_contraction_without_its_apostrophe_that_is_a_word_is_kept(word: str) -> None:
    assert word not in STOP_WORDS
    assert terms(word) != []


def test_question_words_and_courtesies_carry_nothing() -> None:
    assert terms("Hello, how do I please track where my parcel is? Thanks") == ["track", "parcel"]


def test_stop_words_are_marked_not_lost() -> None:
    assert [(token.word, token.is_stop) for token in tokens("Where is it?")] == [
        ("where", True),
        ("is", True),
        ("it", True),
    ]


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("2-Step Verification", "2 step verification"),
        ("a 30-day trial", "30 days' trial"),
        ("a 12‑month plan", "12 months plan"),
        ("a 5-year-old", "5 year old"),
    ],
)
def test_a_number_of_things_is_found_with_and_without_its_hyphen(joined: str, apart: str) -> None:
    assert terms(joined) == terms(apart)


@pytest.mark.parametrize("code", ["hem-7120", "7120-x", "2024-11-03", "802.11-wlan", "7120-hem3"])
def test_a_code_that_has_a_hyphen_stays_whole(code: str) -> None:
    assert terms(code) == [code]


@pytest.mark.parametrize("word", sorted(OWN_STEMS))
def test_words_with_a_stem_of_their_own_have_it(word: str) -> None:
    assert terms(word) == [OWN_STEMS[word]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("install", "instalments"),
        ("business", "busy"),
        ("customs", "customer"),
        ("apartment", "apart"),
        ("news", "new"),
        ("accessibility", "access"),
    ],
)
def test_words_that_mean_different_things_have_different_terms(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("recognised", "recognizing"),
        ("colour", "colors"),
        ("neighbour", "neighbors"),
        ("favourite", "favorite"),
        ("analysing", "analyzed"),
        ("organisation", "organization"),
        ("centres", "center"),
        ("instalment", "installments"),
        ("kilometres", "kilometer"),
        ("adaptors", "adapter"),
        ("catalogue", "catalogs"),
        ("dialogues", "dialog"),
        ("programme", "programs"),
        ("practising", "practiced"),
        ("defences", "defenses"),
        ("licences", "license"),
        ("customisable", "customizable"),
        ("dialling", "dialed"),
        ("jewellery", "jewelry"),
    ],
)
def test_british_and_american_spellings_share_a_term(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize("word", ["four", "hour", "your", "size", "prize", "seize", "tour"])
def test_what_only_looks_like_one_of_the_two_is_left_as_it_is(word: str) -> None:
    assert stem(word)[:3] == word[:3]
    assert stem(word).replace("e", "")[-1] == word.rstrip("e")[-1]


def test_forms_of_a_word_share_a_term() -> None:
    assert len({*terms("return returns returned returning")}) == 1


def test_punctuation_alone_is_no_word() -> None:
    assert words("... -- ' _ !? « » 🙂 \x00") == []


def test_spans_point_at_each_part_of_a_hyphenated_word() -> None:
    text = "«Sign-in» HEM-7120, the shop’s"
    spans = [text[token.start : token.end] for token in tokens(text)]
    assert spans == ["Sign", "in", "HEM-7120", "the", "shop’s"]


@ANYTHING
@given(WORDY | st.text(max_size=60))
def test_spans_ascend_and_hold_the_word_they_are_for(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        at = token.end
        written = _letters(fold(text[token.start : token.end])).casefold()  # a final sigma knows its place
        assert _letters(token.word).casefold() in (written, written.removesuffix("s"))
        assert token.term


@ANYTHING
@given(st.text(max_size=60))
def test_every_letter_and_digit_stands_in_a_span(text: str) -> None:
    inside = {place for token in tokens(text) for place in range(token.start, token.end)}
    assert [c for place, c in enumerate(text) if c.isalnum() and place not in inside] == []


@ANYTHING
@given(st.text(st.characters(max_codepoint=126), max_size=60))
def test_case_never_matters(text: str) -> None:
    assert terms(text) == terms(text.upper()) == terms(text.lower())


@ANYTHING
@given(st.text(max_size=30), st.text(max_size=30))
def test_texts_apart_are_analysed_as_if_alone(one: str, other: str) -> None:
    assert terms(f"{one}\n{other}") == terms(one) + terms(other)


def _letters(text: str) -> str:
    return "".join(character for character in text if character not in "'’.-_‐‑")


def test_threads_that_stem_at_once_stem_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snowball's pure Python stemmer works on itself: shared, it gives one thread another's endings."""
    monkeypatch.setattr(snowballstemmer, "stemmer", lambda _language: EnglishStemmer())
    monkeypatch.setattr(analysis, "_of_thread", threading.local())
    known = [f"{start}{end}" for start in ("relat", "operat", "hope", "conveni", "sensi") for end in ENDINGS]
    stem_anew = stem.__wrapped__
    right = [stem_anew(word) for word in known]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _turn: [stem_anew(word) for word in known], range(16)))
    finally:
        sys.setswitchinterval(interval)
    assert all(one == right for one in found)


def test_the_quick_stemmer_and_the_plain_one_agree() -> None:
    stemmer = pytest.importorskip("Stemmer", reason="no wheels of pystemmer for this Python").Stemmer(
        "english"
    )
    plain = EnglishStemmer()
    starts = ("relat", "operat", "hope", "conveni", "sensi", "y", "über", "o'neil", "skis", "gener")
    known = {f"{start}{end}" for start in starts for end in ENDINGS}
    assert all(stemmer.stemWord(word) == plain.stemWord(word) for word in known)
