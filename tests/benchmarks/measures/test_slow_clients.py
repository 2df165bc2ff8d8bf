"""The fast client's figures beside the slow ones."""

from benchmarks.measures.slow_clients import Company, summarise
from tests.benchmarks.measures.bursts import burst
from tests.benchmarks.measures.found import figure


def test_each_kind_is_held_against_the_fast_client_alone() -> None:
    among = {
        "headers": Company(burst(p99_ms=3), ended=7),
        "body": Company(burst(p99_ms=5, failed=1), ended=0),
    }
    section = summarise(burst(p99_ms=2), among)
    assert figure(section, "headers", "percentile").value == 1.5
    assert figure(section, "body", "percentile").value == 2.5
    assert not figure(section, "headers", "failed").missed
    assert figure(section, "body", "failed").missed
    assert [row[-1] for row in section.tables[0].rows] == ["0", "7", "0"]
