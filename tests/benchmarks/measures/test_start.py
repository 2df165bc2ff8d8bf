"""The start, from several."""

import pytest

from benchmarks.measures.start import summarise
from tests.benchmarks.measures.found import figure


@pytest.mark.parametrize(
    ("ours_s", "middle", "missed"),
    [([0.4, 0.3, 0.9], 0.4, False), ([0.5], 0.5, False), ([0.6, 0.4, 0.7], 0.6, True)],
)
def test_the_median_counts(ours_s: list[float], middle: float, missed: bool) -> None:
    section = summarise(ours_s, [3.5, 3.6, 9])
    ours = figure(section, "ours")
    assert (ours.value, ours.missed) == (middle, missed)
    assert figure(section, "baseline").value == 3.6
