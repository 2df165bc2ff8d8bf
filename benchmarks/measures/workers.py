"""Two workers against one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, at_least, shown
from benchmarks.load import Burst, burst
from benchmarks.plan import Plan

CONNECTIONS: Final = 32
GOAL: Final = at_least(1.8)


@dataclass(frozen=True)
class Run:
    """A burst and the CPU time that the server used in it."""

    burst: Burst
    server_cpu_s: float

    @property
    def server_cores(self) -> float:
        """Processors that the server kept busy."""
        return self.server_cpu_s / self.burst.seconds

    @property
    def client_cores(self) -> float:
        """Processors that the load generator kept busy."""
        return self.burst.client_cpu_s / self.burst.seconds

    @property
    def rate_per_core(self) -> float:
        """Requests for each second of CPU time."""
        return self.burst.requests / self.server_cpu_s


def measure(plan: Plan) -> Section:
    """One and two workers take turns."""
    rounds = []
    url, body = "/predict/?model=cnn", plan.upload.raw
    with server.ours(1) as one, server.ours(2) as two:
        for _ in range(plan.repeats):
            runs = []
            for service in (one, two):
                service.answer_one(plan.upload)
                before_s = service.cpu_s()
                came = burst(service.url_of(url), body, CONNECTIONS, plan.seconds)
                runs.append(Run(came, service.cpu_s() - before_s))
            rounds.append((runs[0], runs[1]))
    return summarise(rounds, len(os.sched_getaffinity(0)))


def summarise(rounds: Sequence[tuple[Run, Run]], cores: int) -> Section:
    """Medians over the rounds (one worker, two workers) on a machine with so many cores."""
    ratio = median(two.burst.rate / one.burst.rate for one, two in rounds)
    # what the ratio would be if the second worker had a core of its own: the work that a second
    # of CPU time does must not shrink
    kept = median(2 * two.rate_per_core / one.rate_per_core for one, two in rounds)
    client = median(two.client_cores for _, two in rounds)
    busy = median(two.server_cores for _, two in rounds)
    competes = cores < 3
    note = f"the load generator takes {client:.2f} of the {cores} cores from them"
    figures = [
        Figure("requests/s, two workers to one", ratio, "×", GOAL, note if competes else ""),
        Figure("the same for equal CPU time, times two", kept, "×"),
        Figure(
            "failed requests",
            sum(run.burst.failed for pair in rounds for run in pair),
            "",
            NO_FAILURES,
        ),
    ]
    rows = [
        (
            name,
            shown(median(run.burst.rate for run in runs), ""),
            f"{median(run.server_cores for run in runs):.2f}",
            f"{median(run.client_cores for run in runs):.2f}",
        )
        for name, runs in (
            ("one worker", [one for one, _ in rounds]),
            ("two workers", [two for _, two in rounds]),
        )
    ]
    how = f"Raw PNG over {CONNECTIONS} connections; one and two workers take turns. " + (
        f"On {cores} cores the load generator competes with two workers, which got {busy:.2f} "
        "cores: the second line is what two free cores would give."
        if competes
        else "The load generator has cores of its own."
    )
    headings = ("", "requests/s", "cores busy: server", "cores busy: load generator")
    return Section("Workers", how, figures, (Table(headings, rows),))
