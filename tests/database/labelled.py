"""Drawings and accounts as a test wants them, written without a service."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Account, Answer, Drawing

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIELD = bytes(784)


def keep_drawing(
    database: Database,
    digits: Sequence[int] = (4, 4, 4),
    true_label: str | None = "4",
    confidence: float = 0.9,
    minute: int = 0,
    **changes: Any,
) -> str:
    """A drawing that rung_0, rung_1, … read as `digits`; its id."""
    id_ = secrets.token_hex(16)
    moment = MORNING + timedelta(minutes=minute)
    values: dict[str, Any] = {
        "timestamp": moment,
        "owner": "session:" + "0" * 32,
        "field": FIELD,
        "found_kind": "digit",
        "digit_likeness": 0.9,
        "found_count": 1,
        "true_label": true_label,
        "labelled_at": None if true_label is None else moment,
        "computed_by": "service",
    }
    with database.writing() as session:
        session.add(Drawing(id=id_, **values | changes))
        session.flush()
        session.add_all(
            Answer(
                id=secrets.token_hex(16),
                drawing_id=id_,
                model=f"rung_{rung}",
                version=1,
                predicted_digit=digit,
                confidence=confidence,
                probabilities=[0.1] * 10,
                verdict="sure",
            )
            for rung, digit in enumerate(digits)
        )
    return id_


def keep_account(database: Database, name: str, role: str = "reviewer") -> int:
    """An account that nobody can sign in to; its id."""
    account = Account(
        name=name,
        name_key=name.casefold(),
        password_hash="",
        role=role,
        created_at=MORNING,
    )
    with database.writing() as session:
        session.add(account)
    return account.id
