"""An export that takes pages over from the last one is, byte for byte, what an export of everything is."""

import json
import pickle
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kb.export import crawl, folder, notes, wsgi
from kb.export.folder import files_in
from kb.place import Place
from tests.builders import article, help_center, kb, write

PNG = b"\x89PNG\r\n\x1a\n"
ARTICLES: dict[str, str | bytes] = {
    "articles/orders/track.md": article(
        "Track",
        "See [late](../delivery/late.md#steps).\n\n![Box](box.png)\n\n## Steps\n\nWait.",
        related=["late"],
    ),
    "articles/orders/inner/deep.md": article("Deep", "In it.", aliases=["old-deep"], updated="2026-01-02"),
    "articles/orders/box.png": PNG,
    "articles/delivery/late.md": article(
        "Late", "Sorry.\n\n## Steps\n\nAsk [us](/contact).", related=["deep"]
    ),
    "articles/delivery/fax.md": article("Fax", "Not any more.", retired=True, successor="late"),
    "seeds/notices.yaml": "- text: Busy.\n  level: info\n",
}


def text(path: str, content: str) -> Callable[[Place], object]:
    return lambda place: write(place.root, {path: content})


def moved(path: str, to: str) -> Callable[[Place], object]:
    def move(place: Place) -> None:
        (place.root / to).parent.mkdir(parents=True, exist_ok=True)
        (place.root / path).rename(place.root / to)

    return move


def changed(path: str, old: str, new: str) -> Callable[[Place], object]:
    def change(place: Place) -> None:
        file = place.root / path
        if file.exists():
            file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


LATE, TRACK, DEEP = "articles/delivery/late.md", "articles/orders/track.md", "articles/orders/inner/deep.md"
EDITS: dict[str, Callable[[Place], object]] = {
    "a text": changed(LATE, "Sorry.", "So sorry."),
    "a title that others show": changed(LATE, "title: Late", "title: Too late"),
    "a summary": changed(TRACK, "title: Track", "title: Track\nsummary: Find it."),
    "a heading that others link to": changed(LATE, "## Steps", "## First steps"),
    "an order": changed(TRACK, "title: Track", "title: Track\norder: 1"),
    "a day": changed(DEEP, "2026-01-02", "2026-02-03"),
    "related articles": changed(TRACK, "- late", "- deep\n- late"),
    "a new article": text("articles/delivery/new.md", article("New", "![p](../orders/box.png)")),
    "an article that others name goes": lambda place: (place.root / DEEP).unlink(missing_ok=True),
    "an alias": changed(LATE, "title: ", "aliases: [too-late]\ntitle: "),
    "a retired article": changed(TRACK, "title: ", "retired: true\nsuccessor: late\ntitle: "),
    "a draft": changed("articles/delivery/fax.md", "title: ", "draft: true\ntitle: "),
    "another picture": lambda place: write(place.root, {"articles/orders/box.png": PNG + b"\0"}),
    "no picture": lambda place: (place.root / "articles/orders/box.png").unlink(missing_ok=True),
    "a topic's name": changed("seeds/topics.yaml", "title: Orders", "title: Your orders"),
    "the order of topics": text(
        "seeds/topics.yaml", "- topic: delivery\n  title: D\n- topic: orders\n  title: O\n"
    ),
    "the site's name": changed("seeds/site.yaml", "Small Shop", "Large Shop"),
    "the language": changed("seeds/site.yaml", "tagline:", "language: de\ntagline:"),
    "the colour": changed("seeds/site.yaml", "tagline:", "brand_colour: '#112233'\ntagline:"),
    "a channel": changed("seeds/channels.yaml", "08:00-20:00", "09:00-18:00"),
    "routing": changed("seeds/routing.yaml", "It leaves a record.", "It is in writing."),
    "a notice": text("seeds/notices.yaml", "- text: All well.\n  level: info\n"),
    "a synonym": text("seeds/synonyms.txt", "parcel, packet\n"),
}


def contents(out: Path) -> dict[str, bytes]:
    return {file: (out / file).read_bytes() for file in files_in(out)}


def problems(result: Result) -> object:
    return json.loads(result.stdout)["problems"]


