"""The `kb` command: what an operator's verbs print, and the exit code they leave with."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kb.cli import main
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


@pytest.mark.parametrize("verb", ["check", "index", "search", "serve"])
def test_a_missing_articles_folder_says_how_to_begin(tmp_path: Path, verb: str) -> None:
    more = {"search": ["order"], "serve": ["--port", "0"]}.get(verb, [])
    result = kb(tmp_path, verb, *more)
    assert result.exit_code == (1 if verb == "check" else 2)
    assert "there is no such folder. Run 'kb init' for a new help center." in result.output


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


def test_a_watch_over_nothing_says_how_to_begin(tmp_path: Path) -> None:
    result = kb(tmp_path, "index", "--watch")
    assert result.exit_code == 2
    assert "articles: there is no such folder. Run 'kb init'" in result.stderr


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
