"""Solr's synonym format: what stands for what, and mistakes named by line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import KBError, Severity
from kb.search.synonyms import Synonyms, check_synonyms, compile_synonyms, read_synonyms
from tests.builders import write
from tests.kb.search.libraries import article, engine, found

Runs = list[tuple[int, int, list[tuple[str, ...]]]]


def runs(rules: str, *words: str) -> Runs:
    return list(Synonyms(compile_synonyms(rules)).found_in(words))


def test_words_in_a_row_stand_for_each_other() -> None:
    assert runs("parcel, box, crate", "box") == [(0, 1, [("parcel",), ("crate",)])]
    assert runs("parcel, box, crate", "crate") == [(0, 1, [("parcel",), ("box",)])]


def test_an_arrow_leads_one_way_only() -> None:
    rules = "pram, buggy => pushchair"
    assert runs(rules, "pram") == [(0, 1, [("pushchair",)])]
    assert runs(rules, "pushchair") == []
    assert runs("trolley => trolley, basket", "trolley") == [(0, 1, [("basket",)])]


def test_several_words_stand_for_one_and_one_for_several() -> None:
    rules = "out for delivery => courier\nvoucher => gift card"
    assert runs(rules, "is", "out", "for", "deliveri", "today") == [(1, 4, [("courier",)])]
    assert runs(rules, "voucher") == [(0, 1, [("gift", "card")])]
    assert runs(rules, "out", "deliveri") == []


def test_a_run_inside_a_longer_run_is_found_too() -> None:
    rules = "card => plastic\ngift card => voucher"
    assert runs(rules, "gift", "card") == [(0, 2, [("voucher",)]), (1, 2, [("plastic",)])]


def test_comments_blank_lines_and_forms_of_words_are_understood() -> None:
    rules = "# a heading\n\nParcels, PACKAGES # the same\n"
    assert runs(rules, "parcel") == [(0, 1, [("packag",)])]


def test_a_rule_said_twice_counts_once() -> None:
    assert runs("box, parcel\nparcel, box\nbox, parcels", "box") == [(0, 1, [("parcel",)])]


def test_a_file_that_is_missing_has_no_synonyms(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path / "synonyms.txt") == ""


def test_every_bad_line_is_named_in_one_go(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("parcel, box\n# fine\nlonely\na => b => c\nbox, , crate\n=> x\nvan, lorry\n")
    with pytest.raises(KBError) as caught:
        read_synonyms(file)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 6]
    assert str(caught.value.problems[0]) == (
        "seeds/synonyms.txt:3: 'lonely' is not a synonym rule. Write 'a, b, c' or 'a, b => c'."
    )


@pytest.mark.parametrize(
    ("rule", "severity", "words"),
    [
        (
            "foo, bar -> baz",
            Severity.ERROR,
            "'foo, bar -> baz' has an arrow that means nothing. Write it as '=>'.",
        ),
        ("parcel, box, Parcel", Severity.WARNING, "'Parcel' stands there twice. Keep one of the two."),
        ("?!, ...", Severity.WARNING, "'?!' has no letters and no digits. Write words, or remove it."),
        ("parcel => parcels", Severity.WARNING, "'parcel => parcels' says nothing"),
    ],
)
def test_a_rule_that_does_nothing_is_named_and_stops_no_index(
    tmp_path: Path, rule: str, severity: Severity, words: str
) -> None:
    file = write(tmp_path, {"synonyms.txt": f"# two\nvan, lorry\n{rule}\n"}) / "synonyms.txt"
    (problem,) = check_synonyms(file)
    assert str(problem).startswith(f"seeds/synonyms.txt:3: {words}")
    assert problem.severity is severity
    if severity is Severity.WARNING:
        assert rule in read_synonyms(file)
    else:
        with pytest.raises(KBError, match="synonyms"):
            read_synonyms(file)


def test_a_word_may_stand_on_both_sides_of_an_arrow(tmp_path: Path) -> None:
    assert check_synonyms(write(tmp_path, {"synonyms.txt": "van, lorry => van\n"}) / "synonyms.txt") == []


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes(b"parcel, box\ncaf\xe9, bar\n")
    with pytest.raises(KBError, match=r"seeds/synonyms\.txt:2: is not UTF-8\."):
        read_synonyms(file)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(st.sampled_from("ab ,=>#\n-"), max_size=40), st.lists(st.sampled_from("abc"), max_size=5))
def test_any_text_makes_rules_whose_runs_lie_in_the_query(rules: str, words: list[str]) -> None:
    for start, end, meanings in Synonyms(compile_synonyms(rules)).found_in(words):
        assert 0 <= start < end <= len(words)
        assert meanings
        assert all(meanings)


def test_a_synonym_finds_the_article_but_weighs_less_than_the_word(tmp_path: Path) -> None:
    shelf = [
        article("a-synonym", "Lost parcel", "A courier lost it."),
        article("b-word", "Lost jiffy", "A courier lost it."),
        article("c-other", "Gift wrapping", "Paper and ribbon."),
    ]
    searcher = engine(tmp_path, *shelf, synonyms="jiffy => parcel\n")
    assert found(searcher, "jiffy") == ["b-word", "a-synonym"]


def test_several_words_reach_one_and_a_corrected_word_has_its_synonyms(tmp_path: Path) -> None:
    shelf = [
        article("refund", "Refund times", "Money comes back in five days."),
        article("wrapping", "Gift wrapping", "Paper, ribbon, and reimbursement of nothing."),
        article("paper", "Paper", "We send cashback offers by post."),
    ]
    rules = "money back => refund\nreimbursement => refund\n"
    searcher = engine(tmp_path, *shelf, synonyms=rules)
    assert found(searcher, "want my money back")[0] == "refund"
    assert "refund" in found(searcher, "reimbursment")
