"""Evaluation holds a folder against what it says of itself, and edits nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.data.mnist import Mnist
from experiments.data.penstrokes import CanvasDigits
from experiments.errors import ArtefactError
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.evaluate import evaluate_folder
from experiments.evaluation.predictions import write_predictions
from experiments.evaluation.report import Served, canvas_figures
from experiments.training import workspace as artefacts
from experiments.training.export import network_of

Logits = NDArray[np.float16]
Labels = NDArray[np.int64]


@pytest.fixture
def folder(trained_models_dir: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(
        shutil.copytree(
            artefacts.latest(trained_models_dir, "hidden_layer"), tmp_path / "hidden_layer" / "1"
        )
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_true_folder_passes_untouched(folder: Path, few_digits: Mnist) -> None:
    before = _contents(folder)
    found = evaluate_folder(folder, few_digits)
    report = artefacts.read_report(folder)

    assert (found.name, found.version, found.n_test) == ("hidden_layer", 1, 1_000)
    assert found.accuracy == report["accuracy"]
    assert found.accuracy_interval == report["accuracy_interval"]
    assert found.validation_accuracy == report["validation"]["accuracy"]
    assert _contents(folder) == before


def _flatter_test(folder: Path) -> None:
    report = artefacts.read_report(folder)
    artefacts.write_json(folder / "report.json", {**report, "accuracy": report["accuracy"] + 0.001})


def _flatter_validation(folder: Path) -> None:
    report = artefacts.read_report(folder)
    report["validation"]["accuracy"] += 0.002
    artefacts.write_json(folder / "report.json", report)


def _swap_model(folder: Path) -> None:
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes() + b"\0")


def _lose_report(folder: Path) -> None:
    (folder / "report.json").unlink()


def _lose_predictions(folder: Path) -> None:
    (folder / "predictions.npz").unlink()


def _swap_predictions(folder: Path) -> None:
    (folder / "predictions.npz").write_bytes(b"others")


def _rewrite_predictions(folder: Path, change: Callable[[Logits, Labels], None]) -> None:
    with np.load(folder / "predictions.npz") as arrays:
        logits, labels = arrays["logits"], arrays["labels"].astype(np.int64)
    change(logits, labels)
    report = artefacts.read_report(folder)
    report["predictions"] = write_predictions(folder, logits, labels)
    artefacts.write_json(folder / "report.json", report)


def _flatter_predictions(folder: Path) -> None:
    def change(logits: Logits, labels: Labels) -> None:
        logits[0] = np.roll(logits[0], 1)  # the first test digit is a 7, and read as one

    _rewrite_predictions(folder, change)


def _swap_digits(folder: Path) -> None:
    def change(logits: Logits, labels: Labels) -> None:
        labels[:] = np.roll(labels, 1)

    _rewrite_predictions(folder, change)


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (_flatter_test, r"expected \d+ of 1,000 test digits right as report.json says, got \d+"),
    (_flatter_validation, r"expected \d+ of 500 validation digits right"),
    (_swap_model, r"model\.tflite: expected [\d,]+ bytes with SHA-256"),
    (_lose_report, r"report\.json: expected a readable file"),
    (_lose_predictions, r"predictions\.npz: expected the predictions, found none"),
    (_swap_predictions, r"predictions\.npz: expected SHA-256 [0-9a-f]{64}, got"),
    (_flatter_predictions, r"expected test digit 0 read as \d as its predictions say, got 7"),
    (_swap_digits, r"expected predictions of these 1,000 test digits"),
]


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES)
def test_a_false_folder_is_refused(
    folder: Path, few_digits: Mnist, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(folder)
    with pytest.raises(ArtefactError, match=sentence):
        evaluate_folder(folder, few_digits)


def _canvas(data: Mnist, sha256: str = "c" * 64) -> CanvasTest:
    few = data.validation.head(50)
    digits = CanvasDigits(few.images, few.labels, few.labels % 3, np.zeros(50, np.bool_))
    return CanvasTest(digits, sha256, 280)


def test_without_pen_strokes_none_are_claimed(folder: Path, few_digits: Mnist) -> None:
    found = evaluate_folder(folder, few_digits)
    assert (found.canvas_accuracy, found.canvas_sha256) == (None, None)
    assert not found.canvas_measured


def test_pen_strokes_are_measured_held_against_and_kept(folder: Path, few_digits: Mnist) -> None:
    canvas = _canvas(few_digits)
    report = artefacts.read_report(folder)
    served = Served(
        name="hidden_layer",
        network=network_of(folder),
        validation_logits=np.zeros((0, 10), np.float32),
        temperature=1.0,
        unsure_threshold=0.5,
        curves=None,
        parameters=0,
        multiply_adds=0,
        size_bytes=0,
        training_seconds=0,
        hardware="",
    )
    report["penstrokes"] = canvas_figures(served, canvas)
    artefacts.write_json(folder / "report.json", report)
    accuracy = report["penstrokes"]["accuracy"]

    # there: measured again, and the same
    found = evaluate_folder(folder, few_digits, canvas)
    assert (found.canvas_accuracy, found.canvas_measured) == (accuracy, True)
    # not there: the shipped figure, with the hash of what it was measured on
    kept = evaluate_folder(folder, few_digits)
    assert (kept.canvas_accuracy, kept.canvas_sha256) == (accuracy, canvas.sha256)
    assert not kept.canvas_measured
    # others: measured, under their own hash
    other = evaluate_folder(folder, few_digits, _canvas(few_digits, "d" * 64))
    assert (other.canvas_sha256, other.canvas_measured) == ("d" * 64, True)

    report["penstrokes"]["accuracy"] = 1.0
    artefacts.write_json(folder / "report.json", report)
    with pytest.raises(ArtefactError, match="expected 50 of 50 canvas digits right"):
        evaluate_folder(folder, few_digits, canvas)
