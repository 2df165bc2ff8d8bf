"""A fast client among a thousand slow ones."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

from benchmarks import server
from benchmarks.errors import BenchmarkError
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, shown
from benchmarks.load import Burst, burst
from benchmarks.plan import Plan
from benchmarks.server import Server

CONNECTIONS: Final = 1_000
KINDS: Final = {"headers": "send their headers byte by byte", "body": "stall in the body"}


@dataclass(frozen=True)
class Company:
    """The fast client's burst among slow clients; `ended` of their connections the server ended."""

    burst: Burst
    ended: int


def measure(plan: Plan) -> Section:
    """The fast client alone, then among each kind of slow ones."""
    with server.ours() as ours:
        ours.answer_one(plan.upload)
        _fast(ours, plan)  # warm up
        alone = _fast(ours, plan)
        return summarise(alone, {kind: _among(kind, ours, plan) for kind in KINDS})


def summarise(alone: Burst, among: dict[str, Company]) -> Section:
    """Figures by kind of slow client."""
    figures, rows = [], [_row("alone", alone)]
    for kind, company in among.items():
        name = f"{CONNECTIONS:,} that {KINDS[kind]}"
        ratio = company.burst.p99_ms / alone.p99_ms
        figures += [
            Figure(f"{name}: the fast client's 99th percentile to that alone", ratio, "×"),
            Figure(f"{name}: its failed requests", company.burst.failed, "", NO_FAILURES),
        ]
        rows.append(_row(name, company.burst, company.ended))
    how = (
        "One fast connection, alone and beside slow ones, which connect again when they are ended."
    )
    headings = ("the fast client", "requests/s", "median", "99th percentile", "slow ones ended")
    return Section("Slow clients", how, figures, (Table(headings, rows),))


def _row(name: str, came: Burst, ended: int = 0) -> tuple[str, ...]:
    latencies = shown(came.median_ms, "ms"), shown(came.p99_ms, "ms")
    return name, shown(came.rate, ""), *latencies, shown(ended, "")


def _fast(ours: Server, plan: Plan) -> Burst:
    return burst(ours.url(plan.upload.raw, plan.upload), plan.upload.raw, 1, plan.seconds)


def _among(kind: str, ours: Server, plan: Plan) -> Company:
    command = [sys.executable, "-m", "benchmarks.slow_client", kind, "127.0.0.1", str(ours.port)]
    with subprocess.Popen(
        [*command, "--connections", str(CONNECTIONS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as slow:
        assert slow.stdin is not None  # noqa: S101  PIPE
        assert slow.stdout is not None  # noqa: S101  PIPE
        try:
            if slow.stdout.readline() != "ready\n":
                raise BenchmarkError(f"slow_client {kind}: expected `ready`, got its end")
            time.sleep(1)  # let the connecting itself be over
            came = _fast(ours, plan)
        finally:
            slow.stdin.close()
        return Company(came, int(json.loads(slow.stdout.read())["ended"]))
