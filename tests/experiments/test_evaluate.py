"""Evaluation holds a folder against what it says of itself, and edits nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments import artefacts
from experiments.data import Mnist
from experiments.errors import ArtefactError
from experiments.evaluate import evaluate_folder


@pytest.fixture
def folder(trained_models_dir: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(
        shutil.copytree(artefacts.latest(trained_models_dir, "hidden_layer"), tmp_path / "1")
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_true_folder_passes_untouched(folder: Path, few_digits: Mnist) -> None:
    before = _contents(folder)
    found = evaluate_folder(folder, few_digits)
    report = artefacts.read_json(folder / "report.json")

    assert (found.name, found.version, found.n_test) == ("hidden_layer", 1, 1_000)
    assert found.accuracy == report["accuracy"]
    assert found.accuracy_interval == report["accuracy_interval"]
    assert found.validation_accuracy == report["validation"]["accuracy"]
    assert _contents(folder) == before


def _flatter_test(folder: Path) -> None:
    report = artefacts.read_json(folder / "report.json")
    artefacts.write_json(folder / "report.json", {**report, "accuracy": report["accuracy"] + 0.001})


def _flatter_validation(folder: Path) -> None:
    report = artefacts.read_json(folder / "report.json")
    report["validation"]["accuracy"] += 0.002
    artefacts.write_json(folder / "report.json", report)


def _swap_model(folder: Path) -> None:
    (folder / "model.tflite").write_bytes((folder / "model.tflite").read_bytes() + b"\0")


def _lose_report(folder: Path) -> None:
    (folder / "report.json").unlink()


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (_flatter_test, r"expected \d+ of 1,000 test digits right as report.json says, got \d+"),
    (_flatter_validation, r"expected \d+ of 500 validation digits right"),
    (_swap_model, r"model\.tflite: expected [\d,]+ bytes with SHA-256"),
    (_lose_report, r"report\.json: expected a readable file"),
]


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES)
def test_a_false_folder_is_refused(
    folder: Path, few_digits: Mnist, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(folder)
    with pytest.raises(ArtefactError, match=sentence):
        evaluate_folder(folder, few_digits)
