"""A model repository of two small models, and what it says about them."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.model_repository import ModelRepository
from tests.fakes import reads
from tests.tiny_networks import network_file, write_model

BLANK = np.zeros((28, 28), np.uint8)
ONE, TWO, THREE = (network_file(reads(digit)) for digit in (1, 2, 3))

Messages = Callable[[], list[str]]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two models of one version each: low reads a 1, high, the better one, a 2."""
    write_model(tmp_path, "low", 1, ONE, order=10)
    write_model(tmp_path, "high", 1, TWO, order=20, validation_accuracy=0.95)
    return tmp_path


@pytest.fixture
def messages(caplog: pytest.LogCaptureFixture) -> Messages:
    """What was logged as a warning or worse since the last call."""

    def since_then() -> list[str]:
        texts = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        caplog.clear()
        return texts

    return since_then


def polled(models_dir: Path, default: str | None = None) -> ModelRepository:
    repository = ModelRepository(models_dir, default)
    repository.poll()
    return repository


def served(repository: ModelRepository) -> Ladder:
    assert repository.ladder is not None, repository.reason
    return repository.ladder


def digit(repository: ModelRepository, asked: str | None = None) -> int:
    return served(repository).find(asked).predict(BLANK).digit
