"""CPU time against the floor."""

import pytest

from benchmarks.floor import Floor
from benchmarks.measures.cost import Round, summarise
from tests.benchmarks.measures.found import figure

FLOOR = Floor(one=500, ladder=1000, decode=100, preprocess=250, infer=150)
SLOWER = Floor(one=1000, ladder=2000, decode=200, preprocess=500, infer=300)


def test_ratios_are_taken_within_a_round() -> None:
    rounds = [
        Round(FLOOR, raw=700, multipart=900, ladder=1200, failed=0),
        Round(SLOWER, raw=1400, multipart=1800, ladder=2400, failed=0),
    ]
    section = summarise(rounds, {})
    found = {
        name: (figure(section, name).value, figure(section, name).missed)
        for name in ("raw PNG", "multipart", "/predict/all", "failed")
    }
    assert found == {
        "raw PNG": (pytest.approx(1.4), False),
        "multipart": (pytest.approx(1.8), True),
        "/predict/all": (pytest.approx(1.2), False),
        "failed": (0, False),
    }


def test_the_ladder_is_held_against_its_own_floor() -> None:
    section = summarise([Round(FLOOR, 500, 500, 1310, failed=2)], {})
    assert figure(section, "/predict/all").missed
    assert figure(section, "failed").missed


def test_the_tables_show_the_costs_and_the_floors_steps() -> None:
    section = summarise([Round(FLOOR, 700, 900, 1200, 0)], {"grey PNG": FLOOR})
    costs, steps = section.tables
    assert ("raw PNG, `cnn`", "700 µs") in costs.rows
    assert steps.rows == [("grey PNG", "100 µs", "250 µs", "150 µs", "500 µs")]