def from_nothing(place: Place, out: Path, *options: str) -> tuple[dict[str, bytes], object]:
    """What an export gives that has neither notes nor an older export, and what it says."""
    aside = place.notes.with_name("aside")
    place.notes.rename(aside)
    shutil.rmtree(out, ignore_errors=True)
    found = problems(kb(place.root, "export", out, "--json", *options))
    aside.rename(place.notes)
    return contents(out), found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked of the application, all in this process, since the list was cleared."""
    monkeypatch.setattr(crawl, "cores", lambda: 1)
    addresses: list[str] = []
    ask = wsgi.ask

    def listed(app: Any, address: str) -> Any:
        addresses.append(address)
        return ask(app, address)

    monkeypatch.setattr(crawl, "ask", listed)
    return addresses


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), sorted(EDITS)),
        (
            ("--base-url", "https://help.example/x"),
            ["a title that others show", "an alias", "a notice", "a day"],
        ),
    ],
    ids=["as a folder", "published"],
)
def test_after_any_edit_an_export_is_what_one_from_nothing_is(
    tmp_path: Path, options: tuple[str, ...], names: list[str]
) -> None:
    place = help_center(tmp_path / "shop", ARTICLES)
    kb(place.root, "export", tmp_path / "out", *options)
    for name in random.Random(1).sample(names, len(names)):
        EDITS[name](place)
        found = problems(kb(place.root, "export", tmp_path / "out", "--json", *options))
        whole, found_then = from_nothing(place, tmp_path / "whole", *options)
        assert contents(tmp_path / "out") == whole, name
        assert found == found_then, name


def test_after_one_edit_only_pages_that_show_it_are_asked_for(tmp_path: Path, asked: list[str]) -> None:
    place = help_center(tmp_path / "shop", ARTICLES)
    kb(place.root, "export", tmp_path / "out")
    asked.clear()
    EDITS["a title that others show"](place)
    kb(place.root, "export", tmp_path / "out")
    assert {"/articles/late", "/articles/track", "/articles/fax", "/articles"} <= set(asked)
    assert not {"/articles/deep", "/articles/old-deep", "/topics/orders/inner"} & set(asked)


def test_a_file_that_somebody_changed_lost_or_swapped_in_the_export_is_made_again(
    tmp_path: Path, asked: list[str]
) -> None:
    place, out = help_center(tmp_path / "shop", ARTICLES), tmp_path / "out"
    kb(place.root, "export", out)
    whole = contents(out)
    for spoil in (
        lambda file: file.write_bytes(file.read_bytes().replace(b"In it.", b"At it.")),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(whole["articles/late.html"]),
        lambda file: (file.unlink(), file.mkdir()),
    ):
        spoil(out / "articles/deep.html")
        asked.clear()
        kb(place.root, "export", out)
        assert "/articles/deep" in asked
        assert "/articles/late" not in asked
        assert contents(out) == whole


def test_an_export_into_another_folder_or_for_another_address_takes_nothing_over(
    tmp_path: Path, asked: list[str]
) -> None:
    place = help_center(tmp_path / "shop", ARTICLES)
    kb(place.root, "export", tmp_path / "out")
    for out, options in (("other", ()), ("out", ("--base-url", "https://help.example"))):
        asked.clear()
        kb(place.root, "export", tmp_path / out, *options)
        assert "/articles/deep" in asked
    assert b"https://help.example/articles/deep.html" in contents(tmp_path / "out")["articles/deep.html"]


@pytest.mark.parametrize("broken", [b"", b"no pickle", pickle.dumps(["another", "form"])])
def test_notes_that_cant_be_read_are_done_without(tmp_path: Path, broken: bytes) -> None:
    place, out = help_center(tmp_path / "shop", ARTICLES), tmp_path / "out"
    kb(place.root, "export", out)
    whole = contents(out)
    place.notes.write_bytes(broken)
    assert kb(place.root, "export", out).exit_code == 0
    assert contents(out) == whole


def test_an_export_that_fails_leaves_the_notes_of_the_last_one(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, out = help_center(tmp_path / "shop", ARTICLES), tmp_path / "out"
    kb(place.root, "export", out)
    EDITS["a text"](place)
    with monkeypatch.context() as patch:
        patch.setattr(folder, "swap_in", lambda staging: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kb(place.root, "export", out)
    asked.clear()
    kb(place.root, "export", out)
    assert "/articles/late" in asked
    assert b"So sorry." in contents(out)["articles/late.html"]


def test_seeds_that_change_while_pages_are_made_leave_no_notes(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, out = help_center(tmp_path / "shop", ARTICLES), tmp_path / "out"
    swap_in = folder.swap_in

    def late(staging: folder.Staging) -> None:
        EDITS["the site's name"](place)
        swap_in(staging)

    monkeypatch.setattr(folder, "swap_in", late)
    kb(place.root, "export", out)
    assert not place.notes.exists()
    assert asked


def test_a_recipe_knows_every_file_and_fact(tmp_path: Path) -> None:
    made_with = partial(notes.recipe, [write(tmp_path, {"a.py": "1", "t/b.html": "2"})])
    first = made_with("")
    assert made_with("") == first
    seen = {first, made_with("https://help.example")}
    for path, content in (("a.py", "2"), ("t/b.html", "3"), ("t/c.html", "")):
        write(tmp_path, {path: content})
        seen.add(made_with(""))
    (tmp_path / "a.py").rename(tmp_path / "t/a.py")
    seen.add(made_with(""))
    assert len(seen) == 6
