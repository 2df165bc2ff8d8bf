"""Evaluation of a trained model: measured again as it is served, and checked against its report."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.data.dataset import Dataset
from experiments.evaluation import beyond_mnist
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.report import accuracy_of
from experiments.training.export import logits_of, network_of
from ml_engine_and_backend.model_folder.comparison import read_predictions, wilson_interval
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import read_metadata, read_report
from ml_engine_and_backend.model_folder.metadata import FullMetadata
from ml_engine_and_backend.model_folder.record import read_file
from ml_engine_and_backend.model_folder.report import BeyondMnist


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Fractions in 0..1; the interval is Wilson's at 95 %.

    `canvas_accuracy` is of people's pen strokes, whose file `canvas_sha256` names. Both are the
    report's own where the strokes are not there to be read again, and None where they never were.
    """

    name: str
    version: int
    accuracy: float
    accuracy_interval: list[float]
    validation_accuracy: float
    n_test: int
    canvas_accuracy: float | None
    canvas_sha256: str | None
    canvas_measured: bool


def evaluate_folder(folder: Path, data: Dataset, canvas: CanvasTest | None = None) -> Evaluation:
    """Measure the model in `folder` on test and validation digits and, where given, `canvas`.

    Edits nothing. Raises BrokenModelError when a file is not the one its metadata describes, when
    a single test digit is read differently from predictions.npz, when an accuracy differs from
    the report by a single digit, or what lies beyond MNIST from its stored predictions. Pen strokes
    other than the report's are measured only.
    """
    metadata, report = read_metadata(folder), read_report(folder)
    for name, record in metadata.files.items():
        read_file(folder / name, record.sha256)
    read_file(folder / report.predictions.file, report.predictions.sha256)
    if report.beyond_mnist is not None:
        beyond = report.beyond_mnist.predictions
        read_file(folder / beyond.file, beyond.sha256)
        _check_beyond_mnist(folder, metadata, report.beyond_mnist)
    network = network_of(folder)

    test_logits = logits_of(network, data.test.images)
    accuracy = accuracy_of(test_logits, data.test.labels)
    _check_accuracy(folder, "test", accuracy, report.accuracy, len(data.test))
    _check_each_digit(folder, test_logits.argmax(axis=-1), data.test.labels)
    validation_accuracy = accuracy_of(
        logits_of(network, data.validation.images), data.validation.labels
    )
    _check_accuracy(
        folder,
        "validation",
        validation_accuracy,
        report.validation.accuracy,
        len(data.validation),
    )
    shipped = report.penstrokes
    canvas_accuracy, canvas_sha256 = (
        shipped.accuracy if shipped else None,
        shipped.sha256 if shipped else None,
    )
    if canvas is not None:
        n = len(canvas.digits)
        canvas_accuracy = canvas.count_right(logits_of(network, canvas.digits.images)) / n
        if shipped and canvas.sha256 == shipped.sha256:
            _check_accuracy(folder, "canvas", canvas_accuracy, shipped.accuracy, n)
        canvas_sha256 = canvas.sha256
    right = round(accuracy * len(data.test))
    return Evaluation(
        name=metadata.name,
        version=metadata.version,
        accuracy=accuracy,
        accuracy_interval=list(wilson_interval(right, len(data.test))),
        validation_accuracy=validation_accuracy,
        n_test=len(data.test),
        canvas_accuracy=canvas_accuracy,
        canvas_sha256=canvas_sha256,
        canvas_measured=canvas is not None,
    )


def _check_accuracy(folder: Path, part: str, found: float, reported: float, n: int) -> None:
    right, expected = round(found * n), round(reported * n)
    if right != expected:
        raise BrokenModelError(
            f"{folder}: expected {expected:,} of {n:,} {part} digits right as "
            f"report.json says, got {right:,}"
        )


def _check_beyond_mnist(folder: Path, metadata: FullMetadata, reported: BeyondMnist) -> None:
    found = beyond_mnist.figures(beyond_mnist.read_stored(folder), metadata, reported.sure_likeness)
    for name, figures in found.items():
        told = getattr(reported, name)
        if figures != told:
            raise BrokenModelError(
                f"{folder}: expected {name} to be {told} as report.json says, "
                f"got {figures} from its predictions"
            )


def _check_each_digit(folder: Path, digits: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
    stored = read_predictions(folder)
    if not np.array_equal(stored.labels, labels):
        raise BrokenModelError(
            f"{folder}: expected predictions of these {len(labels):,} test digits"
        )
    differing = np.flatnonzero(stored.digits != digits)
    if differing.size:
        first = int(differing[0])
        raise BrokenModelError(
            f"{folder}: expected test digit {first} read as {stored.digits[first]} as its "
            f"predictions say, got {digits[first]} ({differing.size:,} digits differ)"
        )
