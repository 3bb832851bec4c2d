"""The search as classic scripts: the engine in JavaScript, its index, and chunks that follow on demand.

    search.js                      the engine (kb/export/offline/*.js), with Snowball's stemmer
    index.js                       what ranks by impacts: vocabulary, postings, titles, all constants
    <digest>/evidence-<n>.js       the terms of all units of some articles, which the best thirty need
    <digest>/passages-<n>.js       the text of their passages, which the ten on show need

A page loads search.js, and that the rest by itself. The digest is of all content, so that an index never
meets another one's chunks. The same generation gives the same bytes. Nothing here is a module or asks a
server: a `<script>` may be loaded from file://, anything else may not.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kb.export.content import cards_of, evidence_chunks, index, passages_chunks
from kb.export.specification import specification
from kb.helpcenter import HelpCenter
from kb.model import Site
from kb.search.generation import Generation

_OFFLINE = Path(__file__).with_name("offline")
_STEMMER = ("snowball/base-stemmer.js", "snowball/english-stemmer.js")
_PARTS = (
    "dense.js",
    "analysis.js",
    "query.js",
    "generation.js",
    "spelling.js",
    "synonyms.js",
    "expansion.js",
    "ranking.js",
    "verdict.js",
    "snippets.js",
    "suggest.js",
    "engine.js",
    "scripts.js",
)


def write_bundle(center: HelpCenter, folder: Path) -> list[Path]:
    """Writes the search of a help center into `folder`, which is made when it is missing.

    Returns the files written, all of which the search needs. Raises OSError when one can't be.
    """
    return write_search(center.generation, center.site, folder)


def write_search(generation: Generation, site: Site, folder: Path) -> list[Path]:
    """What `write_bundle` does, for one generation and the thresholds of a site."""
    chunks = folder / "unfinished"
    if chunks.exists():
        shutil.rmtree(chunks)
    chunks.mkdir(parents=True)
    cards = cards_of(generation)
    digest = hashlib.blake2b(digest_size=6)
    firsts = {
        "evidence": _write_chunks(chunks, "evidence", evidence_chunks(generation, cards), digest),
        "passages": _write_chunks(chunks, "passages", passages_chunks(generation), digest),
    }
    content = specification(generation, site) | index(generation, cards) | {"firsts": firsts}
    digest.update(_json(content))
    content["folder"] = digest.hexdigest()
    (folder / "index.js").write_bytes(_script("index", content))
    (folder / "search.js").write_bytes(engine_script())
    shutil.copyfile(_OFFLINE / "snowball" / "COPYING", folder / "COPYING.snowball")
    named = folder / content["folder"]
    if named.exists():
        shutil.rmtree(named)
    chunks.rename(named)
    return [folder / "search.js", folder / "index.js", folder / "COPYING.snowball", *sorted(named.iterdir())]


def engine_script() -> bytes:
    """search.js: Snowball's stemmer as it is, then the engine's parts, all in a scope of their own."""
    parts = "\n".join((_OFFLINE / name).read_text(encoding="utf-8") for name in (*_STEMMER, *_PARTS))
    return f'(function () {{\n"use strict";\nvar BaseStemmer;\n{parts}\n}})();\n'.encode()


def _write_chunks(folder: Path, kind: str, chunks: Iterable[tuple[int, Any]], digest: Any) -> list[int]:
    """Writes chunks as scripts, adds them to `digest`, and returns the first article of each."""
    firsts = []
    for number, (first, content) in enumerate(chunks):
        script = _script(f"{kind}-{number}", content)
        digest.update(script)
        (folder / f"{kind}-{number}.js").write_bytes(script)
        firsts.append(first)
    return firsts


def _script(name: str, content: Any) -> bytes:
    """A classic script that hands `content` to the engine, which has asked for it by `name`."""
    return b'helpCenterSearch.receive("' + name.encode() + b'", ' + _json(content) + b");\n"


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
