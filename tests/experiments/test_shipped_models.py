"""The models that ship: what they say of themselves is true, and good enough to ship."""

from pathlib import Path

import numpy as np
import pytest

from experiments.data.dataset import Dataset
from experiments.data.mnist import MNIST_FILES
from experiments.data.penstrokes import CANVAS_PX, Drawing, render
from experiments.evaluation.calibration import SURE_FROM
from experiments.registry import LADDER
from experiments.reporting import compare
from experiments.training.export import check_agreement, logits_of, network_of
from experiments.training.inside import check_inside, load_inside
from experiments.training.train import find_trained
from ml_engine_and_backend.engine.decoding import Picture
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.model_folder.comparison import read_predictions
from ml_engine_and_backend.model_folder.folder import (
    gate_paths,
    latest,
    read_metadata,
    read_report,
    version_paths,
)
from ml_engine_and_backend.model_folder.hard_ones import HARD_ONES_FILE, SIDE, HardOnes
from ml_engine_and_backend.model_folder.metadata import INSIDE_FILE
from ml_engine_and_backend.model_folder.record import read_file, read_record
from ml_engine_and_backend.model_folder.served import served

MODELS_DIR = Path(__file__).resolve().parents[2] / "models"
FOLDERS = version_paths(MODELS_DIR)
# accuracy on the 10,000 test digits below which a rung is not worth shipping
FLOORS = {
    "single_layer": 0.923,
    "hidden_layer": 0.982,
    "cnn": 0.992,
    "cnn_augmented": 0.994,
    "deep_cnn": 0.995,
    "ensemble": 0.996,
}

TRAINED = [folder for folder in FOLDERS if (folder / "model.keras").is_file()]


def _name(folder: Path) -> str:
    return f"{folder.parent.name}@{folder.name}"


EVERY_FOLDER = pytest.mark.parametrize("folder", FOLDERS, ids=_name)
EVERY_TRAINED_FOLDER = pytest.mark.parametrize("folder", TRAINED, ids=_name)


def test_every_rung_is_shipped() -> None:
    assert {folder.parent.name for folder in FOLDERS} >= set(LADDER.names())
    assert set(FLOORS) <= set(LADDER.names())


@pytest.mark.parametrize("name", LADDER.names())
def test_shipped_models_are_what_train_would_train(name: str) -> None:
    model, data_sha256 = LADDER.get(name), {file.name: file.sha256 for file in MNIST_FILES}
    assert find_trained(MODELS_DIR, model, model.settings, 1, data_sha256) is not None


