"""What a burst cost the server."""

import pytest

from benchmarks.load import Burst
from benchmarks.run import Run


def test_costs_by_request_and_by_time() -> None:
    burst = Burst(1000, seconds=2, median_ms=1, p99_ms=2, failed=0, client_cpu_s=0.5)
    run = Run(burst, server_cpu_s=1.5)
    assert run.cpu_us == pytest.approx(1500)
    assert run.server_cores == pytest.approx(0.75)
    assert run.client_cores == pytest.approx(0.25)
