from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from experiments.data.dataset import Dataset
from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.errors import (
    BrokenModelError,
    NoDefaultModelError,
    UnknownModelError,
)
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import LiteRTNetwork, Model, sigmoid, softmax
from ml_engine_and_backend.model_folder.folder import ModelFolder, read_folder, version_paths
from tests.fakes import fake_ladder, fake_model, reads

BLANK = np.zeros((28, 28), np.uint8)
FOLDERS = [read_folder(path) for path in version_paths(REPOSITORY / "models")]


def test_probabilities_are_the_softmax_of_the_logits_over_the_temperature() -> None:
    logits = [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    prediction = fake_model(logits=logits, temperature=2.0).predict(BLANK)
    powers = np.exp(np.array(logits) / 2)
    assert prediction.probabilities == pytest.approx(powers / powers.sum())
    assert sum(prediction.probabilities) == pytest.approx(1, abs=1e-12)
    assert prediction.digit == 2
    assert prediction.confidence == max(prediction.probabilities)


@pytest.mark.parametrize(
    ("activation", "scores"),
    [
        ("sigmoid", [1 / (1 + np.exp(-3))] + [0.5] * 9),
        ("softmax", [np.exp(3) / (np.exp(3) + 9)] + [1 / (np.exp(3) + 9)] * 9),
    ],
)
def test_scores_use_the_models_own_activation_at_any_temperature(
    activation: str, scores: list[float]
) -> None:
    model = fake_model(logits=reads(0, 3), activation=activation, temperature=4.0)
    prediction = model.predict(BLANK)
    assert prediction.activation == activation
    assert prediction.scores == pytest.approx(scores)


@pytest.mark.parametrize(("threshold", "verdict"), [(0.9, "sure"), (0.95, "unsure")])
def test_verdict_compares_confidence_with_threshold(threshold: float, verdict: str) -> None:
    model = fake_model(logits=reads(3, 5), unsure_threshold=threshold)  # confidence 0.943
    assert model.predict(BLANK).verdict == verdict


def test_extreme_logits_do_not_overflow() -> None:
    extreme = [1e4, -1e4] + [0.0] * 8
    assert softmax(extreme) == [1] + [0] * 9
    assert sigmoid(extreme)[:3] == [1, 0, 0.5]


def test_ladder_serves_highest_versions_in_order() -> None:
    ladder = fake_ladder()
    assert ladder.names == ["low", "middle", "high"]
    assert [model.metadata.version for model in ladder.models] == [1, 2, 1]


@pytest.mark.parametrize(
    ("asked", "name", "version"),
    [(None, "high", 1), ("middle", "middle", 2), ("middle@1", "middle", 1), ("low", "low", 1)],
)
def test_find_by_name_and_version(asked: str | None, name: str, version: int) -> None:
    metadata = fake_ladder().find(asked).metadata
    assert (metadata.name, metadata.version) == (name, version)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("resnet", "low, middle, high"),
        ("middle@3", "middle@1, middle@2"),
        ("", "low, middle, high"),
    ],
)
def test_unknown_model_error_lists_known_models(asked: str, expected: str) -> None:
    with pytest.raises(
        UnknownModelError, match=f"^expected one of {expected}, got '{asked}'$"
    ) as e:
        fake_ladder().find(asked)
    assert e.value.known == ["low", "middle", "high"]


def test_default_model_can_be_configured() -> None:
    ladder = Ladder([fake_model("a"), fake_model("b")], default="b")
    assert ladder.find(None).metadata.name == "b"


def test_missing_default_is_not_replaced() -> None:
    ladder = Ladder([fake_model("a"), fake_model("b")], default="z")
    assert ladder.default is None
    assert ladder.find("a").metadata.name == "a"
    with pytest.raises(NoDefaultModelError, match=r"default model 'z' .* only a, b"):
        ladder.find(None)


def test_refuses_empty_ladder() -> None:
    with pytest.raises(BrokenModelError, match="at least one model"):
        Ladder([])


def test_refuses_invalid_network() -> None:
    with pytest.raises(BrokenModelError, match="expected a LiteRT model"):
        LiteRTNetwork(b"not a flatbuffer at all")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.metadata.name)
def test_concurrent_calls_do_not_mix(folder: ModelFolder, mnist: Dataset) -> None:
    model = Model.load(folder)
    fields = mnist.test.images[:400, :, :, 0]
    alone = [model.predict(field).probabilities for field in fields]
    with ThreadPoolExecutor(8) as pool:
        together = [p.probabilities for p in pool.map(model.predict, fields)]
    assert together == alone
