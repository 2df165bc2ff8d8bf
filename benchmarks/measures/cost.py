"""CPU time of a request against the floor: the same work without HTTP."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import floor, server
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, at_most, shown
from benchmarks.floor import Floor
from benchmarks.picture import kinds
from benchmarks.plan import Plan
from benchmarks.run import run

CONNECTIONS: Final = 16
ONE: Final = at_most(1.6)
LADDER: Final = at_most(1.3)


@dataclass(frozen=True)
class Round:
    """CPU microseconds, measured one after the other."""

    floor: Floor
    raw: float
    multipart: float
    ladder: float
    failed: int


def measure(plan: Plan) -> Section:
    """Floor and server take turns; then the floor for other kinds of pictures."""
    upload = plan.upload
    rounds: list[Round] = []
    with server.ours() as ours:
        ours.answer_one(upload)
        for _ in range(plan.repeats):
            level = floor.measure(upload.raw.file, plan.seconds)
            runs = [
                run(ours, upload.raw, CONNECTIONS, plan),
                run(ours, upload.multipart, CONNECTIONS, plan),
                run(ours, upload.raw, CONNECTIONS, plan, "/predict/all"),
            ]
            raw, multipart, ladder = (each.cpu_us for each in runs)
            failed = sum(each.burst.failed for each in runs)
            rounds.append(Round(level, raw, multipart, ladder, failed))
    return summarise(rounds, _floors(plan.seconds))


def summarise(rounds: Sequence[Round], floors: Mapping[str, Floor]) -> Section:
    """Medians over the rounds; each ratio is taken within a round. `floors` by kind of picture."""
    figures = [
        Figure(
            "raw PNG: a request to the floor",
            median(each.raw / each.floor.one for each in rounds),
            "×",
            ONE,
        ),
        Figure(
            "multipart: a request to the floor",
            median(each.multipart / each.floor.one for each in rounds),
            "×",
            ONE,
        ),
        Figure(
            "`/predict/all`: a request to every rung's inference and one preprocessing",
            median(each.ladder / each.floor.ladder for each in rounds),
            "×",
            LADDER,
        ),
        Figure("failed requests", sum(each.failed for each in rounds), "", NO_FAILURES),
    ]
    costs = [
        ("floor, `cnn`", median(each.floor.one for each in rounds)),
        ("raw PNG, `cnn`", median(each.raw for each in rounds)),
        ("multipart, `cnn`", median(each.multipart for each in rounds)),
        ("floor, every rung", median(each.floor.ladder for each in rounds)),
        ("`/predict/all`", median(each.ladder for each in rounds)),
    ]
    requests = Table(("CPU time of", "each"), [(what, shown(us, "µs")) for what, us in costs])
    steps = Table(
        ("the floor by picture", "decode", "preprocess", "infer (`cnn`)", "together"),
        [
            (kind, *(shown(us, "µs") for us in (f.decode, f.preprocess, f.infer, f.one)))
            for kind, f in floors.items()
        ],
    )
    how = (
        "User and system time of the server's processes over the answered requests, at "
        f"{CONNECTIONS} connections. The floor is `decode`, `preprocess` and `Rung.predict` in a "
        "loop in a process of its own, without HTTP, and takes turns with the server."
    )
    return Section("CPU time", how, figures, (requests, steps))


def _floors(seconds: float) -> dict[str, Floor]:
    levels = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, picture) in enumerate(kinds().items()):
            file = Path(folder) / str(number)
            file.write_bytes(picture)
            levels[kind] = floor.measure(file, min(1.0, seconds))
    return levels
