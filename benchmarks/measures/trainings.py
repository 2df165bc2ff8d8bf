"""What a training on Ray costs: its start, its data, its epochs, alone and beside another."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.demand import SweepCost, sweep
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, Table
from benchmarks.plan import Plan

# `experiments` is imported where it is needed: see reading.py
RUNG: Final = "cnn"
# a fifth of MNIST's training digits: an epoch's cost grows with them, its start does not
SHARE: Final = 5
EPOCHS: Final = 3  # the first traces the network, and is not counted
TRIALS: Final = 512  # on paper
PAPER_EPOCHS: Final = 30
ON_PAPER: Final = (2, 8, 64, 512)


@dataclass(frozen=True)
class Trained:
    """One training of a fifth: seconds of its first epoch, and of each after it, by the clock.

    `cpu_s` is the CPU time of an epoch; `checkpoint_bytes` are written after each.
    """

    first_s: float
    epoch_s: float
    cpu_s: float
    checkpoint_bytes: int


@dataclass(frozen=True)
class Start:
    """Seconds until Ray is there, until a first worker has TensorFlow, and two more at once.

    `put_s` passes until MNIST is in the object store, `get_s` until a worker has it from there, and
    `back_s` until a checkpoint has come back.
    """

    ray_s: float
    worker_s: float
    two_workers_s: float
    put_s: float
    get_s: float
    back_s: float
    data_bytes: int


class Trainer:
    """An actor with one CPU, in which TensorFlow has been imported."""

    def __init__(self) -> None:
        import experiments  # noqa: F401  which sets what TensorFlow reads

        os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
        import keras  # noqa: F401

    def ready(self) -> None:
        """Answer, once the worker is there."""

    def receive(self, data: Any) -> int:
        """Have MNIST; the bytes of its digits."""
        return int(data.train.images.nbytes + data.validation.images.nbytes)

    def give(self, size_bytes: int) -> bytes:
        """A checkpoint of that size."""
        return os.urandom(size_bytes)

    def train(self, data: Any) -> Trained:
        """Train a fifth of MNIST for EPOCHS, with a checkpoint after each."""
        import dataclasses
        import tempfile

        from experiments.console import Reporter
        from experiments.data.dataset import Dataset
        from experiments.registry import LADDER
        from experiments.training.fit import fit

        ends: list[tuple[float, float]] = []

        class Clock(Reporter):
            def say(self, line: str) -> None:
                ends.append((time.perf_counter(), time.process_time()))

        model = LADDER.get(RUNG)
        train = data.train.head(len(data.train) // SHARE)
        part = Dataset(train, data.validation.head(len(data.validation) // SHARE), data.test, {})
        settings = dataclasses.replace(model.settings, epochs=EPOCHS)
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = Path(folder) / "checkpoint.npz"
            started = time.perf_counter()
            fit(model, part, 1, Clock(quiet=True), settings, checkpoint)
            size = checkpoint.stat().st_size
        # the reporter is told of the task's start, then of each epoch's end
        (first, first_cpu), (last, last_cpu) = ends[-EPOCHS], ends[-1]
        return Trained(
            first - started,
            (last - first) / (EPOCHS - 1),
            (last_cpu - first_cpu) / (EPOCHS - 1),
            size,
        )


def measure(plan: Plan) -> Section:
    """Start, transfer, then one training and two at once, in turns."""
    if find_spec("ray") is None:
        raise BenchmarkError("expected Ray: pip install -r requirements-ray.txt")
    from experiments.cluster.connect import LOCAL, connected
    from experiments.console import Reporter
    from experiments.data.mnist import load_mnist
    from experiments.errors import DataError

    try:
        folder = Path(os.environ.get("LADDER_DATA_DIR", "data"))
        data = load_mnist(folder, Reporter(quiet=True))
    except DataError as error:
        raise BenchmarkError(str(error)) from error
    import ray

    began = time.perf_counter()
    with connected(LOCAL):
        ray_s = time.perf_counter() - began
        actor = ray.remote(num_cpus=1)(Trainer)

        def start(count: int) -> tuple[list[Any], float]:
            begin = time.perf_counter()
            actors = [actor.remote() for _ in range(count)]
            ray.get([each.ready.remote() for each in actors])
            return actors, time.perf_counter() - begin

        (lone,), worker_s = start(1)
        ray.kill(lone)
        pair, two_workers_s = start(2)
        begin = time.perf_counter()
        stored = ray.put(data)
        put_s = time.perf_counter() - begin
        begin = time.perf_counter()
        data_bytes = ray.get(pair[0].receive.remote(stored))
        get_s = time.perf_counter() - begin
        alone, together = [], []
        for _ in range(plan.repeats):
            alone.append(ray.get(pair[0].train.remote(stored)))
            together.append(ray.get([each.train.remote(stored) for each in pair]))
        begin = time.perf_counter()
        ray.get(pair[0].give.remote(alone[0].checkpoint_bytes))
        back_s = time.perf_counter() - begin
    return summarise(
        Start(ray_s, worker_s, two_workers_s, put_s, get_s, back_s, data_bytes), alone, together
    )


def summarise(
    start: Start, alone: Sequence[Trained], together: Sequence[Sequence[Trained]]
) -> Section:
    """Ratios are taken within a turn; epochs are of all of MNIST, SHARE times what was trained."""
    slower = [max(each.epoch_s for each in pair) for pair in together]
    cpu = [median(each.cpu_s for each in pair) for pair in together]
    throughput = [2 * one.epoch_s / both for one, both in zip(alone, slower, strict=True)]
    costlier = [both / one.cpu_s for one, both in zip(alone, cpu, strict=True)]
    checkpoint_mb = alone[0].checkpoint_bytes / 1e6
    figures = [
        Figure("Ray is there", [start.ray_s], "s"),
        Figure("a worker with TensorFlow", [start.worker_s], "s"),
        Figure("two more at once", [start.two_workers_s], "s"),
        Figure("MNIST into the object store", [1e3 * start.put_s], "ms"),
        Figure("MNIST out of it, by a worker", [1e3 * start.get_s], "ms"),
        Figure("MNIST", [start.data_bytes / 1e6], "MB"),
        Figure("a checkpoint", [checkpoint_mb], "MB"),
        Figure("a checkpoint back through the object store", [1e3 * start.back_s], "ms"),
        Figure("first epoch, beside a later one", [t.first_s - t.epoch_s for t in alone], "s"),
        Figure("an epoch alone", [SHARE * t.epoch_s for t in alone], "s"),
        Figure("an epoch beside another", [SHARE * each for each in slower], "s"),
        Figure("an epoch's CPU time, alone", [SHARE * t.cpu_s for t in alone], "s"),
        Figure("an epoch's CPU time, beside another", [SHARE * each for each in cpu], "s"),
        Figure("epochs/s, two at once to one", throughput, "×"),
        Figure("an epoch's CPU time, beside another to alone", costlier, "×"),
    ]
    cost = SweepCost(
        start_s=start.ray_s + start.put_s,
        trial_start_s=start.worker_s + median(t.first_s - t.epoch_s for t in alone),
        # the CPU time, since other processes had a share of the wall time
        epoch_s=SHARE * median(t.cpu_s for t in alone),
        efficiency=1 / median(costlier),
        data_mb=start.data_bytes / 1e6,
        checkpoint_mb=checkpoint_mb,
    )
    rows = []
    for workers in ON_PAPER:
        need = sweep(cost, TRIALS, PAPER_EPOCHS, workers)
        rows.append(
            (
                f"{workers} workers",
                f"{need.hours:,.2f} h",
                f"{need.efficiency:.0%}",
                f"{need.reports_a_second:,.2f}",
                f"{need.checkpoint_mb_a_second:,.1f}",
                f"{-(-workers // 2) * cost.data_mb / 1e3:,.1f}",
            )
        )
    headings = (
        *(f"{TRIALS} trials of {PAPER_EPOCHS} epochs, on paper", "time", "efficiency"),
        *("reports/s", "MB/s of checkpoints", "GB of data to nodes of two"),
    )
    how = (
        f"`{RUNG}` on a fifth of MNIST, {EPOCHS} epochs a training, by an actor with one CPU and "
        "one thread; alone and two at once take turns. Epochs are given for all of MNIST, "
        f"{SHARE} times what was measured. The paper takes CPU times, and stops no trial early."
    )
    return Section("Trainings", how, figures, [Table(headings, rows)])
