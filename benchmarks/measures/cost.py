"""CPU time of a request against the floor: the same work without HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, Table, at_most, failures, shown, shown_median
from benchmarks.floor import floor_us, load_ladder
from benchmarks.picture import kinds
from benchmarks.plan import Plan

CONNECTIONS: Final = 16
ONE: Final = at_most(1.9)
EVERY: Final = at_most(1.3)


@dataclass(frozen=True)
class Turn:
    """CPU time in microseconds, measured one after the other."""

    floor: float
    raw: float
    form: float
    every_floor: float
    every: float


def measure(plan: Plan) -> Section:
    """Floor and service take turns; then the floor for other kinds of pictures."""
    upload, ladder = plan.upload, load_ladder()
    cnn = [ladder.find("cnn")]
    turns, failed = [], 0
    with server.service(upload) as service:
        service.burst(upload.raw, CONNECTIONS, 1)  # warm up
        for _ in range(plan.repeats):
            floor = floor_us(upload.png, cnn, plan.seconds / 2)
            every_floor = floor_us(upload.png, ladder.models, plan.seconds / 2)
            raw = service.burst(upload.raw, CONNECTIONS, plan.seconds)
            form = service.burst(upload.form, CONNECTIONS, plan.seconds)
            every = service.burst(upload.raw, CONNECTIONS, plan.seconds, path="/predict/all")
            turns.append(Turn(floor, raw.cpu_us, form.cpu_us, every_floor, every.cpu_us))
            failed += raw.failed + form.failed + every.failed
    rows = [
        (kind, shown(floor_us(picture, cnn, min(1, plan.seconds)), "µs"))
        for kind, picture in kinds().items()
    ]
    return summarise(turns, failed, Table(("the floor by picture, `cnn`", "CPU time"), rows))


def summarise(turns: Sequence[Turn], failed: int, pictures: Table) -> Section:
    """Each ratio is taken within a turn."""
    figures = [
        Figure("raw PNG: request to floor", [each.raw / each.floor for each in turns], "×", ONE),
        Figure(
            "multipart form: request to floor", [each.form / each.floor for each in turns], "×", ONE
        ),
        Figure(
            "`/predict/all`: request to floor of every rung",
            [each.every / each.every_floor for each in turns],
            "×",
            EVERY,
        ),
        failures(failed),
    ]
    rows = [
        ("floor, `cnn`", shown_median([each.floor for each in turns], "µs")),
        ("raw PNG, `cnn`", shown_median([each.raw for each in turns], "µs")),
        ("multipart form, `cnn`", shown_median([each.form for each in turns], "µs")),
        ("floor, every rung", shown_median([each.every_floor for each in turns], "µs")),
        ("`/predict/all`", shown_median([each.every for each in turns], "µs")),
    ]
    how = (
        "User and system time of the service's processes over the answered requests, at "
        f"{CONNECTIONS} connections. The floor is `decode`, `preprocess` and `Model.predict` in a "
        "loop without HTTP; for every rung, the picture is decoded and preprocessed once."
    )
    return Section("CPU time", how, figures, [Table(("request", "CPU time"), rows), pictures])
