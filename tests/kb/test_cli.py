"""The `kb` command: what an operator's verbs print, and the exit code they leave with."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import click
import pytest
import watchfiles
from click.testing import CliRunner

from kb.cli import main
from kb.search.generation import build_lock
from kb.verbs import console, indexing
from tests.builders import REPOSITORY, article, help_center, kb, write

VERBS = main.list_commands(click.Context(main))


def test_the_command_has_the_verbs_the_readme_promises() -> None:
    assert {"init", "new", "check", "index", "serve", "search", "evaluate"} <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_readme_mentions_every_verb(verb: str) -> None:
    assert re.search(rf"\bkb (--root \S+ )?{verb}\b", (REPOSITORY / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verbs_help_explains_it_and_shows_an_example(tmp_path: Path, verb: str) -> None:
    text = kb(tmp_path, verb, "--help").output
    assert re.search(rf"^  kb {verb}\b", text, re.MULTILINE)
    command = main.get_command(click.Context(main), verb)
    assert command
    assert command.get_short_help_str(200) in " ".join(text.split())
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help or option.show_default, f"{verb} {option.opts}"


@pytest.mark.parametrize(
    ("verb", "hint"), [("serch", "Did you mean 'search'?"), ("wombat", "'kb --help' names them all.")]
)
def test_a_verb_that_is_none_names_the_closest_one(tmp_path: Path, verb: str, hint: str) -> None:
    done = kb(tmp_path, verb, "parcel")
    assert done.exit_code == 2
    assert f"there is no verb '{verb}'. {hint}" in done.output


NEEDS_A_HELP_CENTER = (
    ("check",),
    ("index",),
    ("index", "--watch"),
    ("search", "order"),
    ("serve", "--port", "0"),
    ("export", "out"),
    ("gaps",),
    ("feedback",),
    ("new", "A title", "--topic", "orders"),
    ("requests", "list"),
    ("requests", "forget", "ada@example.com", "--yes"),
)


@pytest.mark.parametrize("words", NEEDS_A_HELP_CENTER, ids=" ".join)
@pytest.mark.parametrize("root", ["nowhere", "empty", "a file"])
def test_a_folder_that_is_no_help_center_says_how_to_name_or_begin_one(
    tmp_path: Path, words: tuple[str, ...], root: str
) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, {"a file": ""})
    before = sorted(tmp_path.rglob("*"))
    result = kb(tmp_path / root, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"{tmp_path / root}: is no help center. "
        "Name its folder: kb --root DIR …; or begin one: kb init DIR.\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_the_folder_here_is_named_whole_when_it_is_no_help_center(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["search", "order"], catch_exceptions=False)
    assert result.stderr.startswith(f"{tmp_path}: is no help center.")


@pytest.mark.parametrize("verb", ["check", "index", "index --watch", "search order", "serve --port 0"])
@pytest.mark.parametrize(
    ("articles", "told"),
    [
        ("nowhere", "there is no such folder. Correct the path, or make the folder.\n"),
        ("a file", "is a file, not a folder. Correct the path.\n"),
    ],
)
def test_a_wrong_path_of_articles_is_to_be_corrected(
    tmp_path: Path, verb: str, articles: str, told: str
) -> None:
    help_center(tmp_path, {"a file": ""})
    result = kb(tmp_path, *verb.split(), "--articles", tmp_path / articles)
    assert result.exit_code == (1 if verb == "check" else 2)
    assert f"{tmp_path / articles}: {told}" in result.output


def test_index_builds_once_and_again_when_told_to_or_when_something_changed(tmp_path: Path) -> None:
    place = help_center(tmp_path)

    def live() -> str:
        return (place.index / "CURRENT").read_text()

    assert "1 articles in 1 topics indexed" in kb(tmp_path, "index").stdout
    first = live()
    assert kb(tmp_path, "index").stdout == "The index is up to date.\n"
    assert live() == first
    assert "indexed" in kb(tmp_path, "index", "--rebuild").stdout
    second = live()
    write(tmp_path, {"articles/delivery/late.md": article("Late")})
    assert "2 articles in 2 topics indexed" in kb(tmp_path, "index").stdout
    assert len({first, second, live()}) == 3


def test_a_second_build_is_refused_before_it_reads_an_article(tmp_path: Path) -> None:
    place = help_center(tmp_path, {"articles/orders/a.md": article("A"), "articles/orders/b.md": b"\0"})
    with build_lock(place.index):
        result = kb(tmp_path, "index")
    assert result.exit_code == 2
    assert "another 'kb index' is writing there. Wait until it is done, then try again." in result.stderr
    assert "b.md" not in result.stderr
    assert "Reading articles" not in result.stderr


def test_a_search_waits_for_another_build_that_is_running(tmp_path: Path) -> None:
    place = help_center(tmp_path)
    with ExitStack() as other:
        other.enter_context(build_lock(place.index))
        done = threading.Timer(0.3, other.pop_all().close)
        done.start()
        result = kb(tmp_path, "search", "track", "an", "order")
        done.join()
    assert result.exit_code == 0
    assert "/articles/track" in result.stdout
    assert "another" not in result.stderr


def test_a_search_while_a_build_does_not_end_goes_on_with_the_last_good_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = help_center(tmp_path)
    assert kb(tmp_path, "index").exit_code == 0
    (place.articles / "orders/track.md").write_text(article("Track another"))
    monkeypatch.setattr(console, "_ANOTHER_BUILD_S", 0)
    with build_lock(place.index):
        result = kb(tmp_path, "search", "track", "an", "order")
    assert "going on with the last good one" in result.stderr
    assert "/articles/track" in result.stdout


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_a_watch_tells_once_of_a_folder_that_goes_whenever_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    place = help_center(tmp_path)

    def go() -> None:
        place.articles.rename(tmp_path / "aside")

    def watch(*_folders: Path, **_settings: object) -> Iterator[set[str]]:
        if when == "while":
            go()
            raise FileNotFoundError
        yield set()
        go()
        yield set()

    def stop(_seconds: float) -> None:
        if len(slept) == 2:
            raise KeyboardInterrupt
        slept.append(1)

    slept: list[int] = []
    if when == "before":
        go()
    monkeypatch.setattr(watchfiles, "watch", watch)
    changes = indexing._changes(place.articles, place.seeds)
    monkeypatch.setattr("time.sleep", stop)
    told = []
    with suppress(KeyboardInterrupt):
        for change in changes:
            told.append(change)  # noqa: PERF402  it ends by an interrupt
    assert told.count(True) == 1


def test_a_watch_builds_what_changed_during_another_build_once_that_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = help_center(tmp_path)

    def changes(*_folders: Path) -> Iterator[bool | None]:
        with build_lock(place.index):
            yield True
            yield False
        assert not (place.index / "CURRENT").exists()
        yield False
        assert (place.index / "CURRENT").exists()

    monkeypatch.setattr(indexing, "_changes", changes)
    result = kb(tmp_path, "index", "--watch")
    assert result.exit_code == 0
    assert result.stdout.count("1 articles in 1 topics indexed") == 1
    assert "another" not in result.stderr


def test_index_serves_what_it_can_and_names_what_it_cannot(tmp_path: Path) -> None:
    help_center(tmp_path, {"articles/orders/a.md": article("A"), "articles/orders/b.md": b"\0"})
    result = kb(tmp_path, "index")
    assert result.exit_code == 0
    assert "articles/orders/b.md:1: is not text" in result.stderr
    assert "1 articles in 1 topics indexed" in result.stdout


def test_a_build_that_fails_leaves_the_last_good_index_to_search(tmp_path: Path) -> None:
    place = help_center(tmp_path)
    assert kb(tmp_path, "index").exit_code == 0
    (place.articles / "orders/track.md").write_text("")
    assert kb(tmp_path, "index").exit_code == 2
    result = kb(tmp_path, "search", "track", "an", "order")
    assert "articles/orders/track.md:1: is empty." in result.stderr
    assert "going on with the last good one" in result.stderr
    assert "/articles/track" in result.stdout


def test_while_the_articles_are_away_the_last_good_index_is_searched(tmp_path: Path) -> None:
    place = help_center(tmp_path)
    assert kb(tmp_path, "index").exit_code == 0
    place.articles.rename(tmp_path / "aside")
    result = kb(tmp_path, "search", "track", "an", "order")
    assert result.exit_code == 0
    assert "articles: there is no such folder." in result.stderr
    assert "going on with the last good one" in result.stderr
    assert "/articles/track" in result.stdout


@pytest.mark.parametrize("option", ["--workers", "--proxies"])
def test_fewer_than_no_processes_are_refused_before_anything_starts(tmp_path: Path, option: str) -> None:
    result = kb(tmp_path, "serve", option, "-1")
    assert result.exit_code == 2
    assert "-1 is not in the range x>=0." in result.stderr


@pytest.mark.parametrize("words", [("--root", "{}", "check"), ("check", "--root", "{}")])
def test_the_help_center_can_be_named_before_the_verb_and_after(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    help_center(tmp_path)
    done = CliRunner().invoke(main, [word.format(tmp_path) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "1 articles, 0 errors" in done.output


def test_who_stops_reading_does_not_make_it_well(tmp_path: Path) -> None:
    help_center(tmp_path, {"seeds/site.yaml": "name: S\n" + "".join(f"key{n}: x\n" for n in range(2000))})
    command = [sys.executable, "-m", "kb", "--root", str(tmp_path), "check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as checking:
        assert checking.stdout
        assert checking.stderr
        checking.stdout.readline()
        checking.stdout.close()
        told = checking.stderr.read()
    assert checking.returncode == 1
    assert b"Error" not in told


@pytest.mark.parametrize(
    "words", [("new", "caf\udce9", "--topic", "orders"), ("requests", "forget", "\udcff@x", "--yes")]
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    help_center(tmp_path)
    result = kb(tmp_path, *words)
    assert result.exit_code == 2
    assert "is not UTF-8. Set the terminal to UTF-8, and type it again." in result.stderr
    assert sorted(path.name for path in (tmp_path / "articles").rglob("*.md")) == ["track.md"]


def test_ctrl_c_ends_a_verb_as_shells_know_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def interrupted_at_a_question(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise click.Abort from None

    help_center(tmp_path)
    monkeypatch.setattr("kb.checking.check", interrupted)
    monkeypatch.setattr("click.confirm", interrupted_at_a_question)
    for words in (("check",), ("requests", "forget", "ada@example.com")):
        result = kb(tmp_path, *words)
        assert result.exit_code == 130
        assert "Abort" not in result.output


@pytest.mark.parametrize("words", [("check", "--json"), ("--help",), ("check", "--help")], ids=" ".join)
def test_what_can_not_be_printed_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    help_center(tmp_path)
    command = [sys.executable, "-m", "kb", "--root", str(tmp_path), *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == "kb: cannot print: No space left on device. Make room, or print elsewhere.\n"
    assert done.returncode == 2
