"""Bursts that only name what a test is about."""

from benchmarks.load import Burst


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
