"""YAML files: values out, or every mistake with its line."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, with_config

from kb.errors import KBError, Problem, near_miss
from kb.yamlfile import check, line_of, load_seed, load_yaml


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Parcel:
    name: str
    sent: date | None = None
    weight: int = 0
    fragile: bool = False


PARCELS = TypeAdapter(list[Parcel])


def loaded(folder: Path, text: str | bytes) -> list[Parcel]:
    file = folder / "parcels.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_seed(file, PARCELS, "seeds/parcels.yaml")[0]


def told(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(KBError) as caught:
        loaded(folder, text)
    return [str(problem) for problem in caught.value.problems]


def test_a_file_without_fault_gives_its_values(tmp_path: Path) -> None:
    parcels = loaded(tmp_path, "- {name: Mug, sent: 2026-11-02}\n- name: Vase\n  fragile: true\n")
    assert parcels == [Parcel("Mug", date(2026, 11, 2)), Parcel("Vase", fragile=True)]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- name: Mug\n  wait: [x\n", ":3", "not valid YAML"),
        ("- name: Mug\n  note: a: b\n", ":2", "not valid YAML"),
        ("- name: Mug\n\tweight: 2\n", ":2", "Indent with spaces: YAML takes no tabs there."),
        ("- name: 'It's a mug'\n", ":1", 'Put the whole value in double quotes, "…", or close its bracket.'),
        ("- name: [Mug] for tea\n", ":1", 'Put the whole value in double quotes, "…"'),
        ("- name: a: b\n", ":1", "Values holding ': ' or '#' need quotes."),
        ('- name: Mug\n- name: "Vase\n- name: Cup\n', ":2", "Close the quote that begins there."),
        ("- name: Mug\n  fragile\n  weight: 2\n", ":2", "Write it as 'key: value'."),
        ("- name: 'Käse é'\n- name: x\x07\n", ":2", "Delete the character U+0007."),
        ("- name: Mug\n- name: Vase\n  name: Cup\n", ":3", "'name' stands there twice. Keep one of the two."),
        ("- name: Mug\n- 5\n", ":2", "'the entry' must have keys of its own, not 5. Write each on a line of"),
        ("name: Mug\n", ":1", "must be a list"),
        ("- weight: 2\n", ":1", "'name' is missing. Add a line 'name: …'."),
        ("- name: Mug\n  colour: red\n", ":2", "'colour' is not a key we know."),
        ("- name: Mug\n- name: [Cup]\n", ":2", "'name' must be text, not ['Cup']. Put the value in quotes."),
        ("- name: Mug\n  sent: 2026-02-30\n", ":2", "'sent' is not a date: '2026-02-30'. Write it as"),
        ("- name: Mug\n  sent: 20261102\n", ":2", "'sent' is not a date: 20261102. Write it as"),
        ("- name: Mug\n  weight: 2.5\n", ":2", "'weight' must be a whole number, not 2.5."),
        ("- name: Mug\n  weight: heavy\n", ":2", "'weight' must be a whole number, not 'heavy'."),
        ("- name: Mug\n  fragile: perhaps\n", ":2", "'fragile' must be true or false, not 'perhaps'."),
        ("", ":1", "is empty. Copy it from 'kb init'"),
        ("# only a comment\n", ":1", "is empty."),
        (b"- name: Mug\n- name: caf\xe9\n", ":2", "is not UTF-8. Save it as UTF-8 text."),
    ],
)
def test_each_mistake_is_told_with_its_line_and_its_fix(
    tmp_path: Path, text: str | bytes, place: str, words: str
) -> None:
    (problem,) = told(tmp_path, text)
    assert problem.startswith(f"seeds/parcels.yaml{place}: ")
    assert words in problem


def test_a_missing_file_is_told_with_the_way_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(KBError, match=r"seeds/p\.yaml: the file is missing\. Copy it from 'kb init'"):
        load_seed(tmp_path / "p.yaml", PARCELS, "seeds/p.yaml")


def test_what_can_not_be_read_is_told_with_the_reason_and_a_fix_that_helps(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(KBError, match=r"^seeds/p\.yaml: cannot be read: Is a directory\. Put a file there"):
        load_seed(tmp_path / "folder.yaml", PARCELS, "seeds/p.yaml")
    (tmp_path / "shop").write_text("a file")
    with pytest.raises(KBError, match=r"^seeds/p\.yaml: lies in what is a file, not a folder\. Name the"):
        load_seed(tmp_path / "shop" / "p.yaml", PARCELS, "seeds/p.yaml")


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    problems = told(tmp_path, "- weight: heavy\n- name: Mug\n  fragile: 7\n  colour: red\n")
    assert [problem.split(": ")[0].rsplit(":")[-1] for problem in problems] == ["1", "1", "3", "4"]


def test_a_date_that_no_calendar_has_costs_no_other_key() -> None:
    value, _ = load_yaml("name: Mug\nsent: 2026-13-45\nweight: 2\n", "p.yaml")
    assert value == {"name": "Mug", "sent": "2026-13-45", "weight": 2}


def test_a_long_value_is_shortened_in_the_message(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, f"- name: Mug\n  weight: {'very ' * 1000}heavy\n")
    assert len(problem) < 200


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
    ],
)
def test_values_that_hold_themselves_or_multiply_are_read_at_once(text: str) -> None:
    value, _ = load_yaml(text, "p.yaml")
    assert "a" in value or "a29" in value


def test_a_value_that_holds_itself_is_told_not_fatal(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "- name: &a [*a]\n")
    assert problem.startswith("seeds/parcels.yaml:1: 'name' must be text")


def test_a_key_that_overrides_a_merged_one_is_no_repetition() -> None:
    value, _ = load_yaml("base: &b {name: Mug, weight: 2}\nmine:\n  <<: *b\n  name: Cup\n", "p.yaml")
    assert value["mine"] == {"name": "Cup", "weight": 2}


def test_a_line_is_found_by_keys() -> None:
    _, node = load_yaml("rules:\n- id: a\n- id: b\n  when:\n    words: [x]\n", "p.yaml")
    assert line_of(node, ("rules", 1, "when", "words")) == 5
    assert line_of(node, ("rules", 1, "when", "topics")) == 4
    assert line_of(node, ("rules", 7)) == 1
    assert line_of(None, ("x",)) == 1


def test_problems_keep_the_keys_that_lead_to_them() -> None:
    value, node = load_yaml("- name: Mug\n- name: 4\n  weight: x\n", "p.yaml")
    values, found = check(PARCELS, value, "p.yaml", node)
    assert values == []
    assert [keys for keys, _ in found] == [(1, "name"), (1, "weight")]


def test_a_key_close_to_a_known_one_is_hinted_at() -> None:
    assert near_miss("adress", ["address", "hours"]) == "Did you mean 'address'?"
    assert near_miss("qqq", ["address", "hours"]) == ""


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(st.sampled_from("ab: -[]{}&*'\"#\n\t|>!%@2026\x07é"), max_size=40))
def test_any_text_is_a_value_or_a_named_problem_within_its_lines(text: str) -> None:
    problems: list[Problem] = []
    try:
        load_yaml(text, "p.yaml")
    except KBError as error:
        problems += error.problems
    last = text.count("\n") + 2  # what should have followed the last line is missed on the one after
    assert all(problem.line in range(1, last + 1) for problem in problems)
