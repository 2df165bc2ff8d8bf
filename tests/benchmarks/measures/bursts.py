"""Bursts and runs that only name what a test is about."""

from benchmarks.load import Burst
from benchmarks.run import Run


def burst(
    rate: float = 100,
    *,
    seconds: float = 2,
    median_ms: float = 1,
    p99_ms: float = 2,
    failed: int = 0,
    client_cpu_s: float = 0.2,
) -> Burst:
    """A burst of that many requests a second."""
    return Burst(round(rate * seconds), seconds, median_ms, p99_ms, failed, client_cpu_s)


def run(
    rate: float = 100,
    *,
    median_ms: float = 1,
    p99_ms: float = 2,
    failed: int = 0,
    client_cpu_s: float = 0.2,
    server_cpu_s: float = 2,
) -> Run:
    """A burst of two seconds, by a server that used that much CPU time."""
    came = burst(rate, median_ms=median_ms, p99_ms=p99_ms, failed=failed, client_cpu_s=client_cpu_s)
    return Run(came, server_cpu_s)
