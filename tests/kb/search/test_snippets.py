"""The words around a match: safe HTML, matched words marked, cut between words."""

from collections.abc import Collection
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.analysis import WORD, terms, tokens
from kb.search.snippets import SNIPPET_CHARACTERS
from kb.search.snippets import snippet as snippet_of_hits


def snippet(text: str, matched: Collection[str]) -> str:
    """A snippet with the terms in `matched` marked, wherever they stand."""
    found = (token for token in tokens(text) if token.term in matched and not token.is_stop)
    number = {term: place for place, term in enumerate(sorted(matched))}
    return snippet_of_hits(text, [(token.start, token.end, number[token.term]) for token in found])


class Parsed(HTMLParser):
    """A snippet as a browser reads it: its tags, its text, and the texts it marks."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, int]] = []
        self.text = ""
        self.marked: list[str] = []
        self.others: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, len(attrs)))
        self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside:
            self.marked.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


PIECES = [
    *("<script>alert(1)</script>", "<mark>", "</mark>", "<b onclick=x>", "&lt;", "&amp", '"', "<!--", "]]>"),
    *("parcel", "late parcels", "re-send", " ", "\n", "card ", "HEM-7120", "<?php", "word " * 30),
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=12)).map("".join)
MATCHED = st.sets(
    st.sampled_from(["parcel", "late", "card", "send", "hem-7120", "script", "mark", "word", "amp"])
)
LAWS = settings(deadline=None, derandomize=True, max_examples=300)


def test_matched_words_are_marked_in_every_form() -> None:
    assert snippet("Late Parcels: parcel or PARCEL?", {"parcel"}) == (
        "Late <mark>Parcels</mark>: <mark>parcel</mark> or <mark>PARCEL</mark>?"
    )


def test_the_text_is_escaped() -> None:
    assert snippet('<b>parcel</b> & "co"', {"parcel", "b"}) == (
        "&lt;<mark>b</mark>&gt;<mark>parcel</mark>&lt;/<mark>b</mark>&gt; &amp; &quot;co&quot;"
    )


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("A parcel.", set()) == "A parcel."
    assert snippet("", {"parcel"}) == ""


def test_a_long_text_is_cut_around_the_most_different_matches() -> None:
    text = "A parcel first. " + "filler " * 80 + "then a late parcel here. " + "more " * 80
    shown = snippet(text, {"parcel", "late"})
    assert "<mark>late</mark> <mark>parcel</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "first" not in shown


def test_without_a_match_a_long_text_is_shown_from_its_beginning() -> None:
    shown = snippet("Open Orders. " + "filler " * 80, set())
    assert shown.startswith("Open Orders.")
    assert shown.endswith("filler …")


def test_stop_words_are_not_marked() -> None:
    assert snippet("This is the parcel", {"the", "parcel", "is"}) == "This is the <mark>parcel</mark>"


@pytest.mark.parametrize("before", ["", "short ", "filler " * 60])
def test_a_match_too_long_for_a_snippet_is_shown_all_the_same(before: str) -> None:
    word = "x" * (SNIPPET_CHARACTERS * 2)
    shown = Parsed(snippet(f"{before}{word} after " + "more " * 60, {word}))
    assert shown.marked == [word]
    assert len(shown.text) < 2 * len(word)


@LAWS
@given(HOSTILE, MATCHED)
def test_a_snippet_holds_no_tag_but_mark(text: str, matched: set[str]) -> None:
    shown = Parsed(snippet(text, matched))
    assert set(shown.tags) <= {("mark", 0)}
    assert shown.others == []
    assert len(shown.marked) == len(shown.tags)


@LAWS
@given(HOSTILE, MATCHED)
def test_what_is_marked_is_a_matched_word_and_every_matched_word_shown_is_marked(
    text: str, matched: set[str]
) -> None:
    shown = Parsed(snippet(text, matched))
    assert all(set(terms(word)) & matched for word in shown.marked)
    visible = shown.text.removeprefix("… ").removesuffix(" …")
    expected = [visible[t.start : t.end] for t in tokens(visible) if t.term in matched and not t.is_stop]
    assert shown.marked == expected


@LAWS
@given(HOSTILE.map(lambda text: text.replace("\x00", "").replace("…", "").replace("\r", "")), MATCHED)
def test_a_snippet_is_a_stretch_of_the_text_cut_between_words(text: str, matched: set[str]) -> None:
    shown = Parsed(snippet(text, matched)).text
    cut_before, cut_after = shown.startswith("… "), shown.endswith(" …")
    visible = shown.removeprefix("… ").removesuffix(" …")
    assert visible in text
    if not cut_before and not cut_after:
        assert visible == text
    whole = [match.group() for match in WORD.finditer(text)]
    parts = {text[token.start : token.end] for token in tokens(text)}
    assert all(word in whole or word in parts for word in WORD.findall(visible))
    assert len(visible) <= max(2 * SNIPPET_CHARACTERS, SNIPPET_CHARACTERS + max(map(len, parts), default=0))


@LAWS
@given(st.lists(st.sampled_from(["filler", "and", "more"]), max_size=200), st.integers(0, 200), MATCHED)
def test_a_matched_word_is_always_in_the_snippet(words: list[str], place: int, matched: set[str]) -> None:
    text = " ".join([*words[:place], "parcel", *words[place:]])
    assert "<mark>parcel</mark>" in snippet(text, matched | {"parcel"})


def window_by_all_words(text: str, matched: Collection[str]) -> tuple[int, int]:
    """Where to cut, found the long way: by looking at every word."""
    words = list(tokens(text))
    if len(text) <= SNIPPET_CHARACTERS or not words:
        return 0, len(text)
    hits = [word for word in words if word.term in matched and not word.is_stop]
    near = {
        hit.start: {
            hit.term,
            *(w.term for w in hits if w.start >= hit.start and w.end - hit.start <= SNIPPET_CHARACTERS * 0.8),
        }
        for hit in hits
    }
    best = max(hits, key=lambda hit: len(near[hit.start]), default=None)
    lead = max(0, best.start - SNIPPET_CHARACTERS // 5) if best else 0
    start = next((word.start for word in words if word.start >= lead), 0) if lead else 0
    start = min(start, best.start) if best else start
    ends = [word.end for word in words if word.start >= start]
    end = max((end for end in ends if end <= start + SNIPPET_CHARACTERS), default=ends[0])
    end = max(end, best.end) if best else end
    return start, len(text) if end >= words[-1].end else end


JOINED = st.lists(
    st.sampled_from(["rock", "b", "don't", "7", "late", "parcel", "x" * 230]) | st.text(max_size=5),
    max_size=4,
).flatmap(lambda parts: st.sampled_from(["-", " ", "'", "_", "."]).map(lambda joiner: joiner.join(parts)))


@LAWS
@given(st.lists(JOINED, max_size=60).map(" ".join), MATCHED)
def test_a_text_is_cut_where_looking_at_every_word_would_cut_it(text: str, matched: set[str]) -> None:
    shown = Parsed(snippet(text, matched)).text
    start, end = window_by_all_words(text, matched)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    html = f"{before}{text[start:end]}{after}"
    assert shown == Parsed(escape(html)).text
