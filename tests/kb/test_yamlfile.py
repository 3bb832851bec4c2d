"""YAML files: values out, or every mistake with its line."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, with_config

from kb.errors import KBError, Problem, near_miss
from kb.yamlfile import check, line_of, load_seed
from kb.yamltext import read_yaml


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


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        ("name:Harrow\ntagline: x\n", 1, "Write a blank after the colon."),
        ("tagline: x\nname:Harrow\n\n# language\nlanguage: en\n", 2, "Write a blank after the colon."),
        ("mail:\n  host:x\n\n  # from\n  from: y\n", 2, "Write a blank after the colon."),
        ("- id: x\n  kind:chat\n  name: c\n", 2, "Write a blank after the colon."),
        (
            "name: H\ntagline:\xa0x\n",
            2,
            "Write an ordinary blank after the colon: a no-break space stands there.",
        ),
        ("name: H\n tagline: x\nshop: c\n", 2, "Indent it as the lines around it."),
        ("- id: chat\n   kind: x\n  name: c\n", 2, "Indent it as the lines around it."),
        ("- id: chat\n kind: x\n", 2, "Indent it as the lines around it."),
        ("- id: chat\n  kind: x\n - id: phone\n", 3, "Indent it as the lines around it."),
        ("- id: chat\n  kind: x\n-id: phone\n  kind: y\n", 3, "Write a blank after '-'."),
        ("-id: phone\n  kind: y\n", 1, "Write a blank after '-'."),
        ("summary: Where it is\n  and who: has it\n", 2, "Values holding ': ' or '#' need quotes."),
        ("page: https://shop.example: x\n", 1, "Values holding ': ' or '#' need quotes."),
    ],
)
def test_a_slip_of_the_pen_is_named_with_its_own_line_and_fix(text: str, line: int, fix: str) -> None:
    with pytest.raises(KBError) as caught:
        read_yaml(text, "p.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.fix) == (line, fix)


@pytest.mark.parametrize("text", ["- name:\n", "- name: #2f5d50\n", "- {name: Mug, weight: }\n"])
def test_a_value_that_is_not_there_is_told_as_empty(tmp_path: Path, text: str) -> None:
    (problem,) = told(tmp_path, text)
    key = "weight" if "weight" in text else "name"
    fix = "Write its value after the colon. A value that begins with '#' needs quotes."
    assert problem == f"seeds/parcels.yaml:1: '{key}' is empty. {fix}"


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
        ("", ":1", "is empty. Copy it from 'kb init --bare'"),
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
    with pytest.raises(KBError, match=r"seeds/p\.yaml: the file is missing\. Copy it from 'kb init --bare'"):
        load_seed(tmp_path / "p.yaml", PARCELS, "seeds/p.yaml")


def test_what_can_not_be_read_is_told_with_the_reason_and_a_fix_that_helps(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(KBError, match=r"^seeds/p\.yaml: cannot be read: Is a directory\. Put a file there"):
        load_seed(tmp_path / "folder.yaml", PARCELS, "seeds/p.yaml")


def test_all_keys_that_stand_there_twice_are_told_at_once(tmp_path: Path) -> None:
    problems = told(tmp_path, "- name: Mug\n  name: Cup\n- weight: 1\n  name: Mug\n  weight: 2\n")
    assert problems == [
        "seeds/parcels.yaml:2: 'name' stands there twice. Keep one of the two.",
        "seeds/parcels.yaml:5: 'weight' stands there twice. Keep one of the two.",
    ]


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    problems = told(tmp_path, "- weight: heavy\n- name: Mug\n  fragile: 7\n  colour: red\n  name: Cup\n")
    assert [problem.split(": ")[0].rsplit(":")[-1] for problem in problems] == ["1", "1", "3", "4", "5"]


def test_a_date_that_no_calendar_has_costs_no_other_key() -> None:
    value, *_ = read_yaml("name: Mug\nsent: 2026-13-45\nweight: 2\n", "p.yaml")
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
    value, *_ = read_yaml(text, "p.yaml")
    assert "a" in value or "a29" in value


@pytest.mark.parametrize(
    "value",
    ["[" * 101, "[" * 40_000, "{a: " * 50_000, "- " * 50_000, "? " * 50_000, "a:\n- b\n- " + "[" * 40_000],
)
def test_what_lies_too_deep_within_itself_is_told_with_its_line(value: str) -> None:
    with pytest.raises(KBError) as caught:
        read_yaml(f"\n{value}", "p.yaml")
    (problem,) = caught.value.problems
    assert problem.line == 2 + value.count("\n")
    assert problem.problem == "lists and keys lie more than 100 deep within one another."


def test_what_lies_less_deep_is_read() -> None:
    value, *_ = read_yaml("[" * 100 + "]" * 100, "p.yaml")
    assert str(value) == "[" * 100 + "]" * 100


def test_a_value_that_holds_itself_is_told_not_fatal(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "- name: &a [*a]\n")
    assert problem.startswith("seeds/parcels.yaml:1: 'name' must be text")


def test_a_key_that_overrides_a_merged_one_is_no_repetition() -> None:
    value, *_ = read_yaml("base: &b {name: Mug, weight: 2}\nmine:\n  <<: *b\n  name: Cup\n", "p.yaml")
    assert value["mine"] == {"name": "Cup", "weight": 2}


def test_a_line_is_found_by_keys() -> None:
    _, node, _ = read_yaml("rules:\n- id: a\n- id: b\n  when:\n    words: [x]\n", "p.yaml")
    assert line_of(node, ("rules", 1, "when", "words")) == 5
    assert line_of(node, ("rules", 1, "when", "topics")) == 4
    assert line_of(node, ("rules", 7)) == 1
    assert line_of(None, ("x",)) == 1


def test_problems_keep_the_keys_that_lead_to_them() -> None:
    value, node, _ = read_yaml("- name: Mug\n- name: 4\n  weight: x\n", "p.yaml")
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
        problems += read_yaml(text, "p.yaml")[2]
    except KBError as error:
        problems += error.problems
    last = text.count("\n") + 2  # what should have followed the last line is missed on the one after
    assert all(problem.line in range(1, last + 1) for problem in problems)
