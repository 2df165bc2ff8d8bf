"""Temperatures and calibration, on tables made by hand."""

import numpy as np
import pytest
from scipy.special import softmax

from experiments.evaluation.calibration import (
    calibration_figures,
    fit_temperature,
    probabilities,
)


def test_probabilities_are_a_tempered_softmax() -> None:
    logits = np.log(np.array([[1, 2, 4, 1, 1, 1, 1, 1, 1, 3]], dtype=np.float32))
    table = probabilities(logits, 1.0)
    np.testing.assert_allclose(table[0], np.array([1, 2, 4, 1, 1, 1, 1, 1, 1, 3]) / 16, rtol=1e-6)
    # temperature 2 takes square roots before normalising
    roots = np.sqrt([1, 2, 4, 1, 1, 1, 1, 1, 1, 3])
    np.testing.assert_allclose(probabilities(logits, 2.0)[0], roots / roots.sum(), rtol=1e-6)


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_the_temperature_behind_the_labels_is_found(true_temperature: float) -> None:
    generator = np.random.default_rng(11)
    logits = generator.normal(0, 3, (20_000, 10)).astype(np.float32)
    chances = softmax(logits / true_temperature, axis=-1).cumsum(axis=-1)
    labels = (generator.random((20_000, 1)) > chances).sum(axis=-1).clip(0, 9)

    assert fit_temperature(logits, labels) == pytest.approx(true_temperature, rel=0.05)


def test_calibration_figures_by_hand() -> None:
    # confidence 0.8 and 0.2 / 9 for each of the rest; one right, one wrong
    logits = np.full((2, 10), np.log(0.2 / 9))
    logits[:, 3] = np.log(0.8)
    found = calibration_figures(logits, np.array([3, 5]), 1.0)
    rest = 0.2 / 9
    assert found.negative_log_likelihood == pytest.approx(-(np.log(0.8) + np.log(rest)) / 2)
    right = 0.2**2 + 9 * rest**2
    wrong = 0.8**2 + (1 - rest) ** 2 + 8 * rest**2
    assert found.brier_score == pytest.approx((right + wrong) / 2)
    assert found.expected_calibration_error == pytest.approx(0.3)  # |0.5 - 0.8|
    assert sum(place.count for place in found.reliability) == 2
    assert len(found.reliability) == 15
    # a temperature that flattens the answers brings them nearer to one half
    flat = calibration_figures(logits, np.array([3, 5]), 2.0)
    assert flat.expected_calibration_error < found.expected_calibration_error
    assert (flat.temperature, found.temperature) == (2.0, 1.0)
