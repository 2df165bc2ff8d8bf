"""Percentiles by nearest rank."""

import pytest

from benchmarks.percentile import percentile


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 50, 7),
        ([7], 99, 7),
        ([4, 1, 3, 2], 50, 2),
        ([4, 1, 3, 2], 51, 3),
        (list(range(1, 101)), 99, 99),
        (list(range(1, 201)), 99, 198),
        ([1, 2], 0, 1),
        ([1, 2], 100, 2),
    ],
)
def test_nearest_rank(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        percentile([], 50)
