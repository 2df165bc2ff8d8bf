"""What keeping predictions costs whoever asks for them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from benchmarks import server
from benchmarks.figure import Figure, Section, Table, at_most, failures, shown_median
from benchmarks.plan import Plan
from benchmarks.server import NO_DATABASE, Server
from benchmarks.wrk import Burst

CONNECTIONS: Final = 16
TAIL: Final = at_most(1.25)
NOTHING: Final = "nothing"
SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"


def measure(plan: Plan) -> Section:
    """Services that keep nothing, and that write to each database, take turns."""
    rounds: dict[str, list[Burst]] = {}
    with ExitStack() as stack:
        services = {name: stack.enter_context(service) for name, service in _services(plan).items()}
        for service in services.values():
            service.burst(plan.upload.raw, CONNECTIONS, 1)  # warm up
        for _ in range(plan.repeats):
            for name, service in services.items():
                burst = service.burst(plan.upload.raw, CONNECTIONS, plan.seconds)
                rounds.setdefault(name, []).append(burst)
        lost = {name: service.count("ladder_not_kept_total") for name, service in services.items()}
    return summarise(rounds, lost)


def _services(plan: Plan) -> dict[str, Server]:
    upload = plan.upload
    services = {
        NOTHING: server.service(upload, database_url=NO_DATABASE),
        SQLITE: server.service(upload),
    }
    if plan.postgresql_url:
        services[POSTGRESQL] = server.service(upload, database_url=plan.postgresql_url)
    return services


def summarise(rounds: Mapping[str, Sequence[Burst]], lost: Mapping[str, float]) -> Section:
    """Each ratio is taken within a turn; `lost` counts the drawings that were not kept."""
    figures, rows = [], []
    nothing = rounds[NOTHING]
    for name, bursts in rounds.items():
        if name != NOTHING:
            pairs = list(zip(nothing, bursts, strict=True))
            tails = [ours.p99_ms / without.p99_ms for without, ours in pairs]
            figures.append(Figure(f"{name}: 99th percentile, to nothing kept", tails, "×", TAIL))
            rates = [ours.rate / without.rate for without, ours in pairs]
            figures.append(Figure(f"{name}: requests/s, to nothing kept", rates, "×"))
            figures.append(Figure(f"{name}: drawings not kept", [lost[name]], "", at_most(0)))
        rows.append(
            (
                name,
                shown_median([each.rate for each in bursts], ""),
                shown_median([each.p50_ms for each in bursts], "ms"),
                shown_median([each.p99_ms for each in bursts], "ms"),
                shown_median([each.cpu_us for each in bursts], "µs"),
            )
        )
    figures.append(failures(sum(each.failed for bursts in rounds.values() for each in bursts)))
    how = (
        f"`POST /predict/?model=cnn`, raw PNG over {CONNECTIONS} connections; services that keep "
        "nothing (`LADDER_DATABASE_URL=none`), and every prediction with its field, take turns. "
        "PostgreSQL is measured with `--postgresql URL`."
    )
    headings = ("kept in", "requests/s", "median", "99th percentile", "CPU time of one")
    return Section("Database", how, figures, [Table(headings, rows)])
