"""Fitting: reproducible, resumable, and judged on validation alone."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from experiments.augmentation.settings import AugmentationSettings
from experiments.console import Reporter
from experiments.data.dataset import Dataset, Split
from experiments.registry import LADDER
from experiments.spec import ModelSpec
from experiments.training.fit import FittedNetwork, fit
from tests.experiments.training.quick import head

if TYPE_CHECKING:
    import keras

QUIET = Reporter(quiet=True)


def train(data: Dataset, name: str, *, seed: int = 1, epochs: int = 2) -> FittedNetwork:
    model = LADDER.get(name)
    return fit(model, data, seed, QUIET, replace(model.settings, epochs=epochs))


def assert_same(one: FittedNetwork, other: FittedNetwork) -> None:
    weights = (fitted.network.get_weights() for fitted in (one, other))
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)
    assert one.history == other.history


def _build_noisy(classes: int = 10) -> "keras.Model":
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            layers.AveragePooling2D(7, name="pool"),
            layers.Flatten(name="flatten"),
            layers.Dense(8, name="hidden"),
            layers.BatchNormalization(name="normalisation"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="noisy",
    )


# every kind of layer with random numbers or a state of its own, and every way to train one
NOISY = replace(
    LADDER.get("single_layer"), name="noisy", build=_build_noisy, parameters=136 + 32 + 90
)
KINDS: dict[str, tuple[ModelSpec, dict[str, object]]] = {
    "dropout and batch normalisation": (NOISY, {}),
    "weight decay and averaging": (LADDER.get("hidden_layer"), {"averaging_momentum": 0.9}),
    "augmentation, smoothing and mixing": (
        LADDER.get("single_layer"),
        {
            "augmentation": AugmentationSettings(erased_share=0.5),
            "label_smoothing": 0.1,
            "mixup_alpha": 0.2,
        },
    ),
}


@pytest.mark.parametrize(("model", "changes"), KINDS.values(), ids=KINDS)
def test_the_seed_decides_the_weights_and_resuming_changes_none(
    small_mnist: Dataset, tmp_path: Path, model: ModelSpec, changes: dict[str, Any]
) -> None:
    few = head(small_mnist, train=200)
    settings = replace(model.settings, epochs=2, **changes)
    whole = fit(model, few, 1, QUIET, settings)

    checkpoint = tmp_path / "checkpoint.npz"
    with pytest.raises(KeyboardInterrupt):
        fit(model, few, 1, Interrupting(after="epoch 1/2"), settings, checkpoint)
    told = io.StringIO()
    resumed = fit(model, few, 1, Reporter(told), settings, checkpoint)
    assert f"{model.name}: continues after epoch 1" in told.getvalue()
    assert "epoch 1/2" not in told.getvalue()
    assert_same(whole, resumed)
    assert resumed.training_seconds > 0
    # nothing is left to train
    assert_same(whole, fit(model, few, 1, QUIET, settings, checkpoint))


class Interrupting(Reporter):
    """Presses Ctrl-C after the line that holds `after`."""

    def __init__(self, after: str) -> None:
        super().__init__(quiet=True)
        self._after = after

    def say(self, line: str) -> None:
        if self._after in line:
            raise KeyboardInterrupt


FIT = """
import hashlib, os, sys
cores = set(list(os.sched_getaffinity(0))[: int(sys.argv[1])]) if sys.platform == "linux" else set()
if cores:
    os.sched_setaffinity(0, cores)
import dataclasses
from pathlib import Path
from experiments.console import Reporter
from experiments.data.mnist import load_mnist
from experiments.registry import LADDER
from experiments.spec import ModelSpec
from experiments.training.fit import fit
import keras
data = load_mnist(Path(sys.argv[2]), Reporter(quiet=True))
model = LADDER.get("cnn_augmented")
settings = dataclasses.replace(model.settings, epochs=1)
network = fit(model, data, 1, Reporter(quiet=True), settings).network
print(keras.config.backend(), keras.config.image_data_format(), keras.config.floatx())
print(hashlib.sha256(b"".join(weights.tobytes() for weights in network.get_weights())).hexdigest())
"""


def test_weights_depend_neither_on_the_cores_nor_on_the_keras_settings_of_a_machine(
    data_dir: Path, tmp_path: Path
) -> None:
    settings = {"backend": "jax", "image_data_format": "channels_first", "floatx": "float16"}
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text(json.dumps(settings))
    hostile = {
        "HOME": str(tmp_path),
        "KERAS_HOME": str(tmp_path / ".keras"),
        "KERAS_BACKEND": "torch",
        "KERAS_MAX_EPOCHS": "0",
        "KERAS_MAX_STEPS_PER_EPOCH": "1",
        "TF_NUM_INTRAOP_THREADS": "7",
    }
    printed = [
        subprocess.run(
            [sys.executable, "-c", FIT, cores, str(data_dir)],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for cores, environment in (("1", hostile), ("2", {}))
    ]
    assert printed[0] == printed[1]
    assert printed[0].startswith("tensorflow channels_last float32\n")


@pytest.mark.parametrize("averaging_momentum", [None, 0.9])
def test_the_last_epoch_is_kept_however_good_those_before(
    small_mnist: Dataset, averaging_momentum: float | None
) -> None:
    # the more it learns, the worse it is on these
    wrong = Split(small_mnist.validation.images, (small_mnist.validation.labels + 1) % 10)
    data = Dataset(small_mnist.train.head(500), wrong, small_mnist.test, {})
    model = LADDER.get("hidden_layer")
    settings = replace(model.settings, epochs=4, averaging_momentum=averaging_momentum)
    fitted = fit(model, data, 1, QUIET, settings)
    accuracies = fitted.history.validation_accuracy
    assert len(accuracies) == 4
    assert accuracies[-1] != max(accuracies)

    scores = np.asarray(fitted.network(wrong.images.astype(np.float32)))
    accuracy = np.mean(scores.argmax(axis=-1) == wrong.labels)
    assert accuracy == pytest.approx(accuracies[-1], abs=1e-6)


def test_test_split_is_not_used(small_mnist: Dataset) -> None:
    few = head(small_mnist, train=300)
    absent = Split(np.zeros((0, 28, 28, 1), np.uint8), np.zeros(0, np.int64))
    without = train(replace(few, test=absent), "single_layer")
    network = train(few, "single_layer")
    np.testing.assert_array_equal(
        without.network.get_weights()[0], network.network.get_weights()[0]
    )
