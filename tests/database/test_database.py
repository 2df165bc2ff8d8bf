"""Sessions on the database."""

from sqlalchemy import func, select

from ml_engine_and_backend.database.database import Database
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
