"""One burst of load, by wrk where it is installed and by our own client elsewhere."""

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.errors import BenchmarkError
from benchmarks.picture import Body

WRK: Final = shutil.which("wrk")
SCRIPT: Final = Path(__file__).with_name("post.lua")
TIMEOUT_S: Final = 10
LONGEST_S: Final = 1_800  # a soak on a slow machine


@dataclass(frozen=True)
class Burst:
    """What came back within one burst; `failed` counts statuses from 400 and lost connections."""

    requests: int
    seconds: float
    median_ms: float
    p99_ms: float
    failed: int
    client_cpu_s: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def generator_name() -> str:
    """What `burst` uses, for the page."""
    if WRK is None:
        return "our own asyncio client (no wrk on the PATH; it slows the faster server more)"
    # it exits with 1 whatever it is asked
    about = subprocess.run([WRK, "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(about.split()[:2])


def burst(url: str, body: Body, connections: int, seconds: int) -> Burst:
    """POST `body` to `url` over `connections` that each wait for their answer.

    Raises:
        BenchmarkError: the generator failed, or nothing was answered.
    """
    if WRK is None:
        return parse_client(client_run(url, body, "closed", connections, "--seconds", seconds))
    before_s = _children_cpu_s()
    command = [WRK, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_S}s"]
    command += ["-s", str(SCRIPT), url, "--", str(body.file), body.content_type]
    output = _run(command, seconds + 3 * TIMEOUT_S)
    return parse_wrk(output, _children_cpu_s() - before_s)


def client_run(
    url: str, body: Body, loop: str, connections: int, *options: str | float
) -> dict[str, Any]:
    """What our own client (`benchmarks.client`) reports, in a process of its own.

    Raises:
        BenchmarkError: it failed.
    """
    command = [sys.executable, "-m", "benchmarks.client", loop, url, str(body.file)]
    command += [body.content_type, "--connections", str(connections), *map(str, options)]
    report: dict[str, Any] = json.loads(_run(command, LONGEST_S))
    return report


def parse_wrk(output: str, client_cpu_s: float) -> Burst:
    """The line that post.lua prints.

    Raises:
        BenchmarkError: there is none, or nothing was answered.
    """
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        raise BenchmarkError(f"expected wrk's figures as JSON, got {output!r}")
    came = json.loads(lines[-1])
    _check(came["requests"], came["errors"])
    return Burst(
        requests=came["requests"],
        seconds=came["duration_us"] / 1e6,
        median_ms=came["p50_us"] / 1e3,
        p99_ms=came["p99_us"] / 1e3,
        failed=sum(came["errors"].values()),
        client_cpu_s=client_cpu_s,
    )


def parse_client(came: dict[str, Any]) -> Burst:
    """The report of our own client; latencies are those of the right answers.

    Raises:
        BenchmarkError: nothing was answered.
    """
    total = sum(answers["count"] for answers in came["answers"].values())
    _check(total, came)
    right = came["answers"].get("200", {"count": 0, "median_ms": 0, "p99_ms": 0})
    return Burst(
        requests=total,
        seconds=came["seconds"],
        median_ms=right["median_ms"],
        p99_ms=right["p99_ms"],
        failed=total - right["count"] + came["lost"] + came["refused"],
        client_cpu_s=came["cpu_s"],
    )


def _check(requests: int, came: object) -> None:
    if not requests:
        raise BenchmarkError(f"expected answers, got none ({came})")


def _run(command: Sequence[str], timeout_s: float) -> str:
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout_s
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"{command[0]}: expected an end within {timeout_s} s") from error
    if result.returncode:
        raise BenchmarkError(f"{command[0]}: exit status {result.returncode}: {result.stderr}")
    return result.stdout


def _children_cpu_s() -> float:
    """CPU time of the processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
