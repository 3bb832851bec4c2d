"""Queries with known answers: `seeds/queries.yaml` of a help center, or a corpus of measuring files.

Corpus: `corpus.jsonl` {id, title, text} a line, `queries.jsonl` {id, text} a line, `qrels.tsv` with
query-id, doc-id, grade under a header line, and perhaps `queries_oos.jsonl`, which nothing answers.
"""

import csv
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, with_config

from kb.content.library import Library
from kb.errors import KBError, Problem, Severity, near_miss, told_once
from kb.model import Article, Section
from kb.yamlfile import line_of, load_entries, tell

NOTHING = "nothing"
QUERIES = "seeds/queries.yaml"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the ids of what answers it, with their grades; none when nothing does."""

    id: str
    text: str
    answers: dict[str, int] = field(default_factory=dict)


def _one_kind(answers: tuple[str, ...]) -> tuple[str, ...]:
    if not answers or (NOTHING in answers and len(answers) > 1):
        raise ValueError("name the slugs that answer it, or 'nothing' alone")
    return answers


@with_config(ConfigDict(extra="forbid", str_strip_whitespace=True))
@dataclass(frozen=True)
class _Entry:
    q: Annotated[str, Field(min_length=1)]
    answer: Annotated[
        tuple[str, ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
        AfterValidator(_one_kind),
    ]
    blind: bool = False
    kind: str = ""


def read_queries(
    seeds: Path, slugs: Collection[str] | None = None, retired: Collection[str] = ()
) -> tuple[list[JudgedQuery], list[Problem]]:
    """The judged queries of a help center, and those that name no article of `slugs`, by line.

    `retired` are the slugs of articles that were.

    Raises KBError when the file can't be used.
    """
    entries, misshapen, node = load_entries(seeds / "queries.yaml", TypeAdapter(_Entry), QUERIES)
    queries, problems = [], []
    for number, entry in entries.items():
        for slug in entry.answer:
            if slugs is not None and slug != NOTHING and slug not in slugs:
                what, fix = _unanswering(slug, slugs, retired)
                problems.append(Problem(QUERIES, line_of(node, [number]), f"'{slug}' {what}", fix))
        answers = {slug: 1 for slug in entry.answer if slug != NOTHING}
        queries.append(JudgedQuery(f"{QUERIES}:{line_of(node, [number])}", entry.q, answers))
    tell([*misshapen, *problems] if misshapen else ())
    return queries, told_once(problems, sum(len(query.answers) for query in queries), "article")


def _unanswering(slug: str, slugs: Collection[str], retired: Collection[str]) -> tuple[str, str]:
    """What is wrong with an answer that is none of `slugs`, and the fix."""
    if slug in retired:
        return "is retired.", "Name its successor, or 'nothing'."
    return "is no article.", near_miss(slug, sorted(slugs)) or "Name an article's slug, or 'nothing'."


def is_corpus(folder: Path) -> bool:
    """Whether a folder holds a corpus, not a help center."""
    return (folder / "corpus.jsonl").is_file()


def read_corpus(folder: Path) -> tuple[Library, list[str], list[JudgedQuery], list[Problem]]:
    """A corpus as a library, each article's id in slug order, its queries, and what is odd about it.

    Slugs are the articles' places in the file, so that ids stay verbatim. Raises KBError for a file
    that is missing or not in its form.
    """
    problems: list[Problem] = []
    articles, ids = [], []
    for line, row in _rows(folder, "corpus.jsonl", ("id", "title", "text")):
        if not row["title"].strip() and not row["text"].strip():
            note = f"article '{row['id']}' is empty; it can't be found."
            problems.append(Problem("corpus.jsonl", line, note, "", Severity.WARNING))
        ids.append(row["id"])
        section = Section("", "", 0, row["text"])
        articles.append(Article(f"{len(ids):08}", row["title"], "", row["id"], sections=(section,)))
    grades = _grades(folder)
    queries = []
    for line, row in _rows(folder, "queries.jsonl", ("id", "text")):
        answers = grades.pop(row["id"], {})
        known = {answer: grade for answer, grade in answers.items() if answer in ids}
        unknown = sorted(set(answers) - set(known))
        if unknown or not answers:
            what = f"names unknown articles: {', '.join(unknown)}" if unknown else "has no judgment"
            left_out = "they are left out" if known else "it is left out"
            note = f"query '{row['id']}' {what}; {left_out}."
            problems.append(Problem("queries.jsonl", line, note, "", Severity.WARNING))
        if known:
            queries.append(JudgedQuery(row["id"], row["text"], known))
    for unasked in grades:
        note = f"judges query '{unasked}', which is not there."
        problems.append(Problem("qrels.tsv", None, note, "", Severity.WARNING))
    if (folder / "queries_oos.jsonl").is_file():
        rows = _rows(folder, "queries_oos.jsonl", ("id", "text"))
        queries += [JudgedQuery(row["id"], row["text"]) for _, row in rows]
    return Library(tuple(articles), (), ()), ids, queries, problems


def _grades(folder: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    rows = csv.reader((text for _, text in _lines(folder, "qrels.tsv")), delimiter="\t")
    try:
        for row in rows:
            if row and rows.line_num > 1:
                query, answer, grade = row
                if int(grade) > 0:
                    grades.setdefault(query, {})[answer] = int(grade)
    except (csv.Error, ValueError) as error:
        fix = "Write query-id, doc-id and grade with tabs between."
        raise KBError.at("qrels.tsv", "not a judgment.", fix, rows.line_num) from error
    return grades


def _rows(folder: Path, name: str, keys: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, text in _lines(folder, name):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
            found = {key: row.get(key) for key in keys}
        except (ValueError, AttributeError) as error:
            raise KBError.at(name, "not a JSON object.", f"Write {', '.join(keys)}.", line) from error
        yield line, {key: "" if value is None else str(value) for key, value in found.items()}


def _lines(folder: Path, name: str) -> Iterator[tuple[int, str]]:
    try:
        with (folder / name).open("rb") as stream:
            for line, raw in enumerate(stream, 1):
                yield line, raw.decode()
    except FileNotFoundError:
        raise KBError.at(folder / name, "the file is missing.", "A corpus needs it.") from None
    except UnicodeDecodeError as error:
        raise KBError.at(name, "is not UTF-8.", "Save it as UTF-8 text.", line) from error
