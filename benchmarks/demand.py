"""What so many drawings a second, a reading or a sweep need: arithmetic on measured figures.

Nothing is measured here. Every assumption is a constant of this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

# A process is planned at this share of its core: peaks, a rolling upgrade, a neighbour's noise.
PLANNED_SHARE: Final = 0.6
# the service's default of LADDER_KEEP_DAYS
KEEP_DAYS: Final = 90
SECONDS_A_DAY: Final = 86_400
# A rate is a day's mean times this: people draw by day, in lessons.
PEAK_TO_MEAN: Final = 3.0
# of a visitor of the page
DRAWINGS_A_VISIT: Final = 10
FIRST_VISITS_SHARE: Final = 0.5
# the writer's own: a transaction each 50 ms and process, of up to 500 drawings
TRANSACTIONS_A_SECOND: Final = 20
DRAWINGS_A_TRANSACTION: Final = 500


@dataclass(frozen=True)
class Way:
    """What one drawing costs, one way of answering it.

    `cpu_us` is the service's, `database_us` PostgreSQL's; `rows` are written, which take
    `stored_bytes` with their indexes, and `log_bytes` of write-ahead log. `received_bytes` and
    `sent_bytes` are the service's, bodies and headers.
    """

    name: str
    cpu_us: float
    received_bytes: float
    sent_bytes: float
    rows: int = 0
    stored_bytes: float = 0
    log_bytes: float = 0
    database_us: float = 0


@dataclass(frozen=True)
class Visit:
    """What loading the page costs beside the drawings: CPU of the service, bytes that it sends."""

    first_us: float
    first_bytes: float
    later_us: float
    later_bytes: float

    def added_to(self, way: Way) -> Way:
        """The way with a drawing's share of a mean visit."""
        first, later = FIRST_VISITS_SHARE, 1 - FIRST_VISITS_SHARE
        cpu_us = first * self.first_us + later * self.later_us
        sent = first * self.first_bytes + later * self.later_bytes
        return Way(
            way.name,
            way.cpu_us + cpu_us / DRAWINGS_A_VISIT,
            way.received_bytes,
            way.sent_bytes + sent / DRAWINGS_A_VISIT,
            way.rows,
            way.stored_bytes,
            way.log_bytes,
            way.database_us,
        )


@dataclass(frozen=True)
class Need:
    """What `rate` drawings a second need at their peak.

    `cores` are the service's, fully used; `replicas` are processes at PLANNED_SHARE of a core.
    `kept_gb` is the database after KEEP_DAYS.
    """

    cores: float
    replicas: int
    database_cores: float
    rows_a_second: float
    transactions_a_second: float
    log_mb_a_second: float
    gb_a_day: float
    kept_gb: float
    in_mbit_a_second: float
    out_mbit_a_second: float


def need(way: Way, rate: float) -> Need:
    """What `rate` drawings a second need, a peak that PEAK_TO_MEAN times the day's mean makes."""
    cores = rate * way.cpu_us / 1e6
    replicas = max(1, ceil(cores / PLANNED_SHARE))
    transactions = 0.0
    if way.rows:
        # a process that has more waiting than fits one transaction writes the next at once
        transactions = max(
            min(rate, replicas * TRANSACTIONS_A_SECOND), rate / DRAWINGS_A_TRANSACTION
        )
    gb_a_day = rate / PEAK_TO_MEAN * SECONDS_A_DAY * way.stored_bytes / 1e9
    return Need(
        cores=cores,
        replicas=replicas,
        database_cores=rate * way.database_us / 1e6,
        rows_a_second=rate * way.rows,
        transactions_a_second=transactions,
        log_mb_a_second=rate * way.log_bytes / 1e6,
        gb_a_day=gb_a_day,
        kept_gb=gb_a_day * KEEP_DAYS,
        in_mbit_a_second=8 * rate * way.received_bytes / 1e6,
        out_mbit_a_second=8 * rate * way.sent_bytes / 1e6,
    )


