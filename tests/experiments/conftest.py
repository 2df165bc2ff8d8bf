"""What the tests of this folder share: one quickly trained model folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.data.dataset import Dataset
from experiments.registry import LADDER
from tests.experiments.training.quick import train_quickly


@pytest.fixture(scope="session")
def trained_models_dir(small_mnist: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with `hidden_layer` version 1, trained for four epochs; not to be edited."""
    model = LADDER.get("hidden_layer")
    models_dir = tmp_path_factory.mktemp("models")
    settings = replace(model.settings, epochs=4, batch_size_images=32, averaging_momentum=0.9)
    train_quickly(model, small_mnist, models_dir, inside=True, settings=settings)
    return models_dir
