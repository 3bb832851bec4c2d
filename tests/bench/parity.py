"""Whether the search in JavaScript answers as the one in Python does: each query through both.

python -m tests.bench.parity [FOLDER ...] [--queries N] [--json]

The one in JavaScript runs in Chromium on a page from file://, as an export's does. Asked are all judged
queries, all titles, texts that are out to do harm, and N made from these: with slips, cut short, quoted,
with words left out by `-`, narrowed to a topic, mixed. Alike is an answer with the same first ten in the same
order, the same snippets, scores, suggestion, verdict, confidence and counts, the same rows while typing, and
the same words for the rules of routing.
"""

import argparse
import json
import random
import string
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from kb.answer import as_json
from kb.contact import rules
from kb.export.bundle import write_search
from kb.model import Site
from kb.search.engine import Engine
from tests.bench.sets import REPOSITORY, name_of, opened
from tests.browser import chromium

QUERIES = 5000
LEAST = 0.999
_AT_ONCE = 200

HOSTILE = (
    "",
    "*",
    '"',
    '""',
    '"a',
    "-",
    "--x -y",
    "topic:",
    "topic:/ x",
    "?????",
    "<script>alert(1)</script>",
    '&amp; "quo\'te" \\',
    "a" * 300,
    "x " * 300,
    "refund" * 40,
    "the where is",
    "123456789 order",
    "İstanbul ǅ ﬁne ①②③ ½ x² ß ẞ Ⅷ ١٢٣ \uff12\uff13",
    "\U0001d573\U0001d58a\U0001d591\U0001d591\U0001d594 𠀀s parcel 𐐀𐐨",
    "Σας ΣΑΣ 한국어 日本語 a\u0301b e\u0301",
    "e‐mail e‑mail don’t DON'T o'neill's y'all's u.s.a. x-ray t-shirt HEM-7120 v2.0.1 snake_case",
    "\x1c return \x85 label\ufeff x\u2028y\u200bz",
    "\U0001f4e6 parcel \U0001f469\u200d\U0001f467",
)
"""Texts that break one half of most pairs of implementations."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A query that the two answer differently: in what, and each one's answer to that."""

    query: str
    part: str
    python: Any
    javascript: Any


def generated(engine: Engine, asked: Sequence[str], count: int, seed: int = 1) -> list[str]:
    """`count` queries made from those `asked` and from the library's words; the same for the same seed."""
    chance = random.Random(seed)
    makers = [partial(maker, chance, engine) for maker in _MAKERS]
    return [chance.choice(makers)(chance.choice(asked).split() or ["x"]) for _ in range(count)]


def _as_it_is(_chance: random.Random, _engine: Engine, words: list[str]) -> str:
    return " ".join(words)


def _slip(chance: random.Random, _engine: Engine, words: list[str]) -> str:
    """One or two letters missing, added, changed or swapped."""
    for _ in range(chance.randrange(1, 3)):
        at = chance.randrange(len(words))
        word = words[at]
        place = chance.randrange(len(word))
        letter = chance.choice(string.ascii_lowercase)
        words[at] = chance.choice(
            (
                word[:place] + word[place + 1 :] or letter,
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            )
        )
    return " ".join(words)


def _cut_short(chance: random.Random, _engine: Engine, words: list[str]) -> str:
    text = " ".join(words)
    return text[: chance.randrange(1, len(text) + 1)]


def _run_together(chance: random.Random, _engine: Engine, words: list[str]) -> str:
    """A few words in a row written as one, perhaps in the other spelling or behind a number."""
    first = chance.randrange(len(words))
    last = first + chance.randrange(2, 5)
    joined = "".join(words[first:last])
    joined = chance.choice(
        (joined, f"{chance.randrange(99)}{joined}", joined.replace("z", "s").replace("our", "or"))
    )
    return " ".join([*words[:first], joined, *words[last:]])


def _quoted(chance: random.Random, _engine: Engine, words: list[str]) -> str:
    first = chance.randrange(len(words))
    last = first + chance.randrange(1, 4)
    return f'"{" ".join(words[first:last])}" {chance.choice(words)}'


def _without(chance: random.Random, engine: Engine, words: list[str]) -> str:
    unwanted = chance.choice(
        [*words, *engine.generation.terms[:50], f'"{" ".join(words[:2])}"', "-".join(words[:2])]
    )
    return f"{' '.join(words)} -{unwanted}"


