"""What people say that a drawing is."""

from typing import Any

import pytest

from ml_engine_and_backend.database import feedback
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Answer, Drawing
from tests.database.drawings import kept, new_answer

ANSWERS = [
    new_answer("reads_7", 7),
    new_answer("unsure_7", 7, verdict="unsure"),
    new_answer("reads_1", 1),
    new_answer("no_digit", 7, verdict="not_a_digit"),
    new_answer("number", 7, verdict="several"),
]


def label(
    database: Database, prediction: str, true_label: str | None, owner: str | None = None
) -> feedback.Labelled:
    with database.writing() as session:
        return feedback.label(session, prediction, true_label, owner)


@pytest.mark.parametrize(
    ("true_label", "right"),
    [
        ("7", {"reads_7", "unsure_7"}),
        ("1", {"reads_1"}),
        ("not_a_digit", {"no_digit"}),
        ("several", {"number"}),
    ],
)
def test_a_label_judges_every_answer_to_the_drawing(
    database: Database, true_label: str, right: set[str]
) -> None:
    kept(database, ANSWERS)
    labelled = label(database, ANSWERS[2].id, true_label)
    assert {each.model for each in labelled.answers if each.is_right} == right
    assert {each.is_right for each in labelled.answers} == {True, False}
    with database.reading() as session:
        drawing = session.get(Drawing, labelled.drawing)
        assert drawing is not None
        assert (drawing.true_label, drawing.labelled_at) == (true_label, labelled.timestamp)


def test_a_label_is_taken_back(database: Database) -> None:
    drawing = kept(database, ANSWERS)
    label(database, ANSWERS[0].id, "7")
    labelled = label(database, ANSWERS[0].id, None)
    assert {each.is_right for each in labelled.answers} == {None}
    with database.reading() as session:
        now = session.get(Drawing, drawing.id)
        assert now is not None
        assert (now.true_label, now.labelled_at) == (None, None)


def test_an_unknown_prediction_is_refused(database: Database) -> None:
    drawing = kept(database, ANSWERS)
    # the drawing's own id names no prediction
    for wrong in ("0" * 32, drawing.id, "'; DROP TABLE drawings; --", ""):
        with pytest.raises(feedback.UnknownPredictionError, match="expected the id"):
            label(database, wrong, "7")
    with database.reading() as session:
        assert session.get(Answer, ANSWERS[0].id) is not None


@pytest.mark.parametrize(
    ("owner", "caller", "is_taken"),
    [
        ("account:1", "account:1", True),
        ("account:1", "account:11", False),
        ("account:1", "session:1", True),
        ("account:1", None, True),
        ("session:1", "account:1", True),
        ("key:1", None, True),
        (None, None, True),
    ],
)
def test_an_accounts_drawing_is_labelled_by_no_other_account(
    database: Database, owner: str | None, caller: str | None, is_taken: bool
) -> None:
    kept(database, ANSWERS, owner=owner)
    if is_taken:
        assert label(database, ANSWERS[0].id, "4", caller).true_label == "4"
        return
    for true_label in ("4", None):
        with pytest.raises(feedback.UnknownPredictionError):
            label(database, ANSWERS[0].id, true_label, caller)


@pytest.mark.parametrize(
    ("decision", "true_label", "is_taken"),
    [
        ("4", "4", True),
        ("4", "9", False),
        ("4", None, False),
        ("rejected", "4", False),
        ("conflict", "4", True),
        (None, "4", True),
    ],
)
def test_what_reviewers_decided_stands(
    database: Database, decision: str | None, true_label: str | None, is_taken: bool
) -> None:
    columns: dict[str, Any] = {"decision": decision, "true_label": "5"}
    drawing = kept(database, ANSWERS, **columns)
    if is_taken:
        assert label(database, ANSWERS[0].id, true_label).true_label == true_label
        return
    with pytest.raises(feedback.ReviewedError, match="as reviewers have decided"):
        label(database, ANSWERS[0].id, true_label)
    with database.reading() as session:
        now = session.get(Drawing, drawing.id)
        assert now is not None
        assert now.true_label == "5"
