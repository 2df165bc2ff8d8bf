"""What people say that a drawing is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.accounts import is_account
from ml_engine_and_backend.database.tables import CONFLICT, Answer, Drawing, predictions
from ml_engine_and_backend.model_folder.errors import LadderError

# while reviewers have settled nothing, or not on a label, people may still say what they drew
_OPEN: Final = (None, CONFLICT)


class BadLabelError(LadderError):
    """No model that answered has such a class."""


class UnknownPredictionError(LadderError):
    """No prediction that is kept has this id."""


class ReviewedError(LadderError):
    """A reviewer has decided otherwise."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One model's answer to a labelled drawing; `is_right` is None while there is no label."""

    id: str
    model: str
    version: int
    predicted_digit: int
    verdict: str
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """What is now kept of a drawing."""

    drawing: str
    true_label: str | None
    timestamp: datetime
    answers: list[Judged]


def label(session: Session, prediction: str, true_label: str | None, owner: str | None) -> Labelled:
    """Label the drawing of a prediction, and so every model's answer to it; None takes it back.

    Whoever has the id may, so that a program can hand it on to who drew; but no account labels
    another's drawings. `owner` is who asks.

    Raises:
        UnknownPredictionError: there is none, or it is not kept any more, or it is another's.
        BadLabelError: those who answered have no such class.
        ReviewedError: reviewers have settled on another label.
    """
    drawing = session.scalar(
        select(Drawing)
        .join(Answer, Answer.drawing_id == Drawing.id)
        .where(Answer.id == prediction)
        .with_for_update(of=Drawing)
    )
    is_anothers = drawing is not None and is_account(drawing.owner) and is_account(owner)
    if drawing is None or (is_anothers and drawing.owner != owner):
        raise UnknownPredictionError(
            f"expected the id of a prediction that is kept, got {prediction[:80]!r}"
        )
    check_label(session, drawing.id, true_label)
    if drawing.decision not in (*_OPEN, true_label):
        raise ReviewedError(
            f"expected {drawing.decision!r}, as reviewers have decided, got {true_label!r}"
        )
    now = datetime.now(UTC)
    drawing.true_label = true_label
    drawing.labelled_at = None if true_label is None else now
    session.flush()
    rows = session.execute(
        select(
            predictions.c.id,
            predictions.c.model,
            predictions.c.version,
            predictions.c.predicted_digit,
            predictions.c.verdict,
            predictions.c.is_right,
        )
        .where(predictions.c.drawing_id == drawing.id)
        .order_by(predictions.c.model, predictions.c.version)
    )
    judged = [
        Judged(*row[:-1], is_right=None if row.is_right is None else bool(row.is_right))
        for row in rows
    ]
    return Labelled(drawing.id, true_label, now, judged)


def check_label(session: Session, drawing: str, label: str | None) -> None:
    """Raise BadLabelError where `label` is the index of no class that was answered about."""
    if label is None or not label.isdecimal():
        return
    answered = session.scalar(
        select(Answer.probabilities).where(Answer.drawing_id == drawing).limit(1)
    )
    if answered is not None and int(label) >= len(answered):
        raise BadLabelError(f"expected a class from 0 to {len(answered) - 1}, got {label}")
