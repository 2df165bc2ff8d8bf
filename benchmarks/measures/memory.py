"""Resident memory after a thousand predictions."""

from typing import Final

from benchmarks import server
from benchmarks.figure import NO_FAILURES, Figure, Section, at_most
from benchmarks.load import client_run
from benchmarks.plan import Plan
from benchmarks.proc import Memory
from benchmarks.server import Server

PREDICTIONS: Final = 1_000
CONNECTIONS: Final = 4
GOAL: Final = at_most(110)


def measure(plan: Plan) -> Section:
    """Ours and the baseline, each with the same number of predictions behind it."""
    ours, failed = _after_predictions(server.ours(), plan)
    baseline, failed_theirs = _after_predictions(server.baseline(), plan)
    return summarise(ours, baseline, failed + failed_theirs)


def summarise(ours: Memory, baseline: Memory, failed: int) -> Section:
    """Megabytes (1,000,000 bytes)."""
    figures = [
        Figure("ours, every rung loaded: resident", ours.rss / 1e6, "MB", GOAL),
        Figure("ours: proportional (PSS)", ours.pss / 1e6, "MB"),
        Figure("baseline, one rung loaded: resident", baseline.rss / 1e6, "MB"),
        Figure("baseline: proportional (PSS)", baseline.pss / 1e6, "MB"),
        Figure("failed requests", failed, "", NO_FAILURES),
    ]
    how = f"All processes of the service after {PREDICTIONS:,} predictions, from /proc."
    return Section("Memory", how, figures)


def _after_predictions(service: Server, plan: Plan) -> tuple[Memory, int]:
    body = plan.upload.raw
    with service:
        service.answer_one(plan.upload)
        url = service.url(body, plan.upload)
        came = client_run(url, body, "closed", CONNECTIONS, "--requests", PREDICTIONS)
        answered = came["answers"].get("200", {"count": 0})["count"]
        return service.memory(), came["sent"] - answered
