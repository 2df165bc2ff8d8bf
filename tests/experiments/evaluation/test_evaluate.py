"""Evaluation holds a folder against what it says of itself, and edits nothing."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments.data.dataset import Dataset
from experiments.data.penstrokes import CanvasDigits
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.evaluate import evaluate_folder
from experiments.evaluation.predictions import write_predictions
from experiments.evaluation.report import canvas_figures
from experiments.training.export import network_of
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.folder import latest, read_metadata, read_report
from tests.model_folder.test_folder import edit


@pytest.fixture
def folder(trained_models_dir: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(
        shutil.copytree(latest(trained_models_dir, "hidden_layer"), tmp_path / "hidden_layer" / "1")
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_sound_folder_passes_unchanged(folder: Path, small_mnist: Dataset) -> None:
    before = _contents(folder)
    found = evaluate_folder(folder, small_mnist)
    report = read_report(folder)

    assert (found.name, found.version, found.n_test) == ("hidden_layer", 1, 600)
    assert found.accuracy == report.accuracy
    assert tuple(found.accuracy_interval) == report.accuracy_interval
    assert found.validation_accuracy == report.validation.accuracy
    assert _contents(folder) == before


def _flatter_test(folder: Path) -> None:
    edit(folder / "report.json", accuracy=read_report(folder).accuracy + 0.01)


def _swap_model(folder: Path) -> None:
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes() + b"\0")


def _swap_predictions(folder: Path) -> None:
    (folder / "predictions.npz").write_bytes(b"others")


def _rewrite_predictions(folder: Path, key: str) -> None:
    with np.load(folder / "predictions.npz") as arrays:
        changed = {"logits": arrays["logits"], "labels": arrays["labels"].astype(np.int64)}
    changed[key] = np.roll(changed[key], 1, axis=-1)  # other digits read, or other labels
    predictions = write_predictions(folder, changed["logits"], changed["labels"])
    edit(folder / "report.json", predictions=predictions.model_dump())


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (_flatter_test, r"expected \d+ of 600 test digits right as report.json says, got \d+"),
    (_swap_model, r"model\.tflite: expected SHA-256 [0-9a-f]{64}, got"),
    (_swap_predictions, r"predictions\.npz: expected SHA-256 [0-9a-f]{64}, got"),
    (
        partial(_rewrite_predictions, key="logits"),
        "expected test digit 0 read as",
    ),
    (partial(_rewrite_predictions, key="labels"), "expected predictions of these 600"),
]


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES)
def test_folder_that_contradicts_itself_is_refused(
    folder: Path, small_mnist: Dataset, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(folder)
    with pytest.raises(BrokenModelError, match=sentence):
        evaluate_folder(folder, small_mnist)


def _canvas(data: Dataset, sha256: str = "c" * 64) -> CanvasTest:
    few = data.validation.head(50)
    digits = CanvasDigits(few.images, few.labels, few.labels % 3, np.zeros(50, np.bool_))
    return CanvasTest(digits, sha256, 280)


def test_canvas_accuracy_is_measured_checked_or_taken_from_the_report(
    folder: Path, small_mnist: Dataset
) -> None:
    canvas = _canvas(small_mnist)
    drawn = canvas_figures(read_metadata(folder), network_of(folder), canvas)
    edit(folder / "report.json", penstrokes=drawn.model_dump())
    accuracy = drawn.accuracy

    # there: measured again, and the same
    found = evaluate_folder(folder, small_mnist, canvas)
    assert (found.canvas_accuracy, found.canvas_measured) == (accuracy, True)
    # not there: the shipped figure, with the hash of what it was measured on
    kept = evaluate_folder(folder, small_mnist)
    assert (kept.canvas_accuracy, kept.canvas_sha256) == (accuracy, canvas.sha256)
    assert not kept.canvas_measured
    # others: measured, under their own hash
    other = evaluate_folder(folder, small_mnist, _canvas(small_mnist, "d" * 64))
    assert (other.canvas_sha256, other.canvas_measured) == ("d" * 64, True)

    edit(folder / "report.json", penstrokes=drawn.model_dump() | {"accuracy": 1.0})
    with pytest.raises(BrokenModelError, match="expected 50 of 50 canvas digits right"):
        evaluate_folder(folder, small_mnist, canvas)
