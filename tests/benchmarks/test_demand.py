"""What many drawings need, by arithmetic that can be done by hand."""

from dataclasses import replace

import pytest

from benchmarks.demand import ReadingCost, SweepCost, Visit, Way, need, need_rows, reading, sweep

KEPT = Way(
    "kept",
    cpu_us=3_000,
    received_bytes=2_000,
    sent_bytes=1_000,
    rows=7,
    stored_bytes=4_000,
    log_bytes=6_000,
    database_us=500,
)


def test_a_thousand_stored_drawings_a_second() -> None:
    found = need(KEPT, 1_000)
    assert found.cores == pytest.approx(3)
    assert found.replicas == 5  # of which each is planned at 60 %
    assert found.database_cores == pytest.approx(0.5)
    assert found.rows_a_second == 7_000
    assert found.transactions_a_second == 100  # 20 of each process
    assert found.log_mb_a_second == pytest.approx(6)
    # 1,000 at the peak are 333 on the mean: 28.8 million drawings a day
    assert found.gb_a_day == pytest.approx(115.2)
    assert found.kept_gb == pytest.approx(90 * 115.2)
    assert (found.in_mbit_a_second, found.out_mbit_a_second) == (16, 8)


def test_transactions_are_as_few_as_drawings_and_as_many_as_batches_fill() -> None:
    assert need(KEPT, 10).transactions_a_second == 10
    # one process that writes 20,000 a second fills a transaction of 500 each 25 ms
    quick = replace(KEPT, cpu_us=20)
    assert need(quick, 20_000).replicas == 1
    assert need(quick, 20_000).transactions_a_second == 40
    nothing = need(replace(KEPT, rows=0, stored_bytes=0), 10)
    assert (nothing.transactions_a_second, nothing.kept_gb, nothing.replicas) == (0, 0, 1)


def test_a_drawing_bears_its_share_of_a_visit() -> None:
    visit = Visit(first_us=50_000, first_bytes=10_000_000, later_us=10_000, later_bytes=20_000)
    way = visit.added_to(KEPT)
    assert way.cpu_us == pytest.approx(3_000 + 30_000 / 10)
    assert way.sent_bytes == pytest.approx(1_000 + 5_010_000 / 10)
    assert replace(way, cpu_us=3_000, sent_bytes=1_000) == KEPT


def test_rows_show_two_digits_and_no_more() -> None:
    (row,) = need_rows([KEPT], [100_000])
    assert row[0] == "100,000/s, kept"
    assert row[1:5] == ("300", "500", "50", "700,000")
    assert row[8] == "1,000,000"  # 1.04 petabytes
    (row,) = need_rows([replace(KEPT, rows=0)], [10])
    assert row[1:4] == ("0.03", "1", "–")


def test_a_reading_ends_with_the_last_shard_of_the_busiest_worker() -> None:
    cost = ReadingCost(
        start_s=10,
        rate_a_worker=500,
        efficiency=0.8,
        bytes_a_drawing=2_000,
        worker_mb=250,
        list_us=5,
    )
    found = reading(cost, drawings=1_000_000, workers=8, shard=2_000)
    # 500 shards are 63 for the busiest of 8, at 400 drawings a second: 315 s
    assert found.seconds == pytest.approx(10 + 5 + 315)
    assert found.efficiency == pytest.approx(2_000 / (8 * 330))
    assert found.opens_a_second == 3_200
    assert found.mb_a_second == pytest.approx(6.4)
    assert found.tasks_a_second == pytest.approx(1.6)
    assert found.memory_gb == pytest.approx(2)
    # 512 workers have 500 shards: twelve have nothing to do
    assert reading(cost, 1_000_000, 512, 2_000).seconds == pytest.approx(10 + 5 + 5)
    assert reading(cost, 1_000_000, 512, 2_000).opens_a_second == 200_000
    assert reading(cost, 1_000_000, 1, 2_000).seconds == pytest.approx(10 + 5 + 2_000)


def test_a_sweep_takes_whole_rounds() -> None:
    cost = SweepCost(
        start_s=20,
        trial_start_s=10,
        epoch_s=15,
        efficiency=0.75,
        data_mb=47,
        checkpoint_mb=5,
    )
    found = sweep(cost, trials=20, epochs=30, workers=8)
    # three rounds of 10 s + 30 epochs of 20 s
    assert found.hours == pytest.approx((20 + 3 * 610) / 3600)
    assert found.efficiency == pytest.approx(20 * 30 * 15 / (8 * 1850))
    assert found.reports_a_second == pytest.approx(8 / 20)
    assert found.checkpoint_mb_a_second == pytest.approx(2)
    assert sweep(cost, 20, 30, 512).reports_a_second == pytest.approx(1)
