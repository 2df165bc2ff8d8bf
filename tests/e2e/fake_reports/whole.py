"""A rung's whole report."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from tests.e2e.fake_reports.ladder import LADDER, NAMES
from tests.e2e.fake_reports.readings import N_TEST, confusion

CORRUPTIONS: tuple[tuple[str, str, str, list[float], float], ...] = (
    ("shift", "Shift", "px", [0, 1, 2, 3, 4, 5, 6], 6.0),
    ("rotation", "Rotation", "°", [-45, -30, -15, 0, 15, 30, 45], 50.0),
    ("scale", "Scale", "×", [0.6, 0.8, 1.0, 1.2, 1.4], 0.6),
    ("stroke_width", "Stroke width", "px", [-2, -1, 0, 1, 2], 3.0),
    ("noise", "Noise", "grey levels", [0, 32, 64, 96, 128], 160.0),
    ("blur", "Blur", "px", [0, 0.5, 1, 1.5, 2], 2.5),
    ("occlusion", "Occlusion", "px", [0, 4, 8, 12], 14.0),
)


def interval(share: float, n: int = N_TEST) -> list[float]:
    """Wilson's 95 % interval."""
    z = 1.96
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return [centre - half, centre + half]


def calibration(accuracy: float, temperature: float) -> dict[str, Any]:
    """Reliability in 15 bins; off the diagonal where the temperature is not the fitted one."""
    gap = (1 - accuracy) ** 0.25 * (0.9 if temperature == 1.0 else 0.25)
    bins: list[dict[str, Any]] = []
    for i in range(15):
        low, high = i / 15, (i + 1) / 15
        count = 0 if i < 3 else round(N_TEST * (1 - accuracy) * 0.02 * i)
        if i == 14:
            count = N_TEST - sum(entry["count"] for entry in bins)
        confidence = (low + high) / 2 if i < 14 else 0.5 * (low + high) + 0.03
        bins.append(
            {
                "low": low,
                "high": high,
                "count": count,
                "confidence": confidence if count else None,
                "accuracy": max(0.0, confidence - gap * (1 - confidence)) if count else None,
            }
        )
    return {
        "temperature": temperature,
        "negative_log_likelihood": (1 - accuracy) * (3.4 if temperature == 1.0 else 3.2),
        "brier_score": (1 - accuracy) * 1.5,
        "expected_calibration_error": (1 - accuracy) * gap,
        "reliability": bins,
    }


def curves(place: int, accuracy: float) -> dict[str, Any] | None:
    if NAMES[place] == "ensemble":
        return None
    epochs = 10 + 5 * place
    fall = [float(np.exp(-3 * i / epochs)) for i in range(1, epochs + 1)]
    error = 1 - accuracy
    return {
        "epoch": list(range(1, epochs + 1)),
        "loss": [error * 2 + 0.4 * f for f in fall],
        "accuracy": [1 - error * 0.6 - 0.1 * f for f in fall],
        "validation_loss": [error * 3.2 + 0.3 * f + 0.002 * (i % 3) for i, f in enumerate(fall)],
        "validation_accuracy": [accuracy - 0.06 * f - 0.0004 * (i % 3) for i, f in enumerate(fall)],
        "learning_rate": [0.001] * epochs,
        "best_epoch": epochs - 3,
    }


@cache
def report(name: str) -> dict[str, Any]:
    """A whole report.json."""
    place = NAMES.index(name)
    _, title, _, _, parameters, multiply_adds, size_bytes, seconds, microseconds = LADDER[place]
    matrix = confusion(name)
    right = np.diag(matrix)
    precision, recall = right / matrix.sum(axis=0), right / matrix.sum(axis=1)
    f1 = 2 * precision * recall / (precision + recall)
    accuracy = float(right.sum() / N_TEST)
    steadiness = 0.5 + 0.12 * place
    return {
        "format": 2,
        "name": name,
        "version": 1,
        "n_test": N_TEST,
        "accuracy": accuracy,
        "accuracy_interval": interval(accuracy),
        "macro_f1": float(f1.mean()),
        "weighted_f1": float(f1.mean()),
        "top2_accuracy": 1 - (1 - accuracy) / 3,
        "per_class": [
            {
                "digit": digit,
                "precision": float(precision[digit]),
                "recall": float(recall[digit]),
                "f1": float(f1[digit]),
                "support": int(matrix[digit].sum()),
            }
            for digit in range(10)
        ],
        "confusion_matrix": matrix.tolist(),
        "calibration": {
            "before": calibration(accuracy, 1.0),
            "after": calibration(accuracy, 1.3),
        },
        "validation": {
            "n": 5_000,
            "accuracy": accuracy,
            "accuracy_interval": interval(accuracy, 5_000),
            "sure_coverage": accuracy - 0.04,
            "sure_precision": 0.999,
        },
        "test_sure": {"coverage": 1 - (1 - accuracy) * 6, "precision": 0.9990 + 0.0001 * place},
        "learning_curves": curves(place, accuracy),
        "robustness": {
            "n": 2_000,
            "seed": 1,
            "curves": [
                {
                    "name": kind,
                    "title": words,
                    "unit": unit,
                    "levels": levels,
                    "accuracy": [
                        accuracy
                        * float(
                            np.exp(-((abs(x - mildest(levels)) / reach) ** 2) * (1.4 - steadiness))
                        )
                        for x in levels
                    ],
                }
                for kind, words, unit, levels, reach in CORRUPTIONS
            ],
        },
        "penstrokes": None
        if name == "single_layer"
        else {
            "sha256": "0" * 64,
            "n": 4_000,
            "seed": 1,
            "accuracy": 0.91 + 0.016 * place,
            "accuracy_interval": interval(0.91 + 0.016 * place, 4_000),
            "writers": 40,
            "writer_median": 0.98,
            "writer_worst_tenth": 0.9,
            "sure": {"coverage": 0.8, "precision": 0.99},
            "confusion_matrix": matrix.tolist(),
        },
        "cost": {
            "parameters": parameters,
            "multiply_adds": multiply_adds,
            "size_bytes": size_bytes,
            "training_seconds": seconds,
            "hardware": f"2 cores, for {title}",
            "median_latency_us": microseconds,
        },
    }


def mildest(levels: list[float]) -> float:
    """The level that changes nothing."""
    return min(levels, key=lambda level: min(abs(level), abs(level - 1)))
