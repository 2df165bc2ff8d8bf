"""What the tests of this folder share: few real digits, and one quickly trained model folder."""

from pathlib import Path

import numpy as np
import pytest

from experiments.data.mnist import Mnist


def pytest_configure(config: pytest.Config) -> None:
    # TensorFlow 2.21 variables predate the `copy` argument of NumPy 2's __array__
    config.addinivalue_line(
        "filterwarnings", "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
    )


@pytest.fixture(scope="session")
def few_digits(mnist: Mnist) -> Mnist:
    """3,000 training, 500 validation and 1,000 test digits: enough to learn something."""
    return Mnist(
        train=mnist.train.take(np.arange(3_000)),
        validation=mnist.validation.head(500),
        test=mnist.test.head(1_000),
        sha256=mnist.sha256,
    )


@pytest.fixture(scope="session")
def trained_models_dir(few_digits: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with `hidden_layer` version 1, trained for two epochs; not to be edited."""
    from dataclasses import replace

    from experiments.registry import LADDER
    from tests.experiments.training.quick import train_quickly

    spec = LADDER.get("hidden_layer")
    models_dir = tmp_path_factory.mktemp("models")
    settings = replace(spec.settings, epochs=2)
    train_quickly(spec, few_digits, models_dir, settings=settings)
    return models_dir
