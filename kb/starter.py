"""A new help center, and a new article in one."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import yaml

from kb.content.files import find_files
from kb.content.seeds import load_topics
from kb.content.slugs import assign_slugs, slugify
from kb.errors import KBError, near_miss

_PARTS = ("articles", "seeds")


def starter_folder() -> Path:
    """Where the starter's articles and seeds are: inside an installed package, else the repository."""
    package = Path(__file__).parent
    installed = package / "_starter"
    return installed if installed.is_dir() else package.parent


def init(folder: Path) -> Path:
    """A new help center in `folder`, copied from the starter; returns the folder.

    Raises KBError when there is one already: nothing is ever overwritten.
    """
    there = [part for part in _PARTS if (folder / part).exists()]
    if there:
        raise KBError.at(folder, f"already has {' and '.join(there)}/.", "Choose a new folder.")
    if folder.exists() and not folder.is_dir():
        raise KBError.at(folder, "is a file.", "Choose a new folder.")
    try:
        with _all_or_nothing(folder):
            for part in _PARTS:
                shutil.copytree(starter_folder() / part, folder / part)
    except OSError as error:
        # Of a tree there are many errors, each as (from, to, text).
        reason = error.args[0][0][2] if isinstance(error, shutil.Error) else str(error)
        problem = f"cannot be written: {re.sub(r'^.Errno [0-9]+. ', '', reason)}."
        raise KBError.at(folder, problem, "Make room, or choose another folder.") from error
    return folder


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Takes away what was made in `folder` when not all of it could be: half would be refused next time."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        yield
    except BaseException:
        for part in _PARTS:
            shutil.rmtree(folder / part, ignore_errors=True)
        for one in new:
            with suppress(OSError):
                one.rmdir()
        raise


def new_article(root: Path, title: str, topic: str, today: date) -> Path:
    """A new draft titled `title` in `topic`; the file's path.

    Raises KBError for a title without words, an unknown topic (naming the closest) or a file that exists.
    """
    if not any(letter.isalnum() for letter in title):
        fix = 'Name what it answers: kb new "Collect in a shop" --topic delivery.'
        raise KBError.at("kb new", f"{title!r} is no title.", fix)
    known = [entry.path for entry in load_topics(root / "seeds")]
    if topic not in known:
        fix = near_miss(topic, known) or f"Topics are: {', '.join(known)}."
        raise KBError.at("seeds/topics.yaml", f"has no topic '{topic}'.", fix)
    file = root / "articles" / topic / f"{slugify(title)}.md"
    front = {"title": title, "summary": "", "questions": [""], "updated": today, "draft": True}
    head = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)
    text = f"---\n{head}---\nThe answer, in one or two sentences.\n\n## What to do\n\n1. First step.\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        name = file.relative_to(root)
        raise KBError.at(name, "exists already.", "Choose another title, or edit that file.") from None
    except OSError as error:
        raise KBError.at(
            file, f"cannot be written: {error.strerror}.", "Check the folder's permissions."
        ) from error
    return file


def name_taken(root: Path, file: Path) -> str:
    """Which article has the name of the draft in `file`, and the addresses of both; "" when it is free."""
    folder = root / "articles"
    path = file.relative_to(folder).as_posix()
    wanted = assign_slugs([path])[0][path]
    slugs, _ = assign_slugs(find_files(folder).articles, {path})
    holder = next(other for other, slug in slugs.items() if slug == wanted)
    if holder == path:
        return ""
    return (
        f"The name is taken: articles/{holder} is served as /articles/{wanted}, and the draft as "
        f"/articles/{slugs[path]}. Rename it before you publish it, so that each keeps its address."
    )
