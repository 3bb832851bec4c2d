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
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kb.export.content import Span, cards_of, evidence_chunks, index, passages, passages_spans
from kb.export.specification import specification
from kb.model import Article, Site
from kb.search.generation import Generation

_OFFLINE = Path(__file__).with_name("offline")
_STEMMER = ("snowball/base-stemmer.js", "snowball/english-stemmer.js")
_PARTS = (
    "dense.js",
    "analysis.js",
    "query.js",
    "generation.js",
    "spelling.js",
    "splitting.js",
    "synonyms.js",
    "expansion.js",
    "ranking.js",
    "verdict.js",
    "snippets.js",
    "suggest.js",
    "engine.js",
    "scripts.js",
)


Run = Callable[[Callable[[Generation, Span], bytes], Sequence[Span]], Iterable[bytes]]
"""Does a task for the generation and each of some spans; the results, in order."""


def write_search(
    generation: Generation,
    site: Site,
    folder: Path,
    outline: Iterable[Article] | None = None,
    run: Run | None = None,
) -> list[Path]:
    """Writes the search of a generation, with a site's thresholds, into `folder`, made when it is missing.

    `outline` are the generation's stored articles, if they are read already. `run` may do what it is given
    on several cores; it begins at once. Returns the files written, all of which the search needs. Raises
    OSError when one can't be.
    """
    chunks = folder / "unfinished"
    if chunks.exists():
        shutil.rmtree(chunks)
    chunks.mkdir(parents=True)
    spans = passages_spans(generation)
    texts = run(_passages, spans) if run else (_passages(generation, span) for span in spans)
    cards = cards_of(generation, outline or generation.store.outline())
    digest = hashlib.blake2b(digest_size=6)
    evidence = ((first, _json(chunk)) for first, chunk in evidence_chunks(generation, cards))
    firsts = {"evidence": _write_chunks(chunks, "evidence", evidence, digest)}
    content = specification(generation, site) | index(generation, cards)
    written = zip((first for first, _ in spans), texts, strict=True)
    firsts["passages"] = _write_chunks(chunks, "passages", written, digest)
    content["firsts"] = firsts
    digest.update(_json(content))
    content["folder"] = digest.hexdigest()
    (folder / "index.js").write_bytes(_script("index", _json(content)))
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


def _passages(generation: Generation, span: Span) -> bytes:
    return _json(passages(generation, span))


def _write_chunks(folder: Path, kind: str, chunks: Iterable[tuple[int, bytes]], digest: Any) -> list[int]:
    """Writes chunks (first article, JSON) as scripts, adds them to `digest`, and returns the firsts."""
    firsts = []
    for number, (first, content) in enumerate(chunks):
        script = _script(f"{kind}-{number}", content)
        digest.update(script)
        (folder / f"{kind}-{number}.js").write_bytes(script)
        firsts.append(first)
    return firsts


def _script(name: str, content: bytes) -> bytes:
    """A classic script that hands JSON to the engine, which has asked for it by `name`."""
    return b'helpCenterSearch.receive("' + name.encode() + b'", ' + content + b");\n"


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
