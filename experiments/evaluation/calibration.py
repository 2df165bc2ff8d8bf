"""How far a probability can be trusted, and the temperature that makes it so."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax

from experiments.augmentation.augment import augment
from experiments.augmentation.settings import AugmentationSettings
from experiments.data.dataset import Dataset, Split
from ml_engine_and_backend.model_folder.report import Calibration, ReliabilityBin

# A `sure` answer is at least so likely, by whichever rung. Of validation digits redrawn as people
# draw, the sure ones are then right in more than 99.5 % of cases for every rung that was trained on
# such; at 0.99 for the others too, but fewer than 93 % of people's own digits would be sure.
SURE_FROM: Final = 0.95
# how often each validation digit is redrawn
REDRAWN: Final = 2
REDRAWN_SEED: Final = 283
# of the reliability curve and the expected calibration error
BINS: Final = 15
# a network without a single validation error would otherwise run off to temperature 0
_TEMPERATURE_RANGE: Final = (0.05, 20.0)


def redrawn(data: Dataset) -> Split:
    """Validation digits as people draw them: what probabilities are calibrated on.

    MNIST's hand alone would not do; own pictures stay as they are.
    """
    if data.is_own:
        return data.validation
    validation = data.validation
    generator = np.random.default_rng(REDRAWN_SEED)
    images, labels = validation.images[..., 0], validation.labels
    drawn = [augment(images, labels, AugmentationSettings(), generator) for _ in range(REDRAWN)]
    fields = np.rint(np.concatenate(drawn)).astype(np.uint8)
    return Split(fields[..., np.newaxis], np.tile(labels, REDRAWN))


def probabilities(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """softmax(logits / temperature) along the last axis, in double precision."""
    result: NDArray[np.float64] = softmax(logits.astype(np.float64) / temperature, axis=-1)
    return result


def negative_log_likelihood(
    logits: NDArray[np.float32], labels: NDArray[np.int64], temperature: float
) -> float:
    """Mean of -log softmax(logits / temperature)[label], in nats; logits (n, 10), labels (n,)."""
    scaled = logits.astype(np.float64) / temperature
    of_label = scaled[np.arange(len(labels)), labels]
    return float(np.mean(logsumexp(scaled, axis=-1) - of_label))


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature in 0.05..20 of least negative log-likelihood.

    One number for all digits, so it changes no ranking and no accuracy. Above 1 the network was
    too sure of itself, below 1 too modest. Source: Guo, Pleiss, Sun, Weinberger, "On calibration
    of modern neural networks", ICML 2017, section 4.2.
    """
    low, high = _TEMPERATURE_RANGE
    # on a log scale, where halving and doubling are equally far
    found = minimize_scalar(
        lambda log_t: negative_log_likelihood(logits, labels, float(np.exp(log_t))),
        bounds=(np.log(low), np.log(high)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def calibration_figures(
    logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float
) -> Calibration:
    """How well the probabilities at `temperature` match what happens.

    The Brier score sums the squared errors of all ten probabilities (Brier 1950: 0 to 2).
    """
    from sklearn.metrics import brier_score_loss, log_loss

    table = probabilities(logits, temperature)
    known: Any = {"labels": list(range(table.shape[1]))}
    curve = reliability_curve(table.max(axis=-1), table.argmax(axis=-1) == labels)
    return Calibration(
        temperature=temperature,
        negative_log_likelihood=float(log_loss(labels, table, **known)),
        brier_score=float(brier_score_loss(labels, table, scale_by_half=False, **known)),
        expected_calibration_error=expected_calibration_error(curve),
        reliability=curve,
    )


def expected_calibration_error(curve: Sequence[ReliabilityBin]) -> float:
    """The mean distance of accuracy and confidence over the bins, weighted by their answers.

    Source: Naeini, Cooper, Hauskrecht, AAAI 2015; Guo et al. 2017.
    """
    total = sum(place.count for place in curve)
    return sum(
        place.count / total * abs(place.accuracy - place.confidence)
        for place in curve
        if place.accuracy is not None and place.confidence is not None
    )


def reliability_curve(
    confidences: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = BINS
) -> list[ReliabilityBin]:
    """Mean confidence and accuracy of the answers in each of `bins` equal parts of 0..1.

    A bin holds its upper edge and not its lower one. An empty bin has neither figure: None.
    """
    edges = np.linspace(0, 1, bins + 1)
    places = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, bins - 1)
    curve = []
    for place in range(bins):
        inside = places == place
        filled = bool(inside.any())
        curve.append(
            ReliabilityBin(
                low=float(edges[place]),
                high=float(edges[place + 1]),
                count=int(inside.sum()),
                # a mean of ones in double precision may end a hair above 1
                confidence=min(1.0, float(confidences[inside].mean())) if filled else None,
                accuracy=float(correct[inside].mean()) if filled else None,
            )
        )
    return curve