@dataclass(frozen=True)
class ReadingCost:
    """A reading on Ray: what begins it, one worker's rate, and what is read and written."""

    start_s: float
    rate_a_worker: float
    efficiency: float  # of two workers on two cores, to one: what sharing a machine costs
    bytes_a_drawing: float
    worker_mb: float
    list_us: float  # to find and cut one file, in the driver


@dataclass(frozen=True)
class ReadingNeed:
    """What a reading takes; `opens_a_second` are files that the storage must open."""

    seconds: float
    efficiency: float
    opens_a_second: float
    mb_a_second: float
    memory_gb: float
    tasks_a_second: float


def reading(cost: ReadingCost, drawings: int, workers: int, shard: int) -> ReadingNeed:
    """A reading of `drawings` files by `workers`, in whole shards.

    The driver lists the files alone; then the last shard of the busiest worker ends it.
    """
    rate = cost.rate_a_worker * (cost.efficiency if workers > 1 else 1)
    shards = ceil(drawings / shard)
    busiest = ceil(shards / workers) * min(shard, drawings)
    seconds = cost.start_s + drawings * cost.list_us / 1e6 + busiest / rate
    return ReadingNeed(
        seconds=seconds,
        efficiency=drawings / cost.rate_a_worker / (workers * seconds),
        opens_a_second=min(workers, shards) * rate,
        mb_a_second=min(workers, shards) * rate * cost.bytes_a_drawing / 1e6,
        memory_gb=workers * cost.worker_mb / 1e3,
        tasks_a_second=min(workers, shards) * rate / shard,
    )


@dataclass(frozen=True)
class SweepCost:
    """Trainings on Ray: what begins them, a trial and an epoch, and what travels."""

    start_s: float
    trial_start_s: float  # a worker with TensorFlow imported, and the first epoch's tracing
    epoch_s: float  # one CPU, alone
    efficiency: float  # of two at once on two cores, to one
    data_mb: float  # to each node, once
    checkpoint_mb: float  # each epoch and trial


@dataclass(frozen=True)
class SweepNeed:
    """What a sweep takes; `reports_a_second` reach the driver, each with a checkpoint."""

    hours: float
    efficiency: float
    reports_a_second: float
    checkpoint_mb_a_second: float


def sweep(cost: SweepCost, trials: int, epochs: int, workers: int) -> SweepNeed:
    """`trials` of `epochs` each by `workers`, in whole rounds: none is stopped early."""
    epoch_s = cost.epoch_s / (cost.efficiency if workers > 1 else 1)
    rounds = ceil(trials / workers)
    seconds = cost.start_s + rounds * (cost.trial_start_s + epochs * epoch_s)
    running = min(workers, trials)
    return SweepNeed(
        hours=seconds / 3600,
        efficiency=trials * epochs * cost.epoch_s / (workers * seconds),
        reports_a_second=running / epoch_s,
        checkpoint_mb_a_second=running / epoch_s * cost.checkpoint_mb,
    )


def need_rows(ways: Sequence[Way], rates: Sequence[float]) -> list[tuple[str, ...]]:
    """A row for each rate and way, as the page prints it."""
    rows: list[tuple[str, ...]] = []
    for rate in rates:
        for way in ways:
            found = need(way, rate)
            rows.append(
                (
                    f"{rate:,.0f}/s, {way.name}",
                    _two(found.cores),
                    f"{found.replicas:,}",
                    _two(found.database_cores) if way.rows else "–",
                    _two(found.rows_a_second) if way.rows else "–",
                    _two(found.transactions_a_second) if way.rows else "–",
                    _two(found.log_mb_a_second) if way.rows else "–",
                    _two(found.gb_a_day) if way.rows else "–",
                    _two(found.kept_gb) if way.rows else "–",
                    _two(found.in_mbit_a_second),
                    _two(found.out_mbit_a_second),
                )
            )
    return rows


NEED_HEADINGS: Final = (
    *("drawings", "cores", "replicas", "database cores", "rows/s", "transactions/s"),
    *("log MB/s", "GB a day", "GB kept", "Mbit/s in", "Mbit/s out"),
)


def _two(value: float) -> str:
    """Two digits: more would claim more than was measured."""
    return f"{float(f'{value:.2g}'):,.10g}"
