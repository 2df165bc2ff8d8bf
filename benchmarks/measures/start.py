"""From the start of the process to its first answered prediction."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, at_most
from benchmarks.picture import Upload
from benchmarks.plan import Plan
from benchmarks.server import Server

GOAL: Final = at_most(0.5)


def measure(plan: Plan) -> Section:
    """Ours and the baseline take turns, after one start each that is not counted."""
    ours_s, baseline_s = [], []
    for _ in range(plan.repeats + 1):
        ours_s.append(_start_s(server.ours(), plan.upload))
        baseline_s.append(_start_s(server.baseline(), plan.upload))
    return summarise(ours_s[1:], baseline_s[1:])


def summarise(ours_s: Sequence[float], baseline_s: Sequence[float]) -> Section:
    """Medians over the starts."""
    own = f"{min(ours_s):.2f} to {max(ours_s):.2f} s"
    figures = [
        Figure("ours, every rung loaded", median(ours_s), "s", GOAL, own),
        Figure("baseline, one rung loaded", median(baseline_s), "s"),
    ]
    how = (
        f"A new process, asked until it has answered one prediction; the median of {len(ours_s)} "
        "starts. Files are in the page cache and modules compiled, as after a first start."
    )
    return Section("Start", how, figures)


def _start_s(service: Server, upload: Upload) -> float:
    started = time.perf_counter()
    with service:
        service.answer_one(upload)
        return time.perf_counter() - started
