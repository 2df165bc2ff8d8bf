"""Every registered rung keeps its promises; a new one is tested by being registered."""

import numpy as np
import pytest

from experiments.registry import LADDER

EVERY_RUNG = pytest.mark.parametrize("name", LADDER.names())
# the counts that the project's papers and pages name
COUNTS = {"single_layer": 7_850, "hidden_layer": 109_386}


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (16, 28, 28, 1)).astype(np.uint8)


@EVERY_RUNG
def test_parameters_are_as_calculated(name: str) -> None:
    spec = LADDER.get(name)
    # an ensemble builds one member and counts them all
    networks = len(spec.member_seeds) or 1
    assert networks * spec.build().count_params() == spec.parameters
    assert COUNTS.get(name, spec.parameters) == spec.parameters


@EVERY_RUNG
def test_network_outputs_ten_scores(name: str, pictures: np.ndarray) -> None:
    spec = LADDER.get(name)
    model = spec.build()
    assert model.input_shape == (None, 28, 28, 1)
    scores = np.asarray(model(pictures.astype(np.float32)))

    assert scores.shape == (16, 10)
    assert scores.min() >= 0
    assert scores.max() <= 1
    if spec.activation == "softmax":
        np.testing.assert_allclose(scores.sum(axis=-1), 1, rtol=1e-5)
    assert model.layers[-1].activation.__name__ == spec.activation


@EVERY_RUNG
def test_first_layer_rescales_grey_levels(name: str, pictures: np.ndarray) -> None:
    model = LADDER.get(name).build()
    rescale, *others = model.layers
    assert type(rescale).__name__ == "Rescaling"
    assert rescale.scale == pytest.approx(1 / 255)
    assert rescale.offset == 0
    assert "Rescaling" not in {type(layer).__name__ for layer in others}
