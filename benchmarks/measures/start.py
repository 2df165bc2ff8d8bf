"""From the start of the process to its first answered prediction."""

import time
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, at_least
from benchmarks.plan import Plan
from benchmarks.server import Server

FASTER: Final = at_least(4)


def measure(plan: Plan) -> Section:
    """Service and baseline take turns, after one start each that is not counted."""
    turns = [
        (_start_s(server.service(plan.upload)), _start_s(server.baseline(plan.upload)))
        for _ in range(plan.repeats + 1)
    ][1:]
    figures = [
        Figure("baseline to service", [theirs / ours for ours, theirs in turns], "×", FASTER),
        Figure("service, every rung loaded", [ours for ours, _ in turns], "s"),
        Figure("baseline, one rung loaded", [theirs for _, theirs in turns], "s"),
    ]
    how = (
        "A new process, asked until it has answered one prediction. Files are in the page cache "
        "and modules compiled, as after a first start."
    )
    return Section("Start", how, figures)


def _start_s(starting: Server) -> float:
    started = time.perf_counter()
    with starting:
        starting.answer_one()
        return time.perf_counter() - started
