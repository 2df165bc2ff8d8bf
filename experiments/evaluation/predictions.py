"""predictions.npz: a model's logits for every test digit, in half precision."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.files import naming_file
from ml_engine_and_backend.model_folder.comparison import PREDICTIONS_FILE
from ml_engine_and_backend.model_folder.record import describe_file
from ml_engine_and_backend.model_folder.report import PredictionsRecord


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


def write_predictions(
    folder: Path, logits: NDArray[np.float16], labels: NDArray[np.int64]
) -> PredictionsRecord:
    """Write predictions.npz into `folder`; returns how report.json refers to it."""
    with naming_file(folder / PREDICTIONS_FILE) as path:
        np.savez_compressed(path, labels=labels.astype(np.uint8), logits=logits)
    return PredictionsRecord(file=path.name, sha256=describe_file(path.read_bytes()).sha256)
