"""A library into a live generation: analysed, written to Whoosh, compiled, swapped in.

What has not changed since the live generation is taken over from it; only the rest is analysed and written,
and the arrays are compiled anew over both.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.content.library import Library, untracked
from kb.content.memory import recipe
from kb.content.store import Stored, StoreWriter, stored
from kb.model import Article
from kb.processes import beside
from kb.search.analysed import UnitKind
from kb.search.arrays import Array, save_joined
from kb.search.evidence import TEXTS, Evidence, join
from kb.search.generation import (
    BUILD,
    STAMPS,
    IndexUnusableError,
    add_generation,
    build_lock,
    current_folder,
    read_manifest,
)
from kb.search.impacts import Impacts, compile_impacts
from kb.search.pieces import Fresh, Piece, piece
from kb.search.positions import Positions, compile_positions, rarities
from kb.search.postings import Counts, open_postings, update_index, write_index
from kb.search.previous import SYNONYMS, Parts, Previous, Words, write_record
from kb.search.record import Record, merge, read_record
from kb.search.spelling import common_words
from kb.search.synonyms import compile_synonyms, write_means

_ANEW_SHARE = 0.5
"""With more than this share of articles to be written, nothing is taken over."""


def share(article: Article) -> tuple[Stored, Piece]:
    """What a build needs of a whole article."""
    return stored(article), piece(article)


def build_index(
    home: Path,
    library: Library,
    fingerprint: str = "",
    synonyms: str = "",
    track: Any = untracked,
    *,
    anew: bool = False,
) -> Path:
    """A new live generation below `home` for `library`; the folder it lies in.

    `track(things, label)` wraps what takes long, for a progress bar. `anew` takes nothing over from the live
    generation. Raises KBError when the disk can't be written, BeingBuiltError when another build is running;
    the last good index then stays.
    """
    with build_lock(home):
        return replace_index(home, library, fingerprint, synonyms, track, anew=anew)


def replace_index(
    home: Path, library: Library, fingerprint: str, synonyms: str, track: Any, *, anew: bool
) -> Path:
    """As `build_index`, by who holds the `build_lock` already."""
    plan = _plan(library, None if anew or not library.stamps else _previous(home))

    def write(folder: Path) -> dict[str, Any]:
        (folder / BUILD).mkdir()
        with _words_written(folder, synonyms, plan.previous):
            length = _Build(folder, plan).run(track)
        return {
            "fingerprint": fingerprint,
            "articles": len(plan.found),
            "passage_length": length,
            "recipe": recipe(),
        }

    return add_generation(home, write)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a build has to do: `found` are the articles to be found, by slug; `fresh` are those to write.

    `gone` are slugs that the previous generation has and this one has not, or not as they were.
    """

    library: Library
    previous: Previous | None
    articles: list[Article]
    found: list[Article]
    fresh: list[Article]
    gone: set[str]


def _plan(library: Library, previous: Previous | None) -> _Plan:
    articles = sorted(library.articles, key=lambda article: article.slug)
    found = [article for article in articles if not article.retired]
    if previous:
        old, new = previous.stamps, library.stamps
        fresh = [article for article in articles if old.get(article.slug) != new[article.slug]]
        if len(fresh) <= _ANEW_SHARE * len(articles):
            gone = {slug for slug, stamp in old.items() if new.get(slug) != stamp}
            return _Plan(library, previous, articles, found, fresh, gone)
    return _Plan(library, None, articles, found, articles, set())


def _previous(home: Path) -> Previous | None:
    """The live generation, when its files are whole and made by the same code."""
    try:
        folder = current_folder(home)
        if read_manifest(folder).get("recipe") != recipe():
            return None
        return Previous(folder)
    except (IndexUnusableError, OSError, ValueError, KeyError):
        return None


