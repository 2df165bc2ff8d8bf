"""Drawings to keep."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Answer, Drawing
from ml_engine_and_backend.database.writer import NewAnswer, NewDrawing, new_id


def new_answer(model: str = "cnn", digit: int = 7, **changes: Any) -> NewAnswer:
    """What a model read; a sure 7 of `cnn`, unless told otherwise."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "model": model,
        "version": 1,
        "predicted_digit": digit,
        "confidence": 0.97,
        "probabilities": [0.97 if d == digit else 0.03 / 9 for d in range(10)],
        "verdict": "sure",
    }
    return NewAnswer(**fields | changes)


def new_drawing(answers: Sequence[NewAnswer] | None = None, **changes: Any) -> NewDrawing:
    """A drawing that `cnn` alone answered, unless told otherwise."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "timestamp": datetime.now(UTC),
        "owner": "session:1",
        "token_hash": None,
        "field": bytes(784),
        "found_kind": "digit",
        "digit_likeness": 0.99,
        "found_count": 1,
        "image_data": None,
        "image_type": None,
        "computed_by": "service",
        "request_id": None,
        "answers": [new_answer()] if answers is None else answers,
    }
    return NewDrawing(**fields | changes)


def kept(database: Database, answers: Sequence[NewAnswer] | None = None, **columns: Any) -> Drawing:
    """A drawing in the database, with any of its columns as told."""
    new = new_drawing(answers)
    row = {
        column.name: getattr(new, column.name, None) for column in Drawing.__table__.columns
    } | columns
    drawing = Drawing(**row)
    with database.writing() as session:
        session.add(drawing)
        session.flush()
        for answer in new.answers:
            fields = {name: getattr(answer, name) for name in NewAnswer.__slots__}
            session.add(Answer(drawing_id=drawing.id, **fields))
    return drawing
