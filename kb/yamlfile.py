"""YAML files in, checked values or problems with file and line out.

Shapes are declared once, as dataclasses, and checked by pydantic; what it finds is placed by walking
the composed YAML nodes, which know their lines.
"""

import re
import reprlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import AfterValidator, TypeAdapter, ValidationError

from kb.errors import KBError, Problem, by_place, near_miss
from kb.webaddress import is_web_address
from kb.yamltext import read_yaml

T = TypeVar("T")

_ROWS = TypeAdapter(list[Any])

_KEYS = "Write each on a line of its own, as 'key: value'; seeds/README.md names them."

_MESSAGES = {
    "missing": ("'{key}' is missing.", "Add a line '{key}: …'."),
    "string_type": ("'{key}' must be text, not {value}.", "Put the value in quotes."),
    "date_from_datetime_parsing": ("'{key}' is not a date: {value}.", "Write it as 2026-11-23."),
    "date_parsing": ("'{key}' is not a date: {value}.", "Write it as 2026-11-23."),
    "date_type": ("'{key}' is not a date: {value}.", "Write it as 2026-11-23."),
    "bool_parsing": ("'{key}' must be true or false, not {value}.", "Write true or false."),
    "bool_type": ("'{key}' must be true or false, not {value}.", "Write true or false."),
    "date_from_datetime_inexact": ("'{key}' is not a date: {value}.", "Write it as 2026-11-23."),
    "int_from_float": ("'{key}' must be a whole number, not {value}.", "Write a number like 3."),
    "int_parsing": ("'{key}' must be a whole number, not {value}.", "Write a number like 3."),
    "int_type": ("'{key}' must be a whole number, not {value}.", "Write a number like 3."),
    "float_parsing": ("'{key}' must be a number, not {value}.", "Write a number like 0.5."),
    "float_type": ("'{key}' must be a number, not {value}.", "Write a number like 0.5."),
    "string_too_short": ("'{key}' is empty.", "Write its words after the colon."),
    "tuple_type": ("'{key}' must be a list, not {value}.", "Put each entry on a line after '- '."),
    "list_type": ("'{key}' must be a list, not {value}.", "Put each entry on a line after '- '."),
    "dict_type": ("'{key}' must have keys of its own, not {value}.", _KEYS),
    "dataclass_type": ("'{key}' must have keys of its own, not {value}.", _KEYS),
}

_OF_ENTRIES = ("missing", "dict_type", "dataclass_type")
"""What is said of no value, but of what should have keys of its own."""

_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
}

_COPY = "Copy it from 'kb init --bare' of a new folder."
_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


def line_of(node: yaml.Node | None, keys: Sequence[str | int]) -> int:
    """The line of the deepest part of `node` that `keys` lead to, counted from 1."""
    line = 0
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pairs = [pair for pair in node.value if pair[0].value == str(key)]
            if not pairs:
                break
            line, node = pairs[-1][0].start_mark.line, pairs[-1][1]  # of several the last counts
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            if key >= len(node.value):
                break
            node = node.value[key]
            line = node.start_mark.line
        else:
            break
    return 1 + line


def check(
    shape: TypeAdapter[T],
    value: object,
    path: str,
    node: yaml.Node | None,
    within: tuple[str | int, ...] = (),
) -> tuple[list[T], list[tuple[tuple[str | int, ...], Problem]]]:
    """`value` as the shape says, in a list; or an empty one, and (keys, problem) for each thing wrong.

    `within` are the keys that lead to `value` from `node`.
    """
    try:
        return [shape.validate_python(value)], []
    except ValidationError as error:
        found = []
        for detail in error.errors():
            keys = within + tuple(key for key in detail["loc"] if not _is_type_tag(key))
            problem, fix = _in_words(keys, detail)
            if detail["type"] == "unexpected_keyword_argument":
                fix = near_miss(str(keys[-1]), _keys_of(shape)) or fix
            found.append((keys, Problem(path, line_of(node, keys), problem, fix)))
        return [], found


def read_text(file: Path, name: str, encoding: str = "utf-8") -> str:
    """The text of a file, `name` in messages; raises KBError when it can't be read.

    Of a file that is not there it raises FileNotFoundError: whether that is a mistake, its reader knows.
    """
    try:
        return file.read_text(encoding)
    except FileNotFoundError:
        raise
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise KBError.at(name, "is not UTF-8.", "Save it as UTF-8 text.", line) from error
    except OSError as error:
        fix = "Put a file there that may be read."
        raise KBError.at(name, f"cannot be read: {error.strerror}.", fix) from error


