"""Small real help centers on disk, and the `kb` command to try on them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result

from kb.cli import main
from kb.place import Place

REPOSITORY = Path(__file__).parents[1]

SEEDS = {
    "seeds/site.yaml": "name: Small Shop\ntagline: How can we help?\ntimezone: Europe/London\n",
    "seeds/topics.yaml": (
        "- topic: orders\n  title: Orders\n  summary: Find and follow an order.\n  icon: box\n"
        "- topic: delivery\n  title: Delivery\n  summary: Late and lost parcels.\n  icon: truck\n"
    ),
    "seeds/channels.yaml": (
        "- id: chat\n  kind: chat\n  name: Chat\n  good_for: Most questions.\n"
        "  address: https://shop.example/chat\n  hours: Mo-Su 08:00-20:00\n"
        "- id: email\n  kind: email\n  name: E-mail\n  good_for: Anything with details.\n"
        "  address: help@shop.example\n"
    ),
    "seeds/routing.yaml": (
        "defaults:\n  chat: It is usually the fastest.\n  email: It leaves a record.\n"
        "rules:\n- id: urgent\n  when: {words: [urgent]}\n  channels: {chat: Somebody is there now.}\n"
    ),
    "seeds/synonyms.txt": "parcel, package\n",
}
"""The seeds of a help center with the topics orders and delivery, as text by path."""

_TRACK = "Open **Orders** and choose **Track**.\n\n## It has not moved\n\nWait two days, then write to us.\n"


def article(title: str, body: str = "", **front: Any) -> str:
    """The text of an article with the front matter given, `body` below it."""
    head = yaml.safe_dump({"title": title, **front}, sort_keys=False, allow_unicode=True)
    return f"---\n{head}---\n{body or f'All about this: {title}.'}\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """`files` below `folder`, by relative path, text as UTF-8 with its line ends as given; the folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def help_center(root: Path, files: Mapping[str, str | bytes] | None = None) -> Place:
    """A small help center without a fault in `root`, and `files` written over it.

    It has one article, `orders/track.md`, unless `files` brings articles of its own.
    """
    given = files or {}
    ours = {} if any(path.startswith("articles/") for path in given) else {"articles/orders/track.md": ""}
    if ours:
        ours["articles/orders/track.md"] = article("Track an order", _TRACK, questions=["where is my order"])
    return Place.at(write(root, {**SEEDS, **ours, **given}))


def kb(root: Path, *arguments: str | Path) -> Result:
    """What `kb --root ROOT …` prints and its exit code; a traceback is never caught."""
    words = ["--root", str(root), *map(str, arguments)]
    return CliRunner().invoke(main, words, catch_exceptions=False)