def _narrowed(chance: random.Random, engine: Engine, words: list[str]) -> str:
    return f"{' '.join(words)} topic:{chance.choice([*engine.generation.topics, 'nowhere'])}"


def _mixed(chance: random.Random, engine: Engine, words: list[str]) -> str:
    known = chance.sample(sorted(engine.generation.words), min(3, len(engine.generation.words)))
    return " ".join(chance.sample(words + known, min(4, len(words))))


_MAKERS: tuple[Callable[[random.Random, Engine, list[str]], str], ...] = (
    _as_it_is,
    _slip,
    _cut_short,
    _quoted,
    _without,
    _narrowed,
    _mixed,
    _run_together,
)


def titles(engine: Engine) -> list[str]:
    """The titles of all articles that can be found."""
    evidence = engine.generation.evidence
    return [evidence.unit_text(int(unit)) for unit in evidence.unit_of[:-1]]


def differences(engine: Engine, page: Page, queries: Sequence[str]) -> Iterator[Difference]:
    """Where the two do not agree, at most one for each query; `page` has the export's search."""
    for begin in range(0, len(queries), _AT_ONCE):
        some = queries[begin : begin + _AT_ONCE]
        answers = page.evaluate(_ASK, list(some))
        for query, javascript in zip(some, answers, strict=True):
            python = answer(engine, query)
            part = next((part for part in python if python[part] != javascript[part]), None)
            if part:
                yield Difference(query, part, python[part], javascript[part])


_NOBODYS = Site("")

_ASK = """async (queries) => {
  const answers = [];
  for (const query of queries) {
    const found = await helpCenterSearch.search(query);
    const second = (await helpCenterSearch.search(query, { page: 2 })).results;
    const suggestions = await helpCenterSearch.suggest(query);
    const routing = await helpCenterSearch.routingTerms(query);
    answers.push({ ...found, second, suggestions, routing });
  }
  return answers;
}"""


def answer(engine: Engine, query: str) -> dict[str, Any]:
    """All that Python says to a query, in the form in which JavaScript says it."""
    found = engine.search(query)
    shown = as_json(found, [])
    del shown["channels"]
    return shown | {
        "topic": found.topic,
        "topics": [list(one) for one in found.topics.items()],
        "second": as_json(engine.search(query, page=2), [])["results"],
        "suggestions": [asdict(one) for one in engine.suggest(query)],
        "routing": list(rules.fold(engine.repaired(query))),
        "near": as_json(replace(found, results=found.near), [])["results"],
    }


@contextmanager
def offline_page(browser: Browser, engine: Engine, folder: Path, site: Site = _NOBODYS) -> Iterator[Page]:
    """A page from file:// with the search of `engine` for the help center of `site`, and nothing else."""
    write_search(engine.generation, site, folder)
    page_file = folder / "index.html"
    page_file.write_text(
        '<!doctype html><meta charset="utf-8"><title>Search</title><script src="search.js"></script>',
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(page_file.as_uri())
    yield page
    page.close()


def measure(folders: Sequence[Path], count: int) -> list[dict[str, Any]]:
    """For each folder how many queries were asked, how many were answered alike, and what was not."""
    found = []
    with chromium.launched() as browser:
        for folder in folders:
            with opened(folder) as (engine, _, judged), tempfile.TemporaryDirectory() as export:
                asked = [*judged, *titles(engine)]
                queries = [*HOSTILE, *asked, *generated(engine, asked, count)]
                print(f"{name_of(folder)}: {len(queries)} queries", file=sys.stderr)
                with offline_page(browser, engine, Path(export)) as page:
                    others = [asdict(one) for one in differences(engine, page, queries)]
            alike = 1 - len(others) / len(queries)
            found.append({"set": name_of(folder), "queries": len(queries), "alike": alike, "others": others})
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a line a folder, and one for each query that is not answered alike; fails below 99.9%."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.parity", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="[default: this one]")
    parser.add_argument("--queries", type=int, default=QUERIES, help="how many are made [default: 5000]")
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args(arguments)
    found = measure(given.folders or [REPOSITORY], given.queries)
    if given.json:
        print(json.dumps({"sets": found}, indent=1))
    else:
        for one in found:
            print(f"{one['set']}: {one['alike']:.3%} of {one['queries']} queries answered alike")
            for other in one["others"]:
                print(f"  {other['query']!r}: {other['part']}: {other['python']} / {other['javascript']}")
    if any(one["alike"] < LEAST for one in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
