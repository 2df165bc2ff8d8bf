"""Trainings and reports for tests whose point is neither the accuracy nor its robustness."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from experiments.console import Reporter
from experiments.data.mnist import Mnist
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.train import train_rung

DISTURBED = 50


@contextmanager
def few_disturbed() -> Iterator[None]:
    """Reports measure robustness on 50 digits: to disturb 1,000 takes longer than to train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.evaluation.robustness.SAMPLE", DISTURBED)
        yield


def train_quickly(
    spec: ModelSpec,
    data: Mnist,
    models_dir: Path,
    seed: int = 1,
    settings: TrainingSettings | None = None,
) -> Path:
    """`train_rung`, without a word, and with few disturbed digits."""
    with few_disturbed():
        return train_rung(spec, data, models_dir, seed, Reporter(quiet=True), settings)


def head(data: Mnist, train: int, validation: int = 100) -> Mnist:
    """The first digits to train and validate on, and all test digits."""
    return Mnist(data.train.head(train), data.validation.head(validation), data.test, data.sha256)
