"""A library into a live generation: analysed, written to Whoosh, compiled, swapped in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.content.library import Library, find_articles
from kb.content.store import write_store
from kb.model import Article
from kb.search.analysed import Analysed, UnitKind, analyse
from kb.search.cards import compile_cards
from kb.search.evidence import Evidence, compile_evidence, compile_rarities
from kb.search.generation import FORMAT, add_generation, build_lock
from kb.search.impacts import compile_impacts
from kb.search.postings import open_postings, write_index
from kb.search.spelling import common_words


def fingerprint(articles: Path, others: Iterable[Path] = (), salt: str = "") -> str:
    """A digest that changes whenever an index of `articles` would: their bytes, and those of `others`.

    Raises KBError when the folder is missing.
    """
    digest = hashlib.blake2b(f"{FORMAT} {salt}".encode(), digest_size=16)
    for path in find_articles(articles, []):
        _add(digest, path, articles / path)
    for file in others:
        _add(digest, file.name, file)
    return digest.hexdigest()


def build_index(
    home: Path, library: Library, fingerprint: str = "", synonyms: str = "", track: Any = None
) -> Path:
    """A new live generation below `home` for `library`; the folder it lies in.

    `track(things, label)` wraps what takes long, for a progress bar. Raises KBError when another build
    is running or the disk can't be written; the last good index then stays.
    """
    articles = sorted(library.articles, key=lambda article: article.slug)
    found = [article for article in articles if not article.retired]
    follow = track or (lambda things, _label: things)
    with build_lock(home):
        analysed = [analyse(article) for article in follow(found, "Analysing articles")]

        def write(folder: Path) -> dict[str, Any]:
            write_index(folder / "whoosh", follow(analysed, "Writing the index"))
            length = _write_compiled(folder, analysed, found)
            (folder / "synonyms.txt").write_text(synonyms, encoding="utf-8")
            write_store(folder / "articles.sqlite", articles, library.topics)
            return {"fingerprint": fingerprint, "articles": len(found), "passage_length": length}

        return add_generation(home, write)


def _write_compiled(folder: Path, analysed: Sequence[Analysed], articles: Sequence[Article]) -> float:
    with open_postings(folder / "whoosh") as field_postings:
        impacts = compile_impacts(field_postings)
    number = {term: place for place, term in enumerate(impacts.terms)}
    evidence = compile_evidence(analysed, number)
    rarity = compile_rarities(evidence, len(impacts.terms))
    topics = sorted({article.topic for article in articles})
    place = {topic: at for at, topic in enumerate(topics)}
    cards = compile_cards(articles)
    arrays = {name: getattr(table, name) for table in (evidence, cards) for name in type(table).__slots__} | {
        "start": impacts.start,
        "article": impacts.article,
        "impact": impacts.impact,
        "rarity": rarity.term,
        "unit_rarity": rarity.unit,
        "common": common_words(),
        "topic": np.array([place[article.topic] for article in articles], np.int32),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    counts: Counter[str] = Counter(word for article in analysed for word in article.words)
    term_of = {word: term for article in analysed for word, term in article.words.items()}
    _write_lines(folder / "topics.txt", topics)
    _write_lines(folder / "slugs.txt", [article.slug for article in articles])
    _write_lines(folder / "terms.txt", impacts.terms)
    _write_lines(
        folder / "words.txt", [f"{word}\t{number[term_of[word]]}\t{counts[word]}" for word in sorted(counts)]
    )
    return _passage_length(evidence)


def _passage_length(evidence: Evidence) -> float:
    """The average number of terms in the units that ranking scores as passages."""
    scored = np.isin(evidence.unit_kind, (UnitKind.QUESTION, UnitKind.PASSAGE))
    lengths = np.diff(evidence.token_of)[scored]
    return (float(lengths.mean()) if len(lengths) else 0.0) or 1.0


def _write_lines(file: Path, lines: Iterable[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _add(digest: Any, name: str, file: Path) -> None:
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    digest.update(f"{len(name)} {name} {len(content)} ".encode())
    digest.update(content)
