"""A shop's order numbers: how they are written, learnt from one of them, and found in what customers type."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

EXAMPLE = "HF-204815"
"""How order numbers are taken to be written where a shop shows none of its own."""

RETURN_PREFIX = "RT"
"""What return numbers begin with: they look like order numbers and are none."""

_DASHES = "\u2010-\u2013"
_AROUND = r"(?:[^\w]|_)*"
_SHORT, _GROWING = 5, 6
_NAMED = r"(?:#|(?<![\w])(?:[Oo][Rr][Dd][Ee][Rr]|[Nn][Uu][Mm][Bb][Ee][Rr]|[Nn][RrOo]\.?)[ ]#?)"


@dataclass(frozen=True, slots=True)
class OrderNumbers:
    r"""How a shop's order numbers are written, like `example`.

    `anywhere` is the pattern of one in a sentence, `alone` that of a text which is one and nothing else; the
    groups of both are its runs of letters and of digits. `joints` stand before the first run, between any two
    and behind the last. In patterns `\w` and `\d` stand in brackets: JavaScript's are made of them so.
    """

    example: str
    joints: tuple[str, ...]
    anywhere: str
    alone: str

    def find_all(self, text: str) -> Iterator[str]:
        """The numbers of orders and of returns in `text`, written like the example."""
        alone = re.fullmatch(self.alone, text)
        for found in [alone] if alone else re.finditer(self.anywhere, text):
            first, *others = self.joints
            yield first + "".join(
                run.upper() + joint for run, joint in zip(found.groups(), others, strict=True)
            )

    def find(self, text: str) -> str:
        """The first number of an order or a return in `text`, or ''."""
        return next(self.find_all(text), "")

    def order(self, text: str) -> str:
        """The first order's number in `text`, or '', in whatever width its characters were typed."""
        found = self.find_all(unicodedata.normalize("NFKC", text))
        return next((one for one in found if one.isascii() and not self.is_return(one)), "")

    def is_return(self, number: str) -> bool:
        """Whether a number is a return's."""
        return number.startswith(RETURN_PREFIX) and not self.example.startswith(RETURN_PREFIX)

    def is_alone(self, text: str) -> bool:
        """Whether `text` is a number and says nothing else."""
        return bool(re.fullmatch(self.alone, text))

    def without(self, text: str) -> str:
        """`text` with a blank in place of each number."""
        return " " if self.is_alone(text) else re.sub(self.anywhere, " ", text)


def for_browser(numbers: OrderNumbers) -> dict[str, Any]:
    """What scripts need to find the same: patterns of JavaScript with the flag `u`, and a return's prefix."""
    anywhere, alone = (
        pattern.replace(r"\w", r"\p{L}\p{N}_").replace(r"\d", r"\p{Nd}")
        for pattern in (numbers.anywhere, numbers.alone)
    )
    returns = RETURN_PREFIX if numbers.is_return(RETURN_PREFIX) else None
    return {"anywhere": anywhere, "alone": f"^{alone}$", "joints": numbers.joints, "returns": returns}


@cache
def order_numbers(example: str) -> OrderNumbers:
    """The numbers that are written like `example` (as `SiteSeed` takes it), like `EXAMPLE` when it is ''.

    They have as many letters and digits in each run. Case doesn't matter, and what stands between two runs
    may be forgotten, or be a dash. Numbers of few digits grow by two: after #1001 comes #10001.
    """
    example = example or EXAMPLE
    runs, joints = re.findall("[A-Z]+|[0-9]+", example), re.split("[A-Z]+|[0-9]+", example)
    digits = sum(len(run) for run in runs if run.isdigit())
    last = max(at for at, run in enumerate(runs) if run.isdigit())
    groups = [_group(run, grows=at == last and digits < _GROWING) for at, run in enumerate(runs)]
    between = [f"[-{joint.strip('-')}{_DASHES}]?" for joint in joints[1:-1]]
    # Where nothing else is written, anything may stand between: in a sentence "on 204815" is no number.
    alone = _AROUND + _joined(groups, [_AROUND] * len(between)) + _AROUND
    before, behind = r"(?<![\w])", r"(?![\w])"
    if runs[0].isdigit():  # no part of a sum of money, a date or a telephone number
        before, behind = r"(?<![\w£$€+.,/-])#?", r"(?![\w]|[-.,/][\d])"
    if runs[0].isdigit() and len(runs) == 1 and digits < _SHORT:  # it may be a year, or a width
        before = _NAMED
    return OrderNumbers(example, tuple(joints), before + _joined(groups, between) + behind, alone)


def _group(run: str, *, grows: bool) -> str:
    if run.isalpha():
        return f"([A-Za-z]{{{len(run)}}})"
    return rf"([\d]{{{len(run)},{len(run) + 2}}})" if grows else rf"([\d]{{{len(run)}}})"


def _joined(groups: list[str], between: list[str]) -> str:
    return groups[0] + "".join(sign + group for sign, group in zip(between, groups[1:], strict=True))
