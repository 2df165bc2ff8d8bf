"""What the measures make of their bursts."""

from math import nan

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section
from benchmarks.measures import browser, database, overload, speed
from benchmarks.wrk import Answers, Burst


def burst(rate: float, p50_ms: float = 1, p99_ms: float = 2, failed: int = 0) -> Burst:
    """Two seconds at that rate, on one core."""
    return Burst(round(2 * rate), 2, p50_ms, p99_ms, failed, server_cpu_s=2)


def figure(section: Section, name: str) -> Figure:
    (found,) = [each for each in section.figures if name in each.name]
    return found


def test_speed_ratios_are_taken_within_a_turn() -> None:
    # one slow turn slows both; the ratio of the medians would be 75
    turns = [(burst(20), burst(1000)), (burst(10), burst(500)), (burst(5), burst(750))]
    ratio = figure(speed.summarise({("raw PNG", 1): turns}), "service to baseline")
    assert ratio.runs == [50, 50, 150]
    assert not ratio.missed


def test_database_is_held_against_keeping_nothing_within_a_turn() -> None:
    rounds = {
        database.NOTHING: [burst(500, p99_ms=40), burst(250, p99_ms=80)],
        database.SQLITE: [burst(450, p99_ms=60), burst(225, p99_ms=96)],
    }
    sizes = {(database.SQLITE, "its field"): 2000.0}
    section = database.summarise(rounds, {database.SQLITE: 3}, sizes)
    assert [(each.name, each.runs, each.missed) for each in section.figures] == [
        ("SQLite: 99th percentile, to nothing kept", [1.5, 1.2], True),
        ("SQLite: requests/s, to nothing kept", [0.9, 0.9], False),
        ("SQLite: drawings not kept", [3], True),
        ("SQLite: a drawing with its field", [2000], False),
        ("failed requests", [0], False),
    ]


def crowd(accepted: int, refused: int = 0, refused_ms: float = nan, broken: int = 0) -> Burst:
    by_status = {200: Answers(accepted, 10, 20), 503: Answers(refused, refused_ms, refused_ms)}
    requests = accepted + refused
    return Burst(requests, 1, 10, 20, refused + broken, by_status)


def test_overload_keeps_only_what_is_answered() -> None:
    section = overload.summarise(
        {16: [crowd(1000)], 64: [crowd(800)], 512: [crowd(790, refused=500, refused_ms=251)]}
    )
    assert [(each.name, each.value, each.missed) for each in section.figures] == [
        ("64 connections: best throughput kept", 80, False),
        ("512 connections: best throughput kept", 79, True),
        ("512 connections: 99 % of the refusals within", 251, True),
        ("failed requests", 0, False),
    ]
    assert section.tables[0].rows[0][-2:] == ("–", "–")


def test_browser_is_held_to_a_frame_at_the_95th_percentile() -> None:
    section = browser.summarise([[5.0] * 94 + [40.0] * 6, [5.0] * 96 + [40.0] * 4, [5.0] * 100])
    assert not figure(section, "95th").missed
    assert figure(section, "95th").runs == [pytest.approx(40), 5, 5]
    with pytest.raises(BenchmarkError, match="got none"):
        browser.summarise([[]])
