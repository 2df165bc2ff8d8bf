"""Settings and specs refuse values that could not work."""

from dataclasses import replace
from typing import Any

import pytest

from experiments.registry import LADDER
from experiments.spec import TrainingSettings

SETTINGS = TrainingSettings(
    epochs=2,
    batch_size_images=32,
    initial_learning_rate=0.01,
    final_learning_rate=0.001,
)
SPEC = LADDER.get("single_layer")

BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"epochs": 0}, "expected epochs of at least 1, got 0"),
    ({"final_learning_rate": 0.0}, "expected 0 < final_learning_rate .* got 0.0 and 0.01"),
    ({"final_learning_rate": 0.1}, "final_learning_rate <= initial_learning_rate"),
    ({"weight_decay": -0.1}, "expected a weight_decay from 0 .* got -0.1"),
    ({"averaging_momentum": 0.0}, "expected an averaging_momentum between 0 and 1, got 0.0"),
    ({"label_smoothing": 1.0}, "expected a label_smoothing from 0 to below 1, got 1.0"),
    ({"mixup_alpha": -0.2}, "expected a mixup_alpha of at least 0, got -0.2"),
]

BAD_SPECS: list[tuple[dict[str, Any], str]] = [
    ({"name": "Single Layer"}, "lower-case letters, digits and underscores, got 'Single Layer'"),
    ({"title": " "}, "expected a text for title of 'single_layer'"),
    ({"order": 0}, "of at least 1, got 0 and 7850"),
    ({"member_seeds": (1, 2)}, r"a member of 'single_layer' and two .* got None and \(1, 2\)"),
    ({"member": LADDER.get("cnn")}, r"two different seeds or more, or neither, got cnn and \(\)"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD_SETTINGS)
def test_bad_settings_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(SETTINGS, **change)


@pytest.mark.parametrize(("change", "sentence"), BAD_SPECS)
def test_bad_specs_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(SPEC, **change)
