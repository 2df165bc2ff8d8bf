"""Drawings and answers to fill a database with."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import LABELS, Answer, Drawing
from ml_engine_and_backend.database.writer import new_id

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ANN = "session:" + "a" * 32
BOB = "account:7"
PNG = b"\x89PNG\r\n\x1a\n and so on"


def drawing(
    owner: str | None = ANN,
    timestamp: datetime = NOON,
    reads: Sequence[dict[str, Any]] = ({},),
    **changes: Any,
) -> tuple[Drawing, list[Answer]]:
    """A drawing with an answer for each of `reads`, which say how it differs from a sure 7."""
    values: dict[str, Any] = {
        "id": new_id(),
        "timestamp": timestamp,
        "owner": owner,
        "field": bytes(784),
        "found_kind": "digit",
        "digit_likeness": 0.99,
        "found_count": 1,
        "computed_by": "service",
    }
    values |= changes
    return Drawing(**values), [answer(values["id"], **read) for read in reads]


def answer(drawing_id: str, **changes: Any) -> Answer:
    """A sure 7."""
    values: dict[str, Any] = {
        "id": new_id(),
        "model": "cnn",
        "version": 1,
        "predicted_digit": 7,
        "confidence": 0.97,
        "probabilities": [0.0] * 7 + [0.97, 0.0, 0.03],
        "verdict": "sure",
    }
    return Answer(drawing_id=drawing_id, **values | changes)


def keep(database: Database, *drawings: tuple[Drawing, list[Answer]]) -> list[str]:
    """Write them; the ids of the drawings."""
    with database.writing() as session:
        session.add_all([each for each, _ in drawings])
        session.flush()
        session.add_all([each for _, answers in drawings for each in answers])
    return [each.id for each, _ in drawings]


def random_drawings(seed: int, count: int) -> list[tuple[Drawing, list[Answer]]]:
    """Drawings of ten days, some labelled, read by some of three models of up to two versions."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    return [_random_drawing(chance, chance.choice((ANN, BOB, None))) for _ in range(count)]


def _random_drawing(chance: random.Random, owner: str | None) -> tuple[Drawing, list[Answer]]:
    label = chance.choice(LABELS) if chance.random() < 0.7 else None
    digit = int(label) if label and label.isdecimal() and chance.random() < 0.8 else 3
    models = [("cnn", 1), ("cnn", 2), ("deep_cnn", 1), ("single_layer", 1)]
    reads = [
        {
            "model": model,
            "version": version,
            "predicted_digit": digit if chance.random() < 0.7 else chance.randrange(10),
            # edges of bins are among them
            "confidence": chance.choice([0.2, 0.4, 1.0, chance.uniform(0.1, 1)]),
            "verdict": chance.choice(["sure", "sure", "unsure", "not_a_digit", "several"]),
        }
        for model, version in chance.sample(models, chance.randint(1, len(models)))
    ]
    return drawing(
        owner,
        NOON - timedelta(seconds=chance.randrange(10 * 86_400)),
        reads,
        true_label=label,
        labelled_at=NOON if label else None,
    )
