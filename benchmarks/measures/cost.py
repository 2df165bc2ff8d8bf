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
from benchmarks.load import burst
from benchmarks.picture import kinds
from benchmarks.plan import Plan

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
    rounds = []
    with server.ours() as ours:
        ours.answer_one(upload)
        targets = (
            (ours.url(upload.raw, upload), upload.raw),
            (ours.url(upload.multipart, upload), upload.multipart),
            (ours.url_of("/predict/all"), upload.raw),
        )
        for _ in range(plan.repeats):
            level = floor.measure(upload.raw.file, plan.seconds)
            costs, failed = [], 0
            for url, body in targets:
                before_s = ours.cpu_s()
                came = burst(url, body, CONNECTIONS, plan.seconds)
                costs.append(1e6 * (ours.cpu_s() - before_s) / came.requests)
                failed += came.failed
            raw, multipart, ladder = costs
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
