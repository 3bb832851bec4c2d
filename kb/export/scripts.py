"""What the pages of an export run in the browser: our scripts, their data, and the search."""

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.export.bundle import Run, write_search
from kb.export.contact import contact, subjects
from kb.export.folder import Placed, Staging
from kb.helpcenter import HelpCenter
from kb.model import Article

FOLDER = "offline"
"""Where the scripts lie in an export."""

_SCRIPTS = Path(__file__).with_name("pages")


def place_all(
    center: HelpCenter, articles: Sequence[Article], staging: Staging, today: date, run: Run
) -> list[Placed]:
    """Places the scripts, the contact data beginning at `today`, and the search, a part of which `run` does.

    `articles` are all that are stored, without text.
    """
    data = {
        "contact.js": _script(
            "helpCenterContact", contact(center.rules, center.channels, center.site, today)
        ),
        "articles.js": _script("helpCenterArticles", subjects(articles)),
    }
    placed = [staging.place(f"{FOLDER}/{name}", content) for name, content in data.items()]
    scripts = sorted(_SCRIPTS.glob("page-*.js"))
    placed += [staging.place(f"{FOLDER}/{file.name}", file.read_bytes()) for file in scripts]
    with (
        tempfile.TemporaryDirectory() as apart
    ):  # so that what has not changed is taken over like other files
        folder = Path(apart)
        for file in write_search(center.generation, center.site, folder, articles, run):
            name = f"{FOLDER}/search/{file.relative_to(folder).as_posix()}"
            placed.append(staging.place(name, file.read_bytes()))
    return placed


def _script(name: str, value: Any) -> bytes:
    """A classic script that sets a global: the only kind of data that a page may load from a file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"window.{name} = {text};\n".encode()
