"""The database: tables as declared, changed by whoever comes first, and clear words when it can't be used."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from kb.contact import tables as request_tables
from kb.contact.tables import ATTACHMENTS, REQUEST_KEYS, REQUESTS
from kb.database import METADATA, Database, Moment
from kb.errors import DatabaseUnavailableError, KBError
from kb.insight import tables as insight_tables
from kb.place import DATABASE_URL
from tests.disks import fill, small_disk

_PREPARE = """
import sys
from pathlib import Path
from kb.database import Database
database = Database.at(Path(sys.argv[1]))
sys.stdin.readline()
database.prepare()
"""


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))


def a_request(reference: str) -> dict[str, object]:
    blank = {column.name: "" for column in REQUESTS.columns if column.name != "id"}
    return {**blank, "reference": reference, "submission": reference.encode(), "created": datetime.now(UTC)}


def test_the_migrations_make_what_the_tables_declare(tmp_path: Path) -> None:
    for declared in (request_tables.REQUESTS, insight_tables.VOTES):
        assert declared.name in METADATA.tables
    database = Database.at(tmp_path)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("dialect", [PGDialect, MySQLDialect], ids=["postgresql", "mysql"])
def test_other_databases_can_make_the_tables_too(dialect: Any) -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect()))


def test_it_is_one_private_file_of_the_help_center_unless_told(tmp_path: Path) -> None:
    Database.at(tmp_path).prepare()
    file = tmp_path / ".kb" / "helpcenter.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_setting_names_another_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.at(tmp_path, f"sqlite:///{tmp_path}/set.sqlite").prepare()
    monkeypatch.setenv(DATABASE_URL, f"sqlite:///{tmp_path}/told.sqlite")
    Database.at(tmp_path, f"sqlite:///{tmp_path}/set-too.sqlite").prepare()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["set.sqlite", "told.sqlite"]


def test_many_processes_may_prepare_it_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PREPARE, str(tmp_path)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert "requests" in tables(Database.at(tmp_path))


def test_a_block_that_raises_keeps_nothing_and_what_must_be_unique_is_the_callers_to_handle(
    tmp_path: Path,
) -> None:
    database = Database.at(tmp_path)
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(REQUESTS), [a_request("A"), a_request("B"), a_request("A")])
    with database.reading() as connection:
        assert connection.execute(select(REQUESTS)).all() == []


def test_an_error_names_nothing_that_a_customer_wrote(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    letter = {**a_request("ABC"), "email": "ada@example.com"}
    with pytest.raises(IntegrityError) as caught, database.writing() as connection:
        connection.execute(insert(REQUESTS), [letter, letter])
    assert "INSERT INTO requests" in str(caught.value)
    assert "ada@example.com" not in str(caught.value)


def test_what_belongs_to_a_request_goes_with_it(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    with database.writing() as connection:
        made = connection.execute(insert(REQUESTS).values(a_request("A"))).inserted_primary_key
        assert made
        connection.execute(insert(REQUEST_KEYS).values(hash=b"x", request=made[0]))
        connection.execute(
            insert(ATTACHMENTS).values(
                request=made[0], name="a.png", media_type="image/png", size=1, content=b"x"
            )
        )
        connection.execute(REQUESTS.delete())
        assert connection.execute(select(REQUEST_KEYS)).all() == []
        assert connection.execute(select(ATTACHMENTS)).all() == []


def test_many_threads_write_without_losing_anything(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    database.prepare()

    def write(number: int) -> None:
        with database.writing() as connection:
            connection.execute(insert(REQUESTS).values(a_request(f"R{number}")))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(100)))
    with database.reading() as connection:
        assert len(connection.execute(select(REQUESTS.c.id)).all()) == 100


def test_a_forked_process_goes_on_with_connections_of_its_own(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    database.prepare()
    child = os.fork()
    if child == 0:
        with database.writing() as connection:
            connection.execute(insert(REQUESTS).values(a_request("CHILD")))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with database.reading() as connection:
        assert connection.scalars(select(REQUESTS.c.reference)).all() == ["CHILD"]


def test_moments_come_back_as_they_went_in_and_none_may_lack_its_zone(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    moment = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=5)))
    with database.writing() as connection:
        connection.execute(insert(REQUESTS).values({**a_request("A"), "created": moment}))
        assert connection.scalar(select(REQUESTS.c.created)) == moment
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 11, 24), DefaultDialect())


def _newer(file: Path) -> None:
    Database(f"sqlite:///{file}").prepare()
    with Database(f"sqlite:///{file}").writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_newer, "newer version of kb (its tables are at '9999'). Update kb."),
        (lambda file: file.write_text("This is no database. " * 500), "file is not a database"),
        (lambda file: file.mkdir(), "unable to open database file"),
    ],
    ids=["newer", "text", "folder"],
)
def test_one_that_cannot_be_used_is_named_with_the_reason(
    spoil: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "requests.sqlite"
    spoil(file)
    with pytest.raises(DatabaseUnavailableError) as raised, Database(f"sqlite:///{file}").reading():
        pass
    assert f"{file}: " in str(raised.value)
    assert said in str(raised.value)


def test_one_that_finds_no_room_for_its_log_says_to_make_some(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        Database.at(disk).prepare()
        fill(disk)
        with pytest.raises(DatabaseUnavailableError, match="Make room"), Database.at(disk).reading():
            pass


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("requests.sqlite", "is no database's address"),
        ("wombat://host/name", "is no database's address"),
        ("postgresql+psycopg://host/name", "pip install psycopg"),
    ],
)
def test_an_address_that_cannot_be_one_says_how_to_write_it(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not installed, wherever it is
    with pytest.raises(KBError, match=said):
        Database(url)


def test_a_driver_without_the_library_that_it_stands_on_says_what_brings_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('no pq wrapper available')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    with pytest.raises(KBError, match=r"no pq wrapper available\. .* pip install 'psycopg\[binary\]'\."):
        Database("postgresql+psycopg://host/name")


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("", (3, 3000)), ("?connect_timeout=20", (20, 3000))],
    ids=["by itself", "as the address says"],
)
def test_postgresql_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, asked: str, waits: tuple[int, int]
) -> None:
    """A load balancer asks `/readyz` again and again: each would hold a thread, until none serves pages."""
    given: dict[str, Any] = {}

    def connect(*_: object, **arguments: object) -> None:
        given.update(arguments)
        raise sqlite3.OperationalError("timeout expired")

    driver = MagicMock(__version__="2.9.9", paramstyle="pyformat", Error=sqlite3.Error, connect=connect)
    monkeypatch.setitem(sys.modules, "psycopg2", driver)
    database = Database(f"postgresql+psycopg2://shop@192.0.2.1/help{asked}")
    with pytest.raises(DatabaseUnavailableError, match="timeout expired"), database.reading():
        pass
    assert (int(given["connect_timeout"]), given["tcp_user_timeout"]) == waits


def test_one_that_is_deleted_meanwhile_is_made_again_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database.at(tmp_path)
    before = tables(database)
    for file in (tmp_path / ".kb").iterdir():
        file.unlink()
    assert tables(database) == before
    assert "the database is gone" in caplog.text


def test_one_that_lost_its_tables_meanwhile_has_them_again_at_the_next_try(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    database.prepare()
    (tmp_path / ".kb" / "helpcenter.sqlite").write_bytes(b"")
    with pytest.raises(DatabaseUnavailableError, match="at the next try"), database.reading() as connection:
        connection.execute(select(REQUESTS))
    with database.reading() as connection:
        assert connection.execute(select(REQUESTS)).all() == []
