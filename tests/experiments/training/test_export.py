"""The exported model says what the trained one says, or is refused."""

from pathlib import Path

import numpy as np
import pytest

from experiments.data.dataset import Dataset
from experiments.errors import ModelError
from experiments.registry import LADDER
from experiments.training.export import (
    activate,
    check_agreement,
    export,
    logits_network,
    served_logits,
)
from experiments.training.fit import make_deterministic
from ml_engine_and_backend.model_folder.errors import BrokenModelError

# an ensemble has no file of its own
TRAINED = [name for name in LADDER.names() if LADDER.get(name).member is None]


@pytest.mark.parametrize("name", TRAINED)
def test_both_files_agree(name: str, small_mnist: Dataset, tmp_path: Path) -> None:
    spec = LADDER.get(name)
    make_deterministic(3)
    model = spec.build()
    keras_path, tflite_path = tmp_path / "model.keras", tmp_path / "model.tflite"
    model.save(keras_path)
    export(model, tflite_path)

    images = small_mnist.test.images[:200]
    check_agreement(keras_path, tflite_path, images, spec.activation)
    # and once more without the function that is being tested
    logits = served_logits(tflite_path, images[:50])
    assert logits.shape == (50, 10)
    assert logits.dtype == np.float32
    expected = np.asarray(model(images[:50].astype(np.float32)))
    np.testing.assert_allclose(activate(logits, spec.activation), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("nudge", "kept"), [(0.0, True), (0.00005, True), (0.001, False), (float("nan"), False)]
)
def test_export_that_differs_is_refused(
    small_mnist: Dataset, tmp_path: Path, nudge: float, kept: bool
) -> None:
    model = LADDER.get("single_layer").build()
    keras_path, tflite_path = tmp_path / "model.keras", tmp_path / "model.tflite"
    model.save(keras_path)
    # the last bias moves every logit by as much
    *others, biases = model.get_weights()
    model.set_weights([*others, biases + np.float32(nudge)])
    export(model, tflite_path)

    images = small_mnist.test.images
    if kept:
        check_agreement(keras_path, tflite_path, images, "sigmoid")
        return
    with pytest.raises(
        ModelError,
        match=r"expected logits that agree to 0\.0001 on 600 digits, got a difference of (0\.001"
        r"|0\.00099\d*|nan) \(digit \d+; 600 digits differ\)",
    ):
        check_agreement(keras_path, tflite_path, images, "sigmoid")


def test_only_ten_logits_of_one_digit_are_served(tmp_path: Path) -> None:
    one = np.zeros((1, 28, 28, 1), np.uint8)
    open_batch = tmp_path / "open.tflite"
    logits_network(LADDER.get("single_layer").build()).export(
        str(open_batch), format="litert", verbose=False
    )
    with pytest.raises(BrokenModelError, match=r"as float32 \(1, 28, 28, 1\), got float32 \(-1, 2"):
        served_logits(open_batch, one)

    not_a_model = tmp_path / "text.tflite"
    not_a_model.write_text("no model at all")
    with pytest.raises(BrokenModelError, match=r"text\.tflite: expected a LiteRT model"):
        served_logits(not_a_model, one)
