"""The site's secret: made once, private, and apart for each purpose."""

import errno
import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kb.errors import KBError
from kb.secret import create_once, site_key

_PRINT = """
import sys
from pathlib import Path
from kb.errors import KBError
from kb.secret import create_once, site_key
print(site_key(Path(sys.argv[1]), "a").hex())
"""


def test_every_process_gets_the_same_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PRINT, str(tmp_path)]
    printed = {subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)}
    assert printed == {f"{site_key(tmp_path, 'a').hex()}\n"}


def test_each_purpose_and_each_site_has_its_own(tmp_path: Path) -> None:
    keys = {site_key(tmp_path / site, purpose) for site in "xy" for purpose in ("a", "b")}
    assert len(keys) == 4


def test_it_lies_in_a_file_that_only_this_user_may_read(tmp_path: Path) -> None:
    site_key(tmp_path / "new", "a")
    file = tmp_path / "new" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == 32


def test_where_it_cannot_be_kept_it_lasts_as_long_as_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    with caplog.at_level(logging.WARNING):
        assert site_key(folder, "a") == site_key(folder, "a")
    assert "can't be kept" in caplog.text


@pytest.mark.parametrize("kept", [b"", b"short"])
def test_one_that_is_too_short_is_named_with_the_way_out(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "secret").write_bytes(kept)
    with pytest.raises(KBError, match=f"secret: has {len(kept)} bytes instead of 32.* Restore your copy"):
        site_key(tmp_path, "a")


def test_a_disk_without_hard_links_keeps_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    site_key(tmp_path, "a")
    create_once(tmp_path / "secret", lambda file: file.write_bytes(b"another"))
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
    assert len((tmp_path / "secret").read_bytes()) == 32
