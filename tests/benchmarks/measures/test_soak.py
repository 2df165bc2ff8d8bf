"""Growth between the first requests and all."""

import pytest

from benchmarks.measures.soak import summarise
from benchmarks.proc import Memory
from tests.benchmarks.measures.found import figure


@pytest.mark.parametrize(
    ("after", "growth", "missed"),
    [(101_900_000, 1.9, False), (103_000_000, 3, True), (99_000_000, -1, False)],
)
def test_growth_is_of_resident_memory(after: int, growth: float, missed: bool) -> None:
    before = Memory(100_000_000, 90_000_000)
    section = summarise(10_000, 200_000, before, Memory(after, 0), failed=0, seconds=100)
    grew = figure(section, "grew")
    assert grew.value == pytest.approx(growth)
    assert grew.missed is missed
    assert "200,000 requests" in section.how
