"""Predictions are stored in half the precision, and answer as before."""

import hashlib
from pathlib import Path

import numpy as np

from experiments.evaluation.predictions import stored_logits, write_predictions
from ml_engine_and_backend.model_folder.comparison import read_predictions


def test_half_precision_changes_no_prediction() -> None:
    logits = np.random.default_rng(1).normal(0, 10, (2_000, 10)).astype(np.float32)
    stored = stored_logits(logits)
    assert stored.dtype == np.float16
    assert np.array_equal(stored.argmax(axis=-1), logits.argmax(axis=-1))
    np.testing.assert_allclose(stored, logits, rtol=2e-3)


def test_largest_logit_survives_rounding() -> None:
    # half precision cannot tell these apart, and the first of equals would win
    logits = np.full((3, 10), -5.0, np.float32)
    logits[0, [3, 7]] = 12.0, 12.0001
    logits[1, [0, 1, 9]] = 9.9999, 9.9999, 10.0
    logits[2, [4, 5]] = 1e9, 2e9  # beyond half precision
    stored = stored_logits(logits)
    assert stored.argmax(axis=-1).tolist() == [7, 9, 5]
    np.testing.assert_allclose(stored[:2], logits[:2], atol=0.02)


def test_the_file_is_small_and_named_by_its_hash(tmp_path: Path) -> None:
    logits = stored_logits(np.random.default_rng(1).normal(0, 5, (10_000, 10)).astype(np.float32))
    labels = np.arange(10_000) % 10
    record = write_predictions(tmp_path, logits, labels)
    content = (tmp_path / "predictions.npz").read_bytes()
    assert record.file == "predictions.npz"
    assert record.sha256 == hashlib.sha256(content).hexdigest()
    assert len(content) < 250_000
    found = read_predictions(tmp_path)
    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.digits, logits.argmax(axis=-1))
    # written twice, the same bytes: or a model folder would never be the same again
    write_predictions(tmp_path, logits, labels)
    assert (tmp_path / "predictions.npz").read_bytes() == content
