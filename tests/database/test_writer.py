"""What is handed over is written in batches, waits while the database is away, or is counted."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ml_engine_and_backend.database import history
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import (
    Account,
    AccountSession,
    Answer,
    Drawing,
    predictions,
)
from ml_engine_and_backend.database.writer import PredictionWriter
from tests.api.process import wait_until
from tests.database.drawings import kept, new_answer, new_drawing


class Counts:
    """An observer."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.lost: Counter[str] = Counter()
        self.depths: list[int] = []
        self.answers: list[bool] = []

    def queue_changed(self, depth: int) -> None:
        self.depths.append(depth)

    def kept(self, count: int, seconds: float) -> None:
        assert 0 < seconds < 60
        self.batches.append(count)

    def not_kept(self, reason: str, count: int) -> None:
        self.lost[reason] += count

    def database_answers(self, answers: bool) -> None:
        self.answers.append(answers)


@contextmanager
def writing(
    database: Database, counts: Counts | None = None, keep_days: int = 90, capacity: int = 5_000
) -> Iterator[PredictionWriter]:
    writer = PredictionWriter(database, counts or Counts(), keep_days, capacity)
    writer.start()
    yield writer
    writer.stop()


def count(database: Database, table: type[Drawing] | type[Answer]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_keeps_every_column_of_a_drawing_and_its_answers(database: Database) -> None:
    drawing = new_drawing(
        [new_answer("low", 1), new_answer("high", 7, verdict="unsure")],
        field=bytes(range(256)) * 3 + bytes(16),
        image_data=b"png",
        image_type="image/png",
        request_id="r",
    )
    with writing(database) as writer:
        assert writer.keep(drawing)
        assert writer.flush()
        with database.reading() as session:
            rows = session.execute(predictions.select().order_by(predictions.c.model)).all()
    assert [(row.id, row.predicted_digit, row.verdict) for row in rows] == [
        (drawing.answers[1].id, 7, "unsure"),
        (drawing.answers[0].id, 1, "sure"),
    ]
    for name in ("timestamp", "owner", "field", "image_data", "image_type", "request_id"):
        assert getattr(rows[0], name) == getattr(drawing, name), name
    assert rows[0].probabilities == pytest.approx(drawing.answers[1].probabilities, abs=1e-6)
    assert rows[0].is_right is None


def test_makes_and_migrates_the_database_at_the_start(database_url: str) -> None:
    database = Database(database_url)
    with writing(database) as writer:
        assert writer.is_answering
        assert count(database, Drawing) == 0
    database.close()


def test_writes_many_drawings_in_few_transactions(database: Database) -> None:
    counts = Counts()
    with writing(database, counts) as writer:
        for _ in range(1_000):
            writer.keep(new_drawing())
        assert writer.flush(30)
    assert count(database, Answer) == sum(counts.batches) == 1_000
    assert len(counts.batches) < 30
    assert counts.depths[-1] == 0


def test_writes_what_is_left_when_it_stops(database: Database) -> None:
    with writing(database) as writer:
        for _ in range(300):
            writer.keep(new_drawing())
    assert count(database, Drawing) == 300


def test_counts_what_does_not_fit_while_the_database_is_away(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("no folder")  # SQLite cannot make its file there
    database, counts = Database(f"sqlite:///{folder}/ladder.sqlite3"), Counts()
    with writing(database, counts, capacity=10) as writer:
        assert not writer.is_answering
        assert "data" in writer.reason
        assert [writer.keep(new_drawing()) for _ in range(12)] == [True] * 10 + [False] * 2
        assert counts.lost == {"queue-full": 2}
        assert not counts.answers.pop()
        folder.unlink()
        assert writer.flush(10)
        assert counts.answers.pop()
    assert count(database, Drawing) == 10
    assert counts.lost == {"queue-full": 2}


def test_counts_what_is_left_when_it_stops_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_engine_and_backend.database.writer.STOP_TIMEOUT_S", 1.0)
    (tmp_path / "data").write_text("no folder")
    counts = Counts()
    with writing(Database(f"sqlite:///{tmp_path}/data/l.sqlite3"), counts) as writer:
        writer.keep(new_drawing())
    assert counts.lost == {"stopped": 1}


def test_one_drawing_that_cannot_be_written_takes_no_other_with_it(database: Database) -> None:
    counts = Counts()
    bad = new_drawing([new_answer(predicted_digit=None)])
    with writing(database, counts) as writer:
        for drawing in (new_drawing(), bad, new_drawing()):
            writer.keep(drawing)
        assert writer.flush(10)
    assert count(database, Drawing) == 2
    assert counts.lost == {"refused": 1}


def test_a_drawing_that_is_written_twice_is_kept_once(database: Database) -> None:
    drawing = new_drawing()
    with writing(database) as writer:
        writer.keep(drawing)
        assert writer.flush()
        writer.keep(drawing)
        assert writer.flush()
    assert count(database, Drawing) == count(database, Answer) == 1


def test_nothing_is_kept_of_whoever_is_signed_out_meanwhile(database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        account = Account(
            name="ada", name_key="ada", password_hash="", role="visitor", created_at=now
        )
        session.add(account)
        session.flush()
        for token, hours in (("good", 1), ("expired", -1)):
            session.add(
                AccountSession(
                    token_hash=token,
                    account_id=account.id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=hours),
                )
            )
    counts = Counts()
    with writing(database, counts) as writer:
        for token in ("good", "expired", "revoked"):
            writer.keep(new_drawing(owner="account:1", token_hash=token, request_id=token))
        assert writer.flush()
    with database.reading() as session:
        owners = {row.request_id: row.owner for row in session.scalars(select(Drawing))}
    assert owners == {"good": "account:1"}
    assert counts.lost == {"disowned": 2}


def test_what_waits_when_its_owner_is_forgotten_is_not_written(database: Database) -> None:
    waiting = new_drawing(owner="session:1")
    kept(database, owner="session:1")
    with database.writing() as session:
        assert history.delete_all(session, "session:1", datetime.now(UTC)) == 1
    later, others = new_drawing(owner="session:1"), new_drawing(owner="session:2")
    with writing(database) as writer:
        for drawing in (waiting, later, others):
            writer.keep(drawing)
        assert writer.flush()
    with database.reading() as session:
        assert set(session.scalars(select(Drawing.id))) == {later.id, others.id}


def test_drawings_older_than_the_days_are_deleted_by_themselves(database: Database) -> None:
    now = datetime.now(UTC)
    old = [kept(database, timestamp=now - timedelta(days=days)).id for days in (8, 7.01, 6.99, 0)]
    with writing(database, keep_days=7):
        wait_until(lambda: count(database, Drawing) == 2)
    with database.reading() as session:
        assert set(session.scalars(select(Drawing.id))) == set(old[2:])
    assert count(database, Answer) == 2


def test_flush_waits_for_drawings_handed_over_before(database: Database) -> None:
    with writing(database) as writer:
        stopped = threading.Event()

        def hand_over() -> None:
            while not stopped.is_set():
                writer.keep(new_drawing())
                time.sleep(0.001)

        thread = threading.Thread(target=hand_over)
        thread.start()
        mine = new_drawing()
        writer.keep(mine)
        try:
            assert writer.flush(10)
            with database.reading() as session:
                assert session.get(Drawing, mine.id) is not None
        finally:
            stopped.set()
            thread.join()
