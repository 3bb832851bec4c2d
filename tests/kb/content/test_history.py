"""Git's days for articles without one, from real repositories."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kb.content import history
from kb.content.history import last_changes
from kb.content.library import read_library
from tests.builders import article, write

_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def _git(folder: Path, *arguments: str, day: str = "2026-01-01") -> None:
    somebody = ("-c", "user.name=W", "-c", "user.email=w@shop.example", "-c", "commit.gpgsign=false")
    subprocess.run(
        ["git", "-C", str(folder), *somebody, *arguments],  # noqa: S607  whichever git the library finds too
        env=_ENVIRONMENT | {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z"},
        check=True,
        capture_output=True,
    )


def _commit(folder: Path, day: str, **files: str) -> None:
    write(folder, {f"articles/{name.replace('__', '/')}.md": text for name, text in files.items()})
    _git(folder, "add", ".")
    _git(folder, "commit", "-m", "Change", day=day)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three commits: two files, then one of them changed, then a file whose name is not ASCII."""
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path, "2026-01-05", orders__track=article("Track"), orders__return=article("Return"))
    _commit(tmp_path, "2026-03-09", orders__track=article("Track", "Better."))
    _commit(tmp_path, "2026-04-01", größen=article("Größen"))
    return tmp_path


def test_each_file_has_the_day_of_its_own_last_commit(repository: Path) -> None:
    paths = ["orders/track.md", "orders/return.md", "größen.md", "never-committed.md"]
    assert last_changes(repository / "articles", paths) == {
        "orders/track.md": date(2026, 3, 9),
        "orders/return.md": date(2026, 1, 5),
        "größen.md": date(2026, 4, 1),
    }


def test_only_what_is_asked_for_is_given(repository: Path) -> None:
    assert list(last_changes(repository / "articles", ["größen.md"])) == ["größen.md"]
    assert last_changes(repository / "articles", []) == {}


def test_history_is_not_read_for_what_is_in_no_commit(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, {"articles/new.md": article("New"), "articles/staged.md": article("Staged")})
    _git(repository, "add", "articles/staged.md")
    read: list[object] = []
    monkeypatch.setattr(history, "_changes", read.append)
    assert last_changes(repository / "articles", ["new.md", "staged.md"]) == {}
    assert read == []


def test_a_date_in_front_matter_comes_before_gits(repository: Path) -> None:
    _commit(repository, "2026-05-05", orders__track=article("Track", updated=date(2025, 12, 24)))
    found = {one.slug: one.updated for one in read_library(repository / "articles").articles}
    assert found == {"track": date(2025, 12, 24), "return": date(2026, 1, 5), "größen": date(2026, 4, 1)}


def test_the_end_of_a_shallow_clone_dates_nothing(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{repository}", str(clone))
    paths = ["orders/track.md", "orders/return.md", "größen.md"]
    assert last_changes(clone / "articles", paths) == {"größen.md": date(2026, 4, 1)}


def test_without_a_repository_nothing_is_dated(tmp_path: Path) -> None:
    write(tmp_path, {"articles/track.md": article("Track")})
    assert last_changes(tmp_path / "articles", ["track.md"]) == {}


def test_without_git_nothing_is_dated(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert last_changes(repository / "articles", ["größen.md"]) == {}


def test_a_repository_around_it_in_the_environment_changes_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the index is built by a hook of another repository."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert last_changes(repository / "articles", ["größen.md"]) == {"größen.md": date(2026, 4, 1)}
