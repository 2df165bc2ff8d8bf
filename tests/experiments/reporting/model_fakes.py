"""Model folders with predictions made up, and all documents that go with them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.data.mnist import Mnist, Split
from experiments.evaluation.report import Served, at_version, make_report
from experiments.training import workspace as artefacts
from experiments.training.fit import LearningCurves
from experiments.training.workspace import Json
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field
from tests.experiments.training.quick import few_disturbed

LABELS = np.arange(600) % 10


def images() -> NDArray[np.uint8]:
    """A field for each of the 600 labels, told apart by its first two pixels."""
    fields = np.zeros((len(LABELS), 28, 28, 1), np.uint8)
    fields[:, 0, 0, 0], fields[:, 0, 1, 0] = np.divmod(np.arange(len(LABELS)), 256)
    return fields


def add_model(models_dir: Path, name: str, version: int, order: int, wrong: Sequence[int]) -> Path:
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
    curves = LearningCurves()
    for loss in (0.5, 0.3):
        curves.add({"loss": loss, "accuracy": 0.8, "val_loss": loss, "val_accuracy": 0.9}, 0.01)
    validation = digits.head(100)
    logits = np.stack([network(image[:, :, 0]) for image in validation.images])
    served = Served(
        name=name,
        network=network,
        validation_logits=logits,
        temperature=1.5,
        unsure_threshold=0.5,
        curves=curves,
        parameters=7_850,
        multiply_adds=7_840,
        size_bytes=33_000,
        training_seconds=1234.4,
        hardware="an abacus & <beads>",
    )
    with few_disturbed():
        report = make_report(served, Mnist(digits, validation, digits, {}), None, folder)
    report["cost"]["median_latency_us"] = 42.0
    artefacts.write_json(folder / "report.json", at_version(report, version))
    metadata: Json = {
        "format": 1,
        "name": name,
        "title": name.capitalize(),
        "adds": f"What {name} adds.",
        "version": version,
        "order": order,
    }
    artefacts.write_json(folder / "metadata.json", metadata)
    return folder
