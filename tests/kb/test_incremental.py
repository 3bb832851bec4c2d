"""After a change only what changed is made again, and the index is what a build of everything gives."""

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb import building
from kb.content import memory, packed, rendering
from kb.content.memory import Memory
from kb.errors import KBError
from kb.helpcenter import HelpCenter
from kb.place import Place
from kb.search import index
from kb.search.generation import current_folder
from tests.builders import article, help_center, write
from tests.disks import small_disk

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python reports once.
    warnings.simplefilter("ignore")
    from whoosh.index import open_dir

BASE: dict[str, str | bytes] = {
    f"articles/orders/base-{number}.md": article(f"Base {number}", f"Parcel number{number} is late.")
    for number in range(12)
}
TITLES = ["Late parcel", "Gift card", "Ünïcode 日本", "Lost"]
BODIES = [
    "Wait two days.",
    "See [the other](../delivery/b.md#steps) and [a](a.md).\n\n## Steps\n\nOpen the box.",
    "![mug](mug.png) or [gone](nowhere.md) or [c](/articles/c) or [old](/articles/old-one#steps)",
    "## Steps\n\n" + "parcel " * 30 + "\n\n[up](../orders/a.md) [x](#steps)",
]
FRONTS: list[dict[str, Any]] = [
    {},
    {"questions": ["where is my gift card"], "aliases": ["old-one"], "order": 2},
    {"draft": True},
    {"retired": True, "successor": "a"},
    {"related": ["b", "nobody"], "keywords": ["voucher"], "updated": "2026-01-02"},
]
PATHS = [
    "orders/a.md",
    "orders/b.md",
    "delivery/b.md",
    "delivery/c.md",
    "orders/nowhere.md",
    "delivery/README.md",
]

writes = st.tuples(
    st.just("write"),
    st.sampled_from(PATHS),
    st.builds(article, st.sampled_from(TITLES), st.sampled_from(BODIES)),
    st.sampled_from(FRONTS),
)
removals = st.tuples(st.just("remove"), st.sampled_from([*PATHS, "orders/mug.png", "orders/base-3.md"]))
pictures = st.tuples(st.just("picture"), st.just("orders/mug.png"))
moves = st.tuples(st.just("move"), st.sampled_from(PATHS), st.sampled_from(PATHS))
synonyms = st.tuples(st.just("synonyms"), st.sampled_from(["", "parcel, box\n", "# none\n"]))
edits = writes | removals | pictures | moves | synonyms
sequences = st.lists(edits, min_size=1, max_size=4)

Edit = tuple[Any, ...]
ALPHA: Edit = ("write", "orders/a.md", article("Alpha", "See [b](b.md)."), {})
OTHER: Edit = ("write", "orders/base-1.md", article("Base 1", "Other words."), {})
MORE: Edit = ("write", "orders/base-1.md", article("Base 1", "And more."), {})
COMES: Edit = ("write", "orders/b.md", article("Beta"), {})
GOES: Edit = ("remove", "orders/b.md")
AGAIN: Edit = ("write", "delivery/b.md", article("Beta at home"), {})
NAMED: Edit = ("write", "orders/b.md", article("Beta"), {"aliases": ["old-one"]})
LINKS: Edit = ("write", "orders/a.md", article("Alpha", "[old](/articles/old-one)"), {})
DRAFT: Edit = ("write", "orders/a.md", article("Alpha", "See [b](b.md)."), {"draft": True})


def change(place: Place, edit: tuple[Any, ...]) -> None:
    """One edit to the help center; what is not there can't be removed or moved."""
    file = place.articles / edit[1]
    if edit[0] == "synonyms":
        write(place.seeds, {"synonyms.txt": edit[1]})
    elif edit[0] == "write":
        front = "".join(f"{key}: {value!r}\n" for key, value in edit[3].items()).replace("True", "true")
        write(place.articles, {edit[1]: edit[2].replace("---\n", f"---\n{front}", 1)})
    elif edit[0] == "picture":
        write(place.articles, {edit[1]: b"png"})
    elif edit[0] == "remove":
        file.unlink(missing_ok=True)
    elif file.exists():
        (place.articles / edit[2]).parent.mkdir(exist_ok=True)
        file.replace(place.articles / edit[2])