def test_all_models_together_stay_below_25_mb() -> None:
    files = [path for path in MODELS_DIR.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 25_000_000
    assert not list(MODELS_DIR.glob("*/.*"))


@EVERY_FOLDER
def test_metadata_is_true(folder: Path, mnist: Dataset) -> None:
    metadata = read_metadata(folder)
    model = LADDER.get(folder.parent.name)
    members = {"members"} if model.member else set()
    inside = {"inside"} if "inside.tflite" in metadata.files else set()
    assert metadata.model_fields_set == members | inside | {
        *("format", "name", "title", "adds", "order", "version", "parameters", "activation"),
        *("temperature", "unsure_threshold", "input", "output", "validation_accuracy", "training"),
        *("seed", "libraries", "data_sha256", "training_seconds", "hardware", "created_at"),
        "files",
    }
    assert metadata.version == int(folder.name)
    for key in ("name", "title", "adds", "order", "parameters", "activation"):
        assert getattr(metadata, key) == getattr(model, key)
    networks = set() if model.member else {"model.keras", "model.tflite"}
    if folder == served(MODELS_DIR, model.name) and not model.member:
        networks.add("inside.tflite")
    assert set(metadata.files) == networks
    for name, record in metadata.files.items():
        read_file(folder / name, record.sha256)
    assert metadata.data_sha256 == mnist.sha256
    assert 0.05 <= metadata.temperature <= 20
    assert metadata.unsure_threshold == SURE_FROM
    sheets = {"contact_sheet.png"} if metadata.training.augmentation else set()
    assert {path.name for path in folder.iterdir()} == networks | sheets | {
        *("metadata.json", "predictions.npz", "beyond_mnist.npz", "report.json")
    }


def test_an_ensemble_names_each_seeds_network() -> None:
    for name in LADDER.names():
        model = LADDER.get(name)
        if model.member is None:
            continue
        metadata = read_metadata(latest(MODELS_DIR, name))
        members = [
            read_metadata(MODELS_DIR / each.name / str(each.version)) for each in metadata.members
        ]
        assert [member.name for member in members] == [model.member.name] * len(members)
        assert tuple(member.seed for member in members) == model.member_seeds
        # the one that is served alone is the best on validation
        served = read_metadata(latest(MODELS_DIR, model.member.name))
        best = max(member.validation_accuracy for member in members)
        assert served.validation_accuracy == best


@EVERY_FOLDER
def test_the_report_is_what_the_served_network_does(folder: Path, mnist: Dataset) -> None:
    metadata = read_metadata(folder)
    report = read_report(folder)
    network = network_of(folder)
    predictions = read_predictions(folder).digits
    # its figures: test_recomputed.py. All digits of served rungs: test_evidence.py
    some = slice(None, None, 5)
    assert np.array_equal(
        predictions[some], logits_of(network, mnist.test.images[some]).argmax(axis=-1)
    )
    assert report.accuracy >= FLOORS.get(folder.parent.name, 0.0)
    on_validation = logits_of(network, mnist.validation.images).argmax(axis=-1)
    validation_accuracy = np.mean(on_validation == mnist.validation.labels)
    assert report.validation.accuracy == pytest.approx(validation_accuracy)
    assert metadata.validation_accuracy == report.validation.accuracy
    assert report.beyond_mnist is not None
    assert report.beyond_mnist.gate == int(gate_paths(MODELS_DIR)[-1].name)
    curves = report.learning_curves
    if curves is None:  # made of others, not trained
        return
    assert len(curves.epoch) == metadata.training.epochs_run
    # the last epoch on validation, by Keras then and by LiteRT now
    assert curves.validation_accuracy[-1] == pytest.approx(validation_accuracy, abs=0.0003)


@EVERY_TRAINED_FOLDER
def test_both_files_agree(folder: Path, mnist: Dataset) -> None:
    activation = LADDER.get(folder.parent.name).activation
    images = mnist.test.images[:1_000]
    check_agreement(folder / "model.keras", folder / "model.tflite", images, activation)


@pytest.mark.parametrize("folder", [path for path in TRAINED if (path / INSIDE_FILE).is_file()])
def test_inner_values_explain_the_logits_that_are_served(folder: Path, mnist: Dataset) -> None:
    images = mnist.test.images[:100]
    check_inside(folder / INSIDE_FILE, network_of(folder), images)
    inside = read_metadata(folder).inside
    assert inside is not None
    values = load_inside(folder / INSIDE_FILE)(images[0, :, :, 0])
    assert {each.name: each.shape for each in inside.outputs} == {
        name: list(value.shape) for name, value in values.items()
    }


def test_hard_ones_are_what_the_served_networks_read(mnist: Dataset) -> None:
    found = read_record(MODELS_DIR / HARD_ONES_FILE, HardOnes)
    assert 0 < sum(item.source == "penstrokes" for item in found.items) <= 30
    networks = {name: network_of(served(MODELS_DIR, name)) for name in found.versions}
    for item in found.items:
        if item.source == "mnist":
            field = mnist.test.images[item.index, :, :, 0]
        else:
            strokes = tuple(
                np.array(stroke, np.float32) / np.float32(SIDE) for stroke in item.strokes
            )
            picture = render(
                Drawing(item.label, 0, strokes),
                size_px=CANVAS_PX,
                left_px=0,
                top_px=0,
                pen_px=(item.pen or 0) * CANVAS_PX / SIDE,
            )
            field = preprocess(Picture(picture, CANVAS_PX, CANVAS_PX)).field
        assert {name: network(field).argmax() for name, network in networks.items()} == item.read


def test_generated_files_are_up_to_date() -> None:
    compare.check(MODELS_DIR, MODELS_DIR.parent / "README.md")
