"""What is wrong with the links and images of one article, each told with the line on which it is written."""

from kb.content.inline import BY_NAME
from kb.content.written import Written
from kb.errors import Problem, Severity

_LONGEST = 40
"""Signs of an address that are quoted where it may be a whole picture."""

_NOT_A_PAGE = "Correct the address; to a file, write the path from this article."


class LinkFaults:
    """The faults found so far, as `problems` of the file at `place`; `written` has its links' lines."""

    def __init__(self, place: str, written: Written) -> None:
        self.problems: list[Problem] = []
        self._place, self._written = place, written

    def tell(self, written: str, problem: str, fix: str, severity: Severity = Severity.WARNING) -> None:
        """A fault of the link that is `written` so."""
        self._add(self._written.line_of(written), problem, fix, severity)

    def nowhere(self, written: str, fix: str) -> None:
        """A link that leads nowhere."""
        self.tell(written, f"'{whole(written)}' leads nowhere.", fix, Severity.ERROR)

    def missing(self, written: str, near: str | None, more: str = "") -> None:
        """A link to what is not there, and what it may mean."""
        fix = f"Did you mean '{near}'?" if near else "Correct the path, or add the file."
        self.nowhere(written, fix + more)

    def no_page(self, written: str, near: str | None) -> None:
        """A link from the root of the site to no page, and what it may mean: a proxy may have one there."""
        fix = f"Did you mean '{near}'?" if near else _NOT_A_PAGE
        self.tell(written, f"'{written}' leads nowhere.", fix)

    def no_address(self) -> None:
        """The next link that has no address, or what can't be one."""
        taken_out, line = self._written.next_without_address()
        problem, fix = "a link has no address.", "Write it between the round brackets."
        if taken_out:
            problem = f"'{taken_out}' is no address that a page may link to."
            fix = "Begin it with https:, mailto: or tel:, or write the path from this article, with '/'."
        self._add(line, problem, fix, Severity.WARNING)

    def no_source(self) -> None:
        """The next picture that has no address, or one that none is loaded from."""
        taken_out, line = self._written.next_without_source()
        problem, fix = "a picture has no address.", "Write it between the round brackets."
        if taken_out:
            shown = taken_out if len(taken_out) <= _LONGEST else f"{taken_out[:_LONGEST]}…"
            problem = f"a picture can't be loaded from '{shown}'."
            fix = "Save it as a file beside this article, and write the path to it."
        self._add(line, problem, fix, Severity.ERROR)

    def _add(self, line: int | None, problem: str, fix: str, severity: Severity) -> None:
        self.problems.append(Problem(self._place, line, problem, fix, severity))


def whole(written: str) -> str:
    """An address as messages show it."""
    return f"{written}]]" if written.startswith(BY_NAME) else written
