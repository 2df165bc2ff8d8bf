"""Reports of six rungs that never were, alike in shape and size to real ones.

Each test digit has a difficulty and a digit that it resembles; a rung misreads those that are
harder than it can manage. Everything else is counted from these readings, so that the figures of
one rung agree with one another.
"""

from __future__ import annotations

import io
from functools import cache
from math import comb, erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

N_TEST = 10_000
CELL_PX = 28
COLUMNS = 40
EXAMPLES = 24

# name, title, what it adds, accuracy, parameters, multiply-adds, bytes, seconds, microseconds
Facts = tuple[str, str, str, float, int, int, int, float, float]
LADDER: tuple[Facts, ...] = (
    (
        *("single_layer", "Single layer", "A linear template per digit."),
        *(0.9251, 7_850, 7_840, 33_412, 21.4, 1.9),
    ),
    (
        *("hidden_layer", "Hidden layers", "Combinations of pixels."),
        *(0.9840, 109_386, 109_184, 441_020, 74.0, 9.1),
    ),
    (
        *("cnn", "Convolutional network", "Local features, shared weights."),
        *(0.9934, 421_642, 4_241_152, 1_690_388, 412.0, 54.2),
    ),
    (
        *("cnn_augmented", "Convolutional network, augmented", "Data: moved, turned, bent."),
        *(0.9958, 421_642, 4_241_152, 1_690_388, 2_480.0, 54.4),
    ),
    (
        *("deep_cnn", "Deep convolutional network", "Depth and a position-free head."),
        *(0.9969, 578_250, 31_020_544, 2_318_600, 5_940.0, 412.7),
    ),
    (
        *("ensemble", "Ensemble", "Independent mistakes."),
        *(0.9976, 2_891_250, 155_102_720, 11_593_000, 29_700.0, 2_061.0),
    ),
)
NAMES = tuple(facts[0] for facts in LADDER)
RESEMBLES = (6, 7, 7, 5, 9, 3, 0, 2, 3, 4)
CORRUPTIONS: tuple[tuple[str, str, str, list[float], float], ...] = (
    ("shift", "Shift", "px", [0, 1, 2, 3, 4, 5, 6], 6.0),
    ("rotation", "Rotation", "°", [-45, -30, -15, 0, 15, 30, 45], 50.0),
    ("scale", "Scale", "×", [0.6, 0.8, 1.0, 1.2, 1.4], 0.6),
    ("stroke_width", "Stroke width", "px", [-2, -1, 0, 1, 2], 3.0),
    ("noise", "Noise", "grey levels", [0, 32, 64, 96, 128], 160.0),
    ("blur", "Blur", "px", [0, 0.5, 1, 1.5, 2], 2.5),
    ("occlusion", "Occlusion", "px", [0, 4, 8, 12], 14.0),
)

Digits = NDArray[np.int64]


def interval(share: float, n: int = N_TEST) -> list[float]:
    """Wilson's 95 % interval."""
    z = 1.96
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return [centre - half, centre + half]


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


def p_value(fixed: int, broken: int) -> float:
    """Exact McNemar test, two-sided, through the normal distribution's tail where n is large."""
    n, few = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    if n > 500:
        return erfc((abs(fixed - broken) - 1) / sqrt(2 * n))
    tail: int = sum(comb(n, k) for k in range(few + 1))
    return min(1.0, tail / (1 << (n - 1)))


@cache
def comparison(a: str, b: str) -> dict[str, Any]:
    """Rung b against rung a."""
    labels, read = readings()
    right_a, right_b = read[a] == labels, read[b] == labels

    def digits(chosen: NDArray[np.bool_]) -> list[dict[str, int]]:
        return [
            {
                "index": int(i),
                "label": int(labels[i]),
                "a": int(read[a][i]),
                "b": int(read[b][i]),
            }
            for i in np.flatnonzero(chosen)
        ]

    fixed, broken = digits(~right_a & right_b), digits(right_a & ~right_b)
    difference = (len(fixed) - len(broken)) / N_TEST
    half = 1.96 * float(np.sqrt(len(fixed) + len(broken) + 1)) / N_TEST
    return {
        "a": {"name": a, "version": 1, "accuracy": report(a)["accuracy"]},
        "b": {"name": b, "version": 1, "accuracy": report(b)["accuracy"]},
        "n": N_TEST,
        "difference": difference,
        "difference_interval": [difference - half, difference + half],
        "p_value": p_value(len(fixed), len(broken)),
        "fixed": fixed,
        "broken": broken,
    }


