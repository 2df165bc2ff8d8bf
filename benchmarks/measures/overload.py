"""Four times the load that the server can carry, and how soon it recovers."""

import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from statistics import median
from typing import Any, Final

from benchmarks import server
from benchmarks.errors import BenchmarkError
from benchmarks.figure import NO_FAILURES, Figure, Section, Table, at_least, at_most, shown
from benchmarks.load import client_run
from benchmarks.plan import Plan
from benchmarks.server import Server
from ml_engine_and_backend.api.middleware.admission import MAX_IN_FLIGHT

TIMES: Final = 4
BEST_CONNECTIONS: Final = 16
# an open loop needs a free connection for each request that is due; one server's fair share
OPEN_CONNECTIONS: Final = 1_000
KEPT: Final = at_least(80)
REFUSED_MS: Final = at_most(50)
RECOVERY_S: Final = at_most(1)
PROBE_S: Final = 2.0
STREAK: Final = 10

HEADINGS: Final = (
    "load",
    "sent",
    "200/s",
    "200: median",
    "200: 99 %",
    "503/s",
    "503: median",
    "503: 99 %",
    "not sent",
    "cores busy: client",
)

Sample = tuple[float, float, int]  # seconds since the load ended, latency in ms, status
Report = dict[str, Any]  # what `benchmarks.client` prints


def measure(plan: Plan) -> Section:
    """Best rate, closed loop, open loop, and a single client before and after each."""
    body = plan.upload.raw
    with server.ours() as ours:
        ours.answer_one(plan.upload)
        url = ours.url(body, plan.upload)
        seconds = "--seconds", plan.seconds
        client_run(url, body, "closed", BEST_CONNECTIONS, "--seconds", 1)  # warm up
        usual_ms = median(latency_ms for _, latency_ms, _ in _probe(ours, plan, 0.5))
        best = client_run(url, body, "closed", BEST_CONNECTIONS, *seconds)
        closed = client_run(url, body, "closed", TIMES * MAX_IN_FLIGHT, *seconds)
        after_closed = _probe(ours, plan)
        rate = TIMES * accepted_rate(best)
        if not rate:
            raise BenchmarkError(f"expected answers with 200 from {url}, got {best}")
        opened = client_run(url, body, "open", OPEN_CONNECTIONS, *seconds, "--rate", rate)
        after_open = _probe(ours, plan)
    return summarise(
        best,
        {
            f"closed loop, {TIMES * MAX_IN_FLIGHT} connections": (
                closed,
                recovery_s(after_closed, 2 * usual_ms),
            ),
            f"open loop, {rate:,.0f} requests/s": (opened, recovery_s(after_open, 2 * usual_ms)),
        },
    )


def accepted_rate(report: Report) -> float:
    """Requests that were answered with 200, a second."""
    return _answers(report, "200")["per_s"]


def recovery_s(samples: Sequence[Sample], bound_ms: float) -> float:
    """Seconds until STREAK predictions in a row are answered with a median within `bound_ms`.

    The end of that streak counts; infinite if there is none.
    """
    for end in range(STREAK, len(samples) + 1):
        streak = samples[end - STREAK : end]
        right = all(status == 200 for _, _, status in streak)
        if right and median(latency_ms for _, latency_ms, _ in streak) <= bound_ms:
            return streak[-1][0]
    return float("inf")


def summarise(best: Report, loads: dict[str, tuple[Report, float]]) -> Section:
    """`loads` are reports with the seconds to recovery."""
    figures, rows = [], [_row(f"best, {BEST_CONNECTIONS} connections", best)]
    for name, (report, recovered_s) in loads.items():
        kept = 100 * accepted_rate(report) / accepted_rate(best)
        figures.append(Figure(f"{name}: best throughput kept", kept, "%", KEPT))
        refused = _answers(report, "503")
        if refused["count"]:
            figures.append(
                Figure(f"{name}: 503 within (99 %)", refused["p99_ms"], "ms", REFUSED_MS)
            )
        figures.append(Figure(f"{name}: recovered after", recovered_s, "s", RECOVERY_S))
        others = sum(
            answers["count"]
            for status, answers in report["answers"].items()
            if status not in ("200", "503")
        )
        figures.append(
            Figure(
                f"{name}: other answers, and connections lost or refused",
                others + report["lost"] + report["refused"],
                "",
                NO_FAILURES,
            )
        )
        rows.append(_row(name, report))
    how = (
        f"Our own client, {TIMES} times the connections that are let in at once, then {TIMES} "
        "times the best rate. It does not wait after a 503, and it competes with the server for "
        "the cores. Recovered: ten predictions in a row answered in twice the usual time or less."
    )
    return Section("Overload", how, figures, (Table(HEADINGS, rows),))


def _row(name: str, report: Report) -> tuple[str, ...]:
    seconds = report["seconds"]
    cells = [name, shown(report["sent"], "")]
    for status in ("200", "503"):
        answers = _answers(report, status)
        cells.append(shown(answers["per_s"], ""))
        latencies = answers["median_ms"], answers["p99_ms"]
        cells += [shown(latency, "ms") if answers["count"] else "–" for latency in latencies]
    return (*cells, shown(report["unsent"], ""), f"{report['cpu_s'] / seconds:.2f}")


def _answers(report: Report, status: str) -> dict[str, float]:
    none = {"count": 0, "per_s": 0, "median_ms": 0, "p99_ms": 0, "max_ms": 0}
    found: dict[str, float] = report["answers"].get(status, none)
    return found


def _probe(service: Server, plan: Plan, seconds: float = PROBE_S) -> list[Sample]:
    """One client, one request after the other, on connections of its own."""
    body = plan.upload.raw
    samples: list[Sample] = []
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", service.port, timeout=PROBE_S)
    while (asked := time.perf_counter()) < started + seconds:
        try:
            path = "/predict/?model=cnn"
            connection.request("POST", path, plan.upload.png, {"Content-Type": body.content_type})
            response = connection.getresponse()
            response.read()
            status = response.status
        except (OSError, HTTPException):
            connection.close()
            status = 0
        now = time.perf_counter()
        samples.append((now - started, 1e3 * (now - asked), status))
    connection.close()
    return samples
