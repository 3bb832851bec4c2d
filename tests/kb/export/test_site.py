"""`kb export`: what a person gets, twice over, and what happens when something is wrong."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

import webapp
from kb import building, following
from kb.export import crawl
from kb.export.folder import files_in
from kb.export.site import export, opened
from kb.helpcenter import HelpCenter
from kb.place import Place
from tests.builders import article, help_center, kb, write
from tests.disks import small_disk
from tests.serve.running import heard
from webapp import create_app, feeds

ARTICLES: dict[str, str | bytes] = {
    "articles/orders/track.md": article(
        "Track an order",
        "See [late](../delivery/late.md#what-to-do).\n\n![Box](box.png)\n\n## Nothing moves\n\nWait.\n",
        aliases=["where-is-it", "old track"],
    ),
    "articles/orders/box.png": b"\x89PNG\r\n\x1a\n",
    "articles/delivery/late.md": article(
        "My parcel is late", "Sorry.\n\n## What to do\n\nAsk at [orders](/orders).\n"
    ),
    "articles/delivery/fax.md": article("Fax us", "Not any more.", retired=True, successor="late"),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return help_center(tmp_path / "shop", ARTICLES)


def test_every_article_topic_alias_and_file_is_there_and_whole(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = kb(place.root, "export", out)
    assert result.exit_code == 0, result.output
    files = files_in(out)
    assert files >= {
        "index.html", "search.html", "contact.html", "404.html", "sw.js", "site.webmanifest", "_headers",
        "_redirects", "articles/track.html", "articles/late.html", "articles/fax.html", "topics/orders.html",
        "articles/where-is-it.html", "files/orders/box.png", "static/help.js", "brand.css",
        "offline/search/search.js", "offline/search/index.js", "offline/contact.js",
    }  # fmt: skip
    track = (out / "articles/track.html").read_text()
    assert 'href="late.html#what-to-do"' in track
    assert 'src="../files/orders/box.png"' in track
    assert "url=track.html" in (out / "articles/where-is-it.html").read_text()
    assert 'href="late.html"' in (out / "articles/fax.html").read_text()
    assert "/articles/where-is-it.html /articles/track.html 301" in (out / "_redirects").read_text()
    assert 'href="../contact.html"' in (out / "articles/late.html").read_text()


def test_no_page_depends_on_a_server_or_on_the_moment(place: Place, tmp_path: Path) -> None:
    kb(place.root, "export", tmp_path / "out")
    for file in sorted((tmp_path / "out").rglob("*.html")):
        text = file.read_text()
        assert 'method="post"' not in text, file
        assert "Open now · closes __time__" in text or "http-equiv" in text
        assert not any(f'{name}="/' in text for name in ("href", "src", "action")), file


def test_the_same_help_center_gives_the_same_bytes_and_writes_nothing_twice(
    place: Place, tmp_path: Path
) -> None:
    kb(place.root, "export", tmp_path / "one", "--zip", tmp_path / "one.zip")
    first = json.loads(
        kb(place.root, "export", tmp_path / "two", "--zip", tmp_path / "two.zip", "--json").output
    )
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    times = {file: file.stat().st_mtime_ns for file in (tmp_path / "two").rglob("*") if file.is_file()}
    again = json.loads(kb(place.root, "export", tmp_path / "two", "--json").output)
    assert first["written"] == first["files"]
    assert (again["written"], again["removed"]) == (0, 0)
    assert {file: file.stat().st_mtime_ns for file in times} == times


def test_one_edit_writes_what_it_changes_and_a_removed_article_goes(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kb(place.root, "export", out)
    before = (out / "articles/late.html").stat().st_mtime_ns
    write(place.root, {"articles/orders/track.md": article("Track an order", "All of it anew.")})
    (place.root / "articles/orders/box.png").unlink()
    done = json.loads(kb(place.root, "export", out, "--json").output)
    assert "All of it anew." in (out / "articles/track.html").read_text()
    assert not (out / "files/orders/box.png").exists()
    assert not (out / "articles/where-is-it.html").exists()
    assert (out / "articles/late.html").stat().st_mtime_ns == before
    assert 0 < done["written"] < done["files"] / 2


def test_what_changes_while_an_export_runs_is_in_none_of_its_pages_and_in_all_of_the_next(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    building.build(place)
    hours = count(step=3600.0)
    monkeypatch.setattr(following, "monotonic", lambda: next(hours))
    late = place.articles / "delivery/late.md"

    def make_app(center: HelpCenter, clock: Callable[[], datetime]) -> Flask:
        return create_app(center, offline=True, clock=clock)

    def change() -> None:
        site = (place.seeds / "site.yaml").read_text().replace("Small", "Large")
        write(place.seeds, {"site.yaml": site, "notices.yaml": "- text: All is Large.\n"})
        late.write_text(late.read_text().replace("Sorry", "A Large sorry"))
        building.build(place)

    def pages_with(word: str) -> set[str]:
        source = opened(place, make_app, Path(webapp.__file__).parent)
        assert source.center.slugs  # so that the index is open, too
        change()
        export(source, tmp_path / "out", today=lambda _: date(2026, 7, 1))
        pages = [file for file in files_in(tmp_path / "out") if file.endswith(".html")]
        return {file for file in pages if word in (tmp_path / "out" / file).read_text()}

    assert pages_with("Large") == set()
    assert pages_with("Large") >= {"index.html", "search.html", "articles/late.html"}


def test_a_drawing_that_runs_a_script_is_not_exported_and_another_is(place: Place, tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg">\n<rect{}/></svg>'
    text = article("Boxes", "![One](one.svg)\n\n![Two](two.svg)\n")
    files = {"boxes.md": text, "one.svg": svg.format(""), "two.svg": svg.format(" onclick='alert(1)'")}
    write(place.root, {f"articles/orders/{name}": content for name, content in files.items()})
    said = kb(place.root, "check")
    assert said.exit_code == 1
    assert "articles/orders/two.svg:2: runs a script ('onclick')" in said.output
    assert "one.svg" not in said.output
    result = kb(place.root, "export", tmp_path / "out")
    assert "articles/orders/boxes.md:6: 'two.svg' leads nowhere." in result.output
    drawings = {file for file in files_in(tmp_path / "out") if file.startswith("files/")}
    assert drawings == {"files/orders/box.png", "files/orders/one.svg"}
    sandbox = (
        "/files/*.svg\n  Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\n"
    )
    assert sandbox in (tmp_path / "out/_headers").read_text()


def test_dead_links_are_named_with_file_and_line_and_the_rest_is_written(
    place: Place, tmp_path: Path
) -> None:
    text = article(
        "Gone", "One [a](nowhere.md).\n\nTwo ![p](no.png).\n\nThree [t](../orders/track.md#no-such).\n"
    )
    write(place.root, {"articles/delivery/gone.md": text})
    result = kb(place.root, "export", tmp_path / "out", "--json")
    assert result.exit_code == 1
    found = [(one["path"], one["line"], one["problem"]) for one in json.loads(result.stdout)["problems"]]
    path = "articles/delivery/gone.md"
    assert found == [
        (path, 4, "'nowhere.md' leads nowhere."),
        (path, 6, "'no.png' leads nowhere."),
        (path, 8, "'../orders/track.md#no-such' leads nowhere."),
    ]
    assert (tmp_path / "out/articles/gone.html").is_file()
    assert "lead nowhere" in kb(place.root, "export", tmp_path / "out").output


def test_a_folder_that_is_no_export_is_refused_before_any_work(place: Place, tmp_path: Path) -> None:
    write(tmp_path, {"mine/thesis.txt": "years of work"})
    result = kb(place.root, "export", tmp_path / "mine")
    assert result.exit_code == 2
    assert "there, and would be gone: thesis.txt. Move that away, or name a new" in result.output
    assert files_in(tmp_path / "mine") == {"thesis.txt"}


@pytest.mark.parametrize(
    "out",
    ["", ".", "..", "articles", "articles/orders/new", "seeds/out", ".kb", ".kb/out", "public/../articles"],
)
def test_the_help_centers_own_folders_are_refused_before_any_work(place: Place, out: str) -> None:
    before = files_in(place.root)
    result = kb(place.root, "export", place.root / out, "--base-url", "https://help.example")
    assert result.exit_code == 2
    assert re.search(r": (is or holds|lies in) .* Name a", result.output)
    assert files_in(place.root) == before


def test_another_trees_folder_and_what_a_link_leads_to_are_refused_too(place: Place, tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"a.md": article("A")})
    (tmp_path / "link").symlink_to(tree)
    for out in (tree / "public", tmp_path / "link/public", tmp_path / "tree"):
        assert kb(place.root, "export", out, "--articles", tree).exit_code == 2
    assert kb(place.root, "export", place.root / "public", "--articles", tree).exit_code == 0
    assert files_in(tree) == {"a.md"}


def test_the_folder_somebody_is_in_is_refused_before_any_work(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for out in (".", "../empty", ".."):
        result = kb(place.root, "export", out)
        assert result.exit_code == 2
        assert "which an export would replace." in result.output
    assert not place.derived.exists()
    assert kb(place.root, "export", "../empty/../public").exit_code == 0
    assert (tmp_path / "public/index.html").is_file()


def test_an_export_that_fails_leaves_the_last_one(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    kb(place.root, "export", out)
    before = {file: (out / file).read_bytes() for file in files_in(out)}

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(crawl, "rewrite", full)
    write(place.root, {"articles/orders/track.md": article("Track an order", "All of it anew.")})
    result = kb(place.root, "export", out)
    assert result.exit_code == 2
    assert "No space left on device" in result.output
    assert {file: (out / file).read_bytes() for file in files_in(out)} == before
    assert sorted(os.listdir(tmp_path)) == ["out", "shop"]


@pytest.mark.parametrize(("number", "to_all"), [(signal.SIGTERM, False), (signal.SIGHUP, True)])
def test_an_export_that_is_told_to_end_leaves_nothing_behind(
    place: Place, tmp_path: Path, number: signal.Signals, to_all: bool
) -> None:
    building.build(place)
    command: list[str | Path] = [sys.executable, "-m", "kb", "--root", place.root, "export", tmp_path / "out"]
    with (
        heard(number),
        subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as export,
    ):
        while not list(tmp_path.glob(".out.new-*/*")):
            assert export.poll() is None
        (os.killpg if to_all else os.kill)(export.pid, number)
        _, said = export.communicate(timeout=60)
    assert export.returncode == 128 + number
    assert b"Traceback" not in said
    assert os.listdir(tmp_path) == ["shop"]


def test_a_published_export_names_its_own_address(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert kb(place.root, "export", out, "--base-url", "https://web.example/help/").exit_code == 0
    assert (
        'rel="canonical" href="https://web.example/help/articles/track.html"'
        in (out / "articles/track.html").read_text()
    )
    assert "<loc>https://web.example/help/articles/track.html</loc>" in (out / "sitemap.xml").read_text()
    assert "127.0.0.1" not in (out / "feed.atom").read_text()
    assert 'href="/help/static/' in (out / "404.html").read_text()
    assert (out / "_headers").read_text().startswith("/help/*\n  Content-Security-Policy: ")


@pytest.mark.parametrize("moment", ["99999999999999", "253402300799", "9" * 400])
def test_a_moment_after_all_calendars_is_refused(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
    result = kb(place.root, "export", tmp_path / "out")
    assert result.exit_code == 2
    assert f"SOURCE_DATE_EPOCH: {moment} is later than the year 9000." in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_sitemap_too_long_for_one_file_is_published_in_all_its_parts(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "SITEMAP_ADDRESSES", 3)
    out = tmp_path / "out"
    for _once_new_once_kept in range(2):
        assert kb(place.root, "export", out, "--base-url", "https://web.example/help").exit_code == 0
        parts = re.findall("<loc>https://web.example/help/(.+?)</loc>", (out / "sitemap.xml").read_text())
        assert parts == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
        listed = "".join((out / part).read_text() for part in parts)
        assert "<loc>https://web.example/help/articles/track.html</loc>" in listed
        assert "127.0.0.1" not in listed


@pytest.mark.parametrize(
    "address",
    [
        "help.example", "ftp://help.example", "https://", "https:///docs", 'https://"x', "https://x/<b>",
        "https://x/a b", "https://x/%zz", "https://x:99999", "https://x:y", "https://me@x", "https://x?a",
        "https://x/a&b", "https://x/'", "https://[x]", "https://[help].example", "https://[::", "https://x/docs\n",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(place: Place, tmp_path: Path, address: str) -> None:
    result = kb(place.root, "export", tmp_path / "out", "--base-url", address)
    assert result.exit_code == 2
    assert "is not a web address" in result.output


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000",
        "https://[::1]:80/a",
        "https://x.example/caf%C3%A9/~me/",
        "https://müller.example/é",
    ],
)
def test_any_other_address_is_taken_and_its_own_links_are_not_called_dead(
    place: Place, tmp_path: Path, address: str
) -> None:
    result = kb(place.root, "export", tmp_path / "out", "--base-url", address, "--json")
    assert (result.exit_code, json.loads(result.stdout)["problems"]) == (0, [])


def test_the_zip_unpacks_to_one_folder_with_everything(place: Place, tmp_path: Path) -> None:
    kb(place.root, "export", tmp_path / "out", "--zip", tmp_path / "zips/help.zip")
    with zipfile.ZipFile(tmp_path / "zips/help.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {name.removeprefix("help-center/") for name in names} == files_in(tmp_path / "out")
    assert names == sorted(names)


def test_the_worker_knows_every_file_by_its_bytes(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kb(place.root, "export", out)
    line = (out / "sw.js").read_text().splitlines()[1]
    kept = json.loads(line.removeprefix("const HELP_CENTER = ").removesuffix(";"))
    own = {"sw.js", ".kb-export", ".nojekyll", "_headers", "_redirects"}
    assert set(kept["files"]) == files_in(out) - own
    assert {"index.html", "search.html", "offline/search/index.js", "brand.css"} <= set(kept["first"])
    assert "articles/track.html" not in kept["first"]


def test_a_zip_that_has_no_room_is_named_and_the_folder_is_there(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16k") as disk:
        result = kb(place.root, "export", tmp_path / "out", "--zip", disk / "help.zip")
        assert os.listdir(disk) == []
    assert result.exit_code == 2
    assert f"{tmp_path}/disk/help.zip: could not be written: No space left on device" in result.stderr
    assert f"The folder {tmp_path}/out is written." in result.stderr
    assert re.search(r"^\d+ pages and", result.stdout, re.MULTILINE)
    assert "holds all of it" not in result.stdout
    assert (tmp_path / "out/index.html").is_file()


def test_what_was_done_is_printed_as_json_when_the_zip_has_no_room(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16k") as disk:
        result = kb(place.root, "export", tmp_path / "out", "--zip", disk / "help.zip", "--json")
    assert result.exit_code == 2
    done = json.loads(result.stdout)
    assert (done["folder"], done["zip"]) == (str(tmp_path / "out"), None)


@pytest.mark.parametrize("name", ["out/help.zip", "out/new/help.zip", "out", "", "mine.txt/help.zip"])
def test_a_zip_that_can_not_be_is_refused_before_any_work(place: Place, tmp_path: Path, name: str) -> None:
    write(tmp_path, {"mine.txt": "mine"})
    result = kb(place.root, "export", tmp_path / "out", "--zip", tmp_path / name)
    assert result.exit_code == 2
    assert "Name a" in result.output
    assert not (tmp_path / "out").exists()


def test_a_zip_replaces_an_earlier_one_and_nothing_else(place: Place, tmp_path: Path) -> None:
    late = place.articles / "delivery/late.md"
    with zipfile.ZipFile(tmp_path / "thesis.docx", "w") as archive:
        archive.writestr("word/document.xml", "years of work")
    for mine in (late, tmp_path / "thesis.docx"):
        before = mine.read_bytes()
        result = kb(place.root, "export", tmp_path / "out", "--zip", mine)
        assert result.exit_code == 2
        assert f"{mine}: is no archive of an export" in result.output
        assert mine.read_bytes() == before
    for _ in range(2):
        assert kb(place.root, "export", tmp_path / "out", "--zip", tmp_path / "help.zip").exit_code == 0


def test_a_folder_that_has_no_room_stays_as_it_was(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        result = kb(place.root, "export", disk / "out")
        assert os.listdir(disk) == []
    assert result.exit_code == 2
    assert f"{tmp_path}/disk/out: could not be written: No space left on device" in result.output
