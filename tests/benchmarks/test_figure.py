"""Figures and their goals."""

from math import inf, nan

import pytest

from benchmarks.figure import Figure, Goal, at_least, at_most, shown, shown_median


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (at_least(60), 60, True),
        (at_least(60), 59.9, False),
        (at_most(1.9), 1.9, True),
        (at_most(1.9), 1.91, False),
        (at_least(1), nan, False),
        (at_most(1), nan, False),
        (at_most(1), inf, False),
    ],
)
def test_goal_includes_its_bound(goal: Goal, value: float, met: bool) -> None:
    assert goal.met(value) is met
    assert Figure("cost", [value], "×", goal).missed is not met


def test_median_of_the_runs_is_held_against_the_goal() -> None:
    assert not Figure("cost", [1, 9, 2], "×", at_most(2)).missed
    assert not Figure("cost", [1, 9, 2], "×").missed


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1.684, "×", "1.68×"),
        (104.4, "×", "104×"),
        (12345.6, "µs", "12,346 µs"),
        (0.4567, "ms", "0.46 ms"),
        (101.26, "MB", "101.3 MB"),
        (2, "", "2"),
        (nan, "ms", "–"),
    ],
)
def test_shows_no_more_digits_than_are_meaningful(value: float, unit: str, expected: str) -> None:
    assert shown(value, unit) == expected


def test_shown_median_leaves_out_runs_without_a_value() -> None:
    assert shown_median([nan, 2, 4, 3], "ms") == "3.00 ms"
    assert shown_median([nan], "ms") == "–"
