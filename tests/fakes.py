"""A ladder without weights: services are tested on answers that are known beforehand."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Logits, Model, Network
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.metadata import Metadata
from ml_engine_and_backend.model_folder.record import FileRecord


def fake_metadata(name: str = "fake", **changes: object) -> Metadata:
    """Valid metadata of a rung called `name`."""
    fields: dict[str, object] = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "adds": "nothing at all",
        "order": 10,
        "version": 1,
        "parameters": 7850,
        "activation": "softmax",
        "temperature": 1.0,
        "unsure_threshold": 0.5,
        "validation_accuracy": 0.9,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "files": {"model.tflite": FileRecord(sha256="0" * 64, bytes=1000)},
    }
    return Metadata.model_validate(fields | changes)


def always(logits: Sequence[float]) -> Network:
    """A network that answers the same logits to everything."""

    def network(field: Field) -> Logits:
        assert field.shape == (28, 28)
        assert field.dtype in (np.uint8, np.float32)  # tensor clients bring fractions
        return np.array(logits, np.float32)

    return network


def reads(digit: int, logit: float = 5) -> list[float]:
    """Logits in favour of one digit."""
    return [logit if d == digit else 0.0 for d in range(10)]


def fake_model(
    name: str = "fake", logits: Sequence[float] | None = None, **metadata: object
) -> Model:
    """A rung that answers `logits` (a 7, without them) to every drawing."""
    network = always(reads(7) if logits is None else logits)
    return Model(fake_metadata(name, **metadata), 0.91, 1000, network)


def fake_ladder() -> Ladder:
    """Three rungs that disagree: the lowest reads a 1, the others a 7, the newest the best."""
    return Ladder(
        [
            fake_model("high", order=30, validation_accuracy=0.99),
            fake_model("low", reads(1), order=10, activation="sigmoid"),
            fake_model("middle", order=20, version=1, validation_accuracy=0.95),
            fake_model("middle", reads(2), order=20, version=2, validation_accuracy=0.96),
        ]
    )
