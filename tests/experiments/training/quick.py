"""Trainings and reports for tests whose point is neither the accuracy nor its robustness."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.evaluation.beyond_mnist import BeyondMnistTest, Case
from experiments.evaluation.canvas import CanvasTest
from experiments.evaluation.test_sets import TestSets
from experiments.spec import ModelSpec, TrainingSettings
from experiments.training.train import Workshop, train_model


@contextmanager
def few_disturbed(*, inside: bool = False) -> Iterator[None]:
    """Reports measure robustness on 50 digits, and inner values are exported where asked for.

    Either takes longer than to train.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.evaluation.robustness.SAMPLE", 50)
        if not inside:
            patch.setattr("experiments.training.train.export_inside", lambda *_: None)
        yield


def few_sets(canvas: CanvasTest | None = None) -> TestSets:
    """Besides `canvas`, two digits that the gate does not take for one."""
    blank = np.zeros((28, 28), np.uint8)
    return TestSets(
        canvas, BeyondMnistTest([Case("two_digits", "", "12", "none", 0.1, (blank,))], None)
    )


def quiet_workshop(models_dir: Path, *, resume: bool = False) -> Workshop:
    """A workshop that says nothing and measures little."""
    return Workshop(models_dir, few_sets(), Reporter(quiet=True), resume)


def train_quickly(
    model: ModelSpec,
    data: Dataset,
    models_dir: Path,
    seed: int = 1,
    *,
    settings: TrainingSettings | None = None,
    resume: bool = False,
    inside: bool = False,
) -> Path:
    """`train_model`, without a word, and with few disturbed digits."""
    with few_disturbed(inside=inside):
        return train_model(model, data, seed, quiet_workshop(models_dir, resume=resume), settings)


def head(data: Dataset, train: int, validation: int = 100) -> Dataset:
    """The first digits to train and validate on, and all test digits."""
    return Dataset(data.train.head(train), data.validation.head(validation), data.test, data.sha256)