def step(below: str, name: str) -> dict[str, Any]:
    found = comparison(below, name)
    fixed, broken, p = len(found["fixed"]), len(found["broken"]), found["p_value"]
    return {
        "below": below,
        "difference": found["difference"],
        "difference_interval": found["difference_interval"],
        "fixed": fixed,
        "broken": broken,
        "p_value": p,
        "p_value_holm": min(1.0, 2 * p),
        "sentence": f"`{name}` reads {fixed - broken} of 10,000 digits more than `{below}`: "
        f"it fixes {fixed} and breaks {broken}.",
    }


@cache
def summaries() -> tuple[dict[str, Any], ...]:
    """The rows of /reports."""
    rows: list[dict[str, Any]] = []
    for place, facts in enumerate(LADDER):
        whole = report(facts[0])
        after = whole["calibration"]["after"]
        shared = ("name", "version", "accuracy", "accuracy_interval", "macro_f1", "top2_accuracy")
        cost = {key: value for key, value in whole["cost"].items() if key != "hardware"}
        rows.append(
            {key: whole[key] for key in shared}
            | cost
            | {
                "title": facts[1],
                "negative_log_likelihood": after["negative_log_likelihood"],
                "expected_calibration_error": after["expected_calibration_error"],
                "sure_coverage": whole["test_sure"]["coverage"],
                "sure_precision": whole["test_sure"]["precision"],
                "canvas_accuracy": whole["penstrokes"] and whole["penstrokes"]["accuracy"],
                "step": step(NAMES[place - 1], facts[0]) if place else None,
            }
        )
    return tuple(rows)


@cache
def sheet() -> dict[str, Any]:
    """The index of the sprite sheet: every digit that a rung misreads, and a few others."""
    labels, read = readings()
    misread = np.zeros(N_TEST, dtype=bool)
    for digits in read.values():
        misread |= digits != labels
    kept = set(np.flatnonzero(misread).tolist())
    for digit in range(10):
        kept |= set(np.flatnonzero(~misread & (labels == digit))[:EXAMPLES].tolist())
    indices = sorted(kept)
    return {
        "size_px": CELL_PX,
        "columns": COLUMNS,
        "indices": indices,
        "labels": labels[indices].tolist(),
        "read": {name: digits[indices].tolist() for name, digits in read.items()},
        "image": "/reports/digits.png?v=1",
    }


@cache
def sheet_png() -> bytes:
    """The sprite sheet itself: every cell shows its digit, each at a place of its own."""
    labels = sheet()["labels"]
    rows = -(-len(labels) // COLUMNS)
    image = Image.new("L", (COLUMNS * CELL_PX, rows * CELL_PX), 0)
    pen = ImageDraw.Draw(image)
    for place, label in enumerate(labels):
        top, left = divmod(place, COLUMNS)
        jitter = place % 5 - 2
        at = (left * CELL_PX + 8 + jitter, top * CELL_PX + 2)
        pen.text(at, str(label), fill=255, font_size=22)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def models() -> list[dict[str, Any]]:
    """The rows of /models."""
    return [
        {
            "name": name,
            "title": title,
            "adds": adds,
            "version": 1,
            "parameters": parameters,
            "activation": "softmax",
            "accuracy": accuracy,
            "size_bytes": size_bytes,
            "default": name == NAMES[-1],
        }
        for name, title, adds, accuracy, parameters, _, size_bytes, _, _ in LADDER
    ]
