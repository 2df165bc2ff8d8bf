"""More connections than the service can serve at once."""

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, Table, at_least, at_most, failures, shown_median
from benchmarks.plan import Plan
from benchmarks.server import Server
from benchmarks.wrk import Burst

BEST: Final = 16  # connections that give the best throughput
FOUR_TIMES: Final = 4 * BEST
MOST: Final = 512  # 1,024 would pass the usual limit of open files
REFUSED_SHARE: Final = 0.05
KEPT: Final = at_least(80)
REFUSED_MS: Final = at_most(250)


def measure(plan: Plan) -> Section:
    """The best load, four times that, and the first doubling of it that is partly refused."""
    with server.service(plan.upload) as service:
        _burst(service, plan, BEST)  # warm up
        loads = (BEST, FOUR_TIMES, _refused_from(service, plan))
        rounds: dict[int, list[Burst]] = {connections: [] for connections in loads}
        for _ in range(plan.repeats):
            for connections, bursts in rounds.items():
                bursts.append(_burst(service, plan, connections))
    return summarise(rounds)


def _refused_from(service: Server, plan: Plan) -> int:
    connections = FOUR_TIMES
    while connections < MOST:
        came = _burst(service, plan, connections)
        if came.by_status[503].count > REFUSED_SHARE * came.requests:
            break
        connections *= 2
    return connections


def _burst(service: Server, plan: Plan, connections: int) -> Burst:
    return service.burst(plan.upload.raw, connections, plan.seconds, by_status=True)


def summarise(rounds: Mapping[int, Sequence[Burst]]) -> Section:
    """Bursts by connections, the best load first; throughput counts what is answered with 200."""
    (_, best), *crowds = rounds.items()
    figures = []
    for connections, bursts in crowds:
        kept = [100 * _accepted(b) / _accepted(a) for a, b in zip(best, bursts, strict=True)]
        name = f"{connections} connections: best throughput kept"
        figures.append(Figure(name, kept, "%", KEPT))
        refused = [each.by_status[503].p99_ms for each in bursts if each.by_status[503].count]
        if refused:
            name = f"{connections} connections: 99 % of the refusals within"
            figures.append(Figure(name, refused, "ms", REFUSED_MS))
    figures.append(failures(sum(_failed(b) for bursts in rounds.values() for b in bursts)))
    rows = [(f"{connections} connections", *_cells(b)) for connections, b in rounds.items()]
    headings = ("load", "200/s", "200: median", "200: 99 %", "503/s", "503: median", "503: 99 %")
    how = (
        f"Raw PNG over {BEST} connections, over four times as many, and over the first doubling of "
        f"that of which more than {REFUSED_SHARE:.0%} is refused with 503. wrk does not wait "
        "after a refusal. Failed is what was answered with neither 200 nor 503, or not at all."
    )
    return Section("Overload", how, figures, [Table(headings, rows)])


def _accepted(came: Burst) -> float:
    """Predictions per second."""
    return came.by_status[200].count / came.seconds


def _failed(came: Burst) -> int:
    return came.failed - came.by_status[503].count


def _cells(bursts: Sequence[Burst]) -> list[str]:
    cells = []
    for status in (200, 503):
        answers = [each.by_status[status] for each in bursts]
        rates = [each.by_status[status].count / each.seconds for each in bursts]
        cells += [
            shown_median(rates, ""),
            shown_median([each.p50_ms for each in answers], "ms"),
            shown_median([each.p99_ms for each in answers], "ms"),
        ]
    return cells
