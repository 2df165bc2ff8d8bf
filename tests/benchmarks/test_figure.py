"""Figures and their goals."""

import math

import pytest

from benchmarks.figure import Figure, Goal, at_least, at_most, shown


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (at_least(100), 100, True),
        (at_least(100), 99.9, False),
        (at_most(1.6), 1.6, True),
        (at_most(1.6), 1.61, False),
        (at_least(1), math.nan, False),
        (at_most(1), math.nan, False),
        (at_most(1), math.inf, False),
    ],
)
def test_a_bound_is_included(goal: Goal, value: float, met: bool) -> None:
    assert goal.met(value) is met
    assert Figure("what", value, "×", goal).missed is not met


def test_without_a_goal_nothing_is_missed() -> None:
    assert not Figure("what", 5, "ms").missed


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1.684, "×", "1.68×"),
        (104.4, "×", "104×"),
        (12345.6, "µs", "12,346 µs"),
        (0.4567, "ms", "0.46 ms"),
        (101.26, "MB", "101.3 MB"),
        (2, "", "2"),
    ],
)
def test_no_more_digits_than_deserved(value: float, unit: str, expected: str) -> None:
    assert shown(value, unit) == expected
