"""A new help center, and a new article in one."""

import shutil
from datetime import date
from pathlib import Path

import yaml

from kb.content.seeds import load_topics
from kb.content.slugs import slugify
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
        for part in _PARTS:
            shutil.copytree(starter_folder() / part, folder / part)
    except OSError as error:
        raise KBError.at(folder, f"cannot be written: {error}.", "Choose another folder.") from error
    return folder


def new_article(root: Path, title: str, topic: str, today: date) -> Path:
    """A new draft titled `title` in `topic`; the file's path.

    Raises KBError for an unknown topic (naming the closest) or a file that exists.
    """
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
