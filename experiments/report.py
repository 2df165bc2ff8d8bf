"""The report of a rung: how well it reads the test digits, and how it came to it."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from experiments.artefacts import FORMAT, Json
from experiments.calibration import probabilities
from experiments.data import DIGITS
from experiments.train import LearningCurves

CONFIDENCE_LEVEL: Final = 0.95

Logits = NDArray[np.float32]
Labels = NDArray[np.int64]


def wilson_interval(correct: int, total: int) -> list[float]:
    """The 95 % score interval [low, high] of a fraction (Wilson, JASA 22, 1927)."""
    interval = binomtest(correct, total).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    return [float(interval.low), float(interval.high)]


def accuracy_of(logits: Logits, labels: Labels) -> float:
    """Fraction of digits whose largest logit is the label's."""
    return float(np.mean(logits.argmax(axis=-1) == labels))


def sure_figures(
    logits: Logits, labels: Labels, temperature: float, threshold: float
) -> tuple[float, float | None]:
    """Coverage, the fraction of digits answered `sure`, and the precision among them.

    The precision is None where no digit is sure.
    """
    table = probabilities(logits, temperature)
    sure = table.max(axis=-1) >= threshold
    if not sure.any():
        return 0.0, None
    correct = table.argmax(axis=-1) == labels
    return float(sure.mean()), float(correct[sure].mean())


def make_report(
    name: str,
    version: int,
    *,
    test: tuple[Logits, Labels],
    validation: tuple[Logits, Labels],
    temperature: float,
    threshold: float,
    curves: LearningCurves,
) -> Json:
    """The contents of report.json, from the logits of the served model. Fractions are in 0..1."""
    logits, labels = test
    accuracy = accuracy_of(logits, labels)
    validation_accuracy = accuracy_of(*validation)
    coverage, precision = sure_figures(*test, temperature, threshold)
    validation_coverage, validation_precision = sure_figures(*validation, temperature, threshold)
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "accuracy": accuracy,
        "accuracy_interval": _interval(accuracy, len(labels)),
        "n_test": len(labels),
        **_class_figures(logits.argmax(axis=-1), labels),
        "validation": {
            "n": len(validation[1]),
            "accuracy": validation_accuracy,
            "accuracy_interval": _interval(validation_accuracy, len(validation[1])),
            "sure_coverage": validation_coverage,
            "sure_precision": validation_precision,
        },
        "test_sure": {"coverage": coverage, "precision": precision},
        "learning_curves": {**asdict(curves), "best_epoch": curves.best_epoch},
    }


def _interval(accuracy: float, total: int) -> list[float]:
    return wilson_interval(round(accuracy * total), total)


def _class_figures(predicted: NDArray[np.int64], labels: Labels) -> Json:
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    digits = range(DIGITS)
    columns: Any = precision_recall_fscore_support(
        labels, predicted, labels=list(digits), zero_division=0.0
    )
    return {
        # row: the digit it was; column: the digit it was read as
        "confusion_matrix": confusion_matrix(labels, predicted, labels=list(digits)).tolist(),
        "per_class": [
            {
                "digit": digit,
                "precision": float(columns[0][digit]),
                "recall": float(columns[1][digit]),
                "f1": float(columns[2][digit]),
                "support": int(columns[3][digit]),
            }
            for digit in digits
        ],
    }
