"""The help center's database: what customers send us, kept until it is answered, forgotten or expired.

Any database that SQLAlchemy speaks to; unless told otherwise one SQLite file in `.kb/`, in WAL mode, so
that readers never wait for the writer. Its tables are made and changed by Alembic (`kb/migrations/`).
Whoever has tables of their own declares them on `METADATA` and adds a migration; a test holds the two equal.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from kb.errors import DatabaseUnavailableError, KBError
from kb.place import Place, told_database

log = logging.getLogger(__name__)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables. Constraints have names, so that a migration can change them."""

AT_ONCE = 500
"""How many rows to ask for in one statement: databases bound how many values one may have."""

_BUSY_SECONDS = 10
_SILENT_SECONDS = 3
"""How long a server elsewhere may say nothing to a new connection, or confirm nothing of what it was sent."""
_PATIENCE = {"connect_timeout": _SILENT_SECONDS, "tcp_user_timeout": _SILENT_SECONDS * 1000}
"""The same in libpq's words. Its own is for ever, or until the system gives up after a quarter of an hour."""
_SCRUBBINGS = 3
"""How often it is tried to empty the log, each time waiting as long for those who read."""

_one_at_a_time = threading.Lock()
"""Alembic keeps what it works on in its own module: two threads at once take it from each other."""

_MIGRATING = 0x6B62
"""The key of PostgreSQL's advisory lock while tables are changed: "kb"."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC without a zone, which every database can hold and compare."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database; a naive moment is a mistake (ValueError)."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone: datetime.now(UTC)")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database, in UTC."""
        return value.replace(tzinfo=UTC) if value else None


class Database:
    """One database, safe to share with threads and with processes forked later."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet; raises KBError when `url` is no database's address or its driver is missing."""
        try:
            self._engine = _engine(url)
        except (ArgumentError, NoSuchModuleError, ValueError) as error:
            fix = "Write it as sqlite:////path/file.sqlite or postgresql+psycopg://user@host/name."
            raise KBError.at("database_url", f"is no database's address: {error}.", fix) from error
        except ImportError as error:
            needed = error.name or "'psycopg[binary]'"  # which names nothing when libpq alone is missing
            fix = f"Install it beside kb: pip install {needed}."
            raise KBError.at(
                "database_url", f"needs a driver that is not installed: {error}.", fix
            ) from error
        self.name: str = self._engine.url.database or "" if self._is_sqlite else repr(self._engine.url)
        self._process = os.getpid()
        self._is_ready = False

    @classmethod
    def at(cls, root: Path, url: str = "") -> "Database":
        """The database of the help center in `root`: of the environment, else of `url`, else its own file."""
        own = f"sqlite:///{Place.at(root).database.absolute()}"
        return cls(told_database(url) or own)

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def is_there(self) -> bool:
        """Whether somebody has made it: a SQLite file that is not there yet has nothing to read."""
        return not self._is_sqlite or Path(self.name).exists()

    def prepare(self) -> None:
        """Makes or changes the tables as this version needs them, whoever else does so at the same time.

        Raises DatabaseUnavailableError when it can't be opened or written, or a newer version made it.
        """
        with self._explained():
            if self._is_sqlite:
                _make_private(self.name)
            with self._connected(writes=True) as connection:
                if self._engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
                with _one_at_a_time:
                    _migrate(connection, self.name)
        self._is_ready = True

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with, everything as of one moment. Raises DatabaseUnavailableError."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept whole when its block ends, and not at all when the block raises.

        Raises DatabaseUnavailableError; an IntegrityError passes through.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    def scrub(self) -> bool:
        """Empties SQLite's log of what was deleted; False when somebody kept reading what stands in it.

        Other databases see to that themselves.
        """
        if not self._is_sqlite:
            return True
        with self._explained(), self._engine.connect() as connection:
            connection.rollback()  # a checkpoint can't run inside a transaction
            driver: Any = connection.connection.driver_connection
            checkpoints = (
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() for _ in range(_SCRUBBINGS)
            )
            return any(not is_busy for is_busy, _in_log, _done in checkpoints)

    @contextlib.contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        if self._is_ready and not self.is_there:
            log.warning(
                "%s: the database is gone. An empty one takes its place; restore your copy.", self.name
            )
            self._is_ready = False
        if not self._is_ready:
            self.prepare()
        with self._explained(), self._connected(writes=writes) as connection:
            yield connection

    @contextlib.contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        if self._process != os.getpid():  # connections belong to the process that opened them
            self._engine.dispose(close=False)
            self._process = os.getpid()
        engine = self._engine.execution_options(writes=writes)
        with engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """What the driver says went wrong, in words and with a fix."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            said = str(error.orig)
            fix = "kb does without it until then; what customers write is handed back to them."
            if "no such table" in said:
                self._is_ready = False
                fix = "Its tables are made again at the next try; if it held anything, restore your copy."
            elif "full" in said or "disk I/O error" in said:  # a log beside it may have found no room
                fix = f"Make room on its disk; {fix}"
            elif self._is_sqlite:
                fix = f"Check that it is a SQLite file that this user may write; {fix}"
            else:
                fix = f"Check that the server runs and lets this user in; {fix}"
            raise DatabaseUnavailableError.at(
                self.name, f"the database can't be used: {said}.", fix
            ) from error
        except OSError as error:
            fix = "Check the folder's permissions and the room on its disk."
            raise DatabaseUnavailableError.at(
                self.name, f"cannot be written: {error.strerror}.", fix
            ) from error


def _engine(url: str) -> Engine:
    # `hide_parameters`: an error names the statement, and never what customers wrote; it may end in a log.
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        by_libpq = address.get_driver_name() in ("psycopg", "psycopg2")
        waits = {name: most for name, most in _PATIENCE.items() if by_libpq and name not in address.query}
        return create_engine(
            url, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True, connect_args=waits
        )
    # A SQLite connection costs less than a millisecond, and one that nobody shares can't be shared wrongly.
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    """Durable (a request that we said we have survives a power cut), checked references, our own BEGIN.

    What is deleted is overwritten: forgetting somebody means that the file does not know them either.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    """A writer takes the lock at once: one that read first could not wait for it any more."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_private(file: str) -> None:
    """An empty file that only this user may read, in a folder that is there; SQLite's others follow suit."""
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _migrate(connection: Connection, name: str) -> None:
    """Runs the migrations that the database has not seen, within the transaction of `connection`."""
    from alembic import command  # takes a while to import, and only the first to come needs it
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "kb:migrations")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    there = MigrationContext.configure(connection).get_current_revision()
    if there is not None and there not in known:
        raise DatabaseUnavailableError.at(
            name, f"was made by a newer version of kb (its tables are at {there!r}).", "Update kb."
        )
    command.upgrade(config, "head")
