"""Requests per second and latency: the service against the baseline."""

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, Table, at_least, at_most, failures, shown_median
from benchmarks.plan import Plan
from benchmarks.wrk import Burst

FASTER: Final = {1: at_least(50), 16: at_least(60)}  # by connections
TAIL: Final = at_most(4)
WARM_UP_S: Final = 1

Load = tuple[str, int]  # kind of body, connections
Turn = tuple[Burst, Burst]  # baseline and service, one after the other


def measure(plan: Plan) -> Section:
    """Baseline and service take turns under each load."""
    turns: dict[Load, list[Turn]] = {}
    bodies = (plan.upload.raw, plan.upload.form)
    with server.baseline(plan.upload) as baseline, server.service(plan.upload) as service:
        for body in bodies:
            baseline.burst(body, 1, WARM_UP_S)
            service.burst(body, 1, WARM_UP_S)
        for _ in range(plan.repeats):
            for body in bodies:
                for connections in FASTER:
                    turn = (
                        baseline.burst(body, connections, plan.seconds),
                        service.burst(body, connections, plan.seconds),
                    )
                    turns.setdefault((body.kind, connections), []).append(turn)
    return summarise(turns)


def summarise(turns: Mapping[Load, Sequence[Turn]]) -> Section:
    """Each ratio is taken within a turn."""
    figures, rows = [], []
    for (kind, connections), pairs in turns.items():
        load = f"{kind}, {connections} connection{'s' * (connections > 1)}"
        ratios = [service.rate / baseline.rate for baseline, service in pairs]
        name = f"{load}: requests/s, service to baseline"
        figures.append(Figure(name, ratios, "×", FASTER[connections]))
        if connections > 1:
            tails = [service.p99_ms / service.p50_ms for _, service in pairs]
            figures.append(Figure(f"{load}: 99th percentile to median", tails, "×", TAIL))
        for name, bursts in zip(("baseline", "service"), zip(*pairs, strict=True), strict=True):
            rows.append((load, name, *_cells(bursts)))
    figures.append(failures(sum(b.failed for pairs in turns.values() for p in pairs for b in p)))
    how = "`POST /predict/?model=cnn`, one worker each; baseline and service take turns."
    headings = ("load", "server", "requests/s", "median", "99th percentile", "CPU time of one")
    return Section("Speed", how, figures, [Table(headings, rows)])


def _cells(bursts: Sequence[Burst]) -> tuple[str, ...]:
    return (
        shown_median([each.rate for each in bursts], ""),
        shown_median([each.p50_ms for each in bursts], "ms"),
        shown_median([each.p99_ms for each in bursts], "ms"),
        shown_median([each.cpu_us for each in bursts], "µs"),
    )
