"""Drawings and answers -> the database, in batches, while the service goes on answering.

Whoever answers hands over what is to be kept and does not wait. A thread writes it. While the
database is away the queue fills; what no longer fits is not kept, and counted.
"""

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.accounts import confirmed
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.retention import expire
from ml_engine_and_backend.database.tables import Answer, Drawing, Forgotten

# some seconds of what one process can answer; a drawing takes up to 150 kB, mostly 3 kB
CAPACITY: Final = 5_000
# and all of their uploads together
CAPACITY_BYTES: Final = 64 * 1024 * 1024
BATCH: Final = 500
# how long a drawing waits for others, so that one transaction holds several
LINGER_S: Final = 0.05
# how often the database is asked whether it is there, where there is nothing to write
PING_S: Final = 2.0
RETRY_S: Final = 0.5
EXPIRY_S: Final = 3600.0
# for a migration; one that takes longer goes on while predictions are answered
START_TIMEOUT_S: Final = 30.0
# for what is still in the queue when the process is told to stop
STOP_TIMEOUT_S: Final = 5.0
COMPLAIN_S: Final = 10.0
# four decimals more than anybody looks at
PROBABILITY_DECIMALS: Final = 6

log = logging.getLogger(__name__)


def new_id() -> str:
    """128 random bits in hexadecimal."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What one model read."""

    id: str
    model: str
    version: int
    predicted_digit: int
    confidence: float
    probabilities: Sequence[float]
    verdict: str


@dataclass(frozen=True, slots=True)
class NewDrawing:
    """A drawing with its answers, to be kept.

    `token_hash` is that of the signed-in session or API key that claims to be `owner`; where it
    has ended meanwhile, nothing is kept.
    """

    id: str
    timestamp: datetime
    owner: str | None
    token_hash: str | None
    field: bytes | None
    found_kind: str
    digit_likeness: float
    found_count: int
    image_data: bytes | None
    image_type: str | None
    computed_by: str
    request_id: str | None
    answers: Sequence[NewAnswer]

    @property
    def size_bytes(self) -> int:
        """About what it takes in the queue."""
        return len(self.image_data or b"") + len(self.field or b"")


class Observer(Protocol):
    """Who is told what the writer does; called from any thread."""

    def queue_changed(self, depth: int) -> None:
        """So many drawings wait."""

    def kept(self, count: int, seconds: float) -> None:
        """So many drawings were written in one transaction."""

    def not_kept(self, reason: str, count: int) -> None:
        """So many drawings are not kept: `queue-full`, `refused`, `disowned` or `stopped`."""

    def database_answers(self, answers: bool) -> None:
        """Whether the database did what it was last asked."""


