"""What every room's tests share: real digits, both databases, and honest skips."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from experiments.console import Reporter
from experiments.data.dataset import Dataset
from experiments.data.mnist import MNIST_FILES, find_file, load_mnist
from ml_engine_and_backend.database.database import Database
from tests import redis_server
from tests.database.postgres import Postgres, find_binaries, running
from tests.redis_server import Redis

# tests that remember say where; no test writes to the database of whoever runs it
os.environ["LADDER_DATABASE_URL"] = "none"
REPOSITORY = Path(__file__).resolve().parents[1]
LONGEST_FILE = "test_evidence.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest file: begun last, it would keep one core waiting for the other."""
    items.sort(key=lambda item: item.path.name != LONGEST_FILE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was left out, and for want of what."""
    skipped = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if skipped:
        told = "; ".join(f"{count} tests: {reason}" for reason, count in skipped.items())
        terminalreporter.write_line(f"Left out {told}")


def leave_out(reason: str) -> NoReturn:
    """Skip the running test in words; where nothing may be left out, fail it."""
    if os.environ.get("DIGIT_LADDER_NO_SKIP") == "1":
        pytest.fail(f"DIGIT_LADDER_NO_SKIP=1, but this {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """A data folder with some of MNIST and no pen strokes: enough to train, export and serve."""
    return REPOSITORY / "tests" / "small_mnist"


@pytest.fixture(scope="session")
def small_mnist(data_dir: Path) -> Dataset:
    """1,000 training, 100 validation and 600 test digits of MNIST."""
    return load_mnist(data_dir, Reporter(quiet=True))


@pytest.fixture(scope="session")
def full_data_dir() -> Path:
    """The data folder with all of MNIST, for tests of what was measured on it."""
    folder = Path(os.environ.get("LADDER_DATA_DIR", REPOSITORY / "data"))
    if not all(find_file(folder / "mnist", file) for file in MNIST_FILES):
        leave_out(
            "needs all of MNIST (python -m experiments.data downloads it; or set LADDER_DATA_DIR)"
        )
    return folder


@pytest.fixture(scope="session")
def mnist(full_data_dir: Path) -> Dataset:
    """All of MNIST."""
    return load_mnist(full_data_dir, Reporter(quiet=True))


@pytest.fixture(scope="session")
def postgres_binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    folder = find_binaries()
    if folder is None:
        leave_out("needs PostgreSQL: apt-get install postgresql")
    return folder


@pytest.fixture(scope="session")
def postgres(postgres_binaries: Path) -> Iterator[Postgres]:
    """A PostgreSQL server for every test that does not stop it."""
    with running(postgres_binaries) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on each of the two that the service knows."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ladder.sqlite3'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        yield server.empty_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the newest tables."""
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def redis() -> Iterator[Redis]:
    """An empty Redis, which the test may stop."""
    binary = redis_server.find_binary()
    if binary is None:
        leave_out("needs Redis: apt-get install redis-server")
    with redis_server.running(binary) as server:
        yield server
