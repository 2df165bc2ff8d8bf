"""Requests a second and latency: ours against the baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, at_least, at_most, shown
from benchmarks.load import client_run, generator_name
from benchmarks.picture import Body
from benchmarks.plan import Plan
from benchmarks.run import Run, run

CONNECTIONS: Final = (1, 16)
WARM_UP_REQUESTS: Final = 20
GOALS: Final = {"raw PNG": at_least(100), "multipart": at_least(75)}
TAIL: Final = at_most(4)


@dataclass(frozen=True)
class Load:
    """A way to send, over so many connections."""

    form: str
    connections: int

    def __str__(self) -> str:
        return f"{self.form}, {self.connections} connection{'s' * (self.connections > 1)}"


Rounds = Mapping[Load, Sequence[tuple[Run, Run]]]  # (baseline, ours), one after the other


def measure(plan: Plan) -> Section:
    """Baseline and ours take turns under each load."""
    rounds: dict[Load, list[tuple[Run, Run]]] = {}
    bodies: tuple[Body, Body] = (plan.upload.raw, plan.upload.multipart)
    with server.baseline() as baseline, server.ours() as ours:
        for service in (baseline, ours):
            service.answer_one(plan.upload)
            for body in bodies:
                url = service.url(body, plan.upload)
                client_run(url, body, "closed", 1, "--requests", WARM_UP_REQUESTS)
        for _ in range(plan.repeats):
            for body in bodies:
                for connections in CONNECTIONS:
                    pair = (
                        run(baseline, body, connections, plan),
                        run(ours, body, connections, plan),
                    )
                    rounds.setdefault(Load(body.name, connections), []).append(pair)
    return summarise(rounds, generator_name())


def summarise(rounds: Rounds, generator: str) -> Section:
    """Medians over the rounds; each ratio is taken within a round."""
    figures, rows = [], []
    failed = 0
    for load, pairs in rounds.items():
        ratio = median(own.burst.rate / theirs.burst.rate for theirs, own in pairs)
        figures.append(
            Figure(f"{load}: requests/s, ours to the baseline", ratio, "×", GOALS[load.form])
        )
        if load.connections > 1:
            tail = median(own.burst.p99_ms / own.burst.median_ms for _, own in pairs)
            figures.append(Figure(f"{load}: 99th percentile to median", tail, "×", TAIL))
        for name, runs in (
            ("baseline", [theirs for theirs, _ in pairs]),
            ("ours", [own for _, own in pairs]),
        ):
            rows.append(_row(str(load), name, runs))
            failed += sum(each.burst.failed for each in runs)
    figures.append(Figure("failed requests", failed, "", NO_FAILURES))
    headings = ("load", "service", "requests/s", "median", "99th percentile", "CPU time of one")
    how = (
        f"`POST /predict/?model=cnn` by {generator}, one worker each; baseline and ours take turns."
    )
    return Section("Speed", how, figures, (Table(headings, rows),))


def _row(load: str, service: str, runs: Sequence[Run]) -> tuple[str, ...]:
    return (
        load,
        service,
        shown(median(each.burst.rate for each in runs), ""),
        shown(median(each.burst.median_ms for each in runs), "ms"),
        shown(median(each.burst.p99_ms for each in runs), "ms"),
        shown(median(each.cpu_us for each in runs), "µs"),
    )
