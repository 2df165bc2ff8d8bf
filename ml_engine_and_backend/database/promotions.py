"""Gate reports, and the promotions, refusals and rollbacks that follow from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.database import Database, lock_until_end
from ml_engine_and_backend.database.tables import GateReport, Promotion
from ml_engine_and_backend.model_folder import served
from ml_engine_and_backend.model_folder.errors import LadderError
from ml_engine_and_backend.model_folder.folder import read_folder
from ml_engine_and_backend.model_folder.promotion import PromotionReport

# any number, the same for every process: two must not promote at once
PROMOTION_LOCK: Final = 280_029


class NothingToPromoteError(LadderError):
    """The version is served already, or no reason was given."""


class GateRefusesError(LadderError):
    """The newest gate report of this version against the served one refuses, or there is none."""

    def __init__(self, report: GateReport | None, refusal: Promotion) -> None:
        self.report = report
        self.refusal = refusal
        pair = f"{refusal.model}@{refusal.version} against @{refusal.from_version}"
        if report is None:
            super().__init__(f"expected a gate report of {pair}, which is served; there is none")
        else:
            failures = PromotionReport.model_validate(report.report).failures
            lines = "; ".join(f"{line.title}: {line.text}" for line in failures)
            super().__init__(f"the gate refuses {pair}: {lines}")


def keep_report(session: Session, report: PromotionReport) -> GateReport:
    """Keep a gate report: the test split was asked once more."""
    row = GateReport(
        created_at=report.created_at,
        model=report.model,
        version=report.version,
        champion_version=report.champion_version,
        data_sha256=report.feedback.sha256,
        passed=report.passed,
        report=report.model_dump(mode="json"),
    )
    session.add(row)
    session.flush()
    return row


def newest_report(
    session: Session, model: str, version: int, champion_version: int
) -> GateReport | None:
    """The newest gate report of a version against this champion."""
    return session.scalar(
        select(GateReport)
        .where(
            GateReport.model == model,
            GateReport.version == version,
            GateReport.champion_version == champion_version,
        )
        .order_by(GateReport.id.desc())
        .limit(1)
    )


def times_asked(session: Session) -> dict[str, int]:
    """How often the test split was asked for each model that ever came to the gate."""
    rows = session.execute(
        select(GateReport.model, func.count()).group_by(GateReport.model).order_by(GateReport.model)
    )
    return dict(rows.all())


def history(session: Session, limit: int = 100) -> list[Promotion]:
    """Promotions, refusals and rollbacks, newest first."""
    return list(session.scalars(select(Promotion).order_by(Promotion.id.desc()).limit(limit)))


def promote(
    database: Database, models_dir: Path, model: str, version: int, actor: str, reason: str
) -> Promotion:
    """Serve `version`, if its gate passed against the version that is served now.

    What is written is committed: the promotion together with `served.json`, or the refusal.

    Raises:
        GateRefusesError: it did not pass, or there is no report of the two.
        NothingToPromoteError: it is served already, or there is no reason.
        BrokenModelError: there is no such version, or `served.json` is damaged.
        DatabaseAwayError: the database does not answer; nothing has changed.
        OSError: `served.json` cannot be written; nothing has changed.
    """
    _check(reason)
    read_folder(models_dir / model / str(version))
    with _deciding(database, models_dir, model) as session:
        champion = int(served.served(models_dir, model).name)
        if champion == version:
            raise NothingToPromoteError(f"expected a version that is not served, got {version}")
        report = newest_report(session, model, version, champion)
        is_passed = report is not None and report.passed
        row = Promotion(
            timestamp=datetime.now(UTC),
            actor=actor,
            action="promote" if is_passed else "refuse",
            model=model,
            version=version,
            from_version=champion,
            reason=reason,
            data_sha256=report.data_sha256 if report else None,
            gate_report_id=report.id if report else None,
        )
        session.add(row)
        session.flush()
        if is_passed:
            served.promote(models_dir, model, version)
    if not is_passed:
        raise GateRefusesError(report, row)
    return row


def rollback(
    database: Database, models_dir: Path, model: str, actor: str, reason: str
) -> Promotion:
    """Serve the version that was served before the last promotion.

    Raises:
        NothingBeforeError: there is none.
        NothingToPromoteError: there is no reason.
        BrokenModelError: the version before is damaged, or `served.json` is.
        DatabaseAwayError: the database does not answer; nothing has changed.
        OSError: `served.json` cannot be written; nothing has changed.
    """
    _check(reason)
    with _deciding(database, models_dir, model) as session:
        before = served.version_before(models_dir, model)
        read_folder(models_dir / model / str(before))
        now_served = int(served.served(models_dir, model).name)
        promoted = session.scalar(
            select(Promotion)
            .where(
                Promotion.model == model,
                Promotion.version == now_served,
                Promotion.action == "promote",
            )
            .order_by(Promotion.id.desc())
            .limit(1)
        )
        row = Promotion(
            timestamp=datetime.now(UTC),
            actor=actor,
            action="rollback",
            model=model,
            version=before,
            from_version=now_served,
            reason=reason,
            # by which the version came that goes
            data_sha256=promoted and promoted.data_sha256,
            gate_report_id=promoted and promoted.gate_report_id,
        )
        session.add(row)
        session.flush()
        served.rollback(models_dir, model)
    return row


@contextmanager
def _deciding(database: Database, models_dir: Path, model: str) -> Iterator[Session]:
    """A writing session, while which nobody else promotes; `served.json` stays if it fails."""
    is_to_be_committed = False
    try:
        with database.writing() as session:
            lock_until_end(session.connection(), PROMOTION_LOCK)
            former = served.read_served(models_dir / model)
            try:
                yield session
            except BaseException:
                # not after the lock is gone: whoever promotes next must not be undone
                served.restore(models_dir, model, former)
                raise
            is_to_be_committed = True
    except BaseException:
        if is_to_be_committed:
            served.restore(models_dir, model, former)
        raise


def _check(reason: str) -> None:
    if not reason.strip() or "\0" in reason:
        raise NothingToPromoteError("expected a reason in words, got none")
