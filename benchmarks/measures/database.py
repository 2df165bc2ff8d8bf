"""What keeping predictions costs whoever asks for them."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from sqlalchemy import text

from benchmarks import server
from benchmarks.figure import Figure, Section, Table, at_most, failures, shown_median
from benchmarks.plan import Plan
from benchmarks.server import NO_DATABASE, POLL_S, Server
from benchmarks.wrk import Burst
from ml_engine_and_backend.database.database import Database

CONNECTIONS: Final = 16
TAIL: Final = at_most(1.25)
NOTHING: Final = "nothing"
SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"
SQLITE_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
POSTGRESQL_SIZE: Final = "SELECT pg_database_size(current_database())"
KEPT: Final = {
    "one answer and its field": "/predict/?model=cnn",
    "every rung's answer, field and PNG": "/predict/all?keep=drawing",
}


def measure(plan: Plan) -> Section:
    """Services that keep nothing, and that write to each database, take turns."""
    urls = urls_of(plan)
    rounds: dict[str, list[Burst]] = {name: [] for name in urls}
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(server.service(plan.upload, database_url=url))
            for name, url in urls.items()
        }
        for service in services.values():
            service.burst(plan.upload.raw, CONNECTIONS, 1)  # warm up
        for _ in range(plan.repeats):
            for name, service in services.items():
                rounds[name].append(service.burst(plan.upload.raw, CONNECTIONS, plan.seconds))
        del services[NOTHING]
        lost = {name: service.count("ladder_not_kept_total") for name, service in services.items()}
        sizes = {
            (name, what): _bytes_a_drawing(service, urls[name], path, plan)
            for name, service in services.items()
            for what, path in KEPT.items()
        }
    return summarise(rounds, lost, sizes)


def urls_of(plan: Plan) -> dict[str, str]:
    """Where services keep their drawings, by the database's name; NOTHING is one of them."""
    urls = {
        NOTHING: NO_DATABASE,
        SQLITE: f"sqlite:///{plan.upload.raw.file.parent / 'database.sqlite3'}",
    }
    return urls | ({POSTGRESQL: plan.postgresql_url} if plan.postgresql_url else {})


def _bytes_a_drawing(service: Server, url: str, path: str, plan: Plan) -> float:
    """By how much the database at `url` grows with each drawing that `path` is asked about."""

    kept_before, bytes_before = kept_by(service), size_of(url)
    service.burst(plan.upload.raw, 1, plan.seconds, path=path)
    return (size_of(url) - bytes_before) / (kept_by(service) - kept_before)


def kept_by(service: Server) -> float:
    """How many drawings the service has written, once its queue is empty."""
    while service.count("ladder_kept_queue_depth"):
        time.sleep(POLL_S)
    return service.count("ladder_kept_total")


def size_of(url: str) -> int:
    """The bytes of the whole database."""
    database = Database(url)
    with database.reading() as session:
        size = session.scalar(text(SQLITE_SIZE if database.is_sqlite else POSTGRESQL_SIZE))
    database.close()
    return int(size)


def summarise(
    rounds: Mapping[str, Sequence[Burst]],
    lost: Mapping[str, float],
    sizes: Mapping[tuple[str, str], float],
) -> Section:
    """Each ratio is taken within a turn.

    `lost` counts the drawings that were not kept, by database; `sizes` has the bytes of one, by
    database and by what is kept of it.
    """
    figures = []
    nothing = rounds[NOTHING]
    for name in lost:
        pairs = list(zip(nothing, rounds[name], strict=True))
        tails = [ours.p99_ms / without.p99_ms for without, ours in pairs]
        figures.append(Figure(f"{name}: 99th percentile, to nothing kept", tails, "×", TAIL))
        rates = [ours.rate / without.rate for without, ours in pairs]
        figures.append(Figure(f"{name}: requests/s, to nothing kept", rates, "×"))
        figures.append(Figure(f"{name}: drawings not kept", [lost[name]], "", at_most(0)))
    for (name, what), size in sizes.items():
        figures.append(Figure(f"{name}: a drawing with {what}", [size], "bytes"))
    figures.append(failures(sum(each.failed for bursts in rounds.values() for each in bursts)))
    rows = [
        (
            name,
            shown_median([each.rate for each in bursts], ""),
            shown_median([each.p50_ms for each in bursts], "ms"),
            shown_median([each.p99_ms for each in bursts], "ms"),
            shown_median([each.cpu_us for each in bursts], "µs"),
        )
        for name, bursts in rounds.items()
    ]
    how = (
        f"`POST /predict/?model=cnn`, raw PNG over {CONNECTIONS} connections; services that keep "
        "nothing (`LADDER_DATABASE_URL=none`), and every prediction with its field, take turns. "
        "PostgreSQL is measured with `--postgresql URL`. A drawing's bytes are what its database "
        "grows by, indexes and all."
    )
    headings = ("kept in", "requests/s", "median", "99th percentile", "CPU time of one")
    return Section("Database", how, figures, [Table(headings, rows)])