def load_seed(
    file: Path, shape: TypeAdapter[T], name: str, *, empty: object = None
) -> tuple[T, yaml.Node | None]:
    """The checked content of one seeds file, `name` in messages, and its node tree for `line_of`.

    A file of nothing but comments counts as `empty`, where it may be. Raises KBError naming every problem
    in it, or that it is missing, empty or unreadable.
    """
    value, node, repeated = read_seed(file, name, empty=empty)
    checked, problems = check(shape, value, name, node)
    tell([*repeated, *(problem for _, problem in problems)])
    return checked[0], node


def read_seed(
    file: Path, name: str, *, empty: object = None
) -> tuple[object, yaml.Node | None, list[Problem]]:
    """As `load_seed`, not checked yet, and the keys that stand there twice, of which the last counts."""
    try:
        text = read_text(file, name)
    except FileNotFoundError:
        raise KBError.at(name, "the file is missing.", _COPY) from None
    value, node, repeated = read_yaml(text, name)
    value = empty if value is None else value
    if value is None:
        raise KBError.at(name, "is empty.", _COPY, 1)
    return value, node, repeated


def load_entries(
    file: Path, shape: TypeAdapter[T], name: str, *, empty: object = None
) -> tuple[dict[int, T], list[Problem], yaml.Node | None]:
    """The entries of a file that is a list, by their places, as far as each is as `shape` says.

    Besides, what is wrong with the others, so that all mistakes can be told in one run, and the node tree.
    Raises KBError as `load_seed` when there is no list to look at.
    """
    value, node, problems = read_seed(file, name, empty=empty)
    rows, misshapen = check(_ROWS, value, name, node)
    tell([problem for _, problem in misshapen])
    entries: dict[int, T] = {}
    for number, row in enumerate(rows[0]):
        checked, wrong = check(shape, row, name, node, within=(number,))
        if checked:
            entries[number] = checked[0]
        problems += [problem for _, problem in wrong]
    return entries, problems, node


def tell(problems: Sequence[Problem]) -> None:
    """Raises KBError with `problems` in the order of their lines, unless there are none."""
    if problems:
        raise KBError(sorted(problems, key=by_place))


def like(pattern: str, example: str) -> AfterValidator:
    """Takes texts of that pattern; of others it says what they should look like, not the pattern.

    What begins like an address of the web must be a whole one besides.
    """

    def checked(text: str) -> str:
        on_the_web = text.startswith(("http://", "https://"))
        if not re.fullmatch(pattern, text) or (on_the_web and not is_web_address(text)):
            raise ValueError(f"{text!r} is not written like {example}")
        return text

    return AfterValidator(checked)


def _keys_of(shape: TypeAdapter[Any]) -> list[str]:
    """All keys that a file of this shape may have, wherever they stand in it."""
    schema = shape.json_schema(mode="validation")
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for part in parts for key in part.get("properties", ())})


def _is_type_tag(key: str | int) -> bool:
    return isinstance(key, str) and key.startswith(("function-", "union", "constrained-"))


def _in_words(keys: Sequence[str | int], detail: Mapping[str, Any]) -> tuple[str, str]:
    whole = "the entry" if keys else "the file"
    key = next((str(part) for part in reversed(keys) if isinstance(part, str)), whole)
    kind, value = str(detail["type"]), _short.repr(detail.get("input"))
    if kind == "unexpected_keyword_argument":
        return f"'{key}' is not a key we know.", "Remove it, or see seeds/README.md for the keys."
    if kind in _MESSAGES and detail["input"] is None and kind not in _OF_ENTRIES:
        fix = "Write its value after the colon. A value that begins with '#' needs quotes."
        return f"'{key}' is empty.", fix
    if kind in _MESSAGES:
        problem, fix = _MESSAGES[kind]
        return problem.format(key=key, value=value), fix.format(key=key)
    if kind in _BOUNDS:
        bound = _BOUNDS[kind].format(**detail["ctx"])
        return f"'{key}' must be {bound}, not {value}.", "Correct the number."
    if kind in ("enum", "literal_error"):
        return f"'{key}' cannot be {value}.", f"Write one of: {detail['ctx']['expected']}."
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"'{key}' is wrong: {message}.", "See seeds/README.md for what belongs there."
