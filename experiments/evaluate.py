"""Evaluation of a shipped model: measured again through its `.tflite`, held against its report."""

from dataclasses import dataclass
from pathlib import Path

from experiments import artefacts
from experiments.data import Mnist
from experiments.errors import ArtefactError
from experiments.litert import served_logits
from experiments.report import accuracy_of, wilson_interval


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Fractions in 0..1; the interval is Wilson's at 95 %."""

    name: str
    version: int
    accuracy: float
    accuracy_interval: list[float]
    validation_accuracy: float
    n_test: int


def evaluate_folder(folder: Path, data: Mnist) -> Evaluation:
    """Measure the model in `folder` on the test and the validation digits; edit nothing.

    Raises ArtefactError when a file is not the one its metadata describes, or when either
    accuracy differs from the report by a single digit.
    """
    metadata = artefacts.read_json(folder / artefacts.METADATA_FILE)
    report = artefacts.read_json(folder / artefacts.REPORT_FILE)
    artefacts.check_files(folder, metadata)

    accuracies = []
    for part, split, reported in (
        ("test", data.test, report["accuracy"]),
        ("validation", data.validation, report["validation"]["accuracy"]),
    ):
        accuracy = accuracy_of(
            served_logits(folder / artefacts.TFLITE_FILE, split.images), split.labels
        )
        right, expected = round(accuracy * len(split)), round(reported * len(split))
        if right != expected:
            raise ArtefactError(
                f"{folder}: expected {expected:,} of {len(split):,} {part} digits right as "
                f"report.json says, got {right:,}"
            )
        accuracies.append(accuracy)
    return Evaluation(
        name=metadata["name"],
        version=metadata["version"],
        accuracy=accuracies[0],
        accuracy_interval=wilson_interval(round(accuracies[0] * len(data.test)), len(data.test)),
        validation_accuracy=accuracies[1],
        n_test=len(data.test),
    )
