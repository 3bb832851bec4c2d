"""A new help center, a new article in it, and the starter inside an installed package."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from kb.contact.reference import read_reference
from kb.content.frontmatter import read_source
from kb.errors import KBError
from kb.starter import init, new_article, starter_folder
from tests.builders import REPOSITORY, help_center, kb, write
from tests.disks import fill, small_disk

TODAY = date(2026, 11, 23)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_a_new_help_center_is_a_copy_of_this_repositorys_articles_and_seeds(tmp_path: Path) -> None:
    folder = init(tmp_path / "shop")
    assert sorted(entry.name for entry in folder.iterdir()) == ["articles", "seeds"]
    for part in ("articles", "seeds"):
        assert files_below(folder / part) == files_below(REPOSITORY / part)


def test_a_new_help_center_passes_the_strict_check(tmp_path: Path) -> None:
    assert kb(tmp_path, "init", tmp_path / "shop").exit_code == 0
    result = kb(tmp_path / "shop", "check", "--strict")
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output


def test_a_bare_help_center_passes_the_strict_check_and_finds_its_article(tmp_path: Path) -> None:
    assert kb(tmp_path, "init", tmp_path / "shop", "--bare").exit_code == 0
    result = kb(tmp_path / "shop", "check", "--strict")
    assert result.exit_code == 0, result.output
    assert "1 articles, 0 errors, 0 warnings" in result.output
    found = kb(tmp_path / "shop", "search", "how do i reach you", "--json")
    assert json.loads(found.stdout)["results"][0]["slug"] == "how-to-reach-us"


def test_a_bare_help_center_explains_its_seeds_and_says_nothing_of_the_example(tmp_path: Path) -> None:
    folder = init(tmp_path / "shop", bare=True)
    assert "opening_hours" in (folder / "seeds/channels.yaml").read_text(encoding="utf-8")
    of_its_own = re.compile(r"harrow|finch|0808|articles/[a-z-]+/[a-z-]+\.md", re.IGNORECASE)
    for name, content in files_below(folder).items():
        assert not of_its_own.search(content.decode()), name


def test_the_readmes_first_article_can_be_begun_in_a_new_help_center(tmp_path: Path) -> None:
    shown = re.search(
        r'kb --root shop-help new "(.+)" --topic (\S+)',
        (REPOSITORY / "README.md").read_text(encoding="utf-8"),
    )
    assert shown
    init(tmp_path / "shop-help")
    result = kb(tmp_path / "shop-help", "new", shown[1], "--topic", shown[2])
    assert result.exit_code == 0, result.output


def test_the_next_step_can_be_pasted_whatever_the_folder_is_called(tmp_path: Path) -> None:
    told = kb(tmp_path, "init", tmp_path / "my shop", "--bare").output
    assert f"See it: kb --root '{tmp_path / 'my shop'}' serve" in told


def test_a_folder_with_other_things_in_it_keeps_them(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "mine", "src/app.py": "mine"})
    init(tmp_path)
    assert (tmp_path / "README.md").read_text() == (tmp_path / "src/app.py").read_text() == "mine"
    assert (tmp_path / "seeds/site.yaml").is_file()


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ("shop/articles/mine.md", "shop: already has articles/. Choose a new folder."),
        ("shop/seeds/site.yaml", "shop: already has seeds/. Choose a new folder."),
        ("shop", "shop: is a file. Choose a new folder."),
    ],
)
def test_nothing_is_ever_overwritten(tmp_path: Path, there: str, words: str) -> None:
    write(tmp_path, {there: "mine"})
    result = kb(tmp_path, "init", tmp_path / "shop")
    assert result.exit_code == 2
    assert words in result.stderr
    assert files_below(tmp_path) == {there: b"mine"}


@pytest.mark.parametrize("folder", ["", " "])
def test_a_folder_without_a_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = kb(tmp_path, "init", folder)
    assert result.exit_code == 2
    assert "Name a folder, or write '.' for this one." in result.stderr
    assert files_below(tmp_path) == {}
    assert kb(tmp_path, "init", ".").exit_code == 0


def test_a_disk_that_is_full_is_told_in_words_and_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[int] = []

    def copyfile(source: str, target: str, **_: object) -> str:
        if len(copied) >= 20:
            raise OSError(errno.ENOSPC, "No space left on device", target)
        copied.append(Path(target).write_bytes(Path(source).read_bytes()))
        return target

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    write(tmp_path, {"README.md": "mine"})
    with pytest.raises(KBError, match=r"shop: cannot be written: No space left on device: '/.*'\. Make room"):
        init(tmp_path / "new" / "shop")
    with pytest.raises(KBError, match="No space left"):
        init(tmp_path)
    assert files_below(tmp_path) == {"README.md": b"mine"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize("title", ["", " ", "???", "“”"])
def test_a_title_without_words_is_refused(tmp_path: Path, title: str) -> None:
    help_center(tmp_path)
    before = files_below(tmp_path)
    result = kb(tmp_path, "new", title, "--topic", "orders")
    assert result.exit_code == 2
    assert "is no title. Name what it answers: kb new" in result.stderr
    assert files_below(tmp_path) == before


def test_a_new_article_is_a_draft_in_its_topic_that_the_check_accepts(tmp_path: Path) -> None:
    place = help_center(tmp_path)
    file = new_article(tmp_path, "What's a “gift”: A & B #1?", "orders", TODAY)
    assert file == place.articles / "orders/whats-a-gift-a-b-1.md"
    source, problems = read_source(file, file.name)
    assert problems == []
    assert (source.front.title, source.front.updated) == ("What's a “gift”: A & B #1?", TODAY)
    assert source.front.draft
    assert kb(tmp_path, "check", "--strict").exit_code == 0


def test_a_new_article_in_a_topic_without_a_folder_makes_the_folder(tmp_path: Path) -> None:
    help_center(tmp_path)
    assert new_article(tmp_path, "Late", "delivery", TODAY) == tmp_path / "articles/delivery/late.md"


def test_a_new_article_whose_name_is_taken_says_by_which_and_what_its_address_is(tmp_path: Path) -> None:
    help_center(tmp_path)
    assert "taken" not in kb(tmp_path, "new", "Track it", "--topic", "delivery").output
    told = kb(tmp_path, "new", "Track", "--topic", "delivery").output.splitlines()[1]
    assert told == (
        "The name is taken: articles/orders/track.md is served as /articles/track, and the draft as "
        "/articles/delivery-track. Rename it before you publish it, so that each keeps its address."
    )


@pytest.mark.parametrize(
    ("topic", "fix"),
    [
        ("ordrs", "Did you mean 'orders'?"),
        ("Delivery", "Did you mean 'delivery'?"),
        ("zzz", "Topics are: orders, delivery."),
        ("../seeds", "Topics are: orders, delivery."),
    ],
)
def test_an_unknown_topic_names_the_closest_one_and_writes_nothing(
    tmp_path: Path, topic: str, fix: str
) -> None:
    help_center(tmp_path)
    before = files_below(tmp_path)
    result = kb(tmp_path, "new", "A title", "--topic", topic)
    assert result.exit_code == 2
    assert result.stderr == f"seeds/topics.yaml: has no topic '{topic}'. {fix}\n"
    assert files_below(tmp_path) == before


def test_a_new_article_never_overwrites_one_that_is_there(tmp_path: Path) -> None:
    help_center(tmp_path)
    before = files_below(tmp_path)
    with pytest.raises(KBError, match=r"articles/orders/track\.md: exists already\. Choose another title"):
        new_article(tmp_path, "Track!", "orders", TODAY)
    assert files_below(tmp_path) == before


def test_a_title_too_long_for_a_file_name_is_told(tmp_path: Path) -> None:
    help_center(tmp_path)
    with pytest.raises(KBError, match=r"cannot be written: File name too long\. Give it fewer"):
        new_article(tmp_path, "x" * 400, "orders", TODAY)


def test_here_the_starter_is_the_repository_itself() -> None:
    assert starter_folder() == REPOSITORY


def test_an_installed_wheel_has_the_starter(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}

    def installed(*arguments: str) -> str:
        command = [sys.executable, "-m", "kb", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    installed("init", "shop")
    for part in ("articles", "seeds"):
        assert files_below(tmp_path / "shop" / part) == files_below(REPOSITORY / part)
    assert "0 errors, 0 warnings" in installed("--root", "shop", "check", "--strict")
    assert files_below(tmp_path / "site/webapp/templates")
    assert (tmp_path / "site/kb/py.typed").is_file()


def test_a_new_article_that_finds_no_room_is_not_in_the_way_of_the_next_try(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        help_center(disk)
        filling = fill(disk)
        with pytest.raises(KBError, match="No space left on device"):
            new_article(disk, "Late", "orders", TODAY)
        filling.unlink()
        assert new_article(disk, "Late", "orders", TODAY).stat().st_size


def test_the_command_that_shows_a_new_article_names_the_help_center(tmp_path: Path) -> None:
    root = tmp_path / "shop help"
    kb(root, "init", str(root))
    told = kb(root, "new", "A title", "--topic", "delivery").output
    assert f"kb --root '{root}' serve --development" in told


def test_the_examples_of_the_commands_work(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    kb(root, "init", str(root))
    example = re.search(r'kb new "(.+)" --topic (\S+)', kb(root, "new", "--help").output)
    assert example
    assert kb(root, "new", example[1], "--topic", example[2]).exit_code == 0
    shown = re.search(r"kb requests show (\S+)", kb(root, "requests", "--help").output)
    assert shown
    assert read_reference(shown[1]) == shown[1]
