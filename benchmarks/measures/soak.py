"""Memory after many requests against memory after the first of them."""

from typing import Final

from benchmarks import server
from benchmarks.figure import NO_FAILURES, Figure, Section, at_most
from benchmarks.load import client_run
from benchmarks.plan import Plan
from benchmarks.proc import Memory

FIRST: Final = 10_000
CONNECTIONS: Final = 16
GROWTH: Final = at_most(2)


def measure(plan: Plan) -> Section:
    """The first requests, then the rest of `plan.soak_requests`."""
    first = min(FIRST, plan.soak_requests // 2)
    failed, seconds = 0, 0.0
    memories = []
    with server.ours() as ours:
        ours.answer_one(plan.upload)
        url, body = ours.url(plan.upload.raw, plan.upload), plan.upload.raw
        for requests in (first, plan.soak_requests - first):
            came = client_run(url, body, "closed", CONNECTIONS, "--requests", requests)
            failed += came["sent"] - came["answers"].get("200", {"count": 0})["count"]
            seconds += came["seconds"]
            memories.append(ours.memory())
    before, after = memories
    return summarise(first, plan.soak_requests, before, after, failed, seconds)


def summarise(
    first: int, requests: int, before: Memory, after: Memory, failed: int, seconds: float
) -> Section:
    """Growth of resident memory between the first and all requests."""
    growth = 100 * (after.rss / before.rss - 1)
    note = f"{before.rss / 1e6:.1f} MB, then {after.rss / 1e6:.1f} MB"
    figures = [
        Figure("resident memory grew by", growth, "%", GROWTH, note),
        Figure("failed requests", failed, "", NO_FAILURES),
    ]
    how = (
        f"{requests:,} requests by our own client over {CONNECTIONS} connections in "
        f"{seconds:,.0f} s; memory after the first {first:,} and at the end."
    )
    return Section("Soak", how, figures)
