"""Many articles to measure speed on, and queries as customers would ask them, made from their headings."""

import random
import re
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path

from kb.content.files import find_files
from kb.model import Article
from kb.starter import starter_folder

SEED = 7
QUERIES = 200

_LEADS = ("", "", "how do i", "where can i find", "why does it not", "is there a way to")
_DROPPED_SHARE = 0.25
_CHANGED_ONE_IN = 8
_LETTERS = "bcdfghjklmnpqrstvwxz"
_ROTATED = {ord(old): new for old, new in zip(_LETTERS, _LETTERS[7:] + _LETTERS[:7], strict=True)}
_WORD_OR_TARGET = re.compile(r"\]\([^)]*\)|<[^>]*>|`[^`]*`|\b[a-z]{5,}\b(?!:)")


def queries(articles: Sequence[Article], count: int = QUERIES) -> list[str]:
    """`count` queries, always the same: titles and headings with words dropped and the rest reordered."""
    chance = random.Random(SEED)
    texts = {article.title for article in articles}
    texts |= {section.heading for article in articles for section in article.sections}
    ordered = sorted(text for text in texts if len(text.split()) >= 3)
    return [_asked(chance, text) for text in chance.choices(ordered, k=count)]


def _asked(chance: random.Random, text: str) -> str:
    words = text.split()
    kept = [word for word in words if chance.random() >= _DROPPED_SHARE] or words
    chance.shuffle(kept)
    return f"{chance.choice(_LEADS)} {' '.join(kept)}".strip()


def replicate(articles: Path, into: Path, count: int | None) -> Path:
    """A tree of `count` articles in `into`: those of `articles`, then copies of them with words changed.

    Without a count it has those of `articles` alone. One word in eight is another in each copy, the same one
    throughout it, so that the vocabulary grows with the articles as it does in life.
    """
    paths = find_files(articles).articles
    for number in range(count or len(paths)):
        copy, path = number // len(paths), paths[number % len(paths)]
        text = (articles / path).read_text(encoding="utf-8", errors="replace")
        file = into / (f"copy-{copy}" if copy else "original") / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed(text, copy) if copy else text, encoding="utf-8")
    return into


def changed(text: str, copy: int) -> str:
    """`text` as copy number `copy` has it; addresses, code and front-matter keys stay."""

    def word(match: re.Match[str]) -> str:
        found = match[0]
        if found[0] in "]<`" or zlib.crc32(f"{copy} {found}".encode()) % _CHANGED_ONE_IN:
            return found
        return found.translate(_ROTATED) + "aeiou"[copy % 5]

    return _WORD_OR_TARGET.sub(word, text)


def seeds_in(root: Path) -> Path:
    """A help center's folder with the seeds of this repository, to put articles into."""
    shutil.copytree(starter_folder() / "seeds", root / "seeds")
    return root
