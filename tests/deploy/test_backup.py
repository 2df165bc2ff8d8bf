"""The commands of docs/operations.md for backup and restore, run as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import (
    Account,
    Answer,
    Base,
    Drawing,
    GateReport,
    Promotion,
    Review,
)
from tests.database.postgres import Postgres

DOCUMENT = (REPOSITORY / "docs" / "operations.md").read_text()
COMPOSE = "docker compose exec -T postgres "
NOW = datetime(2026, 11, 28, 12, 0, 0, 123_456, tzinfo=UTC)

Rows = dict[str, list[tuple[Any, ...]]]


def documented(word: str) -> str:
    """The command of the section that has `word` in it."""
    section = DOCUMENT.partition("### Backup and restore")[2].partition("\n### ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)
    (command,) = [line for block in blocks for line in block.splitlines() if word in line]
    return str(command)


def run(command: str, folder: Path, **environment: str) -> None:
    """Run a documented command in `folder`, which stands for the repository."""
    command = command.removeprefix(COMPOSE).replace(".venv/bin/python", sys.executable)
    result = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def account(name: str, **more: Any) -> Account:
    hashed = "$argon2id$"
    return Account(
        name=name, name_key=name.lower(), password_hash=hashed, role="admin", created_at=NOW, **more
    )


def fill(database: Database) -> None:
    """Something in every table that others refer to."""
    database.migrate()
    with database.writing() as session:
        session.add(account("Zoë", id=7))
        session.add(
            Drawing(
                id="d" * 32,
                timestamp=NOW,
                owner="account:7",
                field=bytes(range(256)) * 3 + bytes(16),
                found_kind="digit",
                digit_likeness=0.1 + 0.2,
                found_count=1,
                image_data=b"\x89PNG\x00\xff",
                image_type="image/png",
                true_label="7",
                labelled_at=NOW,
                computed_by="service",
            )
        )
        session.add(
            GateReport(
                id=3,
                created_at=NOW,
                model="cnn",
                version=3,
                champion_version=2,
                data_sha256="0" * 64,
                passed=True,
                report={"lines": ["'; DROP TABLE drawings; --", "é"]},
            )
        )
        session.flush()
        session.add(
            Answer(
                id="a" * 32,
                drawing_id="d" * 32,
                model="cnn",
                version=2,
                predicted_digit=7,
                confidence=1 / 3,
                probabilities=[1 / 3] * 10,
                verdict="unsure",
            )
        )
        session.add(
            Review(drawing_id="d" * 32, account_id=7, reviewer="Zoë", decision="7", decided_at=NOW)
        )
        session.add(
            Promotion(
                timestamp=NOW,
                actor="Zoë",
                action="promote",
                model="cnn",
                version=3,
                from_version=2,
                reason="it reads\n'1' better",
                gate_report_id=3,
            )
        )


def rows(database: Database) -> Rows:
    """Everything that is kept, by table."""
    with database.reading() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def change(database: Database) -> None:
    """Lose something, and add something that no backup has."""
    with database.writing() as session:
        session.execute(delete(Drawing))
        session.execute(delete(Account))
        session.add(account("new", id=8))


def add_after_restore(database: Database) -> None:
    """New rows get numbers that nobody has."""
    with database.writing() as session:
        session.add(account("next"))
        session.add(
            Promotion(
                timestamp=NOW,
                actor="Zoë",
                action="rollback",
                model="cnn",
                version=2,
                from_version=3,
                reason="restored",
            )
        )


@pytest.fixture
def ladder_url(postgres: Postgres) -> Iterator[str]:
    """A database called ladder, as in the compose file."""
    with postgres.database("ladder") as url:
        yield url


def test_postgresql_is_restored(
    postgres: Postgres, postgres_binaries: Path, ladder_url: str, tmp_path: Path
) -> None:
    database = Database(ladder_url)
    fill(database)
    kept = rows(database)
    assert all(kept[name] for name in ("drawings", "answers", "reviews", "promotions"))
    where = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PATH": f"{postgres_binaries}:{os.environ['PATH']}",
    }
    with database.writing() as session:  # somebody is writing
        session.add(account("late"))
        session.flush()
        run(documented("pg_dump"), tmp_path, **where)
    change(database)
    assert rows(database) != kept
    run(documented("pg_restore"), tmp_path, **where)
    assert rows(database) == kept
    database.migrate()
    add_after_restore(database)
    database.close()


def test_sqlite_is_restored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'ladder.sqlite3'}"
    database = Database(url)
    fill(database)
    kept = rows(database)
    with database.writing() as session:  # somebody is writing
        session.add(account("late"))
        session.flush()
        run(documented("VACUUM INTO"), tmp_path)
    change(database)
    assert rows(database) != kept
    # as a process that was killed leaves it: with a write-ahead log
    with database.reading() as session:
        session.execute(select(Account))
        copy = {path: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    database.close()
    for path, content in copy.items():
        path.write_bytes(content)
    assert (tmp_path / "data" / "ladder.sqlite3-wal").stat().st_size
    run(documented("rm -f"), tmp_path)
    assert rows(database) == kept
    database.migrate()
    add_after_restore(database)
    database.close()
