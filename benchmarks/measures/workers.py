"""Two workers against one."""

import os
from collections.abc import Sequence
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, at_least, shown
from benchmarks.plan import Plan
from benchmarks.run import Run, run

CONNECTIONS: Final = 32
GOAL: Final = at_least(1.8)


def measure(plan: Plan) -> Section:
    """One and two workers take turns."""
    body = plan.upload.raw
    with server.ours(1) as one, server.ours(2) as two:
        rounds = [
            (run(one, body, CONNECTIONS, plan), run(two, body, CONNECTIONS, plan))
            for _ in range(plan.repeats)
        ]
    return summarise(rounds, len(os.sched_getaffinity(0)))


def summarise(rounds: Sequence[tuple[Run, Run]], cores: int) -> Section:
    """Medians over the rounds (one worker, two workers) on a machine with so many cores."""
    ratio = median(two.burst.rate / one.burst.rate for one, two in rounds)
    # what the ratio would be if the second worker had a core of its own: the work that a second
    # of CPU time does must not shrink
    kept = median(2 * one.cpu_us / two.cpu_us for one, two in rounds)
    client = median(two.client_cores for _, two in rounds)
    busy = median(two.server_cores for _, two in rounds)
    competes = cores < 3
    note = f"the load generator takes {client:.2f} of the {cores} cores from them"
    figures = [
        Figure("requests/s, two workers to one", ratio, "×", GOAL, note if competes else ""),
        Figure("the same for equal CPU time, times two", kept, "×"),
        Figure(
            "failed requests",
            sum(each.burst.failed for pair in rounds for each in pair),
            "",
            NO_FAILURES,
        ),
    ]
    rows = [
        (
            name,
            shown(median(each.burst.rate for each in runs), ""),
            f"{median(each.server_cores for each in runs):.2f}",
            f"{median(each.client_cores for each in runs):.2f}",
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
