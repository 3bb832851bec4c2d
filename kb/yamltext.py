"""One text of YAML into its value and its nodes, or what is wrong with it, with the line."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kb.errors import KBError, Problem, by_place
from kb.yamlslips import to_mend

_NESTING = "[{-?:"
_DEEPEST = 100
"""Composing calls itself for each list or key within another, and nothing stops it but the process's end."""


class _Loader(yaml.CSafeLoader):
    """Reads a date that no calendar has as text, so that it is named by its key and costs nothing else."""

    def date_or_text(self, node: yaml.ScalarNode) -> object:
        """The date or moment that `node` says, its text when there is none such."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return self.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.date_or_text)


def read_yaml(text: str, path: str) -> tuple[Any, yaml.Node | None, list[Problem]]:
    """The value that one YAML text holds, and its node tree for `line_of`.

    Of a key that stands there twice the last counts; each such key is a problem. Raises KBError, with the
    line in `path`, when the text is not YAML.
    """
    loader = _Loader(text)
    try:
        _check_depth(text, path)
        node = loader.get_single_node()
        repeated = list(_repeated_keys(node))  # before construction, which merges `<<` into nodes
        value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line, fix = to_mend(text, error)
        raise KBError.at(path, f"not valid YAML: {error.problem}.", fix, 1 + line) from error
    except yaml.reader.ReaderError as error:
        line = 1 + text.encode()[: error.position].count(b"\n")
        raise KBError.at(
            path, f"not valid YAML: {error.reason}.", f"Delete the character U+{error.character:04X}.", line
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = re.sub(r"\s+", " ", str(error))
        raise KBError.at(path, f"not valid YAML: {reason}.", "Retype that value.", 1) from error
    finally:
        loader.dispose()
    twice = [
        Problem(path, 1 + key.start_mark.line, f"'{key.value}' stands there twice.", "Keep one of the two.")
        for key in repeated
    ]
    return value, node, sorted(twice, key=by_place)


def _check_depth(text: str, path: str) -> None:
    """Raises KBError where lists and keys lie too deep within one another to be composed."""
    if sum(map(text.count, _NESTING)) <= _DEEPEST:  # as nearly always, and reading twice costs
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            problem = f"lists and keys lie more than {_DEEPEST} deep within one another."
            fix = "Put the value in quotes if its brackets or dashes are text."
            mark = event.start_mark
            raise KBError.at(path, problem, fix, 1 + mark.line if mark else None)


def _repeated_keys(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """YAML forbids a key twice in one mapping (YAML 1.2, section 3.2.1.1); PyYAML lets the last win."""
    waiting, met = [node], set()  # a node may stand in many places, and within itself: `&a [*a]`
    while waiting:
        node = waiting.pop()
        if id(node) in met:
            continue
        met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        yield key
                    seen.add(key.value)
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
