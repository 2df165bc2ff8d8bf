import threading
from typing import Any

import pytest
from sqlalchemy import delete, select

from ml_engine_and_backend.database import feedback, review
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.tables import Account, Answer, Drawing, Review
from tests.database.labelled import MORNING, keep_account, keep_labelled


@pytest.fixture
def ada(database: Database) -> review.Reviewer:
    return reviewer(database, "Ada")


@pytest.fixture
def bob(database: Database) -> review.Reviewer:
    return reviewer(database, "Bob")


@pytest.fixture
def admin(database: Database) -> review.Reviewer:
    return reviewer(database, "Root", is_admin=True)


def reviewer(database: Database, name: str, *, is_admin: bool = False) -> review.Reviewer:
    role = "admin" if is_admin else "reviewer"
    return review.Reviewer(keep_account(database, name, role), name, is_admin)


def decide(
    database: Database,
    drawing: str,
    by: review.Reviewer,
    decision: str | None,
    required: int = 1,
) -> str | None:
    with database.writing() as session:
        return review.decide(session, drawing, by, decision, required).decision


def queued(
    database: Database, by: review.Reviewer, state: review.State = "open", limit: int = 60
) -> list[str]:
    with database.reading() as session:
        return [item.id for item in review.queue(session, state, by, limit)]


def counted(database: Database, by: review.Reviewer) -> tuple[int, int, int]:
    with database.reading() as session:
        found = review.counts(session, by)
    return found.open, found.conflict, found.decided


def test_what_teaches_most_comes_first(database: Database, ada: review.Reviewer) -> None:
    plain = keep_labelled(database, minute=0)
    doubtful = keep_labelled(database, confidence=0.5, minute=1)
    one_against = keep_labelled(database, (4, 4, 9), minute=2)
    all_against = keep_labelled(database, (9, 9, 9), minute=3)
    all_differ = keep_labelled(database, (7, 9, 1), confidence=0.5, minute=4)
    later = keep_labelled(database, minute=5)
    expected = [all_differ, all_against, one_against, doubtful, plain, later]
    assert queued(database, ada) == expected
    assert queued(database, ada, limit=2) == expected[:2]


def test_a_verdict_is_a_reading_of_its_own(database: Database, ada: review.Reviewer) -> None:
    # both labels are right or wrong for as many answers, and as sure
    alike = keep_labelled(database, (4, 4), "not_a_digit", minute=0)
    apart = keep_labelled(database, (4, 4), "several", minute=1)
    with database.writing() as session:
        answer = session.scalars(select(Answer).where(Answer.drawing_id == apart)).first()
        assert answer is not None
        answer.verdict = "not_a_digit"
    assert queued(database, ada) == [apart, alike]


def test_a_thousand_drawings_keep_their_order(database: Database, ada: review.Reviewer) -> None:
    with database.writing() as session:
        session.add_all(
            Drawing(
                id=f"{number:032x}",
                timestamp=MORNING,
                field=bytes(784),
                found_kind="digit",
                digit_likeness=0.9,
                found_count=1,
                true_label="4",
                labelled_at=MORNING,
                computed_by="service",
            )
            for number in range(1000)
        )
        session.flush()
        session.add_all(
            Answer(
                id=f"{number:031x}{rung}",
                drawing_id=f"{number:032x}",
                model=f"rung_{rung}",
                version=1,
                predicted_digit=4,
                confidence=0.5 + (number * 7 % 10) / 20,
                probabilities=[0.1] * 10,
                verdict="sure",
            )
            for number in range(1000)
            for rung in range(2)
        )
    expected = sorted(range(1000), key=lambda number: (number * 7 % 10, number))
    assert queued(database, ada, limit=1000) == [f"{number:032x}" for number in expected]
    decide(database, f"{expected[0]:032x}", ada, "4")
    assert queued(database, ada, limit=3) == [f"{number:032x}" for number in expected[1:4]]


@pytest.mark.parametrize("changes", [{"true_label": None}, {"field": None}])
def test_nothing_to_review_without_a_label_and_a_field(
    database: Database, ada: review.Reviewer, changes: dict[str, Any]
) -> None:
    drawing = keep_labelled(database, **changes)
    assert queued(database, ada) == []
    with pytest.raises(review.NothingToReviewError):
        decide(database, drawing, ada, "4")


def test_an_item_tells_what_was_read_and_not_whose_it_is(
    database: Database, ada: review.Reviewer
) -> None:
    drawing = keep_labelled(database, (4, 9), request_id="r1")
    with database.reading() as session:
        (item,) = review.queue(session, "open", ada, 60)
    assert item == review.Item(
        id=drawing,
        field=bytes(784),
        true_label="4",
        decision=None,
        readings=[
            review.Reading("rung_0", 1, 4, 0.9, "sure", is_right=True),
            review.Reading("rung_1", 1, 9, 0.9, "sure", is_right=False),
        ],
        opinions=[],
    )


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ("4", "4"),
        ("9", "9"),
        ("not_a_digit", "not_a_digit"),
        ("several", "several"),
        ("disagree", "rejected"),
        ("skip", None),
    ],
)
def test_one_reviewer_settles_where_one_is_required(
    database: Database, ada: review.Reviewer, said: str, settled: str | None
) -> None:
    drawing = keep_labelled(database)
    assert decide(database, drawing, ada, said) == settled
    assert queued(database, ada) == []
    with database.reading() as session:
        kept = session.get_one(Drawing, drawing)
        (opinion,) = session.scalars(select(Review)).all()
    assert (kept.decision, kept.decided_at is None) == (settled, settled is None)
    assert kept.true_label == "4"
    assert (opinion.reviewer, opinion.decision) == ("Ada", said)


