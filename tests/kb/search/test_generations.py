"""The index on disk: swapped in one step, or left as it was; damage is named and mended."""

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kb.errors import KBError
from kb.search.engine import Engine
from kb.search.generation import FORMAT, IndexUnusableError, current_folder, open_current
from kb.search.index import build_index
from tests.builders import help_center, kb
from tests.kb.search.building import shelf
from tests.kb.search.libraries import found

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An index of three articles."""
    build_index(tmp_path / "index", shelf(3))
    return tmp_path / "index"


def generations(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


@contextmanager
def stopped_in_the_middle(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A build in another process that has begun to write and waits."""
    command = [sys.executable, "-m", "tests.kb.search.building", str(home), "50"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "begun\n"
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait()


def test_a_build_makes_the_next_generation_live_and_removes_all_but_two(home: Path) -> None:
    assert current_folder(home).name == "000001"
    for number in (2, 3, 4):
        assert build_index(home, shelf(3)) == current_folder(home) == home / f"{number:06}"
    assert generations(home) == ["000003", "000004"]


def test_a_build_that_fails_leaves_the_last_good_index_and_no_rubbish(home: Path) -> None:
    def failing(things: Any, label: str) -> Iterator[Any]:
        yield from things
        if label == "Writing the index":
            raise ValueError("no more")

    before = (home / "CURRENT").read_bytes()
    with pytest.raises(ValueError, match="no more"):
        build_index(home, shelf(9), track=failing)
    assert (home / "CURRENT").read_bytes() == before
    assert generations(home) == ["000001"]
    assert len(found(Engine(home), "parcel")) == 3


def test_a_build_that_is_killed_leaves_the_last_good_index_and_the_next_one_works(home: Path) -> None:
    with stopped_in_the_middle(home) as process:
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert generations(home) == ["000001", "000002.unfinished"]
    assert len(found(Engine(home), "parcel")) == 3
    build_index(home, shelf(5))
    assert generations(home) == ["000001", "000002"]
    assert len(found(Engine(home), "parcel")) == 5


def test_of_two_builds_at_once_one_is_told_and_the_other_succeeds(home: Path) -> None:
    with stopped_in_the_middle(home) as process:
        with pytest.raises(KBError) as caught:
            build_index(home, shelf(5))
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0
    [problem] = caught.value.problems
    assert (problem.path, problem.problem) == (str(home), "another 'kb index' is writing there.")
    assert problem.fix == "Wait until it is done, then try again."
    assert len(open_current(home).slugs) == 50


def test_builds_in_threads_of_one_process_exclude_each_other_too(home: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def waiting(things: Any, label: str) -> Iterator[Any]:
        begun.set()
        assert go_on.wait(30)
        yield from things

    other = threading.Thread(target=build_index, args=(home, shelf(5)), kwargs={"track": waiting})
    other.start()
    assert begun.wait(30)
    with pytest.raises(KBError, match="another 'kb index'"):
        build_index(home, shelf(4))
    go_on.set()
    other.join()
    assert len(open_current(home).slugs) == 5


def test_readers_see_a_whole_index_at_every_moment_of_many_builds(home: Path) -> None:
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not done.is_set():
            seen.append(len(open_current(home).slugs))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(4):
        build_index(home, shelf(3))
    done.set()
    reader.join()
    assert seen
    assert set(seen) == {3}


def _files_in_use(folder: Path) -> set[str]:
    """The files below `folder` that this process has open or mapped into its memory."""
    mapped = (line.split(maxsplit=5)[5:] for line in Path("/proc/self/maps").read_text().splitlines())
    names = {name.rstrip("\n").removesuffix(" (deleted)") for found in mapped for name in found}
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            names.add(str(entry.readlink()).removesuffix(" (deleted)"))
    return {name for name in names if name.startswith(f"{folder}/")}


def test_the_old_generation_is_let_go_as_soon_as_the_new_one_is_used(home: Path) -> None:
    serving = Engine(home, look_every_s=0)
    old = serving.generation.folder
    assert serving.generation.store.article("a0000")
    found(serving, "parcel")
    assert any(name.endswith("impact.npy") for name in _files_in_use(old))
    running = serving.generation  # a request that has not ended
    build_index(home, shelf(4))
    assert len(found(serving, "parcel")) == 4
    assert running.store.article("a0000"), "it is finished on the generation it began with"
    assert _files_in_use(old)
    del running
    gc.collect()
    assert _files_in_use(old) == set()


def test_a_generation_stays_whole_for_a_thread_that_begins_to_read_it_after_many_builds(home: Path) -> None:
    serving = open_current(home)
    for _ in range(4):
        build_index(home, shelf(3))
    assert generations(home) == ["000001", "000004", "000005"]
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(serving.store.article, "a0000").result()
    del serving
    gc.collect()
    build_index(home, shelf(3))
    assert generations(home) == ["000005", "000006"]


def test_a_generation_stays_for_a_forked_process_when_its_parent_has_let_it_go(home: Path) -> None:
    serving = open_current(home)
    asked, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.read(asked, 1)  # until the parent has built and closes its end
        os._exit(0 if serving.store.article("a0000") else 1)
    os.close(asked)
    del serving
    gc.collect()
    for _ in range(3):
        build_index(home, shelf(3))
    os.close(told)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_every_file_of_a_generation_is_checked(home: Path) -> None:
    whole = open_current(home).folder
    names = sorted(str(file.relative_to(whole)) for file in whole.rglob("*") if file.is_file())
    assert len(names) > 10
    for name in names:
        shutil.copytree(home, home.with_name("copy"))
        damaged = home.with_name("copy") / whole.name / name
        damaged.write_bytes(damaged.read_bytes()[:-1])
        if damaged.stat().st_size != (whole / name).stat().st_size:  # some are empty
            with pytest.raises(IndexUnusableError, match="damaged"):
                open_current(home.with_name("copy"))
        damaged.write_bytes(bytes(byte ^ 1 for byte in (whole / name).read_bytes()) or b"x")
        with pytest.raises(IndexUnusableError, match="damaged"):
            open_current(home.with_name("copy"))
        damaged.unlink()
        with pytest.raises(IndexUnusableError, match="damaged"):
            open_current(home.with_name("copy"))
        shutil.rmtree(home.with_name("copy"))


@pytest.mark.parametrize("text", ["", "[]", "null", "7", "{}", f'{{"format": {FORMAT}}}', "\x00" * 40])
def test_a_manifest_that_says_nothing_useful_is_damage(home: Path, text: str) -> None:
    (current_folder(home) / "manifest.json").write_text(text)
    with pytest.raises(IndexUnusableError):
        open_current(home)


def test_an_index_of_another_version_is_not_read(home: Path) -> None:
    manifest = current_folder(home) / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": FORMAT + 1}))
    with pytest.raises(IndexUnusableError, match="another version of kb"):
        open_current(home)


@pytest.mark.parametrize(
    "content", [None, b"", b"\n", b"000009", b"../index", b"000001/whoosh", b"\xff\xfe", b"\x00"]
)
def test_a_current_that_names_no_generation_is_named(home: Path, content: bytes | None) -> None:
    (home / "CURRENT").unlink() if content is None else (home / "CURRENT").write_bytes(content)
    with pytest.raises(IndexUnusableError, match=r"no index yet|is missing|damaged"):
        open_current(home)


def test_no_index_at_all_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="there is no index yet"):
        Engine(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["truncated", "another version", "no CURRENT", "no folder"])
def test_kb_search_builds_an_unusable_index_again(tmp_path: Path, damage: str) -> None:
    place = help_center(tmp_path)
    assert kb(tmp_path, "index").exit_code == 0
    folder = current_folder(place.index)
    if damage == "truncated":
        (folder / "impact.npy").write_bytes((folder / "impact.npy").read_bytes()[:-4])
    elif damage == "another version":
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 0}))
    elif damage == "no CURRENT":
        (place.index / "CURRENT").unlink()
    else:
        shutil.rmtree(place.root / ".kb")
    answer = kb(tmp_path, "search", "track", "an", "order", "--json")
    assert json.loads(answer.stdout)["results"][0]["slug"] == "track"
    assert open_current(place.index).slugs == ["track"]
