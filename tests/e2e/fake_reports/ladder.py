"""The six rungs that never were."""

from __future__ import annotations

from typing import Any

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
