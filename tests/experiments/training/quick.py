"""Trainings and reports for tests whose point is neither the accuracy nor its robustness."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from experiments.console import Reporter
from experiments.data.mnist import Mnist
from experiments.spec import ModelSpec
from experiments.training.train import train_model


@contextmanager
def few_disturbed() -> Iterator[None]:
    """Reports measure robustness on 50 digits: to disturb 1,000 takes longer than to train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.evaluation.robustness.SAMPLE", 50)
        yield


def train_quickly(
    model: ModelSpec, data: Mnist, models_dir: Path, seed: int = 1, **options: Any
) -> Path:
    """`train_model`, without a word, and with few disturbed digits."""
    with few_disturbed():
        return train_model(model, data, models_dir, seed, Reporter(quiet=True), **options)


def head(data: Mnist, train: int, validation: int = 100) -> Mnist:
    """The first digits to train and validate on, and all test digits."""
    return Mnist(data.train.head(train), data.validation.head(validation), data.test, data.sha256)
