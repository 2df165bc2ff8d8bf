"""Memory in megabytes."""

import pytest

from benchmarks.measures.memory import summarise
from benchmarks.proc import Memory
from tests.benchmarks.measures.found import figure


@pytest.mark.parametrize(("rss", "missed"), [(110_000_000, False), (110_100_000, True)])
def test_resident_memory_has_the_goal(rss: int, missed: bool) -> None:
    section = summarise(Memory(rss, rss - 5_000_000), Memory(720_000_000, 700_000_000), failed=0)
    ours = figure(section, "ours", "resident")
    assert ours.value == rss / 1e6
    assert ours.missed is missed
    assert figure(section, "baseline", "PSS").value == 700
    assert not figure(section, "failed").missed
