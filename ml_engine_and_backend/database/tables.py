"""The tables, as the newest migration leaves them.

Ids of drawings and answers are 32 hex digits of 128 random bits, so that who was not given one
cannot guess it. Times are UTC.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH: Final = 32
ID: Final = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
# a true label that is no digit
NOT_A_DIGIT: Final = "not_a_digit"
SEVERAL: Final = "several"
LABELS: Final = (*"0123456789", NOT_A_DIGIT, SEVERAL)
# what reviewers may settle besides a label
REJECTED: Final = "rejected"
CONFLICT: Final = "conflict"
ComputedBy = Literal["service", "browser"]  # whose networks answered


class UTCDateTime(TypeDecorator[datetime]):
    """A moment; SQLite forgets the time zone, which is always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Any moment with a time zone, as UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its time zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime, bytes: LargeBinary, dict[str, Any]: JSON}  # noqa: RUF012


class Drawing(Base):
    """A drawing that was answered, and what people said that it is."""

    __tablename__ = "drawings"
    __table_args__ = (
        Index("ix_drawings_owner_timestamp_id", "owner", "timestamp", "id"),
        Index("ix_drawings_timestamp", "timestamp"),
        Index("ix_drawings_decision_labelled_at", "decision", "labelled_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    timestamp: Mapped[datetime]
    # who asked: "session:…", "account:…", "key:…"; None where nobody is known
    owner: Mapped[str | None] = mapped_column(String(64))
    # uint8 (28, 28) row by row, as the models saw it; None where drawings are not kept
    field: Mapped[bytes | None]
    found_kind: Mapped[str] = mapped_column(String(12))
    digit_likeness: Mapped[float]
    found_count: Mapped[int]
    # the upload, where the caller allowed it
    image_data: Mapped[bytes | None]
    image_type: Mapped[str | None] = mapped_column(String(32))
    # one of LABELS
    true_label: Mapped[str | None] = mapped_column(String(12))
    labelled_at: Mapped[datetime | None]
    # one of LABELS, REJECTED or CONFLICT; None while reviewers have not settled it
    decision: Mapped[str | None] = mapped_column(String(12))
    decided_at: Mapped[datetime | None]
    # a ComputedBy
    computed_by: Mapped[str] = mapped_column(String(8))
    request_id: Mapped[str | None] = mapped_column(String(64))


class Answer(Base):
    """What one version of one model read in a drawing."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("drawing_id", "model", "version"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    drawing_id: Mapped[str] = mapped_column(ForeignKey("drawings.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    predicted_digit: Mapped[int] = mapped_column(SmallInteger)
    confidence: Mapped[float]
    # ten, by digit
    probabilities: Mapped[list[float]] = mapped_column(JSON)
    verdict: Mapped[str] = mapped_column(String(12))


# The view: one row an answer, with all of its drawing. `is_right` is 1 or 0, and NULL without a
# label: a digit is read rightly where the model says that it is a digit, and this one.
_OF_DRAWING = (
    *("timestamp", "owner", "found_kind", "digit_likeness", "field", "image_data", "image_type"),
    *("true_label", "labelled_at", "decision", "computed_by", "request_id"),
)
_OF_ANSWER = (
    *("id", "drawing_id", "model", "version", "predicted_digit"),
    *("confidence", "probabilities", "verdict"),
)
# apart from the tables, so that nothing tries to create or compare it as one
predictions = Table(
    "predictions",
    MetaData(),
    *(Column(name, Drawing.__table__.c[name].type) for name in _OF_DRAWING),
    *(Column(name, Answer.__table__.c[name].type) for name in _OF_ANSWER),
    Column("is_right", SmallInteger),
)


class Forgotten(Base):
    """Nothing that the owner drew until then is kept: some of it may still wait to be written."""

    __tablename__ = "forgotten"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


class Account(Base):
    """Somebody with a name and a password."""

    __tablename__ = "accounts"
    # an id names the owner of drawings: one that was deleted must not come back
    __table_args__ = (UniqueConstraint("name_key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    # the name without the difference of upper and lower case
    name_key: Mapped[str] = mapped_column(String(192))
    password_hash: Mapped[str] = mapped_column(String(255))
    # "visitor", "reviewer" or "admin"
    role: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]


class AccountSession(Base):
    """A browser in which an account is signed in; the cookie's token is kept as SHA-256 alone."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_account_id", "account_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class APIKey(Base):
    """An account's key for programs; kept as SHA-256 alone."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("key_hash"), Index("ix_api_keys_account_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    key_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Review(Base):
    """What one reviewer says that a labelled drawing is."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("drawing_id", "account_id"),
        Index("ix_reviews_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    drawing_id: Mapped[str] = mapped_column(ForeignKey("drawings.id", ondelete="CASCADE"))
    # a reviewer's account may go; what it decided stays, by the name that it had
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reviewer: Mapped[str] = mapped_column(String(64))
    # one of LABELS, "disagree" or "skip"
    decision: Mapped[str] = mapped_column(String(12))
    decided_at: Mapped[datetime]


class GateReport(Base):
    """A challenger measured against the champion: the test split was asked once."""

    __tablename__ = "gate_reports"
    __table_args__ = (Index("ix_gate_reports_model_version", "model", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    champion_version: Mapped[int]
    data_sha256: Mapped[str] = mapped_column(String(64))
    passed: Mapped[bool]
    report: Mapped[dict[str, Any]]


class Promotion(Base):
    """A change of the served version, or a refusal of one; a trigger keeps it from being edited."""

    __tablename__ = "promotions"
    __table_args__ = (Index("ix_promotions_model_id", "model", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    timestamp: Mapped[datetime]
    # an account's name, or the system user of the command line
    actor: Mapped[str] = mapped_column(String(64))
    # "promote", "refuse" or "rollback"
    action: Mapped[str] = mapped_column(String(8))
    model: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    from_version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    data_sha256: Mapped[str | None] = mapped_column(String(64))
    gate_report_id: Mapped[int | None] = mapped_column(ForeignKey("gate_reports.id"))


class TrainingRun(Base):
    """A retraining that the admin page started as a process of its own."""

    __tablename__ = "training_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    # the account's name
    started_by: Mapped[str] = mapped_column(String(64))
    models: Mapped[list[str]] = mapped_column(JSON)
    pid: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    exit_status: Mapped[int | None]
    # the file that the process writes to
    log: Mapped[str] = mapped_column(Text)