def contents(place: Place) -> dict[str, Any]:
    """All that readers can see of the live index."""
    folder = current_folder(place.index)
    seen: dict[str, Any] = {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.suffix in (".npy", ".txt") or file.name == "synonyms.json"
    }
    with closing(sqlite3.connect(folder / "articles.sqlite")) as store:
        for table in ("article", "alias", "topic"):
            seen[table] = sorted(store.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608  ours
    return seen


@settings(deadline=None, derandomize=True, max_examples=16)
@given(sequences, st.booleans(), st.booleans())
@example([ALPHA, OTHER, COMES, MORE], False, True)
@example([COMES, ALPHA, GOES, OTHER], False, True)
@example([COMES, DRAFT, GOES, OTHER], True, True)
@example([NAMED, LINKS, AGAIN], False, True)
@example([NAMED, LINKS, COMES], False, True)
def test_any_edits_give_the_index_and_the_problems_that_a_build_of_everything_gives(
    sequence: list[Edit], for_writers: bool, settled: bool
) -> None:
    """Where all is settled, a file's stamp alone says that it is as it was, as it does seconds after."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if settled:
            patch.setattr(memory, "_SETTLED_NS", -(10**12))
        place = replace(help_center(Path(folder, "one"), BASE), for_writers=for_writers)
        building.build(place)
        for edit in sequence:
            change(place, edit)
            found = building.build(place)
            assert building.index_is_fresh(place)
        shutil.copytree(place.root, Path(folder, "two"), ignore=shutil.ignore_patterns(".kb"))
        other = replace(place, root=Path(folder, "two"), articles=Path(folder, "two", "articles"))
        whole = building.build(other)
        assert found.problems == whole.problems
        assert contents(place) == contents(other)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were rendered since the list was cleared."""
    paths: list[str] = []
    make: Callable[..., Any] = rendering._make

    def noted(named: tuple[str, Any], **more: Any) -> Any:
        paths.append(named[0])
        return make(named, **more)

    monkeypatch.setattr(rendering, "_make", noted)
    return paths


def test_an_edit_makes_that_article_alone_again(tmp_path: Path, made: list[str]) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    assert len(made) == len(BASE)
    steps: list[tuple[tuple[Any, ...], list[str]]] = [
        (("write", "orders/base-3.md", article("Base 3", "Wombats."), {}), ["orders/base-3.md"]),
        (("write", "delivery/new.md", article("New", "Zebras."), {}), ["delivery/new.md"]),
        (("move", "delivery/new.md", "delivery/moved.md"), ["delivery/moved.md"]),
        (("remove", "orders/base-4.md"), []),
    ]
    for edit, expected in steps:
        made.clear()
        change(place, edit)
        building.build(place)
        assert made == expected
    center = HelpCenter(place)
    assert center.search("wombats").results[0].slug == "base-3"
    assert center.search("zebras").results[0].slug == "moved"
    assert "base-4" not in center.slugs


def test_articles_are_made_again_when_what_they_link_to_comes_goes_or_moves(
    tmp_path: Path, made: list[str]
) -> None:
    linking = article("Linking", "[next](../delivery/next.md) ![m](mug.png)")
    place = help_center(tmp_path, {**BASE, "articles/orders/linking.md": linking})
    building.build(place)
    steps: list[tuple[tuple[Any, ...], list[str]]] = [
        (("write", "delivery/next.md", article("Next"), {}), ["delivery/next.md"]),
        (("picture", "orders/mug.png"), []),
        (("remove", "delivery/next.md"), []),
        (("picture", "delivery/next.markdown"), []),
        (("remove", "delivery/next.markdown"), []),
    ]
    for edit, also in steps:
        made.clear()
        change(place, edit)
        problems = building.build(place).problems
        assert made == [*also, "orders/linking.md"]
    assert [problem.problem for problem in problems] == ["'../delivery/next.md' leads nowhere."]


def test_a_picture_that_is_named_by_the_end_of_its_path_shows_once_it_is_there(
    tmp_path: Path, made: list[str]
) -> None:
    naming = article("Naming", "![[photos/mug.png]]")
    place = help_center(tmp_path, {**BASE, "articles/orders/naming.md": naming})
    assert building.build(place).problems
    made.clear()
    change(place, ("picture", "orders/photos/mug.png"))
    assert building.build(place).problems == ()
    assert made == ["orders/naming.md"]


def test_problems_of_articles_that_are_not_read_again_are_still_told(tmp_path: Path) -> None:
    place = help_center(tmp_path, {**BASE, "articles/orders/odd.md": "---\ntitel: x\n---\n[a](gone.md)\n"})
    first = building.build(place).problems
    assert len(first) == 2
    change(place, ("write", "orders/base-1.md", article("Base 1", "New words."), {}))
    assert building.build(place).problems == first


def test_a_file_written_twice_within_the_clocks_step_is_noticed(tmp_path: Path) -> None:
    place = help_center(tmp_path, BASE)
    file = place.articles / "orders/base-1.md"
    building.build(place)
    stat = file.stat()
    file.write_bytes(file.read_bytes().replace(b"late", b"gone"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not building.index_is_fresh(place)


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_memory_that_is_damaged_or_gone_is_done_without(tmp_path: Path, damage: bytes | None) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    before = contents(place)
    place.memory.unlink() if damage is None else place.memory.write_bytes(damage)
    change(place, ("write", "orders/base-1.md", BASE["articles/orders/base-1.md"], {}))
    assert building.build(place).problems == ()
    assert contents(place) == before


def test_what_is_remembered_of_a_file_is_made_again_when_it_is_damaged(tmp_path: Path) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    before = contents(place)
    for _ in range(2):  # the first build forgets it, the second remembers it anew
        with closing(sqlite3.connect(place.memory)) as memory, memory:
            memory.execute("UPDATE file SET made = ? WHERE path = 'orders/base-1.md'", (b"damaged",))
        assert building.build(place).problems == ()
        assert contents(place) == before
        building.build(place)
    with closing(sqlite3.connect(place.memory)) as memory:
        assert memory.execute("SELECT count(*) FROM file").fetchone() == (len(BASE),)


def test_an_order_beyond_all_numbers_has_its_article_made_at_every_build(
    tmp_path: Path, made: list[str]
) -> None:
    place = help_center(tmp_path, BASE | {"articles/orders/a.md": article("A", "Wombats.", order=10**30)})
    for _ in range(2):
        made.clear()
        assert building.build(place).problems == ()
        assert "orders/a.md" in made
    assert made == ["orders/a.md"]
    assert HelpCenter(place).search("wombats").results[0].slug == "a"


def test_half_a_character_is_not_put_down(tmp_path: Path) -> None:
    odd = memory.Made(None, draft=False, places=frozenset({"\ud800"}))
    with Memory(tmp_path / "m.sqlite") as remembers:
        key = kept_by(remembers, tmp_path, "a.md")
        assert remembers.key("b.md", str(tmp_path / "a.md")) == key
        assert not remembers.keep("b.md", odd, packed.pack(""))
        remembers.finish(["a.md", "b.md"])
    with Memory(tmp_path / "m.sqlite") as later:
        assert later.made("a.md", key)
        assert not later.made("b.md", key)


def test_a_memory_that_another_process_writes_is_done_without_and_stays(tmp_path: Path) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    inode = place.memory.stat().st_ino
    with closing(sqlite3.connect(place.memory, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM file WHERE path = 'orders/base-1.md'")
        assert building.index_is_fresh(place)
        assert building.build(place).problems == ()
        other.execute("COMMIT")
        assert other.execute("SELECT count(*) FROM file").fetchone() == (len(BASE) - 1,)
    assert place.memory.stat().st_ino == inode


@pytest.mark.parametrize("free", [16, 90, 120])
def test_a_disk_that_fills_up_while_the_memory_is_written_is_told(disk: Path, free: int) -> None:
    words = " ".join(blake2b(bytes([number % 256, number // 256])).hexdigest() for number in range(1200))
    place = help_center(disk / "help", {**BASE, "articles/orders/long.md": article("Long", words)})
    filling = disk / "filling"
    filling.write_bytes(bytes(shutil.disk_usage(disk).free - free * 1024))
    with pytest.raises(KBError, match=r"index: (the disk is full\.|cannot write: .* full\.) Free some space"):
        building.build(place)
    filling.unlink()
    assert building.build(place).problems == ()


def test_a_root_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    place = Place.at(tmp_path / "nowhere")
    for step in (building.build, building.index_is_fresh):
        with pytest.raises(KBError, match="there is no such folder"):
            step(place)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        yield disk


def test_a_damaged_generation_is_not_taken_over(tmp_path: Path) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    before = contents(place)
    (current_folder(place.index) / "build" / "term.npy").write_bytes(b"")
    building.build(place)
    assert contents(place) == before


def test_whooshs_index_holds_just_the_articles_in_few_segments(tmp_path: Path) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    for number in range(30):
        body = f"Again number{number}."
        change(place, ("write", f"orders/base-{number % 3}.md", article(f"Base {number}", body), {}))
        building.build(place)
    with open_dir(str(current_folder(place.index) / "whoosh")).reader() as reader:
        assert reader.doc_count() == len(BASE)
        assert reader.doc_count_all() <= 2 * len(BASE)
        assert len(reader.leaf_readers()) <= 9
        assert (
            sorted(reader.stored_fields(n)["slug"] for n in reader.all_doc_ids()) == HelpCenter(place).slugs
        )


def test_a_rebuild_takes_nothing_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = help_center(tmp_path, BASE)
    building.build(place)
    asked: list[Path] = []
    monkeypatch.setattr(index, "_previous", asked.append)
    building.build(place, anew=True)
    assert asked == []
    building.build(place)
    assert asked == [place.index]


def test_a_broken_link_is_made_again_when_something_likelier_than_its_hint_has_come(
    tmp_path: Path, made: list[str]
) -> None:
    broken = {"articles/orders/broken.md": article("Broken", "[a](refunds-late.md) [b](nothing-like-it.md)")}
    place = help_center(tmp_path, {**BASE, **broken, "articles/orders/refunds-lat.md": article("Late")})
    building.build(place)
    steps: list[tuple[str, list[str], str]] = [
        ("orders/refunds-l.md", ["orders/refunds-l.md"], "refunds-lat.md"),
        ("orders/refund-late.md", ["orders/broken.md", "orders/refund-late.md"], "refund-late.md"),
    ]
    for path, expected, hint in steps:
        made.clear()
        change(place, ("write", path, article(path), {}))
        found = [
            problem.fix for problem in building.build(place).problems if "refunds-late" in problem.problem
        ]
        assert sorted(made) == expected
        assert found == [f"Did you mean '{hint}'?"]


def kept_by(remembers: Memory, folder: Path, name: str) -> str:
    """Has one more file kept; the key of its bytes."""
    file = folder / name
    file.write_text(name)
    key = remembers.key(name, str(file))
    assert remembers.keep(name, memory.Made(None, draft=False), packed.pack(name))
    return key


def test_a_memory_opened_while_another_is_being_filled_takes_nothing_from_it(tmp_path: Path) -> None:
    with Memory(tmp_path / "m.sqlite") as first:
        key = kept_by(first, tmp_path, "a.md")
        with Memory(tmp_path / "m.sqlite"):
            first.finish(["a.md"])
            assert first.text("a.md") == "a.md"
    with Memory(tmp_path / "m.sqlite") as later:
        assert later.made("a.md", key)


def test_a_memory_filled_between_a_look_and_the_clearing_is_not_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, keys = memory.recipe, []

    def with_another_process() -> str:
        monkeypatch.setattr(memory, "recipe", real)
        with Memory(tmp_path / "m.sqlite") as other:
            keys.append(kept_by(other, tmp_path, "a.md"))
            other.finish(["a.md"])
        return real()

    monkeypatch.setattr(memory, "recipe", with_another_process)
    with Memory(tmp_path / "m.sqlite") as mine:
        assert mine.made("a.md", keys[0])
        assert mine.text("a.md") == "a.md"
