"""`python -m benchmarks.statistics URL`: how long history and statistics take on many predictions.

Fills an empty database (SQLAlchemy's URL, as LADDER_DATABASE_URL) and prints what was measured.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import event, func, insert, select, text
from sqlalchemy.orm import Session

from ml_engine_and_backend.database import history
from ml_engine_and_backend.database import statistics as figures
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Answer, Drawing

RUNGS: Final = ("single_layer", "hidden_layer", "cnn", "cnn_augmented", "deep_cnn", "ensemble")
DAYS: Final = 90
OWNERS: Final = 1_000
OWNER: Final = "session:0"
BATCH: Final = 2_000
REPEATS: Final = 5
UPLOAD_BYTES: Final = 2_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statistics")
    parser.add_argument("url", help="of an empty database, such as sqlite:////tmp/many.sqlite3")
    parser.add_argument("--predictions", type=int, default=100_000)
    parser.add_argument("--labelled", type=float, default=0.1, help="share of the drawings; 0.1")
    parser.add_argument("--explain", action="store_true", help="print the plan of each query")
    parser.add_argument("--filled", action="store_true", help="measure what is there, fill nothing")
    asked = parser.parse_args(arguments)
    with closing(Database(asked.url)) as database:
        return _measure(database, asked)


def _measure(database: Database, asked: argparse.Namespace) -> int:
    database.migrate()
    if not asked.filled:
        with database.reading() as session:
            if session.scalar(select(func.count()).select_from(Drawing)):
                print("expected an empty database, got one with drawings", file=sys.stderr)
                return 1
        fill(database, asked.predictions, asked.labelled)
    with database.reading() as session:
        drawings = session.scalar(select(func.count()).select_from(Drawing))
        answers = session.scalar(select(func.count()).select_from(Answer))
        print(f"{session.get_bind().dialect.name}: {drawings:,} drawings, {answers:,} predictions")
    for name, measured in measures(database):
        times = [_seconds(measured) for _ in range(REPEATS)]
        median, fastest = 1000 * statistics.median(times), 1000 * min(times)
        print(f"{name:40} {median:9.1f} ms, fastest {fastest:9.1f} ms", flush=True)
    if asked.explain:
        explain(database)
    return 0


def fill(database: Database, predictions: int, labelled: float) -> None:
    """Drawings of DAYS days by OWNERS owners, each answered by every rung."""
    chance = random.Random(28)  # noqa: S311 - nothing secret
    left = predictions // len(RUNGS)
    while left > 0:
        rows = [_drawing(chance, labelled) for _ in range(min(BATCH, left))]
        with database.writing() as session:
            session.execute(insert(Drawing), rows)
            answers = [answer for row in rows for answer in _answers(chance, row)]
            session.execute(insert(Answer), answers)
        left -= len(rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _drawing(chance: random.Random, labelled: float) -> dict[str, Any]:
    has_label = chance.random() < labelled
    return {
        "id": f"{chance.getrandbits(128):032x}",
        "timestamp": datetime.now(UTC) - timedelta(seconds=chance.uniform(0, DAYS * 86_400)),
        "owner": f"session:{chance.randrange(OWNERS)}",
        "field": chance.randbytes(784),
        "found_kind": "digit",
        "digit_likeness": 0.99,
        "found_count": 1,
        "image_data": chance.randbytes(UPLOAD_BYTES),
        "image_type": "image/png",
        "true_label": str(chance.randrange(10)) if has_label else None,
        "labelled_at": datetime.now(UTC) if has_label else None,
        "computed_by": "service",
    }


def _answers(chance: random.Random, drawing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    digit = int(drawing["true_label"] or chance.randrange(10))
    for rung in RUNGS:
        is_right = chance.random() < 0.95
        yield {
            "id": f"{chance.getrandbits(128):032x}",
            "drawing_id": drawing["id"],
            "model": rung,
            "version": 1,
            "predicted_digit": digit if is_right else chance.randrange(10),
            "confidence": 1 - chance.random() ** 4,
            "probabilities": [0.1] * 10,
            "verdict": "sure" if chance.random() < 0.95 else "unsure",
        }


def measures(database: Database) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked, by name."""
    everybody = figures.Selection(everybody=True)
    week = figures.Selection(everybody=True, since=(datetime.now(UTC) - timedelta(days=6)).date())
    mine = figures.Selection(OWNER)

    def reading(read: Callable[[Session], object]) -> Callable[[], object]:
        def measured() -> object:
            with database.reading() as session:
                return read(session)

        return measured

    with database.reading() as session:
        counted = figures.counts(session, everybody)
        judged = figures.judgements(session, everybody)
        outcomes = figures.outcomes(session, everybody, RUNGS)
        page = history.drawings(session, OWNER, history.Filters(), 24)
    yield "all: drawn", reading(lambda session: figures.drawn(session, everybody))
    yield "all: counts", reading(lambda session: figures.counts(session, everybody))
    yield "all: judgements", reading(lambda session: figures.judgements(session, everybody))
    yield "all: outcomes", reading(lambda session: figures.outcomes(session, everybody, RUNGS))
    yield f"figures: by_day of {len(counted):,} counts", lambda: figures.by_day(counted)
    yield "figures: by_digit", lambda: figures.by_digit(counted)
    yield "figures: accuracies", lambda: figures.accuracies(counted)
    yield "figures: drift", lambda: figures.drift(counted, RUNGS[-1])
    yield "figures: bias", lambda: figures.bias(counted, RUNGS[-1])
    yield "figures: confusion", lambda: figures.confusion(judged, RUNGS[-1])
    yield "figures: calibration", lambda: figures.calibration(judged, RUNGS[-1])
    yield "figures: comparisons", lambda: figures.comparisons(outcomes, RUNGS)
    yield (
        "statistics of all",
        reading(lambda session: figures.everything(session, everybody, RUNGS, RUNGS[-1])),
    )
    yield (
        "statistics of all, last 7 days",
        reading(lambda session: figures.everything(session, week, RUNGS, RUNGS[-1])),
    )
    yield (
        "statistics of one visitor",
        reading(lambda session: figures.everything(session, mine, RUNGS, RUNGS[-1])),
    )
    yield (
        "history: first page",
        reading(lambda session: history.drawings(session, OWNER, history.Filters(), 24)),
    )
    yield (
        "history: second page",
        reading(lambda session: history.drawings(session, OWNER, history.Filters(), 24, page.next)),
    )
    yield (
        "history: misread drawings",
        reading(
            lambda session: history.drawings(
                session, OWNER, history.Filters(right=False, model="cnn"), 24
            )
        ),
    )
    yield "history: 50 predictions", reading(lambda session: history.answers(session, OWNER, 50))
    yield "tally", reading(lambda session: history.tally(session, OWNER))


def explain(database: Database) -> None:
    """Print how the database goes about each query."""
    everybody, mine = figures.Selection(everybody=True), figures.Selection(OWNER)
    how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN (ANALYZE, COSTS OFF) "

    def prefixed(
        connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        print(f"\n{statement[:200]} …")
        plan = connection.connection.cursor()
        plan.execute(how + statement, values)
        for row in plan.fetchall():
            print("   ", row[-1])
        return statement, values

    event.listen(database.engine, "before_cursor_execute", prefixed, retval=True)
    with database.reading() as session:
        for selection in (everybody, mine):
            figures.everything(session, selection, RUNGS, RUNGS[-1])
        history.drawings(session, OWNER, history.Filters(), 24)
        history.answers(session, OWNER, 50)
        history.tally(session, OWNER)


def _seconds(measured: Callable[[], object]) -> float:
    started = time.perf_counter()
    measured()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
