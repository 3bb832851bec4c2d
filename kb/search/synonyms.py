"""Synonyms in Solr's format: `a, b, c` are the same; `a, b => c` sends a and b to c.

Format: Solr's SynonymGraphFilter. `#` begins a comment; several words may stand for one.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kb.errors import Problem, Severity
from kb.search.analysis import all_terms, terms
from kb.yamlfile import read_text, tell

NAME = "seeds/synonyms.txt"

Terms = tuple[str, ...]
"""One or more terms in a row."""

Means = dict[Terms, list[Terms]]
"""What each run of terms may stand for, in the rules' order."""

Fault = tuple[str, str, Severity]
"""What is wrong with a rule, how to mend it, and how grave it is."""


class Synonyms:
    """What words may stand for others: `means` is what `compile_synonyms` gave."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._longest: dict[str, int] = {}  # rule that begins with a word
        for key in means:
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def found_in(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[Terms]]]:
        """Each run `words[start:end]` of terms, stop words included, and the terms it may stand for."""
        for start, word in enumerate(words):
            for end in range(start + 1, min(len(words), start + self._longest.get(word, 0)) + 1):
                means = self.means.get(tuple(words[start:end]))
                if means:
                    yield start, end, means


def compile_synonyms(text: str) -> Means:
    """The rules of a synonyms file in terms: a build does it once, so that an index opens at once."""
    means: Means = defaultdict(list)
    for left, right in _rules(text):
        meanings = [(other, tuple(terms(other)) or all_terms(other)) for other in right]
        for one in left:
            known = means[all_terms(one)]
            known += dict.fromkeys(
                content for other, content in meanings if other != one and content not in known
            )
    return {key: known for key, known in means.items() if known}


def write_means(means: Means, file: Path) -> None:
    """Puts compiled rules into a JSON file."""
    rules = [[" ".join(key), list(map(list, known))] for key, known in means.items()]
    file.write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")


def read_means(file: Path) -> Means:
    """The compiled rules of a JSON file; raises OSError or ValueError when it can't be used."""
    rules = json.loads(file.read_text(encoding="utf-8"))
    return {tuple(key.split(" ")): [tuple(meaning) for meaning in known] for key, known in rules}


def read_synonyms(file: Path, name: str = NAME) -> str:
    """The text of a synonyms file, "" when there is none; raises KBError for a line that is no rule."""
    text, rules = _read(file, name)
    tell(_problems(rules, _error, name))
    return text


def check_synonyms(file: Path, name: str = NAME) -> list[Problem]:
    """What to mend in a synonyms file; what does no harm is a warning, for no index waits for it."""
    return _problems(_read(file, name)[1], lambda rule: _error(rule) or _warning(rule), name)


def _read(file: Path, name: str) -> tuple[str, list[tuple[int, str]]]:
    """The text, and its rules with their lines."""
    try:
        text = read_text(file, name)
    except FileNotFoundError:
        return "", []
    rules = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    return text, [(number, rule) for number, rule in rules if rule]


def _problems(
    rules: Sequence[tuple[int, str]], find: Callable[[str], Fault | None], name: str
) -> list[Problem]:
    faults = ((number, find(rule)) for number, rule in rules)
    return [Problem(name, number, *fault) for number, fault in faults if fault]


def _sides(rule: str) -> list[list[str]]:
    return [[entry.strip() for entry in side.split(",")] for side in rule.split("=>")]


def _error(rule: str) -> Fault | None:
    """Why it is no rule, and how to mend it: quick, for every build asks."""
    sides = _sides(rule)
    entries = [entry for side in sides for entry in side]
    if "->" in rule:
        return f"'{rule}' has an arrow that means nothing.", "Write it as '=>'.", Severity.ERROR
    if len(sides) > 2 or not all(entries) or len(entries) < 2:
        return f"'{rule}' is not a synonym rule.", "Write 'a, b, c' or 'a, b => c'.", Severity.ERROR
    return None


def _warning(rule: str) -> Fault | None:
    """What a rule says in vain."""
    sides = _sides(rule)
    entries = [entry for side in sides for entry in side]
    for entry in entries:
        if not all_terms(entry):
            return f"'{entry}' has no letters and no digits.", "Write words, or remove it.", Severity.WARNING
    for side in sides:
        folded = [entry.casefold() for entry in side]
        for place, entry in enumerate(folded):
            if entry in folded[:place]:
                return f"'{side[place]}' stands there twice.", "Keep one of the two.", Severity.WARNING
    if len({all_terms(entry) for entry in entries}) < 2:
        says = f"'{rule}' says nothing: to the search all of it is the same."
        return says, "Remove it.", Severity.WARNING
    return None


def _rules(text: str) -> Iterator[tuple[list[str], list[str]]]:
    for line in text.splitlines():
        sides = [
            [entry.strip() for entry in side.split(",") if all_terms(entry)]
            for side in line.partition("#")[0].split("=>")
        ]
        if len(sides) <= 2:
            yield sides[0], sides[-1]
