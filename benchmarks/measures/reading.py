"""How fast many files are read, in this process and by workers on Ray, and what begins it."""

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

import psutil
from PIL import Image

from benchmarks.demand import ReadingCost, reading
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, Table, shown
from benchmarks.plan import Plan
from ml_engine_and_backend.api.settings import REPOSITORY

# `experiments` is imported where it is needed: it sets how many threads libraries use, which the
# services that other measures start would inherit

MODEL: Final = "cnn"
FILES: Final = 2_000
QUICK_FILES: Final = 400
SHARD_SIZE: Final = 2_000  # the command's own
SHARDS: Final = 20  # in a turn, so that two workers end about together
WORKERS: Final = (1, 2)
MILLION: Final = 1_000_000
# workers, drawings, drawings in a shard
ON_PAPER: Final = (
    *((workers, MILLION, SHARD_SIZE) for workers in (1, 2, 8, 64, 512)),
    (512, MILLION, 500),
    (512, 1_000 * MILLION, 20_000),
)
WORKER_PROCESS: Final = "ray::MapWorker"


@dataclass(frozen=True)
class Turn:
    """One reading of all files.

    `start_s` passes before the first shard is begun: Ray, its workers and the model. `cpu_us` is
    the CPU time of a drawing, `memory_mb` what a worker has for itself.
    """

    rate: float
    start_s: float
    cpu_us: float
    memory_mb: float


