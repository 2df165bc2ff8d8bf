"""Two workers against one."""

import pytest

from benchmarks.measures.workers import summarise
from tests.benchmarks.measures.bursts import run
from tests.benchmarks.measures.found import figure

# over 2 s: one worker keeps a core busy; two get 1.6 cores, and the generator the rest
ONE = run(1000, client_cpu_s=0.4, server_cpu_s=2.0)
TWO = run(1520, client_cpu_s=0.8, server_cpu_s=3.2)


def test_where_the_generator_competes_the_page_says_what_is_left() -> None:
    section = summarise([(ONE, TWO)], cores=2)
    ratio = figure(section, "two workers to one")
    assert ratio.value == pytest.approx(1.52)
    assert ratio.missed
    assert "takes 0.40 of the 2 cores" in ratio.note
    # 950 requests for each second of CPU time instead of 1,000: 95 % of twice
    assert figure(section, "equal CPU time").value == pytest.approx(1.9)
    assert "got 1.60 cores" in section.how


def test_with_cores_to_spare_there_is_nothing_to_excuse() -> None:
    section = summarise([(ONE, run(1900, server_cpu_s=4.0))], cores=4)
    ratio = figure(section, "two workers to one")
    assert (ratio.value, ratio.missed, ratio.note) == (1.9, False, "")


def test_the_table_shows_the_busy_cores() -> None:
    (table,) = summarise([(ONE, TWO)], cores=2).tables
    assert table.rows == [
        ("one worker", "1,000", "1.00", "0.20"),
        ("two workers", "1,520", "1.60", "0.40"),
    ]
