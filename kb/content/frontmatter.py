"""One Markdown file into its front matter and body, with every mistake named by line.

What is wrong with one key never costs the others, nor the body.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from frontmatter.default_handlers import YAMLHandler
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, with_config

from kb.errors import KBError, Problem, Severity, closest
from kb.yamlfile import check, line_of
from kb.yamltext import read_yaml

MAX_BYTES = 1_000_000

_handler = YAMLHandler()

_SAYS_DRAFT = re.compile(
    r"""^[^\w\n\#]*draft["']?[ \t]*[:=](?![ \t]*["']?(?:false|no|off)?["']?[ \t]*(?:,|\#.*|-->)?[ \t]*$)""",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that gives `draft` any value but one that says no, in a list, a comment or JSON as well."""

_OPENS = re.compile(r"-{3,}[ \t]*(?:\n|\Z)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LIKE_KEYS = re.compile(r"\s|[^\w\s#]|\w[\w.-]*[ \t]*[:=]")
"""How a line begins that may be meant as front matter: indented, with a sign, or with a key."""
_LATE = re.compile(r"\s*\n(?P<head>---\n(?:\w[\w-]*:.*\n(?:[ \t-].*\n)*)+)---[ \t]*(?:\n|\Z)")
_TOML = re.compile(r"(?P<head>\+\+\+[ \t]*\n(?:.*\n)*?)\+\+\+[ \t]*(?:\n|\Z)")


def _as_list(value: object) -> object:
    """A single text where a list is meant: one entry, or several with commas between them."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return _without_blanks(value)


def _as_one_question(value: object) -> object:
    return _without_blanks([value] if isinstance(value, str) else value)


def _without_blanks(value: object) -> object:
    """A list without the entries that are still to be written."""
    if not isinstance(value, list):
        return value
    return [part for part in value if part is not None and not (isinstance(part, str) and not part.strip())]


def _as_date(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Questions = Annotated[tuple[str, ...], BeforeValidator(_as_one_question)]


@with_config(ConfigDict(coerce_numbers_to_str=True, str_strip_whitespace=True))
@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys we know; all others in a file are kept by their writers and ignored by us."""

    title: str = ""
    summary: str = ""
    questions: Questions = ()
    keywords: Words = ()
    aliases: Words = ()
    related: Words = ()
    updated: Annotated[date | None, BeforeValidator(_as_date)] = None
    order: int | None = None
    draft: bool = False
    retired: bool = False
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file taken apart: `body_line` is the line of the file that the body begins on.

    `lines` says on which line each front matter key of ours stands, `title_lost` whether a title may stand
    there that can't be read.
    """

    front: FrontMatter
    body: str
    body_line: int
    lines: dict[str, int] = field(default_factory=dict)
    title_lost: bool = False


KEYS = tuple(entry.name for entry in fields(FrontMatter))
_SHAPE = TypeAdapter(FrontMatter)


def read_source(file: Path, name: str) -> tuple[SourceFile, list[Problem]]:
    """The parts of one file, `name` in messages, and what a writer should mend in it.

    Raises KBError when there is nothing to serve: unreadable, binary, empty, or too large.
    """
    text, problems = _decode(file, name)
    source, more = split_source(text, name)
    return source, problems + more


def split_source(text: str, name: str) -> tuple[SourceFile, list[Problem]]:
    """`read_source` for text already in memory."""
    if not _OPENS.match(text):
        return _without_yaml(text, name)
    try:
        head, body = _handler.split(text)
    except ValueError:
        lost = Problem(name, 1, "the front matter is never closed.", "Put a line '---' after its last key.")
        return _unread(_opening(text), text.lstrip("-"), 1, [lost])
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    try:
        value, node, repeated = read_yaml(head, name)
    except KBError as error:
        return _unread(head, body, body_line, error.problems)
    if value is None:
        return SourceFile(FrontMatter(), body, body_line), []
    if not isinstance(value, dict):
        lost = Problem(name, 2, "the front matter is not a list of keys.", "Write lines like 'title: …'.")
        return _unread(head, body, body_line, [*repeated, lost])
    front, problems = _check_keys(value, name, node)
    if repeated and not front.draft and _SAYS_DRAFT.search(head):
        front, repeated = replace(front, draft=True), [_kept_back(one) for one in repeated]
    lines = {key: line_of(node, [key]) for key in KEYS if key in value}
    title_lost = not front.title and any(value[key] is not None for key in value if _is_title(key, value))
    return SourceFile(front, body, body_line, lines, title_lost), [*repeated, *problems]


def _without_yaml(text: str, name: str) -> tuple[SourceFile, list[Problem]]:
    """A file that does not begin with front matter as we know it."""
    late = _LATE.match(text)
    if late:
        line = text.count("\n", 0, late.start("head")) + 1
        fix = f"Delete what stands above line {line}: '---' must be the first line."
        return _unread(
            late["head"], text, 1, [Problem(name, line, "the front matter begins after a blank line.", fix)]
        )
    toml = _TOML.match(text)
    if toml:
        fix = "Put it between two lines '---', with lines like 'title: …'."
        lost = Problem(name, 1, "the front matter is TOML, which is not read here.", fix)
        return _unread(toml["head"], text[toml.end() :], text.count("\n", 0, toml.end()) + 1, [lost])
    head = _opening(text)
    said = _SAYS_DRAFT.search(head)
    if text.startswith("---"):
        lost = Problem(name, 1, "the front matter begins with more than '---'.", "Write '---' alone there.")
        return _unread(head, text, 1, [lost])
    if said:
        line = text.count("\n", 0, said.start()) + 1
        fix = "Write '---' alone on the first line, then the keys, then '---' again."
        return _unread(head, text, 1, [Problem(name, line, "'draft' stands in no front matter.", fix)])
    return SourceFile(FrontMatter(), text, 1), []


def _opening(text: str) -> str:
    """What a file begins with that may be meant as front matter: its first paragraph, and keys below it."""
    end, begun, may_go_on, first = 0, False, True, True
    for line in _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text).splitlines(keepends=True):
        is_blank = not line.strip()
        first = first and not (begun and is_blank)
        may_go_on = may_go_on and (is_blank or _LIKE_KEYS.match(line) is not None)
        if not (first or may_go_on):
            break
        begun = begun or not is_blank
        end += len(line)
    return text[:end]


def _unread(
    head: str, body: str, body_line: int, problems: Sequence[Problem]
) -> tuple[SourceFile, list[Problem]]:
    """The file of a front matter that can't be read: a draft, if a line of it may say so."""
    draft = _SAYS_DRAFT.search(head) is not None
    told = [_kept_back(problem) if draft else problem for problem in problems]
    return SourceFile(FrontMatter(draft=draft), body, body_line, title_lost=True), told


def _kept_back(problem: Problem) -> Problem:
    """What was meant for nobody yet must not be published by a slip of the pen."""
    return replace(problem, fix=f"{problem.fix} Until then it is kept back as a draft.")


def _check_keys(value: dict[Any, Any], name: str, node: Any) -> tuple[FrontMatter, list[Problem]]:
    slips = {key: near for key in value if key not in KEYS and (near := _misspelt(str(key), value))}
    found = [((near,), _slip(name, line_of(node, [key]), key, near)) for key, near in slips.items()]
    ours = {key: value[key] for key in KEYS if value.get(key) is not None}
    checked, wrong = check(_SHAPE, ours, name, node)
    if wrong:
        bad = {keys[0] for keys, _ in wrong}
        checked, _ = check(_SHAPE, {key: ours[key] for key in ours if key not in bad}, name, node)
    front = (checked or [FrontMatter()])[0]
    mistakes = [*found, *wrong]
    unsure = [key for key, near in slips.items() if near == "draft" and value[key] not in (False, None)]
    if unsure or any(keys[0] == "draft" for keys, _ in wrong):
        front = replace(front, draft=True)
        mistakes = [(keys, _kept_back(one) if keys[0] == "draft" else one) for keys, one in mistakes]
    return front, [problem for _, problem in mistakes]


def _is_title(key: object, value: dict[Any, Any]) -> bool:
    return "title" in (key, _misspelt(str(key), value))


def _slip(name: str, line: int, key: str, near: str) -> Problem:
    problem = f"'{key}' is not a front-matter key."
    return Problem(name, line, problem, f"Did you mean '{near}'?", Severity.WARNING)


def _misspelt(key: str, value: dict[Any, Any]) -> str | None:
    """The key of ours that a foreign one is a slip of: nearly the same, and not itself present."""
    near = closest(key.lower(), KEYS, least=80.0) if key.isidentifier() else None
    return near if near and near not in value else None


def _decode(file: Path, name: str) -> tuple[str, list[Problem]]:
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise KBError.at(
                name,
                f"is {size / 1e6:.1f} MB; an article is at most {MAX_BYTES / 1e6:.0f} MB.",
                "Split it into several articles.",
            )
        raw = file.read_bytes()
    except OSError as error:
        raise KBError.at(
            name, f"cannot be read: {error.strerror}.", "Check the file and its permissions."
        ) from error
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise KBError.at(name, "is not text: it holds binary data.", "Save it as UTF-8 text.", line)
    if not raw.strip():
        raise KBError.at(name, "is empty.", "Write the article, or delete the file.", 1)
    try:
        return raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(
            name, line, f"is not UTF-8 (byte 0x{raw[error.start]:02x}).", "Save it as UTF-8 text."
        )
        text = raw.decode("utf-8", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n"), [problem]
