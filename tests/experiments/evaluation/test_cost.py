"""Multiply-adds, held against the sums done by hand; latency, against a clock of its own."""

import time

import numpy as np
import pytest

from experiments.data.dataset import Split
from experiments.errors import ModelError
from experiments.evaluation.cost import median_latency_us, multiply_adds
from experiments.registry import LADDER
from ml_engine_and_backend.engine.predictor import Logits
from ml_engine_and_backend.engine.preprocessing import Field

DIGITS = Split(np.zeros((3, 28, 28, 1), np.uint8), np.zeros(3, np.int64))


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("single_layer", 784 * 10),
        ("hidden_layer", 784 * 128 + 128 * 64 + 64 * 10),
        (
            "cnn",
            (28 * 28) * (5 * 5 * 1 * 32) + (14 * 14) * (3 * 3 * 32 * 64) + 3136 * 128 + 128 * 10,
        ),
    ],
)
def test_multiply_adds_match_hand_counts(name: str, by_hand: int) -> None:
    assert multiply_adds(LADDER.get(name).build()) == by_hand


def test_unknown_layer_is_refused() -> None:
    from keras import Input, Sequential, layers

    network = Sequential([Input((28, 28)), layers.LSTM(4, name="memory")])
    with pytest.raises(ModelError, match="memory: expected Conv2D, Dense or a normalisation"):
        multiply_adds(network)


def test_latency_is_the_median_call(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, clock_ns = 0, 0

    def network(field: Field) -> Logits:
        nonlocal calls, clock_ns
        calls += 1
        clock_ns += 50_000_000 if calls % 10 == 0 else 1_000_000  # a busy neighbour now and then
        return np.zeros(10, np.float32)

    monkeypatch.setattr(time, "perf_counter_ns", lambda: clock_ns)
    assert median_latency_us(network, DIGITS, calls=30) == 1_000
    assert calls == 33
