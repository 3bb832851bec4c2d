"""What lies below a folder of articles: their files, what lies beside them, and names that can't be used."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kb.errors import KBError, Problem, Severity

NOT_READ = (".markdown", ".mdx", ".mdown", ".mkd")
"""How names of Markdown files end that are not taken for articles."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files below a folder, by their paths in it.

    `articles` are those of articles, sorted folder by folder; `assets` gives each other file a text that
    changes when the file does. `problems` names what was passed over; `unread` are articles among that.
    """

    articles: list[str] = field(default_factory=list)
    assets: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def check_folder(folder: Path) -> None:
    """Raises KBError when there is no folder of that name."""
    if folder.is_dir():
        return
    if folder.exists():
        raise KBError.at(folder, "is a file, not a folder.", "Correct the path.")
    raise KBError.at(folder, "there is no such folder.", "Correct the path, or make the folder.")


def find_files(folder: Path) -> Files:
    """What lies below `folder` but for names that begin with a dot or an underscore.

    Raises KBError when the folder is missing.
    """
    check_folder(folder)
    found = Files()
    _gather(found, str(folder), "", (os.path.realpath(folder),))
    return found


def _gather(found: Files, folder: str, inside: str, above: tuple[str, ...]) -> None:
    """Takes in a folder whose paths begin with `inside`; `above` are the real folders that it lies in."""
    for entry in _entries(found, folder):
        path = inside + entry.name
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:
            is_folder = is_file = False
        if is_folder:
            real = os.path.realpath(entry.path) if entry.is_symlink() else str(Path(above[-1], entry.name))
            if real in above:
                why = "is a link to a folder it lies in."
                _pass_over(found, entry, why, "Remove the link.", Severity.WARNING)
            elif not _is_within(real, above[0]):
                _pass_over(found, entry, _OUTSIDE, "Copy that folder here.")
            else:
                _gather(found, entry.path, f"{path}/", (*above, real))
        elif entry.name.lower().endswith(".md"):
            if wrong := _unusable(entry, path, is_file, above[0]):
                found.unread.append(path)
                _pass_over(found, entry, *wrong)
            else:
                found.articles.append(path)
        elif is_file:
            _take_in(found, entry, path)


_OUTSIDE = "is a link to what lies outside of the articles' folder."


def _unusable(entry: "os.DirEntry[str]", path: str, is_file: bool, root: str) -> tuple[str, str] | None:
    """Why an article's file can't be served, and the fix."""
    if not is_file:
        return "is a link that leads nowhere.", "Remove or repair the link."
    if not _is_text(path):
        return "has a name that is not UTF-8.", "Rename the file."
    if entry.is_symlink() and not _is_within(os.path.realpath(entry.path), root):
        return _OUTSIDE, "Copy that file here."
    return None


def _is_within(real: str, root: str) -> bool:
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _take_in(found: Files, entry: "os.DirEntry[str]", path: str) -> None:
    """A file beside the articles."""
    if entry.name.lower().endswith(NOT_READ):
        why = "is not read: the names of articles end in .md."
        _pass_over(found, entry, why, "Rename the file.", Severity.WARNING)
    with suppress(OSError):
        stat = entry.stat()
        found.assets[path] = f"{stat.st_size} {stat.st_mtime_ns}"


def _entries(found: Files, folder: str) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        why = f"cannot be read: {error.strerror}."
        found.problems.append(Problem(folder, None, why, "Check its permissions."))
        return
    yield from (entry for entry in ordered if not entry.name.startswith((".", "_")))


def _pass_over(
    found: Files, entry: "os.DirEntry[str]", why: str, fix: str, severity: Severity = Severity.ERROR
) -> None:
    place = os.fsencode(entry.path).decode(errors="replace")
    found.problems.append(Problem(place, None, why, fix, severity))


def _is_text(name: str) -> bool:
    """Whether a file's name is text, not bytes that Python could only carry along (PEP 383)."""
    return name.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in name)
