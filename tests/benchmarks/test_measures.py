"""What the measures make of their bursts."""

from dataclasses import replace
from math import nan

import pytest

from benchmarks.demand import Visit
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section
from benchmarks.measures import (
    accuracy,
    browser,
    database,
    overload,
    reading,
    scale,
    speed,
    trainings,
)
from benchmarks.wrk import Answers, Burst
from experiments.data.dataset import Dataset


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


def test_scale_adds_the_visit_to_what_the_browser_answers() -> None:
    kept = scale.Cost(2_000, 0, database_us=400, stored_bytes=5_000, log_bytes=6_000)
    costs = {(database.NOTHING, scale.ONE): [scale.Cost(1_000, 0), scale.Cost(3_000, 1)]}
    costs |= {(database.POSTGRESQL, kind): [kept] for kind in (scale.ONE, scale.EVERY, scale.TOLD)}
    sizes = dict.fromkeys((scale.ONE, scale.EVERY, scale.TOLD), 1_500.0)
    visits = {
        "service": [Visit(50_000, 1_000_000, 0, 0)],
        "browser": [Visit(100_000, 9_000_000, 20_000, 1_000)],
    }
    section = scale.summarise(costs, sizes, sizes, visits, rungs=6)
    assert figure(section, "one rung asked, kept in nothing: CPU of the service").value == 2_000
    assert figure(section, "failed requests").missed
    service, browser, asked, told = scale.ways_of(
        costs, sizes, sizes, visits, database.POSTGRESQL, 6
    )[2:]
    assert (service.cpu_us, service.rows, service.stored_bytes) == (2_000 + 2_500, 7, 5_000)
    assert (browser.cpu_us, browser.sent_bytes) == (2_000 + 6_000, 1_500 + 450_050)
    for elsewhere in (asked, told):
        assert (elsewhere.cpu_us, elsewhere.sent_bytes, elsewhere.rows) == (2_000, 1_500, 7)
    assert section.tables[1].rows[3][0] == "10/s, page, the browser answers"


def test_reading_on_paper_takes_one_worker_and_what_a_second_costs_it() -> None:
    turns = {
        0: [reading.Turn(500, 1, 2_000, 80), reading.Turn(100, 1, 2_000, 80)],
        1: [reading.Turn(450, 10, 2_000, 90), reading.Turn(100, 10, 2_000, 90)],
        2: [reading.Turn(720, 10, 2_500, 90), reading.Turn(180, 10, 2_500, 90)],
    }
    section = reading.summarise(turns, 20_000, 2_000, list_us=10, shards_a_second=90)
    assert figure(section, "drawings/s, two workers to one").runs == [1.6, 1.8]
    two = section.tables[0].rows[1]
    # 10 s, 10 s to list a million, 250 shards of 2,000 at 400 a second
    assert two[:2] == ("1,000,000 by 2, 2,000 a shard", "21.2 min")


def test_trainings_are_compared_within_a_turn() -> None:
    start = trainings.Start(9, 8, 12, 0.1, 0.2, 0.1, 47_000_000)
    alone = [trainings.Trained(6, 4, 3, 5_000_000), trainings.Trained(12, 8, 3, 5_000_000)]
    together = [[trainings.Trained(6, 5, 4, 0)] * 2, [trainings.Trained(12, 10, 4, 0)] * 2]
    section = trainings.summarise(start, alone, together)
    assert figure(section, "epochs/s, two at once to one").runs == [1.6, 1.6]
    assert figure(section, "an epoch's CPU time, alone").value == 15
    # 256 rounds of 8 s, a first epoch's 3 s more, and 30 epochs of 15 s, a third longer
    assert section.tables[0].rows[0][1] == f"{(9.1 + 256 * (11 + 30 * 20)) / 3600:.2f} h"


@pytest.mark.parametrize("name", accuracy.EXAMPLES)
def test_examples_learn(small_mnist: Dataset, name: str) -> None:
    recipe = replace(accuracy.EXAMPLES[name], epochs=4)
    training = accuracy.train_example(recipe, small_mnist, 1)
    assert (training.epochs, training.best > 0.5) == (4, True)


def test_training_time_is_held_to_the_faster_example_that_arrives() -> None:
    ours = [accuracy.Training(40, 0.996, 8, 80), accuracy.Training(30, 0.995, 8, 80)]
    never = accuracy.Training(nan, 0.992, 15, 200)
    quick = accuracy.Training(100, 0.9952, 14, 150)
    names = list(accuracy.EXAMPLES)
    section = accuracy.summarise(
        {accuracy.OURS: ours, names[0]: [never, never], names[1]: [quick, never]}
    )
    assert section.figures[0].runs == [0.4, 0]
    assert not section.figures[0].missed
    rows = {row[0]: row[1:4] for row in section.tables[0].rows}
    assert rows[names[0]] == ("–", "0 of 2", "99.2 %")
    assert rows[names[1]] == ("100.00 s", "1 of 2", "99.4 %")
    missing = accuracy.summarise({name: [never] for name in (accuracy.OURS, *names)})
    assert missing.figures[0].missed
