"""predictions.npz: what a rung says of every test digit, compactly."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.training.workspace import Json
from ml_engine_and_backend.model_folder.comparison import PREDICTIONS_FILE


def stored_logits(logits: NDArray[np.float32]) -> NDArray[np.float16]:
    """The logits as half-precision numbers, each row's largest still at the same place.

    Half precision keeps three to four digits, in a quarter of a megabyte for 10,000 test
    digits. Where rounding makes two logits equal or swaps them, the winner's is moved up by the
    smallest step, so that no answer changes.
    """
    # half precision ends at 65,504, and a winner needs room above
    stored = np.clip(logits, -60_000, 60_000).astype(np.float16)
    rows = np.arange(len(logits))
    winners = logits.argmax(axis=-1)
    while (lost := stored.argmax(axis=-1) != winners).any():
        chosen = rows[lost], winners[lost]
        stored[chosen] = np.nextafter(stored[chosen], np.float16(np.inf))
    return stored


def write_predictions(folder: Path, logits: NDArray[np.float16], labels: NDArray[np.int64]) -> Json:
    """Write predictions.npz into `folder`; returns how report.json refers to it."""
    path = folder / PREDICTIONS_FILE
    np.savez_compressed(path, labels=labels.astype(np.uint8), logits=logits)
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
