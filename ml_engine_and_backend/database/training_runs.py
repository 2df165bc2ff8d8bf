"""Retrainings as processes of their own, each with a row that says what became of it.

`python -m ml_engine_and_backend.database.training_runs ID COMMAND…` runs the command of one row and
keeps its exit status there, whether or not the service that started it still runs.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.database import Database, lock_until_end
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.tables import TrainingRun
from ml_engine_and_backend.model_folder.errors import LadderError

# any number, the same for every process: two must not start a retraining at once
TRAINING_LOCK: Final = 280_030
DATABASE_URL: Final = "LADDER_DATABASE_URL"
# until whoever started this has committed the row
ROW_TIMEOUT_S: Final = 30
# for what a training has to put away when it is told to stop
GRACE_S: Final = 30
# a database that is away when a training ends is waited for
KEEP_TIMEOUT_S: Final = 3600
# whoever answers requests goes before whoever trains
NICENESS: Final = 10

log = logging.getLogger(__name__)


class TrainingRunsError(LadderError):
    """A retraining is running; only one does at a time."""


def wait_for_turn(session: Session) -> None:
    """Let nobody else begin a retraining before this session ends.

    Raises:
        TrainingRunsError: one is running.
    """
    lock_until_end(session.connection(), TRAINING_LOCK)
    for run in session.scalars(select(TrainingRun).where(TrainingRun.ended_at.is_(None))):
        if is_running(run):
            raise TrainingRunsError(
                f"expected no retraining to be running, got one that {run.started_by} started at "
                f"{run.started_at:%Y-%m-%d %H:%M} UTC"
            )


def add(session: Session, started_by: str, models: Sequence[str], log_file: Path) -> TrainingRun:
    """A new row; whoever runs it holds the lock on `log_file`."""
    run = TrainingRun(
        started_at=datetime.now(UTC),
        started_by=started_by,
        models=list(models),
        pid=None,
        ended_at=None,
        exit_status=None,
        log=str(log_file),
    )
    session.add(run)
    session.flush()
    return run


def newest(session: Session, limit: int) -> list[TrainingRun]:
    """The latest retrainings, newest first."""
    return list(session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit)))


def is_running(run: TrainingRun) -> bool:
    """Whether a process of the run lives: it holds the lock on its log, which dies with it.

    A process id alone does not tell: after a restart it may be another's.
    """
    if run.ended_at is not None or os.name != "posix":
        return False
    from fcntl import LOCK_NB, LOCK_SH, flock

    try:
        with Path(run.log).open("rb") as file:
            flock(file, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # the log is gone, or on another machine
        return False
    return False


def main(arguments: Sequence[str]) -> int:
    """Run the command of a row, and keep its exit status; -SIGTERM where it was told to stop."""
    run_id, *command = arguments
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    database = Database(os.environ[DATABASE_URL])
    if not _is_committed(database, int(run_id)):
        return 1
    os.nice(NICENESS)
    child = subprocess.Popen(command)  # noqa: S603 - the service's own command
    if stopping.is_set():  # the child was not there yet
        child.terminate()
    while child.poll() is None:
        if stopping.wait(0.2):
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    _keep(database, int(run_id), -signal.SIGTERM if stopping.is_set() else child.returncode)
    return 0


def _is_committed(database: Database, run_id: int) -> bool:
    deadline = time.monotonic() + ROW_TIMEOUT_S
    while time.monotonic() < deadline:
        with database.reading() as session:
            if session.get(TrainingRun, run_id) is not None:
                return True
        time.sleep(0.05)
    return False


def _keep(database: Database, run_id: int, exit_status: int) -> None:
    deadline = time.monotonic() + KEEP_TIMEOUT_S
    while True:
        try:
            with database.writing() as session:
                run = session.get(TrainingRun, run_id)
                if run is not None:
                    run.ended_at, run.exit_status = datetime.now(UTC), exit_status
        except DatabaseAwayError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
