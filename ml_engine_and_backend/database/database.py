"""One way to the database: SQLite in a file, or PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.errors import DatabaseAwayError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Alembic's words
NEWEST: Final = "head"
NOTHING: Final = "base"
# how long a statement waits for whoever is writing (SQLite), or for the server to take a connection
PATIENCE_S: Final = 5
# any number, the same for every process: two must not migrate at once
MIGRATION_LOCK: Final = 280_028
# PostgreSQL's words where a migration has still to come, and of a standby that only reads
AWAY: Final = ("42P01", "25006")
_IMMEDIATE: Final = "ladder_immediate"


class Database:
    """Sessions on the database at `url`, for all threads of a process.

    Nothing is opened before it is used.
    """

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        # SQLite lets one write, and those who wait are not served in turn
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )
        self._writing = self.engine.execution_options(**{_IMMEDIATE: True})
        # SQLite's transactions do so anyway; PostgreSQL's would see what others commit meanwhile
        self._reading = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of everything.

        Raises:
            DatabaseAwayError: the database does not answer.
        """
        with _told_away(), Session(self._reading) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all kept when the block ends, or none where it raises.

        Raises:
            DatabaseAwayError: the database does not answer; nothing was acknowledged.
        """
        with (
            _told_away(),
            self._turn,
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection()  # begins now, not with the first statement
            yield session

    def ping(self) -> None:
        """Do nothing.

        Raises:
            DatabaseAwayError: the database does not answer.
        """
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def migrate(self, revision: str = NEWEST) -> None:
        """Bring the tables to `revision`; a file and its folder are made where there is none.

        Several processes may do so at once.

        Raises:
            DatabaseAwayError: the database does not answer, or the file cannot be made.
        """
        with _told_away():
            if self.is_sqlite and self.url.database:
                path = Path(self.url.database)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.touch(mode=0o600)  # what people drew is for nobody else to read
                except OSError as error:
                    raise DatabaseAwayError(str(error)) from error
            with self._writing.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                lock_until_end(connection, MIGRATION_LOCK)
                _migrate(connection, revision)

    def close(self) -> None:
        """Give up all connections."""
        self.engine.dispose()


def lock_until_end(connection: Connection, key: int) -> None:
    """Let no other transaction with the same `key` go on before this one, which writes, has ended.

    SQLite lets only one write anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


# Alembic keeps what it works on in module globals
_one_at_a_time: Final = threading.Lock()


def _migrate(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    with _one_at_a_time:
        current = MigrationContext.configure(connection).get_current_revision() or ""
        is_down = revision == NOTHING or (revision != NEWEST and revision < current)
        try:
            (command.downgrade if is_down else command.upgrade)(config, revision)
        except CommandError as error:  # a newer program has migrated it
            raise DatabaseAwayError(
                f"expected tables that this version of the program knows, got others: {error}"
            ) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say
        for pragma in (
            "journal_mode=WAL",  # whoever reads does not wait for whoever writes
            "synchronous=FULL",  # what was acknowledged outlives the power too
            "foreign_keys=ON",
            "secure_delete=ON",  # what is forgotten is overwritten
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a transaction that begins by reading could not become one that writes
        is_writing = connection.get_execution_options().get(_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        # a connection that died while nobody used it is found before it is used
        pool_pre_ping=True,
        pool_timeout=PATIENCE_S,
        connect_args={"connect_timeout": PATIENCE_S, "options": "-c statement_timeout=30000"},
    )


@contextmanager
def _told_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DatabaseAwayError(_sentence(error)) from error
    except DatabaseError as error:
        # of SQLite's own: its file is none, or damaged
        is_away = getattr(error.orig, "sqlstate", None) in AWAY
        if type(error) is not DatabaseError and not is_away:
            raise
        raise DatabaseAwayError(_sentence(error)) from error
    except PoolTimeoutError as error:  # all connections are taken
        raise DatabaseAwayError(f"expected a free connection, got: {error}") from error


def _sentence(error: DBAPIError) -> str:
    """What the driver says, without the statement and its values."""
    return f"expected a database that answers, got: {' '.join(str(error.orig).split())[:300]}"
