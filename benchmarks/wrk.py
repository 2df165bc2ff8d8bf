"""Bursts of load by wrk (https://github.com/wg/wrk)."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.errors import BenchmarkError
from benchmarks.picture import Body

SCRIPT: Final = Path(__file__).with_name("post.lua")
TIMEOUT_S: Final = 10


@dataclass(frozen=True)
class Answers:
    """Answers of one status, and their latencies: NaN where there are none."""

    count: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Burst:
    """What came back within one burst.

    `failed` counts statuses from 400 and broken connections. `by_status` is empty unless it was
    asked for; then it holds the statuses 200 and 503.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int
    by_status: Mapping[int, Answers] = field(default_factory=dict)
    server_cpu_s: float = 0

    @property
    def rate(self) -> float:
        """Requests per second, whatever the answer."""
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU time that one request took from the server, in microseconds."""
        return 1e6 * self.server_cpu_s / self.requests


def version() -> str:
    """wrk's name and version.

    Raises:
        BenchmarkError: wrk is not installed.
    """
    about = subprocess.run([_wrk(), "-v"], capture_output=True, text=True, check=False)
    return " ".join(about.stdout.split()[:2])  # the exit status is 1 even so


def burst(
    url: str, body: Body, connections: int, seconds: int, *, by_status: bool = False
) -> Burst:
    """POST `body` to `url` over `connections`, each sending again once it is answered.

    Raises:
        BenchmarkError: wrk is not installed or failed, or nothing was answered.
    """
    command = [_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_S}s"]
    command += ["-s", str(SCRIPT), url, "--", str(body.file), body.content_type]
    output = _run([*command, *["by_status"] * by_status], seconds + 3 * TIMEOUT_S)
    try:
        came = json.loads(output.splitlines()[-1])
    except (IndexError, ValueError):
        raise BenchmarkError(f"expected wrk's figures as JSON, got {output!r}") from None
    if not came["requests"]:
        raise BenchmarkError(f"expected answers from {url}, got none ({came['errors']})")
    return Burst(
        requests=came["requests"],
        seconds=came["duration_us"] / 1e6,
        p50_ms=came["p50_us"] / 1e3,
        p99_ms=came["p99_us"] / 1e3,
        failed=sum(came["errors"].values()),
        by_status={
            int(status): Answers(kept["count"], kept["p50_us"] / 1e3, kept["p99_us"] / 1e3)
            for status, kept in came["by_status"].items()
            if by_status
        },
    )


def _wrk() -> str:
    path = shutil.which("wrk")
    if path is None:
        raise BenchmarkError("expected wrk on the PATH: install it (Debian: apt install wrk)")
    return path


def _run(command: Sequence[str], timeout_s: float) -> str:
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout_s
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"expected wrk to end within {timeout_s:g} s") from error
    if result.returncode:
        raise BenchmarkError(f"wrk: exit status {result.returncode}: {result.stderr}")
    return result.stdout
