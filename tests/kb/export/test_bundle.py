"""The search as files: which there are, and that they are the same each time."""

from pathlib import Path

import pytest

from kb.building import build
from kb.export import content
from kb.export.bundle import write_search
from kb.helpcenter import HelpCenter
from kb.model import Site
from kb.search.engine import Engine
from tests.builders import article, help_center
from tests.kb.search.libraries import article as made
from tests.kb.search.libraries import engine

SITE = Site("Small Shop")


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their relative path."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    """Twelve short articles."""
    return engine(
        tmp_path / "index",
        *(
            made(f"a{n}", f"Parcel {n}", f"Parcel {n} is late. " * 5, questions=[f"Where is {n}"])
            for n in range(12)
        ),
    )


def test_a_help_center_is_written_and_all_files_are_named(tmp_path: Path) -> None:
    place = help_center(tmp_path / "help", {"articles/orders/track.md": article("Track an order")})
    build(place)
    center = HelpCenter(place)
    written = write_search(center.generation, center.site, tmp_path / "out")
    assert sorted(str(file.relative_to(tmp_path / "out")) for file in written) == list(
        files(tmp_path / "out")
    )
    assert {"search.js", "index.js"} <= set(files(tmp_path / "out"))
    assert b"Track an order" in (tmp_path / "out" / "index.js").read_bytes()


def test_the_same_generation_gives_the_same_bytes(tmp_path: Path, small: Engine) -> None:
    for folder in ("one", "other", "other"):
        write_search(small.generation, SITE, tmp_path / folder)
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_what_a_killed_export_left_behind_is_gone(tmp_path: Path, small: Engine) -> None:
    left = tmp_path / "out" / "unfinished" / "evidence-7.js"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    written = write_search(small.generation, SITE, tmp_path / "out")
    assert sorted(written) == sorted(tmp_path / "out" / name for name in files(tmp_path / "out"))


def test_another_text_gets_chunks_in_another_folder(tmp_path: Path, small: Engine) -> None:
    """So that an index that a browser has kept never meets chunks that do not belong to it."""
    other = engine(tmp_path / "other", made("a0", "Parcel 0", "Something else"))
    folders = {
        next(
            file.parent.name
            for file in write_search(one.generation, SITE, tmp_path / "out")
            if "-" in file.name
        )
        for one in (small, other)
    }
    assert len(folders) == 2


def test_the_stemmers_licence_goes_with_it(tmp_path: Path, small: Engine) -> None:
    write_search(small.generation, SITE, tmp_path)
    assert "Redistribution and use" in (tmp_path / "COPYING.snowball").read_text()


def test_chunks_hold_whole_articles_and_all_of_them(small: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "EVIDENCE_TOKENS", 30)
    monkeypatch.setattr(content, "PASSAGE_BYTES", 250)
    generation = small.generation
    cards = content.cards_of(generation, generation.store.outline())
    evidence = list(content.evidence_chunks(generation, cards))
    passages = [content.passages(generation, span) for span in content.passages_spans(generation)]
    assert [first for first, _ in evidence] == [0, 2, 4, 6, 8, 10]
    assert sum(len(chunk["anchors"]) for _, chunk in evidence) == 12
    assert [first for first, _ in content.passages_spans(generation)] == [0, 3, 6, 9]
    assert sum(chunk["articles"][0] for chunk in passages) == 12


def test_a_passage_that_repeats_is_written_once(tmp_path: Path) -> None:
    notice = "Returns are free within thirty days."
    alike = engine(tmp_path, *(made(f"a{n}", f"Article {n}", f"{notice}\nOnly {n}.") for n in range(9)))
    [span] = content.passages_spans(alike.generation)
    assert content.passages(alike.generation, span)["text"].count(notice) == 1


def test_a_library_without_articles_is_written_too(tmp_path: Path) -> None:
    written = write_search(engine(tmp_path / "index").generation, SITE, tmp_path / "out")
    assert {file.name for file in written} == {"search.js", "index.js", "COPYING.snowball"}
