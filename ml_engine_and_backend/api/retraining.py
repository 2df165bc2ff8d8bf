"""Retraining, as a process of its own: TensorFlow never comes into the service."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from ml_engine_and_backend.api.settings import PREFIX, REPOSITORY, Settings
from ml_engine_and_backend.database import training_runs
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import TrainingRun
from ml_engine_and_backend.model_folder.errors import LadderError

COMMAND: Final = (sys.executable, "-m", "experiments", "retrain")
FROM_FEEDBACK: Final = ("--from", "feedback")
HERE: Final = "Training is installed here. It takes minutes to hours; answering goes before it."
ELSEWHERE: Final = (
    "Training is not installed where this service runs. On a machine with a clone of the project "
    "and the models folder: pip install -r requirements.txt, then "
    f"{PREFIX}DATABASE_URL=<this service's database> "
    "python -m experiments retrain <model> --from feedback"
)
LOG_BYTES: Final = 8 * 1024
LOG_LINES: Final = 20


class TrainingNotInstalledError(LadderError):
    """What trains is not there."""


class UnknownTrainingError(LadderError):
    """No retraining has this number."""


class TrainingEndedError(LadderError):
    """The retraining is not running any more."""


class Retraining:
    """Starts, watches and stops trainings; `command` is what tests replace."""

    def __init__(
        self, database: Database, settings: Settings, command: Sequence[str] = COMMAND
    ) -> None:
        self._database = database
        self._settings = settings
        self._command = command
        # children, which become zombies where nobody asks for them
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, models: Sequence[str], epochs: int | None, started_by: str) -> TrainingRun:
        """Retrain `models`, or every rung where none is named, from what reviewers have settled.

        The process outlives this one. It begins to train once its row is committed.

        Raises:
            TrainingNotInstalledError: it cannot run here.
            TrainingRunsError: another one is running.
            DatabaseAwayError: the database does not answer; nothing was started.
        """
        if not is_installed():
            raise TrainingNotInstalledError(ELSEWHERE)
        command = [*self._command, *models, *FROM_FEEDBACK]
        if epochs is not None:
            command += ["--epochs", str(epochs)]
        self.reap()
        with self._database.writing() as session:
            training_runs.wait_for_turn(session)
            with _new_log(self._database) as log:
                run = training_runs.add(session, started_by, models, Path(log.name))
                process = subprocess.Popen(  # noqa: S603 - models are names of rungs
                    [sys.executable, "-m", training_runs.__name__, str(run.id), *command],
                    cwd=REPOSITORY,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    # with the file goes its lock
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self._processes.append(process)
            run.pid = process.pid
        return run

    def runs(self, limit: int) -> list[TrainingRun]:
        """The latest retrainings, newest first."""
        self.reap()
        with self._database.reading() as session:
            return training_runs.newest(session, limit)

    def stop(self, run_id: int) -> None:
        """Tell a training to stop; its row says so once it has.

        Raises:
            UnknownTrainingError: there is no such run.
            TrainingEndedError: it has ended.
        """
        self.reap()
        with self._database.reading() as session:
            run = session.get(TrainingRun, run_id)
        if run is None:
            raise UnknownTrainingError(f"expected the number of a retraining, got {run_id}")
        if run.pid is None or not training_runs.is_running(run):
            raise TrainingEndedError(f"expected retraining {run_id} to be running; it has ended")
        with suppress(ProcessLookupError):  # it ended just now
            os.killpg(run.pid, signal.SIGTERM)

    def _environment(self) -> Mapping[str, str]:
        url = self._database.url
        if self._database.is_sqlite:
            url = url.set(database=str(_file(self._database)))
        return os.environ | {
            training_runs.DATABASE_URL: url.render_as_string(hide_password=False),
            f"{PREFIX}MODELS_DIR": str(self._settings.models_dir.resolve()),
            f"{PREFIX}DATA_DIR": str(self._settings.data_dir.resolve()),
        }

    def reap(self) -> bool:
        """Take leave of the processes that have ended; False while one runs."""
        self._processes = [each for each in self._processes if each.poll() is None]
        return not self._processes


def is_installed() -> bool:
    """Whether a training can run here; nothing of it is imported."""
    return (
        os.name == "posix"
        and find_spec("experiments") is not None
        and find_spec("tensorflow") is not None
    )


def status_of(run: TrainingRun) -> str:
    """`running`, `done`, `failed`, `stopped`, or `lost`: it ended without a word."""
    if run.ended_at is None:
        return "running" if training_runs.is_running(run) else "lost"
    return {0: "done", -signal.SIGTERM: "stopped"}.get(run.exit_status or 0, "failed")


def log_of(run: TrainingRun) -> str:
    """The last lines that a training wrote; nothing where its log is gone."""
    try:
        with Path(run.log).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-LOG_LINES:])


def _new_log(database: Database) -> IO[bytes]:
    """A new file beside SQLite's, or in the temporary folder, locked by whoever has it open."""
    from fcntl import LOCK_EX, flock

    folder = _file(database).parent if database.is_sqlite else None
    file = tempfile.NamedTemporaryFile(  # noqa: SIM115
        prefix="retraining-", suffix=".log", dir=folder, delete=False
    )
    flock(file, LOCK_EX)
    return file


def _file(database: Database) -> Path:
    return Path(database.url.database or "").resolve()
