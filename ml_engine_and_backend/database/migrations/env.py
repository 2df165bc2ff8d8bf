"""Alembic runs this; `Database.migrate` gives it a connection."""

from alembic import context

from ml_engine_and_backend.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite changes a table by copying it
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
