"""Figures of the report, on predictions made by hand."""

import numpy as np
import pytest

from experiments.report import accuracy_of, make_report, sure_figures, wilson_interval
from experiments.train import LearningCurves


def logits_for(predictions: list[int], margin: float = 5.0) -> np.ndarray:
    """Logits that read `predictions`, each ahead of the rest by `margin`."""
    return (np.eye(10) * margin)[predictions].astype(np.float32)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        # Wilson's formula with z = 1.959964, worked out by hand
        (50, 100, 0.403832, 0.596168),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (9_925, 10_000, 0.990615, 0.994010),
    ],
)
def test_the_interval_is_wilsons(correct: int, total: int, low: float, high: float) -> None:
    z = 1.959964
    p = correct / total
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * np.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    assert wilson_interval(correct, total) == pytest.approx(
        [centre - half, centre + half], abs=1e-6
    )
    assert wilson_interval(correct, total) == pytest.approx([low, high], abs=2e-4)


def test_accuracy_counts_the_largest_logit() -> None:
    assert accuracy_of(logits_for([1, 2, 3, 4]), np.array([1, 2, 3, 5])) == 0.75


def test_sure_counts_what_reaches_the_threshold() -> None:
    logits = np.concatenate([logits_for([1, 2], margin=9.0), logits_for([3, 4], margin=1.0)])
    labels = np.array([1, 7, 3, 4])
    assert sure_figures(logits, labels, 1.0, 0.9) == (0.5, 0.5)
    assert sure_figures(logits, labels, 1.0, 0.0) == (1.0, 0.75)
    assert sure_figures(logits, labels, 1.0, 1.0) == (0.0, None)


def test_the_whole_report() -> None:
    labels = np.array([0, 0, 1, 1, 1, 2])
    predictions = [0, 1, 1, 1, 0, 2]
    curves = LearningCurves()
    curves.add({"loss": 1, "accuracy": 0.5, "val_loss": 0.9, "val_accuracy": 0.6}, 0.01)
    curves.add({"loss": 0.8, "accuracy": 0.6, "val_loss": 0.7, "val_accuracy": 0.8}, 0.001)
    report = make_report(
        "toy",
        4,
        test=(logits_for(predictions), labels),
        validation=(logits_for([3, 3]), np.array([3, 3])),
        temperature=1.0,
        threshold=0.5,
        curves=curves,
    )
    assert (report["format"], report["name"], report["version"]) == (1, "toy", 4)
    assert report["accuracy"] == pytest.approx(4 / 6)
    assert report["accuracy_interval"] == wilson_interval(4, 6)
    assert report["n_test"] == 6
    # rows are the true digits
    assert [row[:3] for row in report["confusion_matrix"][:3]] == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]
    assert np.shape(report["confusion_matrix"]) == (10, 10)
    assert report["per_class"][0] == {
        "digit": 0,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "support": 2,
    }
    assert report["per_class"][1]["recall"] == pytest.approx(2 / 3)
    assert report["per_class"][9] == {
        "digit": 9,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "support": 0,
    }
    assert report["validation"] == {
        "n": 2,
        "accuracy": 1.0,
        "accuracy_interval": wilson_interval(2, 2),
        "sure_coverage": 1.0,
        "sure_precision": 1.0,
    }
    assert report["test_sure"] == {"coverage": 1.0, "precision": pytest.approx(4 / 6)}
    assert report["learning_curves"] == {
        "epoch": [1, 2],
        "loss": [1.0, 0.8],
        "accuracy": [0.5, 0.6],
        "validation_loss": [0.9, 0.7],
        "validation_accuracy": [0.6, 0.8],
        "learning_rate": [0.01, 0.001],
        "best_epoch": 2,
    }