class _Build:
    """One build into an empty folder."""

    def __init__(self, folder: Path, plan: _Plan) -> None:
        self._folder, self._plan = folder, plan
        self._fresh = Fresh()
        self._place = {article.slug: number for number, article in enumerate(plan.found)}

    def run(self, follow: Callable[..., Iterable[Any]]) -> float:
        """Writes everything; the average length of a passage."""
        plan, folder = self._plan, self._folder
        old = plan.previous
        with StoreWriter(
            folder / "articles.sqlite", old.folder / "articles.sqlite" if old else None
        ) as store:
            store.remove(plan.gone)
            fields = self._write_texts(store, follow(plan.fresh, "Writing the index"))
            numbers = self._fresh.term_numbers
            if old:
                update_index(folder / "whoosh", old.folder / "whoosh", plan.gone, fields, numbers)
            else:
                write_index(folder / "whoosh", fields, numbers)
            store.finish(plan.articles, plan.library.topics)
        return self._compile()

    def _write_texts(self, store: StoreWriter, articles: Iterable[Article]) -> Iterator[tuple[str, Counts]]:
        """Stores each article with its text, keeps its piece, and gives its fields to be written."""
        share_of = self._plan.library.kept or share
        for article in articles:
            text, made = share_of(article)
            store.put(article, text)
            if not article.retired:
                yield article.slug, self._fresh.add(article.slug, made)

    def _compile(self) -> float:
        fresh = sorted(self._fresh.evidence)
        with open_postings(self._folder / "whoosh", fresh) as field_postings:
            record = read_record(field_postings, len(fresh))
        fresh_at = np.array([self._place[slug] for slug in fresh], np.int64)
        old = self._plan.previous
        sources = [(record, fresh_at)]
        old_at = np.empty(0, np.int64)
        if old:
            gone = self._plan.gone
            places = (-1 if slug in gone else self._place.get(slug, -1) for slug in old.slugs)
            old_at = np.fromiter(places, np.int64, len(old.slugs))
            sources.append((old.record, old_at))
        merged, numbers = merge(sources, len(self._plan.found))
        with ThreadPoolExecutor(2) as threads:  # NumPy lets other threads run while it sorts and counts
            impacts = threads.submit(self._save_impacts, merged)
            slugs = [article.slug for article in self._plan.found]
            parts = Parts(old, slugs, old_at, numbers[-1], self._fresh, merged.terms)
            shares = list(parts.evidence())
            evidence = join(shares)
            saved = (
                impacts,
                threads.submit(self._save_places, evidence, len(merged.terms)),
                threads.submit(self._save_evidence, evidence, [share for share, _ in shares]),
            )
            words = parts.words()
            units = parts.units()
            np.save(self._folder / "rarity.npy", rarities(units, len(evidence.unit_kind)))
            write_record(self._folder, merged, words, units)
            self._write_lists(merged.terms, words)
            for one in saved:
                one.result()
        return _passage_length(evidence)

    def _save_places(self, evidence: Evidence, terms: int) -> None:
        self._save(compile_positions(evidence, terms))

    def _save_impacts(self, record: Record) -> None:
        self._save(compile_impacts(record))

    def _save_evidence(self, evidence: Evidence, shares: Sequence[Evidence]) -> None:
        articles = self._plan.found
        place = {topic: at for at, topic in enumerate(_topics(articles))}
        topic = np.array([place[article.topic] for article in articles], np.int32)
        updated = np.array([one.updated.toordinal() if one.updated else 0 for one in articles], np.int32)
        self._save(evidence, topic=topic, updated=updated)
        for name in TEXTS:
            save_joined(self._folder / f"{name}.npy", [getattr(share, name) for share in shares])

    def _save(self, table: Impacts | Evidence | Positions, **more: Array) -> None:
        """Writes the arrays of a table but for `TEXTS`, and more: a file each, of its name."""
        arrays = {name: getattr(table, name) for name in type(table).__slots__ if name not in TEXTS} | more
        for name, array in arrays.items():
            np.save(self._folder / f"{name}.npy", array)

    def _write_lists(self, terms: Sequence[str], words: Words) -> None:
        folder, articles = self._folder, self._plan.found
        _write_lines(folder / "topics.txt", _topics(articles))
        _write_lines(folder / "slugs.txt", [article.slug for article in articles])
        _write_lines(folder / "terms.txt", terms)
        _write_lines(folder / "words.txt", words.names)
        np.save(folder / "word_term.npy", words.term)
        np.save(folder / "word_count.npy", words.counts())
        stamps = json.dumps(self._plan.library.stamps, ensure_ascii=False)
        (folder / STAMPS).write_text(stamps, encoding="utf-8")


def _topics(articles: Iterable[Article]) -> list[str]:
    return sorted({article.topic for article in articles})


@contextmanager
def _words_written(folder: Path, synonyms: str, old: Previous | None) -> Iterator[None]:
    """Writes what no article says of words: of those of the language, while the block runs, and `synonyms`.

    What is the same as in the previous generation is taken from there.
    """
    (folder / SYNONYMS).write_text(synonyms, encoding="utf-8")
    if not old:
        with beside(_write_words, folder, synonyms):
            yield
        return
    np.save(folder / "common.npy", old.common)
    if old.synonyms == synonyms:
        shutil.copyfile(old.folder / "synonyms.json", folder / "synonyms.json")
    else:
        write_means(compile_synonyms(synonyms), folder / "synonyms.json")
    yield


def _write_words(folder: Path, synonyms: str) -> None:
    np.save(folder / "common.npy", common_words())
    write_means(compile_synonyms(synonyms), folder / "synonyms.json")


def _passage_length(evidence: Evidence) -> float:
    """The average number of terms in the units that ranking scores as passages."""
    scored = np.isin(evidence.unit_kind, (UnitKind.QUESTION, UnitKind.PASSAGE))
    lengths = np.diff(evidence.token_of)[scored]
    return (float(lengths.mean()) if len(lengths) else 0.0) or 1.0


def _write_lines(file: Path, lines: Iterable[str]) -> None:
    file.write_text("\n".join((*lines, "")), encoding="utf-8")
