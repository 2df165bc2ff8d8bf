"""What a prediction, a stored one and a visit cost, and what many of them need."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from http.client import HTTPConnection
from math import nan
from statistics import median
from typing import Final
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, Error, Request, sync_playwright
from sqlalchemy import text

from benchmarks import server
from benchmarks.demand import NEED_HEADINGS, Visit, Way, need_rows
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Section, Table, at_most, failures, shown
from benchmarks.floor import load_ladder
from benchmarks.measures.browser import ARGUMENTS, RUNTIME_LOADED, chromium
from benchmarks.measures.database import NOTHING, POSTGRESQL, SQLITE, kept_by, size_of, urls_of
from benchmarks.picture import Body, Upload
from benchmarks.plan import Plan
from benchmarks.server import Server
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.gate import verdict_of
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.preprocessing import preprocess
from ml_engine_and_backend.engine.reader import see

CONNECTIONS: Final = 8
RATES: Final = (10, 1_000, 100_000)  # drawings a second, at the peak
# a browser's line, cookies and all; the load generator sends fewer
REQUEST_HEADERS_BYTES: Final = 600
ONE: Final = "one rung asked"
EVERY: Final = "every rung asked, all kept"
TOLD: Final = "answered by the browser, all kept"
BROWSER: Final = "browser"
ENGINES: Final = ("service", BROWSER)
PATHS: Final = {
    ONE: "/predict/?model=cnn",
    EVERY: "/predict/all?keep=drawing",
    TOLD: "/drawings",
}
LOG_PLACE: Final = "SELECT pg_current_wal_lsn() - '0/0', pg_backend_pid()"


@dataclass(frozen=True)
class Cost:
    """What one request of a burst cost; with a database, one drawing that was kept.

    NaN for what there is not. `lost` drawings were not kept.
    """

    cpu_us: float
    failed: int
    database_us: float = nan
    stored_bytes: float = nan
    log_bytes: float = nan
    lost: float = 0


Costs = Mapping[tuple[str, str], Sequence[Cost]]  # by database and kind


def measure(plan: Plan) -> Section:
    """Services on each database and on none take turns; then visits by a browser."""
    ladder = load_ladder()
    bodies = _bodies(plan.upload, ladder)
    urls = urls_of(plan)
    costs: dict[tuple[str, str], list[Cost]] = {}
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(server.service(plan.upload, database_url=url))
            for name, url in urls.items()
        }
        for service in services.values():
            service.burst(plan.upload.raw, CONNECTIONS, 1)  # warm up
        for _ in range(plan.repeats):
            for kind, body in bodies.items():
                for name, service in services.items():
                    if (name, kind) == (NOTHING, TOLD):  # there is nothing to be done
                        continue
                    cost = _cost(service, urls[name], kind, body, plan.seconds)
                    costs.setdefault((name, kind), []).append(cost)
        sent = {kind: _answer_bytes(services[SQLITE], kind, body) for kind, body in bodies.items()}
    received = {
        kind: REQUEST_HEADERS_BYTES + body.file.stat().st_size for kind, body in bodies.items()
    }
    visits = {engine: _visits(plan, engine) for engine in ENGINES}
    return summarise(costs, received, sent, visits, len(ladder.models))


def _bodies(upload: Upload, ladder: Ladder) -> dict[str, Body]:
    """What is sent, by kind; what the browser tells is what the shipped networks answer."""
    sight = see(preprocess(decode(upload.png)), ladder.gate)
    answers = [model.predict(sight.digit.field) for model in ladder.models]
    told = {
        "image": base64.b64encode(upload.png).decode(),
        "keep": "drawing",
        "found": asdict(sight.found),
        "results": [
            {
                "model": each.model,
                "version": each.version,
                "probabilities": [round(p, 7) for p in each.probabilities],
                "verdict": verdict_of(each.verdict, sight.found, ladder.gate),
            }
            for each in answers
        ],
    }
    body = Body(TOLD, upload.raw.file.with_name("told"), "application/json")
    body.file.write_text(json.dumps(told))
    return {ONE: upload.raw, EVERY: upload.raw, TOLD: body}


def _cost(service: Server, url: str, kind: str, body: Body, seconds: int) -> Cost:
    if url == server.NO_DATABASE:
        came = service.burst(body, CONNECTIONS, seconds, path=PATHS[kind])
        return Cost(came.cpu_us, came.failed)
    kept, stored, (log, database_s) = kept_by(service), size_of(url), _log_and_cpu(url)
    lost, service_s = service.count("ladder_not_kept_total"), service.cpu_s()
    came = service.burst(body, CONNECTIONS, seconds, path=PATHS[kind])
    # once all is written; what was in flight when the burst ended is kept too
    kept = kept_by(service) - kept
    service_s = service.cpu_s() - service_s
    log_after, database_s_after = _log_and_cpu(url)
    return Cost(
        1e6 * service_s / kept,
        came.failed,
        1e6 * (database_s_after - database_s) / kept,
        (size_of(url) - stored) / kept,
        (log_after - log) / kept,
        service.count("ladder_not_kept_total") - lost,
    )


def _log_and_cpu(url: str) -> tuple[float, float]:
    """Bytes that PostgreSQL has logged, and CPU seconds that its processes have taken here.

    NaN for SQLite, and for the CPU time where the server is on another machine.
    """
    database = Database(url)
    try:
        if database.is_sqlite:
            return nan, nan
        with database.reading() as session:
            place, backend = session.execute(text(LOG_PLACE)).one()
        try:
            main = psutil.Process(backend).parent()
        except psutil.Error:
            main = None
        if main is None or "postgres" not in main.name():
            return float(place), nan
        cpu_s = 0.0
        for process in main.children():
            with suppress(psutil.NoSuchProcess):  # one that ends now is counted below
                times = process.cpu_times()
                cpu_s += times.user + times.system
        own = main.cpu_times()
        cpu_s += own.user + own.system + own.children_user + own.children_system
        return float(place), cpu_s
    finally:
        database.close()


def _answer_bytes(service: Server, kind: str, body: Body) -> int:
    place = urlsplit(service.url)
    connection = HTTPConnection(str(place.hostname), place.port)
    connection.request(
        "POST", PATHS[kind], body.file.read_bytes(), {"Content-Type": body.content_type}
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise BenchmarkError(f"expected 200 from {PATHS[kind]}, got {answer.status}: {content!r}")
    return len(content) + sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())


def _visits(plan: Plan, engine: str) -> list[Visit]:
    """First visits by new browsers, each followed by a second one."""
    with server.service(plan.upload) as service, sync_playwright() as playwright:
        service.answer_one()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            _visit(service, browser, engine)  # warm up
            return [_visit(service, browser, engine) for _ in range(plan.repeats)]
        except Error as error:
            raise BenchmarkError(f"expected the page to load ({error.message})") from error
        finally:
            browser.close()


def _visit(service: Server, browser: Browser, engine: str) -> Visit:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    found: list[float] = []
    for _ in range(2):
        asked.clear()
        before_s = service.cpu_s()
        page.goto(f"{service.url}/?engine={engine}")
        if engine == BROWSER:
            page.wait_for_function(RUNTIME_LOADED)
        page.wait_for_load_state("networkidle")
        sizes = [request.sizes() for request in asked]
        sent = sum(each["responseHeadersSize"] + each["responseBodySize"] for each in sizes)
        found += [1e6 * (service.cpu_s() - before_s), sent]
        page.goto("about:blank")
    context.close()
    return Visit(*found)


def summarise(
    costs: Costs,
    received: Mapping[str, float],
    sent: Mapping[str, float],
    visits: Mapping[str, Sequence[Visit]],
    rungs: int,
) -> Section:
    """Figures of one request and one visit, and the table of what RATES need."""
    figures = []
    for (name, kind), found in costs.items():
        what = f"{kind}, kept in {name}"
        figures.append(Figure(f"{what}: CPU of the service", [c.cpu_us for c in found], "µs"))
        if name == POSTGRESQL:
            cpu_us = [c.database_us for c in found]
            figures.append(Figure(f"{what}: CPU of the database", cpu_us, "µs"))
            log = [c.log_bytes for c in found]
            figures.append(Figure(f"{what}: write-ahead log", log, "bytes"))
        if name != NOTHING:
            stored = [c.stored_bytes for c in found]
            figures.append(Figure(f"{what}: the database grew by", stored, "bytes"))
    lost = sum(cost.lost for found in costs.values() for cost in found)
    figures.append(Figure("drawings not kept", [lost], "", at_most(0)))
    for kind in received:
        figures.append(Figure(f"{kind}: request", [received[kind]], "bytes"))
        figures.append(Figure(f"{kind}: answer", [sent[kind]], "bytes"))
    for engine, seen in visits.items():
        who = f"visit, the {engine} answers"
        figures += [
            Figure(f"first {who}: CPU of the service", [v.first_us / 1e3 for v in seen], "ms"),
            Figure(f"first {who}: sent", [v.first_bytes / 1e6 for v in seen], "MB"),
            Figure(f"later {who}: CPU of the service", [v.later_us / 1e3 for v in seen], "ms"),
            Figure(f"later {who}: sent", [v.later_bytes / 1e3 for v in seen], "kB"),
        ]
    figures.append(failures(sum(cost.failed for found in costs.values() for cost in found)))
    kept_in = POSTGRESQL if (POSTGRESQL, ONE) in costs else SQLITE
    ways = ways_of(costs, received, sent, visits, kept_in, rungs)
    how = (
        f"Medians over turns, at {CONNECTIONS} connections. Kept in {kept_in} below; "
        "what the rates need is arithmetic (`benchmarks/demand.py`), which states its assumptions."
    )
    rows = need_rows(ways, RATES)
    return Section("Scale", how, figures, [_table_of_ways(ways), Table(NEED_HEADINGS, rows)])


def ways_of(
    costs: Costs,
    received: Mapping[str, float],
    sent: Mapping[str, float],
    visits: Mapping[str, Sequence[Visit]],
    kept_in: str,
    rungs: int,
) -> list[Way]:
    """The ways of answering a drawing; those of the page carry their share of a visit."""

    def way(name: str, database: str, kind: str, rows: int) -> Way:
        found = costs[database, kind]
        if not rows:
            return Way(name, _median(c.cpu_us for c in found), received[kind], sent[kind])
        return Way(
            name,
            _median(c.cpu_us for c in found),
            received[kind],
            sent[kind],
            rows,
            _median(c.stored_bytes for c in found),
            _median(c.log_bytes for c in found),
            _median(c.database_us for c in found),
        )

    mean = {
        engine: Visit(
            _median(v.first_us for v in seen),
            _median(v.first_bytes for v in seen),
            _median(v.later_us for v in seen),
            _median(v.later_bytes for v in seen),
        )
        for engine, seen in visits.items()
    }
    asked = way("page, the service answers", kept_in, EVERY, 1 + rungs)
    told = way("page, the browser answers", kept_in, TOLD, 1 + rungs)
    return [
        way("API, nothing kept", NOTHING, ONE, 0),
        way("API, field kept", kept_in, ONE, 2),
        mean["service"].added_to(asked),
        mean[BROWSER].added_to(told),
        # the page and the networks from a static host: the service has the drawings alone
        replace(asked, name=f"{asked.name}, files elsewhere"),
        replace(told, name=f"{told.name}, files elsewhere"),
    ]


def _median(values: Iterable[float]) -> float:
    return float(median(values))


def _table_of_ways(ways: Sequence[Way]) -> Table:
    headings = (
        *("a drawing", "service", "database", "received", "sent"),
        *("rows", "stored", "log"),
    )
    return Table(
        headings,
        [
            (
                way.name,
                shown(way.cpu_us, "µs"),
                shown(way.database_us, "µs"),
                shown(way.received_bytes, "bytes"),
                shown(way.sent_bytes, "bytes"),
                str(way.rows),
                shown(way.stored_bytes, "bytes"),
                shown(way.log_bytes, "bytes"),
            )
            for way in ways
        ],
    )
