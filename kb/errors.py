"""What can go wrong because of something a person wrote, said so that they can mend it.

Every problem has a place (path and line), what is wrong, and the fix. A function that can go on
collects `Problem`s; one that cannot raises `KBError`, which carries them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from rapidfuzz import fuzz, process

_A_FEW = 10


class Severity(StrEnum):
    """How much a problem takes away: an error hides or breaks something, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person can mend: where it is, what is wrong, and how to mend it.

    `line` counts from 1; None when the whole file is meant.
    """

    path: str
    line: int | None
    problem: str
    fix: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.problem} {self.fix}".rstrip()


def by_place(problem: Problem) -> tuple[str, int, str]:
    """What problems are sorted by: where they are, those of a whole file first."""
    return problem.path, problem.line or 0, problem.problem


class KBError(Exception):
    """Something stops the work until a person mends it; `problems` holds at least one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """How another process makes it again."""
        return type(self), (self.problems,)

    @classmethod
    def at(cls, path: object, problem: str, fix: str, line: int | None = None) -> Self:
        """The error that a single problem makes."""
        return cls([Problem(str(path), line, problem, fix)])


class DatabaseUnavailableError(KBError):
    """The database can't be used now: not there, not ours, too new, or its disk is full."""


def closest(word: str, known: Sequence[str], least: float = 70.0) -> str | None:
    """The known word most like `word` (Indel similarity of at least `least` percent), or None."""
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None


def near_miss(word: str, known: Sequence[str]) -> str:
    """'Did you mean …?' for a word that is close to a known one, else ''."""
    found = closest(word, known)
    return f"Did you mean '{found}'?" if found else ""


def told_once(problems: Sequence[Problem], names: int, kind: str) -> list[Problem]:
    """`problems`, one for each of a file's `names` that no such `kind` has; one alone when all are so.

    Such a file was written for another help center. A few names may as well all be misspelt: they stay apart.
    """
    if len(problems) < names or names <= _A_FEW:
        return list(problems)
    told = f"not one of the {names} {kind}s that it names is there."
    return [Problem(problems[0].path, None, told, "Write your own instead, or delete the file.")]
