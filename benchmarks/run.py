"""A burst of load on a server, and what it cost the server."""

from dataclasses import dataclass

from benchmarks.load import Burst, burst
from benchmarks.picture import Body
from benchmarks.plan import Plan
from benchmarks.server import Server


@dataclass(frozen=True)
class Run:
    """A burst and the CPU time that the server's processes used in it."""

    burst: Burst
    server_cpu_s: float

    @property
    def cpu_us(self) -> float:
        """CPU time of one request in microseconds."""
        return 1e6 * self.server_cpu_s / self.burst.requests

    @property
    def server_cores(self) -> float:
        """Processors that the server kept busy."""
        return self.server_cpu_s / self.burst.seconds

    @property
    def client_cores(self) -> float:
        """Processors that the load generator kept busy."""
        return self.burst.client_cpu_s / self.burst.seconds


def run(service: Server, body: Body, connections: int, plan: Plan, path: str | None = None) -> Run:
    """One burst of `plan.seconds`; `path` where it is not the body's own.

    Raises:
        BenchmarkError: the generator failed, or nothing was answered.
    """
    # what the last burst left in the queue is not this one's to wait for
    service.answer_one(plan.upload)
    url = service.url(body, plan.upload) if path is None else service.url_of(path)
    before_s = service.cpu_s()
    came = burst(url, body, connections, plan.seconds)
    return Run(came, service.cpu_s() - before_s)
