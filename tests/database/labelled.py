"""Labelled drawings to review, and accounts of whoever reviews."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Account
from tests.database.drawings import kept, new_answer

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


def keep_labelled(
    database: Database,
    digits: Sequence[int] = (4, 4, 4),
    true_label: str | None = "4",
    confidence: float = 0.9,
    minute: int = 0,
    **columns: Any,
) -> str:
    """A drawing that rung_0, rung_1, … read as `digits`, labelled at a minute; its id."""
    answers = [
        new_answer(f"rung_{rung}", digit, confidence=confidence)
        for rung, digit in enumerate(digits)
    ]
    labelled_at = None if true_label is None else MORNING + timedelta(minutes=minute)
    labels = {"true_label": true_label, "labelled_at": labelled_at}
    return kept(database, answers, **labels | columns).id


def keep_account(database: Database, name: str, role: str = "reviewer") -> int:
    """An account that nobody can sign in to; its id."""
    account = Account(
        name=name, name_key=name.casefold(), password_hash="", role=role, created_at=MORNING
    )
    with database.writing() as session:
        session.add(account)
    return account.id
