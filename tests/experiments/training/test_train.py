"""From a definition to a folder, for real: with a model of its own and with the registered ones."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import softmax

from experiments.__main__ import main
from experiments.augmentation.settings import AugmentationSettings
from experiments.data.dataset import Dataset
from experiments.errors import ModelError
from experiments.evaluation.evaluate import evaluate_folder
from experiments.registry import LADDER, Registry
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.export import served_logits
from experiments.training.train import find_trained, needed_runs
from ml_engine_and_backend.model_folder.folder import read_metadata, read_report, versions
from tests.experiments.training.quick import head, train_quickly

if TYPE_CHECKING:
    import keras


def build_toy() -> "keras.Model":
    """14 × 14 averages, then one layer."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        name="toy",
    )


TOY = ModelSpec(
    name="toy",
    title="Toy",
    adds="Nothing but a test.",
    order=15,
    build=build_toy,
    activation="softmax",
    parameters=14 * 14 * 10 + 10,
    source="none",
    settings=TrainingSettings(
        epochs=4,
        batch_size_images=32,
        initial_learning_rate=5e-3,
        final_learning_rate=1e-4,
    ),
)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The ladder with one rung more, in place of the ladder."""
    extended = Registry([LADDER.get(name) for name in LADDER.names()])
    extended.register(TOY)
    monkeypatch.setattr("experiments.__main__.LADDER", extended)
    return extended


@pytest.fixture(scope="module")
def models_with_toy(
    trained_models_dir: Path, small_mnist: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """`hidden_layer` and `toy`, trained on few digits; not to be edited."""
    models_dir = Path(
        shutil.copytree(trained_models_dir, tmp_path_factory.mktemp("with_toy") / "models")
    )
    train_quickly(TOY, small_mnist, models_dir, 5, inside=True)
    return models_dir


def test_a_new_rung_becomes_a_complete_folder(
    registry: Registry,
    models_with_toy: Path,
    small_mnist: Dataset,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert registry.names()[:3] == ["single_layer", "toy", "hidden_layer"]
    folder = models_with_toy / "toy" / "1"
    assert sorted(entry.name for entry in folder.iterdir()) == [
        "beyond_mnist.npz",
        "inside.tflite",
        "metadata.json",
        "model.keras",
        "model.tflite",
        "predictions.npz",
        "report.json",
    ]
    assert [entry.name for entry in folder.parent.iterdir()] == ["1"]
    metadata = read_metadata(folder)
    report = read_report(folder)
    # chance reads 10 %; one layer on 600 digits far more
    assert report.accuracy > 0.7
    assert metadata.validation_accuracy == report.validation.accuracy > 0.7
    assert metadata.model_dump(include={"name", "title", "adds", "order", "seed"}) == {
        "name": "toy",
        "title": "Toy",
        "adds": "Nothing but a test.",
        "order": 15,
        "seed": 5,
    }
    assert metadata.training.model_dump().items() >= asdict(TOY.settings).items()
    assert metadata.training.train_images == 1_000
    assert evaluate_folder(folder, small_mnist).accuracy == report.accuracy

    # and the command line knows it, with no other change
    assert main(["list", "--json", "--models-dir", str(models_with_toy)]) == 0
    listed = {row["name"]: row["versions"] for row in json.loads(capsys.readouterr().out)}
    assert list(listed)[:2] == ["single_layer", "toy"]  # in its place
    assert {name for name, versions in listed.items() if versions} == {"toy", "hidden_layer"}


def test_an_ensemble_trains_the_members_that_are_missing_and_names_them(
    models_with_toy: Path, small_mnist: Dataset, tmp_path: Path
) -> None:
    shutil.copytree(models_with_toy / "toy", tmp_path / "toy")
    older = tmp_path / "toy" / "1"
    toys = replace(
        TOY, name="toys", order=16, parameters=2 * 1_970, member=TOY, member_seeds=(5, 6)
    )
    folder = train_quickly(toys, small_mnist, tmp_path)

    assert versions(tmp_path, "toy") == [1, 2]  # seed 5 was there
    assert find_trained(tmp_path, toys, toys.settings, 1, small_mnist.sha256) == folder
    metadata, report = read_metadata(folder), read_report(folder)
    members = [read_metadata(tmp_path / "toy" / version) for version in "12"]
    assert [member.seed for member in members] == [5, 6]
    assert metadata.files == {}
    assert metadata.model_dump()["members"] == [
        {"name": "toy", "version": version, **member.files["model.tflite"].model_dump()}
        for version, member in enumerate(members, start=1)
    ]
    assert not list(folder.glob("model.*"))
    assert report.learning_curves is None
    assert report.cost.parameters == 3_940
    assert report.cost.size_bytes == 2 * (older / "model.tflite").stat().st_size
    assert metadata.training_seconds == pytest.approx(
        sum(member.training_seconds for member in members), abs=0.11
    )

    tables = []
    for version, member in zip("12", members, strict=True):
        logits = served_logits(tmp_path / "toy" / version / "model.tflite", small_mnist.test.images)
        tables.append(softmax(logits / member.temperature, axis=-1))
    read = np.mean(tables, axis=0).argmax(axis=-1)
    assert report.accuracy == pytest.approx(np.mean(read == small_mnist.test.labels))
    assert evaluate_folder(folder, small_mnist).accuracy == report.accuracy


def test_augmented_training_writes_a_contact_sheet(small_mnist: Dataset, tmp_path: Path) -> None:
    settings = replace(TOY.settings, epochs=1, augmentation=AugmentationSettings())
    folder = train_quickly(TOY, head(small_mnist, train=300), tmp_path, 5, settings=settings)
    assert (folder / "contact_sheet.png").read_bytes().startswith(b"\x89PNG")
    assert read_report(folder).contact_sheet == "contact_sheet.png"
    recorded = read_metadata(folder).training.augmentation
    assert recorded == asdict(AugmentationSettings())


def test_network_with_other_parameter_count_is_not_published(
    small_mnist: Dataset, tmp_path: Path
) -> None:
    wrong = replace(TOY, parameters=1_971, settings=replace(TOY.settings, epochs=1))
    with pytest.raises(ModelError, match="toy: expected 1,971 parameters, got 1,970"):
        train_quickly(wrong, head(small_mnist, train=300), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_disagrees_is_not_published(small_mnist: Dataset, tmp_path: Path) -> None:
    # the spec promises sigmoid scores, the network gives softmax
    wrong = replace(TOY, activation="sigmoid", settings=replace(TOY.settings, epochs=1))
    with pytest.raises(ModelError, match=r"expected scores that agree to 0\.0001 on 600 digits"):
        train_quickly(wrong, head(small_mnist, train=300), tmp_path)
    assert versions(tmp_path, "toy") == []


@pytest.mark.parametrize("moment", ["training", "exporting", "measuring"])
def test_an_interrupted_training_publishes_nothing_and_can_be_resumed(
    small_mnist: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    places = {
        "training": "experiments.training.fit._advance",
        "exporting": "experiments.training.export.check_agreement",
        "measuring": "experiments.training.publish.make_report",
    }
    few, settings = head(small_mnist, train=300), replace(TOY.settings, epochs=1)
    with monkeypatch.context() as patch:
        patch.setattr(places[moment], interrupt)
        with pytest.raises(KeyboardInterrupt):
            train_quickly(TOY, few, tmp_path, settings=settings)
    assert versions(tmp_path, "toy") == []
    # before the first epoch is whole, there is nothing to go on from
    assert len(list(tmp_path.glob("toy/.unfinished-*/checkpoint.npz"))) == (moment != "training")

    folder = train_quickly(TOY, few, tmp_path, settings=settings, resume=True)
    assert [entry.name for entry in folder.parent.iterdir()] == ["1"]


def test_only_the_same_training_counts_as_done(models_with_toy: Path, small_mnist: Dataset) -> None:
    def found(
        settings: TrainingSettings = TOY.settings,
        seed: int = 5,
        data_sha256: Mapping[str, str] = small_mnist.sha256,
    ) -> Path | None:
        return find_trained(models_with_toy, TOY, settings, seed, data_sha256)

    assert found() == models_with_toy / "toy" / "1"
    assert found(seed=6) is None
    assert found(replace(TOY.settings, epochs=5)) is None
    assert found(replace(TOY.settings, augmentation=AugmentationSettings())) is None
    assert found(data_sha256={}) is None


def test_an_ensemble_needs_the_trainings_of_the_members_that_are_missing(
    small_mnist: Dataset, tmp_path: Path
) -> None:
    ensemble = LADDER.get("ensemble")
    needed = needed_runs(ensemble, small_mnist, tmp_path, 9, ensemble.settings)
    assert [run.key for run in needed] == [("deep_cnn", 1), ("deep_cnn", 2), ("deep_cnn", 3)]
    cnn = LADDER.get("cnn")
    (alone,) = needed_runs(cnn, small_mnist, tmp_path, 9, cnn.settings)
    assert alone.key == ("cnn", 9)
