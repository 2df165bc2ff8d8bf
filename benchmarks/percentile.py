"""Percentiles of what was counted, without interpolation."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of `values` do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("expected at least one value, got none")
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]