class PredictionWriter:
    """The queue and its thread. `start` begins, `stop` writes what is left."""

    def __init__(
        self, database: Database, observer: Observer, keep_days: int, capacity: int = CAPACITY
    ) -> None:
        self.reason = "the database has not been looked at yet"  # why it does not answer
        self.is_answering = False
        self._database = database
        self._observer = observer
        self._keep = timedelta(days=keep_days)
        self._capacity = capacity
        self._queue: deque[NewDrawing] = deque()
        self._bytes = 0
        self._handed_in = self._done = 0
        self._changed = threading.Condition()
        self._is_stopping = False
        self._deadline = float("inf")
        self._migrated = False
        self._next_expiry = 0.0
        self._next_complaint, self._lost_since = 0.0, 0
        self._looked = threading.Event()
        self._thread = threading.Thread()

    def start(self) -> None:
        """Begin, for the first time or again after `stop`.

        Waits until the database has been migrated, or is known to be away.
        """
        self._is_stopping, self._deadline = False, float("inf")
        self._looked.clear()
        self._thread = threading.Thread(target=self._run, name="database", daemon=True)
        self._thread.start()
        self._looked.wait(START_TIMEOUT_S)

    def stop(self) -> None:
        """Write what is in the queue, at most for a while; what is left is counted."""
        with self._changed:
            self._is_stopping = True
            self._deadline = time.monotonic() + STOP_TIMEOUT_S
            self._changed.notify_all()
        self._thread.join(STOP_TIMEOUT_S + 1)
        with self._changed:
            left = len(self._queue)
        if left:
            self._lose("stopped", left)

    def keep(self, drawing: NewDrawing) -> bool:
        """Hand over; False where there is no room. Never waits."""
        with self._changed:
            is_full = (
                len(self._queue) >= self._capacity
                or self._bytes + drawing.size_bytes > CAPACITY_BYTES
            )
            if not is_full and not self._is_stopping:
                self._queue.append(drawing)
                self._bytes += drawing.size_bytes
                self._handed_in += 1
                if len(self._queue) == 1:
                    self._changed.notify_all()
                return True
        self._lose("queue-full", 1)
        return False

    def flush(self, timeout_s: float = 2.0) -> bool:
        """Wait until what was handed over before is written or lost; False if that takes longer."""
        with self._changed:
            aim = self._handed_in
            return self._changed.wait_for(lambda: self._done >= aim, timeout_s)

    def _run(self) -> None:
        while True:
            try:
                self._look_after()
                self._looked.set()
                batch = self._take()
                if batch:
                    self._write(batch)
                elif self._is_stopping:
                    return
            except DatabaseAwayError as error:
                self._is_away(str(error))
                self._looked.set()
                if self._is_stopping and time.monotonic() > self._deadline - RETRY_S:
                    return
                with self._changed:
                    self._changed.wait_for(lambda: self._is_stopping, RETRY_S)
            except Exception:
                # whatever it was, what comes next may be written
                log.exception("The database was not looked after")
                self._looked.set()
                time.sleep(RETRY_S)

    def _look_after(self) -> None:
        """Migrate once, delete by the hour what is too old, and see that the database answers."""
        if not self._migrated:
            self._database.migrate()
            self._migrated = True
        elif not self._queue:
            self._database.ping()
        self._answers()
        if time.monotonic() >= self._next_expiry:
            self._next_expiry = time.monotonic() + EXPIRY_S
            deleted = expire(self._database, datetime.now(UTC) - self._keep)
            if deleted:
                log.info("Drawings deleted after %d days: %d", self._keep.days, deleted)

    def _take(self) -> list[NewDrawing]:
        """The next batch, still in the queue too; empty where nothing comes for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._is_stopping, PING_S)
            if self._queue:
                full = lambda: len(self._queue) >= BATCH or self._is_stopping  # noqa: E731
                self._changed.wait_for(full, LINGER_S)
            batch = [self._queue[i] for i in range(min(BATCH, len(self._queue)))]
            self._observer.queue_changed(len(self._queue))
        return batch

    def _write(self, batch: Sequence[NewDrawing]) -> None:
        started = time.perf_counter()
        try:
            kept = _insert(self._database, batch)
        except SQLAlchemyError:
            # one of them cannot be written, and must not take the others with it
            log.exception("Drawings not written together; trying one by one")
            self._write_each(batch)
        else:
            self._observer.kept(kept, time.perf_counter() - started)
            if kept < len(batch):
                self._observer.not_kept("disowned", len(batch) - kept)
        self._remove(len(batch))
        self._answers()

    def _write_each(self, batch: Sequence[NewDrawing]) -> None:
        for drawing in batch:
            started = time.perf_counter()
            try:
                _insert(self._database, [drawing])
            except SQLAlchemyError as error:
                log.error("Drawing %s not kept: %s", drawing.id, type(error).__name__)  # noqa: TRY400
                self._observer.not_kept("refused", 1)
            else:
                self._observer.kept(1, time.perf_counter() - started)

    def _remove(self, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._bytes -= self._queue.popleft().size_bytes
            self._done += count
            self._observer.queue_changed(len(self._queue))
            self._changed.notify_all()

    def _answers(self) -> None:
        if not self.is_answering:
            log.info("The database answers: %s", self._database.url)
        self.is_answering = True
        self._observer.database_answers(True)

    def _is_away(self, reason: str) -> None:
        if self.is_answering or reason != self.reason:
            log.error("The database is away: %s", reason)
        self.reason, self.is_answering = reason, False
        self._observer.database_answers(False)

    def _lose(self, reason: str, count: int) -> None:
        self._observer.not_kept(reason, count)
        with self._changed:
            self._lost_since += count
            if time.monotonic() < self._next_complaint:
                return
            lost, self._lost_since = self._lost_since, 0
            self._next_complaint = time.monotonic() + COMPLAIN_S
        log.error("Drawings not kept (%s): %d", reason, lost)


def _insert(database: Database, batch: Sequence[NewDrawing]) -> int:
    """Write what may still be kept of `batch`; how many that are."""
    with database.writing() as session:
        drawings = _owned(session, batch)
        if not drawings:
            return 0
        session.execute(
            _insert_new(database, Drawing),
            [
                {
                    "id": drawing.id,
                    "timestamp": drawing.timestamp,
                    "owner": drawing.owner,
                    "field": drawing.field,
                    "found_kind": drawing.found_kind,
                    "digit_likeness": drawing.digit_likeness,
                    "found_count": drawing.found_count,
                    "image_data": drawing.image_data,
                    "image_type": drawing.image_type,
                    "computed_by": drawing.computed_by,
                    "request_id": drawing.request_id,
                }
                for drawing in drawings
            ],
        )
        session.execute(
            _insert_new(database, Answer),
            [
                {
                    "id": answer.id,
                    "drawing_id": drawing.id,
                    "model": answer.model,
                    "version": answer.version,
                    "predicted_digit": answer.predicted_digit,
                    "confidence": answer.confidence,
                    "probabilities": [
                        round(share, PROBABILITY_DECIMALS) for share in answer.probabilities
                    ],
                    "verdict": answer.verdict,
                }
                for drawing in drawings
                for answer in drawing.answers
            ],
        )
    return len(drawings)


def _owned(session: Session, batch: Sequence[NewDrawing]) -> list[NewDrawing]:
    """Those that nobody has asked to forget, and whose session or key still holds, if any."""
    claimed = {drawing.token_hash for drawing in batch if drawing.token_hash}
    good = confirmed(session, claimed) if claimed else set()
    owners = {drawing.owner for drawing in batch if drawing.owner}
    # locks the table on PostgreSQL, against whoever is about to be forgotten
    query = select(Forgotten).where(Forgotten.owner.in_(owners)).with_for_update(read=True)
    until = {each.owner: each.until for each in session.scalars(query)}
    return [
        drawing
        for drawing in batch
        if (drawing.token_hash is None or drawing.token_hash in good)
        and not (drawing.owner in until and drawing.timestamp <= until[drawing.owner])
    ]


def _insert_new(database: Database, table: type[Drawing] | type[Answer]) -> Insert:
    """An insert that passes over what is there: a commit that seemed to fail may have worked."""
    target: Table | Any = table.__table__
    if database.is_sqlite:
        return sqlite.insert(target).on_conflict_do_nothing()
    return postgresql.insert(target).on_conflict_do_nothing()
