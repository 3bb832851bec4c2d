"""What the pages of an export run in the browser: our scripts, their data, and the search."""

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.export.bundle import write_bundle
from kb.export.contact import contact, subjects
from kb.export.folder import Placed, Staging
from kb.helpcenter import HelpCenter
from kb.model import Article

FOLDER = "offline"
"""Where the scripts lie in an export."""

_SCRIPTS = Path(__file__).with_name("pages")


def place_all(center: HelpCenter, articles: Sequence[Article], staging: Staging, today: date) -> list[Placed]:
    """Places the scripts, the contact data beginning at `today`, and the search."""
    data = {
        "contact.js": _script(
            "helpCenterContact", contact(center.rules, center.channels, center.site, today)
        ),
        "articles.js": _script("helpCenterArticles", subjects(articles)),
    }
    placed = [staging.place(f"{FOLDER}/{name}", content) for name, content in data.items()]
    scripts = sorted(_SCRIPTS.glob("page-*.js"))
    placed += [staging.place(f"{FOLDER}/{file.name}", file.read_bytes()) for file in scripts]
    return placed + _place_search(center, staging)


def _place_search(center: HelpCenter, staging: Staging) -> list[Placed]:
    """The search is written apart first, so that what has not changed is taken over like any other file."""
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        return [
            staging.place(f"{FOLDER}/search/{file.relative_to(folder).as_posix()}", file.read_bytes())
            for file in write_bundle(center, folder)
        ]


def _script(name: str, value: Any) -> bytes:
    """A classic script that sets a global: the only kind of data that a page may load from a file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"window.{name} = {text};\n".encode()
