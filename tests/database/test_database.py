"""Sessions on the database."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.tables import Drawing
from tests.database.drawings import kept

COUNT = select(func.count()).select_from(Drawing)


def test_a_reading_session_sees_one_state_of_everything(database: Database) -> None:
    with database.reading() as session:
        before = session.scalar(COUNT)
        kept(database)
        assert session.scalar(COUNT) == before == 0
    with database.reading() as session:
        assert session.scalar(COUNT) == 1


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ladder.sqlite3"
    path.write_bytes(b"no database " * 100)
    database = Database(f"sqlite:///{path}")
    for use in (database.ping, database.migrate):
        with pytest.raises(DatabaseAwayError, match=r"got: file is not a database\Z"):
            use()
