"""What is too old is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import AccountSession, Drawing, Forgotten

# in one transaction, so that nobody waits long for it
CHUNK: Final = 1_000
# nothing waits in a queue for longer
QUEUED: Final = timedelta(days=1)


def expire(database: Database, before: datetime) -> int:
    """Delete every drawing, with its answers and reviews, from before `before`; how many.

    Sessions that have expired go too, and the names of who was forgotten.

    Raises:
        DatabaseAwayError: the database does not answer; some may be deleted.
    """
    with database.writing() as session:
        expired = AccountSession.expires_at <= datetime.now(UTC)
        session.execute(delete(AccountSession).where(expired))
        session.execute(delete(Forgotten).where(Forgotten.until < datetime.now(UTC) - QUEUED))
    deleted = 0
    while True:
        with database.writing() as session:
            old = select(Drawing.id).where(Drawing.timestamp < before).limit(CHUNK)
            ids = session.scalars(old).all()
            session.execute(delete(Drawing).where(Drawing.id.in_(ids)))
        deleted += len(ids)
        if len(ids) < CHUNK:
            return deleted
