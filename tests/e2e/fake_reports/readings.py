"""What every rung reads in each test digit."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tests.e2e.fake_reports.ladder import LADDER

N_TEST = 10_000
RESEMBLES = (6, 7, 7, 5, 9, 3, 0, 2, 3, 4)

Digits = NDArray[np.int64]


@cache
def readings() -> tuple[Digits, dict[str, Digits]]:
    """The labels, and what every rung reads: (n,) each."""
    random = np.random.default_rng(7)
    labels = random.integers(0, 10, N_TEST)
    difficulty = random.random(N_TEST)
    alike = np.where(
        random.random(N_TEST) < 0.6,
        np.array(RESEMBLES)[labels],
        (labels + random.integers(1, 10, N_TEST)) % 10,
    )
    read: dict[str, Digits] = {}
    for facts in LADDER:
        harder = difficulty + random.normal(0, 0.008, N_TEST)
        wrong = harder > np.quantile(harder, facts[3])
        read[facts[0]] = np.where(wrong, alike, labels)
    return labels, read


def confusion(name: str) -> Digits:
    labels, read = readings()
    matrix = np.zeros((10, 10), dtype=np.int64)
    np.add.at(matrix, (labels, read[name]), 1)
    return matrix
