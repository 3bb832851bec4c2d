"""Synonyms in Solr's format: `a, b, c` are the same; `a, b => c` sends a and b to c.

Format: Solr's SynonymGraphFilter. `#` begins a comment; several words may stand for one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.errors import KBError, Problem
from kb.search.analysis import terms, tokens

Terms = tuple[str, ...]
"""One or more terms in a row."""


class Synonyms:
    """What words may stand for others, as terms: `means` of each run of them, in the rules' order."""

    def __init__(self, text: str = "") -> None:
        self.means: dict[Terms, list[Terms]] = defaultdict(list)
        for left, right in _rules(text):
            for one in left:
                for other in right:
                    content = tuple(terms(other)) or _all_terms(other)
                    if other != one and content not in self.means[_all_terms(one)]:
                        self.means[_all_terms(one)].append(content)
        self._longest = max((len(key) for key in self.means), default=0)

    def found_in(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[Terms]]]:
        """Each run `words[start:end]` of terms, stop words included, and the terms it may stand for."""
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                means = self.means.get(tuple(words[start:end]))
                if means:
                    yield start, end, means


def read_synonyms(file: Path, name: str = "seeds/synonyms.txt") -> str:
    """The text of a synonyms file, "" when there is none; raises KBError for a line that can't be used."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise KBError.at(name, f"cannot be read: {error}.", "Save it as UTF-8 text.") from error
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        rule = line.partition("#")[0].strip()
        sides = rule.split("=>")
        entries = [entry.strip() for side in sides for entry in side.split(",")]
        if not rule:
            continue
        if len(sides) > 2 or not all(entries) or len(entries) < 2:
            fix = "Write 'a, b, c' or 'a, b => c'."
            problems.append(Problem(name, number, f"'{rule}' is not a synonym rule.", fix))
    if problems:
        raise KBError(problems)
    return text


def _rules(text: str) -> Iterator[tuple[list[str], list[str]]]:
    for line in text.splitlines():
        sides = [
            [entry.strip() for entry in side.split(",") if _all_terms(entry)]
            for side in line.partition("#")[0].split("=>")
        ]
        if len(sides) <= 2:
            yield sides[0], sides[-1]


def _all_terms(text: str) -> Terms:
    return tuple(token.term for token in tokens(text))