def test_a_skipped_drawing_is_left_to_others(
    database: Database, ada: review.Reviewer, bob: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "skip")
    assert (queued(database, ada), queued(database, bob)) == ([], [drawing])
    assert decide(database, drawing, bob, "4") == "4"


def test_two_must_agree_where_two_are_required(
    database: Database, ada: review.Reviewer, bob: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    assert decide(database, drawing, ada, "4", required=2) is None
    assert decide(database, drawing, ada, "4", required=2) is None  # not two by saying it twice
    assert (queued(database, ada), queued(database, bob)) == ([], [drawing])
    assert decide(database, drawing, bob, "4", required=2) == "4"
    assert counted(database, ada) == (0, 0, 1)


def test_the_second_reviewer_does_not_see_what_the_first_said(
    database: Database, ada: review.Reviewer, bob: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "4", required=2)
    with database.reading() as session:
        (item,) = review.queue(session, "open", bob, 60)
    assert item.opinions == []
    decide(database, drawing, bob, "4", required=2)
    with database.reading() as session:
        (item,) = review.queue(session, "decided", bob, 60)
    assert [(each.by, each.decision) for each in item.opinions] == [("Ada", "4"), ("Bob", "4")]


@pytest.mark.parametrize("required", [1, 2])
def test_two_that_differ_are_a_conflict_until_they_agree(
    database: Database, ada: review.Reviewer, bob: review.Reviewer, required: int
) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "4", required)
    assert decide(database, drawing, bob, "9", required) == "conflict"
    assert (queued(database, ada), queued(database, ada, "conflict")) == ([], [drawing])
    assert counted(database, bob) == (0, 1, 0)
    assert decide(database, drawing, bob, "4", required) == "4"


def test_an_admin_settles_a_conflict_for_good(
    database: Database, ada: review.Reviewer, bob: review.Reviewer, admin: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "4", required=2)
    decide(database, drawing, bob, "9", required=2)
    assert decide(database, drawing, admin, "skip", required=2) == "conflict"
    assert decide(database, drawing, admin, "9", required=2) == "9"
    for decision in ("4", None):
        with pytest.raises(review.DecidedError):
            decide(database, drawing, ada, decision, required=2)
    assert decide(database, drawing, admin, "disagree", required=2) == "rejected"
    assert decide(database, drawing, admin, None, required=2) == "conflict"


def test_an_admin_counts_as_one_where_nobody_differs(
    database: Database, admin: review.Reviewer, ada: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    assert decide(database, drawing, admin, "4", required=2) is None
    assert decide(database, drawing, ada, "9", required=2) == "conflict"
    assert decide(database, drawing, admin, "4", required=2) == "4"


def test_taking_back_opens_it_again(database: Database, ada: review.Reviewer) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "9")
    assert decide(database, drawing, ada, None) is None
    assert queued(database, ada) == [drawing]
    assert decide(database, drawing, ada, None) is None
    with database.reading() as session:
        assert session.get_one(Drawing, drawing).decided_at is None
        assert session.scalars(select(Review)).all() == []


def test_what_a_reviewer_decided_outlives_the_account(
    database: Database, ada: review.Reviewer, bob: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    decide(database, drawing, ada, "4", required=2)
    with database.writing() as session:
        session.execute(delete(Account).where(Account.id == ada.account_id))
    assert decide(database, drawing, bob, "4", required=2) == "4"


def test_feedback_cannot_contradict_what_is_settled(
    database: Database, ada: review.Reviewer
) -> None:
    drawing = keep_labelled(database)
    with database.reading() as session:
        answer = session.scalars(select(Answer.id)).first()
    assert answer is not None
    decide(database, drawing, ada, "9")
    for contradiction in ("4", None):
        with pytest.raises(feedback.ReviewedError), database.writing() as session:
            feedback.label(session, answer, contradiction, None)
    with database.writing() as session:
        feedback.label(session, answer, "9", None)


def test_two_reviewers_at_once_cannot_both_settle(
    database: Database, ada: review.Reviewer, bob: review.Reviewer
) -> None:
    for _ in range(10):
        drawing = keep_labelled(database)
        begin = threading.Barrier(2)
        outcomes: list[str | None] = []

        def say(
            by: review.Reviewer,
            decision: str,
            drawing: str = drawing,
            begin: threading.Barrier = begin,
            outcomes: list[str | None] = outcomes,
        ) -> None:
            begin.wait()
            outcomes.append(decide(database, drawing, by, decision))

        threads = [threading.Thread(target=say, args=args) for args in ((ada, "4"), (bob, "9"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # who settled first may be the second to say so
        assert len(outcomes) == 2
        assert outcomes.count("conflict") == 1
        assert {"4", "9"} & set(outcomes)
        with database.reading() as session:
            assert session.get_one(Drawing, drawing).decision == "conflict"


def test_the_newest_decision_comes_first(database: Database, ada: review.Reviewer) -> None:
    drawings = [keep_labelled(database) for _ in range(3)]
    for drawing in drawings:
        decide(database, drawing, ada, "4")
    assert queued(database, ada, "decided") == drawings[::-1]
