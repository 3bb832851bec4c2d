"""A folder is replaced as a whole or not at all, and what has not changed is not written."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import KBError
from kb.export import folder
from kb.export.folder import files_in, staged, swap_in
from kb.export.target import MARK, check_free
from tests.builders import write


def export(out: Path, files: dict[str, str]) -> list[str]:
    """Fills and swaps in `files`; the names of those that were written."""
    with staged(out) as staging:
        placed = [staging.place(name, text.encode()) for name, text in files.items()]
        swap_in(staging)
    return [one.file for one in placed if one.written]


def killed(out: Path, does: str) -> None:
    """An export that is killed, by itself, when it has done that."""
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom kb.export.folder import staged\n"
        f"with staged(Path(sys.argv[1])) as staging:\n    {does}\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, out], check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_is_placed_is_there_and_what_is_not_is_gone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a", "deep/er/b.html": "b"})
    export(out, {"a.html": "a", "c.html": "c"})
    assert files_in(out) == {"a.html", "c.html", MARK}
    assert os.listdir(tmp_path) == ["out"]


def test_only_what_has_changed_is_written_and_the_rest_keeps_its_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a", "b.html": "b"})
    os.utime(out / "a.html", (1_000_000_000, 1_000_000_000))
    assert export(out, {"a.html": "a", "b.html": "B"}) == ["b.html"]
    assert (out / "a.html").stat().st_mtime == 1_000_000_000
    assert (out / "b.html").read_text() == "B"


def test_a_file_somebody_changed_in_the_export_is_written_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    (out / "a.html").write_text("x")
    assert export(out, {"a.html": "a"}) == ["a.html"]


def test_a_discarded_export_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    with staged(out) as staging:
        staging.place("a.html", b"half")
    assert (out / "a.html").read_text() == "a"
    assert os.listdir(tmp_path) == ["out"]


def test_what_a_killed_export_left_is_swept_away_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    killed(out, "staging.place('a.html', b'half')")
    assert len(os.listdir(tmp_path)) == 3
    assert (out / "a.html").read_text() == "a"
    export(out, {"a.html": "b"})
    assert os.listdir(tmp_path) == ["out"]


def test_without_an_exchange_of_folders_two_renames_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_exchange", lambda new, old: False)
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    export(out, {"b.html": "b"})
    assert files_in(out) == {"b.html", MARK}
    assert os.listdir(tmp_path) == ["out"]


def test_an_export_killed_between_the_two_renames_is_put_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    killed(out, "staging.old.rename(staging.new.with_name(staging.new.name + '.old'))")
    assert not out.exists()
    with staged(out):
        assert (out / "a.html").read_text() == "a"


def test_a_second_export_to_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with staged(out) as staging:
        staging.place("a.html", b"a")
        with pytest.raises(KBError, match=r"another 'kb export' is writing there\. Wait"):
            export(out, {"b.html": "b"})
        export(tmp_path / "beside", {"b.html": "b"})
        staging.place("c.html", b"c")
        swap_in(staging)
    assert files_in(out) == {"a.html", "c.html", MARK}
    export(out, {"b.html": "b"})
    assert sorted(os.listdir(tmp_path)) == ["beside", "out"]


def test_a_disk_without_links_copies_and_keeps_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: Path, target: Path) -> None:
        if not target.parent.exists():
            raise FileNotFoundError
        raise PermissionError("no hard links here")

    out = tmp_path / "out"
    export(out, {"deep/a.html": "a"})
    os.utime(out / "deep/a.html", (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(os, "link", no_links)
    assert export(out, {"deep/a.html": "a"}) == []
    assert (out / "deep/a.html").stat().st_mtime == 1_000_000_000


@pytest.mark.parametrize("make", ["folder with files", "file", "link"])
def test_what_no_export_made_is_refused_with_the_fix(tmp_path: Path, make: str) -> None:
    out = tmp_path / "out"
    if make == "file":
        out.write_text("mine")
    elif make == "link":
        out.symlink_to(tmp_path)
    else:
        out.mkdir()
        (out / "thesis.txt").write_text("mine")
    with pytest.raises(KBError, match=r"[Nn]ame a new"):
        export(out, {"a.html": "a"})
    assert len(os.listdir(tmp_path)) == 1


def test_what_somebody_put_into_an_export_is_named_and_nothing_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a", "deep/er/b.html": "b"})
    write(out, {"CNAME": "", ".git/HEAD": "", "deep/mine/x": "", ".well-known/y/z": "", "deep/c.html": ""})
    with pytest.raises(KBError, match=r": \.git/, \.well-known/, CNAME and 2 more\. Move that away"):
        export(out, {"a.html": "A"})
    for name in (".git", ".well-known", "deep/mine"):
        shutil.rmtree(out / name)
    (out / "CNAME").unlink()
    with pytest.raises(KBError, match=r": deep/c\.html\. Move that away"):
        check_free(out)
    (out / "deep/c.html").unlink()
    export(out, {"c.html": "c"})
    assert files_in(out) == {"c.html", MARK}


def test_what_somebody_puts_there_while_an_export_is_built_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a"})
    with staged(out) as staging:
        write(out, {"CNAME": "mine"})
        with pytest.raises(KBError, match=r": CNAME\. Move that away"):
            swap_in(staging)
    assert files_in(out) == {"a.html", "CNAME", MARK}


def test_what_file_managers_leave_and_files_that_are_gone_keep_no_export_from_going_on(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    export(out, {"a.html": "a", "deep/b.html": "b"})
    (out / "deep/b.html").unlink()
    write(out, {"deep/.DS_Store": "", "Thumbs.db": ""})
    export(out, {"a.html": "a"})
    assert files_in(out) == {"a.html", MARK}


@pytest.mark.parametrize("said", ["", "{}", '{"made_by": "kb export", "format": 1}', "[]"])
def test_an_export_that_says_nothing_of_its_files_is_refused(tmp_path: Path, said: str) -> None:
    write(tmp_path / "out", {MARK: said, "a.html": "a"})
    with pytest.raises(KBError, match=r"of another version of kb.*name a new or an empty folder\."):
        export(tmp_path / "out", {"a.html": "A"})


def test_an_empty_folder_and_a_missing_one_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_free(tmp_path / "empty")
    check_free(tmp_path / "not" / "yet")
    export(tmp_path / "not" / "yet", {})
    assert files_in(tmp_path / "not" / "yet") == {MARK}