def measure(plan: Plan) -> Section:
    """In this process, and by one and two workers on Ray, in turns."""
    from experiments.reading.inputs import find_inputs, shards_of

    if find_spec("ray") is None:
        raise BenchmarkError("expected Ray: pip install -r requirements-ray.txt")
    count = QUICK_FILES if plan.repeats == 1 else FILES
    folder = plan.upload.raw.file.with_name("drawings")
    mean_bytes = _draw(folder, count)
    started = time.process_time()
    shards_of(find_inputs([folder]).paths, SHARD_SIZE)
    list_us = 1e6 * (time.process_time() - started) / count
    turns: dict[int, list[Turn]] = {}
    for _ in range(plan.repeats):
        for workers in (0, *WORKERS):
            turns.setdefault(workers, []).append(_turn(folder, workers, count, count // SHARDS))
    one_each = _turn(folder / "000", 2, min(count, 1000), 1)
    return summarise(turns, count, mean_bytes, list_us, one_each.rate)


def _draw(folder: Path, count: int) -> float:
    """`count` PNGs of people's pen strokes on the page's canvas; their mean size in bytes."""
    from experiments.data import penstrokes

    try:
        drawings = penstrokes.load_penstrokes(Path(os.environ.get("LADDER_DATA_DIR", "data")))
    except penstrokes.PenStrokesAbsentError as error:
        raise BenchmarkError(str(error)) from error
    size = 0
    for number in range(count):
        drawing = drawings[number % len(drawings)]
        (place,) = penstrokes.placements([drawing], number)
        path = folder / f"{number // 1000:03}" / f"{number:06}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(penstrokes.render(drawing, **place._asdict())).save(path)
        size += path.stat().st_size
    return size / count


def _turn(folder: Path, workers: int, count: int, shard: int) -> Turn:
    """The `count` files of a folder, in shards, by `workers` on Ray; 0 for this process."""
    from experiments.cluster.connect import LOCAL, connected
    from experiments.reading.inputs import find_inputs
    from experiments.reading.on_ray import read_on_ray
    from experiments.reading.shards import open_reading, read_here

    with tempfile.TemporaryDirectory() as out, ExitStack() as stack:
        prepared = stack.enter_context(
            open_reading(find_inputs([folder]), REPOSITORY / "models", MODEL, Path(out), shard)
        )
        started = time.perf_counter()
        if workers:
            stack.enter_context(connected(LOCAL))
        source = read_on_ray(prepared, workers) if workers else read_here(prepared)
        stack.enter_context(closing(source))
        cpu_s, begun, memory = 0.0, float("inf"), 0.0
        for done in source:
            begun = min(begun, time.perf_counter() - done.seconds)
            cpu_s += done.cpu_seconds
            memory = max(memory, _memory_mb(of_workers=workers > 0))
        ended = time.perf_counter()
    return Turn(count / (ended - begun), begun - started, 1e6 * cpu_s / count, memory)


def _memory_mb(*, of_workers: bool) -> float:
    """What the largest of the reading processes has for itself, in megabytes of 1,000,000 bytes."""
    sizes = [0.0]
    for process in psutil.process_iter() if of_workers else [psutil.Process()]:
        with suppress(psutil.Error):  # it may have ended meanwhile, or be another user's
            if not of_workers or " ".join(process.cmdline()).startswith(WORKER_PROCESS):
                sizes.append(process.memory_full_info().uss / 1e6)
    return max(sizes)


def summarise(
    turns: Mapping[int, Sequence[Turn]],
    count: int,
    mean_bytes: float,
    list_us: float,
    shards_a_second: float,
) -> Section:
    """Ratios are taken within a turn; the rest on paper, for a million drawings."""
    here, one, two = (turns[workers] for workers in (0, *WORKERS))
    ratios = {
        "one worker to this process": [b.rate / a.rate for a, b in zip(here, one, strict=True)],
        "two workers to one": [b.rate / a.rate for a, b in zip(one, two, strict=True)],
    }
    cpu_ratios = {
        "one worker to this process": [b.cpu_us / a.cpu_us for a, b in zip(here, one, strict=True)],
        "two workers to one": [b.cpu_us / a.cpu_us for a, b in zip(one, two, strict=True)],
    }
    figures = [
        *(Figure(f"a drawing's CPU time, {name}", r, "×") for name, r in cpu_ratios.items()),
        *(Figure(f"drawings/s, {name}", runs, "×") for name, runs in ratios.items()),
        Figure("a drawing's CPU time, this process", [t.cpu_us for t in here], "µs"),
        Figure("a drawing's CPU time, one worker", [t.cpu_us for t in one], "µs"),
        Figure("a drawing's CPU time, two workers", [t.cpu_us for t in two], "µs"),
        Figure("drawings/s, this process", [t.rate for t in here], ""),
        Figure("drawings/s, one worker", [t.rate for t in one], ""),
        Figure("drawings/s, two workers", [t.rate for t in two], ""),
        Figure("start of this process' reading", [t.start_s for t in here], "s"),
        Figure("start of Ray with one worker", [t.start_s for t in one], "s"),
        Figure("start of Ray with two workers", [t.start_s for t in two], "s"),
        Figure("memory of a worker", [t.memory_mb for t in two], "MB"),
        Figure("shards of one drawing/s, two workers", [shards_a_second], ""),
        Figure("CPU time to list and hash a file", [list_us], "µs"),
        Figure("a file", [mean_bytes], "bytes"),
    ]
    cost = ReadingCost(
        start_s=median(t.start_s for t in two),
        # the CPU time, since other processes had a share of the wall time
        rate_a_worker=1e6 / median(t.cpu_us for t in one),
        # noise can make a neighbour look like help
        efficiency=min(1, 1 / median(cpu_ratios["two workers to one"])),
        bytes_a_drawing=mean_bytes,
        worker_mb=median(t.memory_mb for t in two),
        list_us=list_us,
    )
    rows = []
    for workers, drawings, shard in ON_PAPER:
        need = reading(cost, drawings, workers, shard)
        rows.append(
            (
                f"{drawings:,} by {workers}, {shard:,} a shard",
                shown(need.seconds / 60, "min"),
                f"{need.efficiency:.0%}",
                f"{need.opens_a_second:,.0f}",
                f"{need.mb_a_second:,.1f}",
                f"{need.tasks_a_second:,.1f}",
                f"{need.memory_gb:,.1f}",
            )
        )
    headings = (
        *("drawings by workers, on paper", "time", "efficiency"),
        *("files opened/s", "MB/s read", "shards/s", "GB of memory"),
    )
    how = (
        f"{count:,} PNGs of people's pen strokes read by `{MODEL}` in {SHARDS} shards, in turns. "
        "The paper takes the CPU time of a drawing with one worker for its rate, and the ratio of "
        "one worker's to two workers' for what sharing a machine costs; storage and network as "
        "fast as asked for."
    )
    return Section("Reading", how, figures, [Table(headings, rows)])
