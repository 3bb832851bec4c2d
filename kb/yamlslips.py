"""Where a text that is not YAML must be mended, and how: the parser often notices a line later."""

import re

import yaml

_BEGAN_THERE = {
    "could not find expected ':'": "Write it as 'key: value'.",
    "found unexpected end of stream": "Close the quote that begins there.",
}
"""For what the parser notices only after the line to mend, which is the one where it began to read."""

_MISPLACED = tuple(f"did not find expected {what}" for what in ("key", "'-' indicator", "<document start>"))
"""What it says of a line that begins at no column where one may."""

_KEY = r"[^\W\d][\w-]*"
_BEGINS_ENTRY = re.compile(rf"\s*(- |{_KEY}:(\s|$))")
_KEY_ALONE = re.compile(rf"\s*(- +)?{_KEY}")
_NO_BLANK_AFTER_COLON = re.compile(rf"\s*(- +)?{_KEY}:(\xa0|[^\s/])")
_NO_BLANK_AFTER_DASH = re.compile(r"\s*-\w")


def to_mend(text: str, error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line of `text` (from 0) that must change for it to be YAML, and how."""
    lines, problem = text.splitlines(), error.problem or ""
    if problem in _BEGAN_THERE and error.context_mark:
        line = error.context_mark.line
        return line, _blank_missing(_at(lines, line)) or _BEGAN_THERE[problem]
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    written = _at(lines, line)
    if "\t" in written[: _indent(written)]:
        return line, "Indent with spaces: YAML takes no tabs there."
    misplaced = problem in _MISPLACED and column <= _indent(written)
    if misplaced or (problem.startswith("mapping values") and _KEY_ALONE.fullmatch(written[:column])):
        before = _line_before(lines, line)
        for near in (line, before):
            if slip := _blank_missing(_at(lines, near)):
                return near, slip
        if _BEGINS_ENTRY.match(written) and before != line:
            return line, "Indent it as the lines around it."
    if problem.startswith("did not find expected"):
        return line, 'Put the whole value in double quotes, "…", or close its bracket.'
    return line, "Values holding ': ' or '#' need quotes."


def _at(lines: list[str], line: int) -> str:
    return "".join(lines[line : line + 1])


def _indent(written: str) -> int:
    return len(written) - len(written.lstrip())


def _blank_missing(written: str) -> str:
    """What to say of a line whose key or dash is glued to what follows, else ''."""
    if _NO_BLANK_AFTER_DASH.match(written):
        return "Write a blank after '-'."
    found = _NO_BLANK_AFTER_COLON.match(written)
    if found and found[2] == "\xa0":  # which looks like a blank
        return "Write an ordinary blank after the colon: a no-break space stands there."
    return "Write a blank after the colon." if found else ""


def _line_before(lines: list[str], line: int) -> int:
    """The last line before `line` that says something, `line` itself when none does."""
    above = range(line - 1, -1, -1)
    return next((number for number in above if lines[number].split("#")[0].strip()), line)
