"""The drawings on whose digit reviewers have settled: what a training may learn from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.tables import Drawing

DIGITS = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class ReviewedDrawing:
    """One drawing: uint8 (28, 28) row by row, its digit, and who drew it, where that is known."""

    id: str
    owner: str | None
    field: bytes
    digit: int


def reviewed_digits(session: Session) -> list[ReviewedDrawing]:
    """Every drawing with a field that reviewers call a digit, in the order of the ids."""
    rows = session.execute(
        select(Drawing.id, Drawing.owner, Drawing.field, Drawing.decision)
        .where(Drawing.decision.in_(DIGITS), Drawing.field.is_not(None))
        .order_by(Drawing.id)
    )
    return [ReviewedDrawing(row.id, row.owner, row.field, int(row.decision)) for row in rows]
