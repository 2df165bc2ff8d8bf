"""Memory after many requests against memory after the first of them."""

from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, at_most, failures
from benchmarks.plan import Plan
from benchmarks.server import Server

WARM_UP_SHARE: Final = 0.05
CONNECTIONS: Final = 16
GROWTH: Final = at_most(2)


def measure(plan: Plan) -> Section:
    """Resident memory after the warm-up, and after all of `plan.soak_requests`."""
    warm_up = int(WARM_UP_SHARE * plan.soak_requests)
    with server.service(plan.upload) as service:
        failed = _send(service, plan, warm_up)
        before_mb = service.memory_mb()
        failed += _send(service, plan, plan.soak_requests - warm_up)
        after_mb = service.memory_mb()
    figures = [
        Figure("resident memory grew by", [100 * (after_mb / before_mb - 1)], "%", GROWTH),
        Figure("resident memory after the warm-up", [before_mb], "MB"),
        Figure("resident memory at the end", [after_mb], "MB"),
        failures(failed),
    ]
    how = (
        f"At least {plan.soak_requests:,} requests over {CONNECTIONS} connections; the first "
        f"{warm_up:,} are the warm-up."
    )
    return Section("Soak", how, figures)


def _send(service: Server, plan: Plan, requests: int) -> int:
    """Send at least so many requests; returns how many failed."""
    sent = failed = 0
    while sent < requests:
        came = service.burst(plan.upload.raw, CONNECTIONS, plan.seconds)
        sent += came.requests
        failed += came.failed
    return failed
