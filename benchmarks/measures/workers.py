"""Two workers against one."""

import os
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, at_least, failures
from benchmarks.plan import Plan

CONNECTIONS: Final = 32
FASTER: Final = at_least(1.8)


def measure(plan: Plan) -> Section:
    """One and two workers take turns."""
    body = plan.upload.raw
    with server.service(plan.upload, 1) as one, server.service(plan.upload, 2) as two:
        for service in (one, two):
            service.burst(body, CONNECTIONS, 1)  # warm up
        turns = [
            (
                one.burst(body, CONNECTIONS, plan.seconds),
                two.burst(body, CONNECTIONS, plan.seconds),
            )
            for _ in range(plan.repeats)
        ]
    figures = [
        Figure("requests/s, two workers to one", [b.rate / a.rate for a, b in turns], "×", FASTER),
        Figure("requests/s, one worker", [one.rate for one, _ in turns], ""),
        Figure("requests/s, two workers", [two.rate for _, two in turns], ""),
        failures(sum(each.failed for turn in turns for each in turn)),
    ]
    how = (
        f"Raw PNG over {CONNECTIONS} connections; one and two workers take turns. The workers and "
        f"wrk share {os.cpu_count()} cores."
    )
    return Section("Workers", how, figures)
