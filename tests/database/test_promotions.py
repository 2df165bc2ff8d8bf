"""Promotions, refusals and rollbacks: served.json and the rows that say why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.exc import DatabaseError, OperationalError

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.errors import DatabaseAwayError
from ml_engine_and_backend.database.promotions import (
    GateRefusesError,
    NothingToPromoteError,
    history,
    keep_report,
    newest_report,
    promote,
    rollback,
    times_asked,
)
from ml_engine_and_backend.database.tables import Promotion
from ml_engine_and_backend.model_folder.errors import BrokenModelError
from ml_engine_and_backend.model_folder.metadata import FeedbackCounts
from ml_engine_and_backend.model_folder.promotion import Line, PromotionReport, Verdict
from ml_engine_and_backend.model_folder.served import NothingBeforeError, pin, read_served, served
from tests.engine.conftest import ONE, THREE, TWO
from tests.tiny_networks import write_model

DATA = "d" * 64
COUNTS = FeedbackCounts(train=20, train_writers=4, held_out=10, held_out_writers=2, sha256=DATA)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Version 1 of live is served; 2 and 3 are candidates."""
    write_model(tmp_path / "models", "live", 1, ONE)
    pin(tmp_path / "models", "live")
    write_model(tmp_path / "models", "live", 2, TWO)
    write_model(tmp_path / "models", "live", 3, THREE)
    return tmp_path / "models"


def judged(database: Database, version: int, champion: int, verdict: Verdict = "passed") -> int:
    lines = [
        Line(name="mnist", title="No loss", verdict="passed", text="99 %"),
        Line(name="feedback", title="A gain", verdict=verdict, text="3 fixed, 5 broken"),
    ]
    report = PromotionReport(
        format=1,
        model="live",
        version=version,
        champion_version=champion,
        created_at=datetime.now(UTC),
        hardware="an abacus",
        test_digits=600,
        feedback=COUNTS,
        lines=lines,
    )
    with database.writing() as session:
        return keep_report(session, report).id


def rows(database: Database) -> list[tuple[str, int, int, str]]:
    with database.reading() as session:
        return [(r.action, r.version, r.from_version, r.actor) for r in history(session)]


def test_promotes_what_passed_and_says_who_when_why_and_on_what(
    database: Database, models: Path
) -> None:
    report = judged(database, 2, 1)
    row = promote(database, models, "live", 2, "ada", "it reads slashed zeros")
    assert served(models, "live").name == "2"
    with database.reading() as session:
        (kept,) = history(session)
        assert (kept.id, kept.reason, kept.data_sha256) == (row.id, "it reads slashed zeros", DATA)
        assert kept.gate_report_id == report
        assert abs((datetime.now(UTC) - kept.timestamp).total_seconds()) < 60
        assert times_asked(session) == {"live": 1}
    assert rows(database) == [("promote", 2, 1, "ada")]


def test_refuses_what_failed_with_its_lines_and_keeps_the_refusal(
    database: Database, models: Path
) -> None:
    judged(database, 2, 1)
    judged(database, 2, 1, "failed")  # the newest counts
    with pytest.raises(GateRefusesError, match=r"live@2 against @1: A gain: 3 fixed, 5 broken$"):
        promote(database, models, "live", 2, "ada", "I want it")
    assert served(models, "live").name == "1"
    assert rows(database) == [("refuse", 2, 1, "ada")]
    with database.reading() as session:
        assert times_asked(session) == {"live": 2}


def test_refuses_what_was_judged_against_another_champion(database: Database, models: Path) -> None:
    judged(database, 2, 1)
    judged(database, 3, 1)
    promote(database, models, "live", 3, "ada", "first")
    with pytest.raises(GateRefusesError, match="expected a gate report of live@2 against @3"):
        promote(database, models, "live", 2, "ada", "second")
    assert served(models, "live").name == "3"
    with database.reading() as session:
        assert newest_report(session, "live", 2, 3) is None
        assert history(session, limit=1)[0].gate_report_id is None


def test_rolls_back_to_the_version_before_once(database: Database, models: Path) -> None:
    report = judged(database, 2, 1)
    promote(database, models, "live", 2, "ada", "better")
    row = rollback(database, models, "live", "bob", "it reads my 4 as 9")
    assert (row.data_sha256, row.gate_report_id) == (DATA, report)
    assert served(models, "live").name == "1"
    with pytest.raises(NothingBeforeError):
        rollback(database, models, "live", "bob", "again")
    promote(database, models, "live", 2, "ada", "bob drew a 9")  # its gate passed
    assert rows(database) == [
        ("promote", 2, 1, "ada"),
        ("rollback", 1, 2, "bob"),
        ("promote", 2, 1, "ada"),
    ]


def test_writes_nothing_of_what_makes_no_sense(database: Database, models: Path) -> None:
    judged(database, 2, 1)
    with pytest.raises(NothingToPromoteError, match="expected a reason"):
        promote(database, models, "live", 2, "ada", " ")
    with pytest.raises(NothingToPromoteError, match="expected a reason"):
        rollback(database, models, "live", "ada", "\0")
    with pytest.raises(NothingToPromoteError, match="expected a version that is not served, got 1"):
        promote(database, models, "live", 1, "ada", "again")
    with pytest.raises(BrokenModelError):
        promote(database, models, "live", 4, "ada", "not there")
    (models / "live" / "served.json").write_text("{")
    with pytest.raises(BrokenModelError, match=r"served\.json"):
        promote(database, models, "live", 2, "ada", "in spite of it")
    assert (models / "live" / "served.json").read_text() == "{"
    assert rows(database) == []


@pytest.mark.parametrize("is_pinned", [True, False])
def test_serves_what_it_did_where_the_commit_fails(
    database: Database, models: Path, is_pinned: bool
) -> None:
    if not is_pinned:
        (models / "live" / "served.json").unlink()
    champion = int(served(models, "live").name)
    judged(database, 2, champion)
    former = read_served(models / "live")
    seen = []

    def fail(_connection: object) -> None:
        seen.append(served(models, "live").name)
        raise OperationalError("COMMIT", {}, Exception("the server went away"))

    event.listen(database.engine, "commit", fail)
    try:
        with pytest.raises(DatabaseAwayError, match="the server went away"):
            promote(database, models, "live", 2, "ada", "better")
    finally:
        event.remove(database.engine, "commit", fail)
    assert seen == ["2"]
    assert read_served(models / "live") == former
    assert rows(database) == []


def test_rows_are_never_edited(database: Database, models: Path) -> None:
    judged(database, 2, 1)
    promote(database, models, "live", 2, "ada", "better")
    for statement in (update(Promotion).values(actor="eve"), delete(Promotion)):
        with pytest.raises(DatabaseError, match="never edited"), database.writing() as session:
            session.execute(statement)
    assert rows(database) == [("promote", 2, 1, "ada")]
