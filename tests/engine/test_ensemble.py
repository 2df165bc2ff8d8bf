"""An ensemble: the mean of its members' probabilities, and members that are who they should be."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.predictor import (
    EnsembleNetwork,
    Model,
    Network,
    Networks,
    softmax,
)
from ml_engine_and_backend.model_folder.folder import latest, read_folder
from tests.fakes import always, fake_metadata, reads
from tests.model_folder.test_folder import edit

MEMBERS = ("single_layer", "hidden_layer")
BLANK = np.zeros((28, 28), np.uint8)


@pytest.fixture
def ensemble(tmp_path: Path) -> Path:
    """The folder of an ensemble of two shipped rungs, beside copies of them."""
    members = []
    for name in MEMBERS:
        shutil.copytree(latest(REPOSITORY / "models", name), tmp_path / name / "1")
        edit(tmp_path / name / "1" / "metadata.json", version=1)
        record = read_folder(tmp_path / name / "1").metadata.files["model.tflite"]
        members.append({"name": name, "version": 1, **record.model_dump()})
    folder = tmp_path / "both" / "3"
    folder.mkdir(parents=True)
    metadata = fake_metadata("both", version=3, order=70, files={}, members=members)
    (folder / "metadata.json").write_text(metadata.model_dump_json())
    (folder / "report.json").write_text(json.dumps({"accuracy": 0.97}))
    return folder


def test_ensemble_averages_probabilities() -> None:
    # three of ten digits; the others have next to no probability
    rest = [-50.0] * 7
    first = always([np.log(0.7), np.log(0.2), np.log(0.1), *rest])
    second = always([2 * np.log(0.1), 2 * np.log(0.8), 2 * np.log(0.1), *rest])
    logits = EnsembleNetwork([(first, 1.0), (second, 2.0)])(BLANK)
    assert logits.dtype == np.float32
    assert np.exp(logits)[:3] == pytest.approx([0.4, 0.5, 0.1], abs=1e-6)
    assert softmax(logits.tolist())[:3] == pytest.approx([0.4, 0.5, 0.1], abs=1e-6)


def test_confident_member_outvotes_uncertain_ones() -> None:
    # two lean to 3, the third is certain of a 4; logits averaged alone would say so too loudly
    doubtful, certain = always(reads(3, 0.5)), always(reads(4, 1000.0))
    logits = EnsembleNetwork([(doubtful, 1.0), (doubtful, 1.0), (certain, 1.0)])(BLANK)
    lean = np.exp(0.5) / (np.exp(0.5) + 9)
    assert np.exp(logits)[3] == pytest.approx(2 * lean / 3, rel=1e-5)
    assert logits.argmax() == 4
    assert np.isfinite(logits).all()


def test_probabilities_too_small_for_a_float_stay_finite() -> None:
    logits = EnsembleNetwork([(always(reads(7, 5000.0)), 1.0)] * 2)(BLANK)
    assert np.isfinite(logits).all()
    assert logits.argmax() == 7
    assert logits[0] == pytest.approx(-5000)


def test_serves_ensemble_folder_without_network(ensemble: Path) -> None:
    folder = read_folder(ensemble)
    members = [read_folder(ensemble.parents[1] / name / "1") for name in MEMBERS]
    assert folder.size_bytes == sum(member.size_bytes for member in members)

    field = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)
    alone = [Model.load(member).predict(field).probabilities for member in members]
    model = Model.load(folder)
    assert model.predict(field).probabilities == pytest.approx(np.mean(alone, axis=0), abs=1e-6)
    assert model.predict(field).scores == pytest.approx(np.mean(alone, axis=0), abs=1e-6)
    assert model.size_bytes == folder.size_bytes
    assert model.accuracy == 0.97


def test_networks_are_loaded_once(ensemble: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def load(network: bytes, _: int) -> Network:
        loaded.append(len(network))
        return always(reads(1))

    monkeypatch.setattr("ml_engine_and_backend.engine.predictor.LiteRTNetwork", load)
    networks = Networks()
    folders = [ensemble.parents[1] / name / "1" for name in MEMBERS]
    models = [Model.load(read_folder(folder), networks) for folder in (*folders, ensemble)]
    assert [model.metadata.name for model in models] == [*MEMBERS, "both"]
    assert len(loaded) == 2
    assert networks.of(read_folder(ensemble.parents[1] / "single_layer" / "1")) is networks.of(
        read_folder(ensemble.parents[1] / "single_layer" / "1")
    )


def test_error_names_missing_member(ensemble: Path) -> None:
    shutil.rmtree(ensemble.parents[1] / "hidden_layer")
    with pytest.raises(BrokenModelError, match=r"member hidden_layer@1: .*No such file"):
        Model.load(read_folder(ensemble))


def test_error_names_replaced_member(ensemble: Path) -> None:
    # a sound folder, but not the one that the ensemble was measured with
    other = ensemble.parents[1] / "hidden_layer" / "1"
    shutil.copy(ensemble.parents[1] / "single_layer" / "1" / "model.tflite", other)
    files = json.loads((ensemble.parents[1] / "single_layer/1/metadata.json").read_text())["files"]
    edit(other / "metadata.json", files=files)
    with pytest.raises(
        BrokenModelError, match="member hidden_layer@1: expected a network with SHA"
    ):
        Model.load(read_folder(ensemble))


def test_error_names_tampered_member(ensemble: Path) -> None:
    path = ensemble.parents[1] / "hidden_layer" / "1" / "model.tflite"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(BrokenModelError, match=r"hidden_layer/1/model\.tflite: expected SHA-256"):
        Model.load(read_folder(ensemble))


def test_refuses_ensemble_of_ensembles(ensemble: Path) -> None:
    outer = ensemble.parents[1] / "outer" / "1"
    outer.mkdir(parents=True)
    shutil.copy(ensemble / "report.json", outer)
    member = {"name": "both", "version": 3, "sha256": "0" * 64, "bytes": 5}
    metadata = fake_metadata("outer", files={}, members=[member])
    (outer / "metadata.json").write_text(metadata.model_dump_json())
    with pytest.raises(BrokenModelError, match=r"member both@3: .*got an ensemble"):
        Model.load(read_folder(outer))
