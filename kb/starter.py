"""A new help center, and a new article in one."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import takewhile
from pathlib import Path

import yaml

from kb.content.files import find_files
from kb.content.seeds import load_topics
from kb.content.slugs import assign_slugs, slugify
from kb.errors import KBError, near_miss

_PARTS = ("articles", "seeds")

_BARE = {
    "articles/getting-help/how-to-reach-us.md": """\
---
title: How to reach us
summary: Every way to reach a person, and when somebody is there.
questions: ["Can I talk to somebody?"]
---
[Contact us](/contact) names every way to reach us, and which of them is open now.

## What to write

Say what happened, when, and what you would like us to do.
""",
    "seeds/site.yaml": """\
name: Our shop
tagline: How can we help?
language: en
timezone: UTC
""",
    "seeds/topics.yaml": """\
- topic: getting-help
  title: Getting help
  summary: How to reach a person.
  icon: chat
""",
    "seeds/channels.yaml": """\
- id: email
  kind: email
  name: E-mail
  good_for: Everything. Say what happened, when, and what you would like us to do.
  address: help@shop.example
""",
    "seeds/routing.yaml": """\
defaults:
  email: Write at any time, and a person answers.

rules:
  - id: urgent
    weight: 5
    when:
      words: [urgent, as soon as possible, cannot wait]
    channels:
      email: Say in the subject that it is urgent.
""",
    "seeds/synonyms.txt": "",
    "seeds/queries.yaml": """\
- {q: "how do i talk to somebody", answer: how-to-reach-us}
- {q: "whats the weather like", answer: nothing}
""",
}
"""The files of a bare help center: one of each thing, to be replaced."""

_OF_THE_EXAMPLE = "## What a help center for a shop must cover"
"""Where seeds/README.md begins to speak of the example's articles."""


def starter_folder() -> Path:
    """Where the starter's articles and seeds are: inside an installed package, else the repository."""
    package = Path(__file__).parent
    installed = package / "_starter"
    return installed if installed.is_dir() else package.parent


def init(folder: Path, *, bare: bool = False) -> Path:
    """A new help center in `folder`, copied from the starter; returns the folder.

    A `bare` one has one article, one topic and one channel to replace, in the forms that the starter's seeds
    explain, and nothing that speaks of its shop. Raises KBError when there is a help center already: nothing
    is ever overwritten.
    """
    there = [part for part in _PARTS if (folder / part).exists()]
    if there:
        raise KBError.at(folder, f"already has {' and '.join(there)}/.", "Choose a new folder.")
    if folder.exists() and not folder.is_dir():
        raise KBError.at(folder, "is a file.", "Choose a new folder.")
    try:
        with _all_or_nothing(folder):
            if bare:
                _write_bare(folder)
            else:
                for part in _PARTS:
                    shutil.copytree(starter_folder() / part, folder / part)
    except OSError as error:
        # Of a tree there are many errors, each as (from, to, text).
        reason = error.args[0][0][2] if isinstance(error, shutil.Error) else str(error)
        problem = f"cannot be written: {re.sub(r'^.Errno [0-9]+. ', '', reason)}."
        raise KBError.at(folder, problem, "Make room, or choose another folder.") from error
    return folder


def _write_bare(folder: Path) -> None:
    """Writes `_BARE`, each seed below the comment that explains its form, and their README.md."""
    seeds_words = (starter_folder() / "seeds" / "README.md").read_text(encoding="utf-8")
    files = {"seeds/README.md": seeds_words.partition(_OF_THE_EXAMPLE)[0].rstrip() + "\n"}
    for name, text in _BARE.items():
        explained = starter_folder() / name
        files[name] = (_opening_comment(explained) if name.startswith("seeds/") else "") + text
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _opening_comment(file: Path) -> str:
    """The comment that `file` begins with."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(takewhile(lambda line: line.startswith("#"), lines))


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
        with suppress(OSError):  # an empty one would be in the way of the next try
            file.unlink()
        fix = "Check the folder's permissions, and the room on its disk."
        if error.errno == errno.ENAMETOOLONG:
            fix = "Give it fewer words; 'title' in the file may have more."
        raise KBError.at(file, f"cannot be written: {error.strerror}.", fix) from error
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
