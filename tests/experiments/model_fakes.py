"""Model folders with predictions made up, and all documents that go with them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset, Split
from experiments.evaluation.report import make_report
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field
from ml_engine_and_backend.model_folder.folder import METADATA_FILE, REPORT_FILE
from ml_engine_and_backend.model_folder.metadata import FullMetadata
from ml_engine_and_backend.model_folder.record import write_record
from ml_engine_and_backend.model_folder.report import LearningCurves
from tests.experiments.training.quick import few_disturbed, few_sets

LABELS = np.arange(600) % 10


def images() -> NDArray[np.uint8]:
    """A field for each of the 600 labels, told apart by its first two pixels."""
    fields = np.zeros((len(LABELS), 28, 28, 1), np.uint8)
    fields[:, 0, 0, 0], fields[:, 0, 1, 0] = np.divmod(np.arange(len(LABELS)), 256)
    return fields


def full_metadata(**changes: object) -> FullMetadata:
    """What training would write of a model that nobody has trained."""
    fields = {
        "format": 1,
        "name": "toy",
        "title": "Toy",
        "adds": "Nothing but a test.",
        "order": 15,
        "version": 1,
        "parameters": 7_850,
        "activation": "softmax",
        "temperature": 1.5,
        "unsure_threshold": 0.5,
        "validation_accuracy": 0.9,
        "created_at": "2026-01-01T00:00:00Z",
        "files": {"model.tflite": {"sha256": "0" * 64, "bytes": 33_000}},
        "input": {"shape": [1, 28, 28, 1], "dtype": "float32", "meaning": "grey levels"},
        "output": {"shape": [1, 10], "dtype": "float32", "meaning": "logits"},
        "training": {
            "train_images": 600,
            "validation_images": 100,
            "split_seed": 1,
            "epochs_run": 2,
        },
        "seed": 1,
        "libraries": {},
        "data_sha256": {},
        "training_seconds": 1234.4,
        "hardware": "an abacus & <beads>",
    }
    return FullMetadata.model_validate(fields | changes)


CURVES = LearningCurves(
    epoch=[1, 2],
    loss=[0.5, 0.3],
    accuracy=[0.8, 0.8],
    validation_loss=[0.5, 0.3],
    validation_accuracy=[0.9, 0.9],
    learning_rate=[0.01, 0.01],
)


def add_model(
    models_dir: Path,
    name: str,
    version: int,
    order: int,
    wrong: Sequence[int],
    **changes: object,
) -> Path:
    """A folder of a rung that misreads the digits at `wrong`, each as its successor."""
    read = LABELS.copy()
    read[list(wrong)] = (read[list(wrong)] + 1) % 10

    def network(field: Field) -> Logits:
        index = int(field[0, 0]) * 256 + int(field[0, 1])
        digit = read[index] if index < len(read) else 0  # noise and blur make up others
        return np.asarray(np.eye(10)[digit] * 5, np.float32)

    folder = models_dir / name / str(version)
    folder.mkdir(parents=True)
    digits = Split(images(), LABELS)
    metadata = full_metadata(
        name=name,
        title=name.capitalize(),
        adds=f"What {name} adds.",
        version=version,
        order=order,
        **changes,
    )
    with few_disturbed():
        data = Dataset(digits, digits.head(100), digits, {})
        report = make_report(
            metadata, network, 7_840, CURVES, data, few_sets(), "an abacus & <beads>", folder
        )
    cost = report.cost.model_copy(update={"median_latency_us": 42.0})
    write_record(folder / REPORT_FILE, report.model_copy(update={"cost": cost}))
    write_record(folder / METADATA_FILE, metadata)
    return folder
