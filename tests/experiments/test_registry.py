"""The registry refuses what would be ambiguous, and names what it knows."""

from dataclasses import replace

import pytest

from experiments.errors import RegistryError
from experiments.registry import LADDER, Registry

SPEC = LADDER.get("single_layer")


def test_ladder_is_in_teaching_order() -> None:
    names = LADDER.names()
    assert names[:3] == ["single_layer", "hidden_layer", "cnn"]
    orders = [LADDER.get(name).order for name in names]
    assert orders == sorted(orders)
    # ten apart, so that a rung fits in between
    assert all(order % 10 == 0 for order in orders)


def test_a_taken_name_is_refused() -> None:
    with pytest.raises(
        RegistryError, match="'single_layer' is already registered; known: single_layer"
    ):
        Registry([SPEC, replace(SPEC, order=20)])


def test_a_taken_order_is_refused() -> None:
    with pytest.raises(RegistryError, match="order 10 of 'other' is already taken by 'single_lay"):
        Registry([SPEC, replace(SPEC, name="other")])


def test_unknown_name_is_reported_with_known_names() -> None:
    with pytest.raises(
        RegistryError, match=f"no rung named 'singel_layer'; known: {', '.join(LADDER.names())}"
    ):
        LADDER.get("singel_layer")
    with pytest.raises(RegistryError, match="known: none"):
        Registry().get("cnn")
