"""Speed from rounds of bursts."""

import pytest

from benchmarks.figure import Section
from benchmarks.measures.speed import Load, summarise
from tests.benchmarks.measures.bursts import run
from tests.benchmarks.measures.found import figure

RAW_1, RAW_16 = Load("raw PNG", 1), Load("raw PNG", 16)


def of(load: Load, *rates: tuple[float, float]) -> Section:
    pairs = [(run(theirs), run(own)) for theirs, own in rates]
    return summarise({load: pairs}, "wrk")


def test_ratios_are_taken_within_a_round() -> None:
    # one slow round slows both; the ratio of the medians would be 150
    section = of(RAW_1, (20, 2000), (10, 1000), (5, 1500))
    ratio = figure(section, "raw PNG, 1 connection: requests/s")
    assert ratio.value == 100
    assert not ratio.missed


@pytest.mark.parametrize(
    ("form", "ratio", "missed"),
    [
        ("raw PNG", 99, True),
        ("raw PNG", 100, False),
        ("multipart", 74, True),
        ("multipart", 75, False),
    ],
)
def test_each_form_has_its_goal(form: str, ratio: int, missed: bool) -> None:
    section = of(Load(form, 16), (10, 10 * ratio))
    assert figure(section, "ours to the baseline").missed is missed


def test_the_tail_is_ours_and_counts_where_connections_wait() -> None:
    pairs = [(run(p99_ms=90), run(median_ms=2, p99_ms=9))]
    section = summarise({RAW_1: pairs, RAW_16: pairs}, "wrk")
    tail = figure(section, "99th percentile")
    assert tail.what.startswith("raw PNG, 16 connections")
    assert tail.value == 4.5
    assert tail.missed


def test_a_failure_of_either_service_misses() -> None:
    for pair in ((run(failed=1), run()), (run(), run(failed=1))):
        failed = figure(summarise({RAW_1: [pair]}, "wrk"), "failed requests")
        assert (failed.value, failed.missed) == (1, True)


def test_the_table_shows_both_services() -> None:
    (table,) = of(RAW_16, (20, 2000)).tables
    # 2 s of CPU time for 2 s of requests
    assert table.rows == [
        ("raw PNG, 16 connections", "baseline", "20", "1.00 ms", "2.00 ms", "50,000 µs"),
        ("raw PNG, 16 connections", "ours", "2,000", "1.00 ms", "2.00 ms", "500 µs"),
    ]
