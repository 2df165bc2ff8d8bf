"""One rung against another, on the same test digits."""

from __future__ import annotations

from functools import cache
from math import comb, erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.e2e.fake_reports.readings import N_TEST, readings
from tests.e2e.fake_reports.whole import report


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
