"""The tables, version by version, with data in them."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from ml_engine_and_backend.database.database import MIGRATIONS, Database
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.tables import Base, Drawing, predictions
from tests.database.drawings import kept

REVISIONS = [script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()][::-1]


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found: list[object] = compare_metadata(context, Base.metadata)
    return found


def columns_of_view(database: Database) -> set[str]:
    return {column["name"] for column in inspect(database.engine).get_columns("predictions")}


def test_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []
    assert columns_of_view(database) == set(predictions.c.keys())


def test_every_migration_goes_down_and_up_again(database_url: str) -> None:
    database = Database(database_url)
    for revision in REVISIONS:
        database.migrate(revision)
    for revision in [*REVISIONS[:-1][::-1], "base"]:
        database.migrate(revision)
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    database.migrate()
    assert differences(database) == []
    database.close()


DRAWING = """
INSERT INTO drawings (id, timestamp, owner, found_kind, digit_likeness, found_count, computed_by,
    true_label)
VALUES ('d', '2026-11-28 12:00:00+00:00', 'session:1', 'digit', 0.5, 1, 'service', '4')
"""
ANSWER = """
INSERT INTO answers (id, drawing_id, model, version, predicted_digit, confidence, probabilities,
    verdict) VALUES ('a', 'd', 'cnn', 1, 4, 0.75, '[0, 1]', 'sure')
"""


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_rows_of_an_earlier_revision_are_there_after_migrating(
    database_url: str, revision: str
) -> None:
    database = Database(database_url)
    database.migrate(revision)
    with database.writing() as session:
        session.execute(text(DRAWING))
        session.execute(text(ANSWER))
    database.migrate()
    with database.reading() as session:
        (row,) = session.execute(predictions.select())
    assert (row.id, row.owner, row.predicted_digit, row.is_right) == ("a", "session:1", 4, 1)
    assert row.timestamp.isoformat() == "2026-11-28T12:00:00+00:00"
    database.close()


def test_rows_are_there_after_going_down_and_up(database: Database) -> None:
    drawing = kept(database, true_label="7")
    database.migrate(REVISIONS[0])
    database.migrate()
    with database.reading() as session:
        (row,) = session.execute(predictions.select())
    assert (row.drawing_id, row.true_label) == (drawing.id, "7")


def test_tables_of_a_newer_program_are_told_in_a_sentence(database: Database) -> None:
    drawing = kept(database)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseAwayError, match=r"expected tables that this version .* '9999'"):
        database.migrate()
    with database.reading() as session:
        assert session.get(Drawing, drawing.id) is not None


def test_many_processes_migrate_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    errors: list[Exception] = []

    def migrate(database: Database) -> None:
        try:
            database.migrate()
        except Exception as error:
            errors.append(error)
        database.close()

    threads = [threading.Thread(target=migrate, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    again = Database(database_url)
    assert differences(again) == []
    again.close()


def test_a_database_that_is_not_migrated_yet_counts_as_away(database_url: str) -> None:
    database = Database(database_url)
    with (
        pytest.raises(DatabaseAwayError, match="expected a database"),
        database.reading() as session,
    ):
        session.execute(predictions.select())
    database.close()


@pytest.mark.parametrize("change", ["UPDATE promotions SET reason = ''", "DELETE FROM promotions"])
def test_promotions_are_never_edited(database: Database, change: str) -> None:
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO promotions (timestamp, actor, action, model, version, from_version,"
                " reason) VALUES ('2026-11-28 12:00:00+00:00', 'ada', 'promote', 'cnn', 2, 1, 'x')"
            )
        )
    with pytest.raises(DatabaseError, match="never edited"), database.writing() as session:
        session.execute(text(change))
