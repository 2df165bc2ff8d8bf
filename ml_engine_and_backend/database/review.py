"""What reviewers say of labelled drawings: nothing else is ever trained on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Double,
    String,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.feedback import check_label
from ml_engine_and_backend.database.tables import (
    CONFLICT,
    ID,
    NOT_A_DIGIT,
    REJECTED,
    SEVERAL,
    Drawing,
    Review,
    predictions,
)
from ml_engine_and_backend.model_folder.errors import LadderError

# what a reviewer may say besides a label
DISAGREE: Final = "disagree"
SKIP: Final = "skip"
# so many are weighed against each other, those labelled first, which will be forgotten first: with
# a hundred thousand open, a page of them would take seconds
WEIGHED: Final = 2_000

State = Literal["open", "conflict", "decided"]


class NothingToReviewError(LadderError):
    """No labelled drawing with a kept field has this id."""


class DecidedError(LadderError):
    """An admin has settled what reviewers did not agree on."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: an account, by the name and role that it has now."""

    account_id: int
    name: str
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What one model read; without the id, by which the drawing could be labelled."""

    model: str
    version: int
    predicted_digit: int
    confidence: float
    verdict: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reviewer said."""

    by: str
    decision: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled drawing as reviewers see it: never whose it is."""

    id: str
    field: bytes  # uint8 (28, 28)
    true_label: str
    decision: str | None
    readings: Sequence[Reading]
    # while it is open, one's own alone: the second reviewer is to look, not to follow
    opinions: Sequence[Opinion]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many drawings there are in each state; `open` are those left to one reviewer."""

    open: int
    conflict: int
    decided: int


# the label of one that was withdrawn, and the field of one that was not kept, cannot be reviewed
_REVIEWABLE: Final = and_(Drawing.labelled_at.is_not(None), Drawing.field.is_not(None))


def queue(session: Session, state: State, reviewer: Reviewer, limit: int) -> list[Item]:
    """Up to `limit` drawings; the open and those in conflict by what a decision teaches.

    A drawing's worth is the sum of three shares, each 0..1: how many different readings there are
    beyond the first, of all answers (disagreement of a committee: Seung, Opper, Sompolinsky 1992);
    how many answers contradict the label; and what the mean confidence lacks to 1 (least
    confidence: Lewis, Gale 1994). Equal to a thousandth is equal: then the earlier label goes
    first. Decided ones come newest first.
    """
    in_state = _where(state, reviewer)
    if state == "decided":
        ids = select(Drawing.id).where(in_state).order_by(Drawing.decided_at.desc(), Drawing.id)
    else:
        first = (
            select(Drawing.id, Drawing.labelled_at)
            .where(in_state)
            .order_by(Drawing.labelled_at, Drawing.id)
            .limit(WEIGHED)
            .subquery()
        )
        ids = (
            select(first.c.id)
            .join(predictions, predictions.c.drawing_id == first.c.id)
            .group_by(first.c.id, first.c.labelled_at)
            .order_by(func.round(1000 * _worth()).desc(), first.c.labelled_at, first.c.id)
        )
    return _items(session, session.scalars(ids.limit(limit)).all(), reviewer)


def counts(session: Session, reviewer: Reviewer) -> Counts:
    """How long each list is."""

    def count(state: State) -> int:
        drawings = select(func.count()).select_from(Drawing)
        return session.scalar(drawings.where(_where(state, reviewer))) or 0

    return Counts(count("open"), count("conflict"), count("decided"))


def decide(
    session: Session, drawing_id: str, reviewer: Reviewer, decision: str | None, required: int
) -> Item:
    """Keep what a reviewer says, in place of what the same one said before; None takes it back.

    `required` who say the same settle it, where nobody says anything else; a skip says nothing.
    Two that differ are a conflict, whoever came first, until they agree or an admin decides. What
    an admin decided of a conflict stays until an admin changes it or takes it back.

    Opinions stay when the drawer changes the label before that: they say what is drawn, not
    whether the label was right. A "disagree" with a former label at worst keeps a drawing from
    training.

    Raises:
        NothingToReviewError: there is no such drawing, or no label or field of it.
        BadLabelError: those who answered have no such class.
        DecidedError: an admin has settled the conflict, and `reviewer` is none.
    """
    # two at once wait for each other here; on SQLite they did when the transaction began
    drawing = None
    if ID.fullmatch(drawing_id):  # PostgreSQL does not take every character
        drawing = session.scalar(
            select(Drawing).where(Drawing.id == drawing_id, _REVIEWABLE).with_for_update()
        )
    if drawing is None:
        raise NothingToReviewError(
            f"expected the id of a labelled drawing, got {drawing_id[:80]!r}"
        )
    check_label(session, drawing.id, decision)
    reviews = list(session.scalars(select(Review).where(Review.drawing_id == drawing.id)))
    own = next((each for each in reviews if each.account_id == reviewer.account_id), None)
    is_conflict = _outcome(reviews, required) == CONFLICT
    if is_conflict and drawing.decision != CONFLICT and not reviewer.is_admin:
        raise DecidedError(
            f"expected an admin, who has settled this conflict as {drawing.decision!r}, "
            "got a reviewer"
        )
    if own is None and decision is None:
        return _items(session, [drawing.id], reviewer)[0]
    now = datetime.now(UTC)
    if own is not None:
        reviews.remove(own)
    if decision is None:
        session.delete(own)
    else:
        if own is None:
            own = Review(drawing_id=drawing.id, account_id=reviewer.account_id)
            session.add(own)
        own.reviewer, own.decision, own.decided_at = reviewer.name, decision, now
        reviews.append(own)
    outcome = _outcome(reviews, required)
    if is_conflict and reviewer.is_admin and decision is not None and decision != SKIP:
        outcome = _settled_as(decision)
    if outcome != drawing.decision:
        drawing.decision = outcome
        drawing.decided_at = None if outcome is None else now
    session.flush()
    return _items(session, [drawing.id], reviewer)[0]


def _outcome(reviews: Sequence[Review], required: int) -> str | None:
    said = [each.decision for each in reviews if each.decision != SKIP]
    if len(set(said)) > 1:
        return CONFLICT
    return _settled_as(said[0]) if len(said) >= required else None


def _settled_as(decision: str) -> str:
    return REJECTED if decision == DISAGREE else decision


def _where(state: State, reviewer: Reviewer) -> ColumnElement[bool]:
    if state == "conflict":
        return and_(_REVIEWABLE, Drawing.decision == CONFLICT)
    if state == "decided":
        return and_(_REVIEWABLE, Drawing.decision.is_not(None), Drawing.decision != CONFLICT)
    seen = select(literal(1)).where(
        Review.drawing_id == Drawing.id, Review.account_id == reviewer.account_id
    )
    return and_(_REVIEWABLE, Drawing.decision.is_(None), ~seen.exists())


def _worth() -> ColumnElement[Any]:
    of = predictions.c
    reading = case(
        (of.verdict.in_((NOT_A_DIGIT, SEVERAL)), of.verdict),
        else_=cast(of.predicted_digit, String(12)),
    )
    disagreement = cast(func.count(distinct(reading)) - 1, Double) / func.count()
    contradiction = 1 - func.avg(cast(of.is_right, Double))
    doubt = 1 - func.avg(of.confidence)
    return disagreement + contradiction + doubt


def _items(session: Session, ids: Sequence[str], reviewer: Reviewer) -> list[Item]:
    """The drawings with these ids, in this order."""
    drawings = {
        row.id: row
        for row in session.execute(
            select(Drawing.id, Drawing.field, Drawing.true_label, Drawing.decision).where(
                Drawing.id.in_(ids)
            )
        )
    }
    readings = defaultdict(list)
    for row in session.execute(
        select(
            predictions.c.drawing_id,
            predictions.c.model,
            predictions.c.version,
            predictions.c.predicted_digit,
            predictions.c.confidence,
            predictions.c.verdict,
            predictions.c.is_right,
        )
        .where(predictions.c.drawing_id.in_(ids))
        .order_by(predictions.c.model, predictions.c.version)
    ):
        readings[row.drawing_id].append(Reading(*row[1:-1], is_right=bool(row.is_right)))
    opinions = defaultdict(list)
    for review in session.scalars(
        select(Review).where(Review.drawing_id.in_(ids)).order_by(Review.decided_at, Review.id)
    ):
        is_own = review.account_id == reviewer.account_id
        if is_own or drawings[review.drawing_id].decision is not None:
            opinions[review.drawing_id].append(
                Opinion(review.reviewer, review.decision, review.decided_at)
            )
    return [
        Item(
            id=id_,
            field=drawings[id_].field,
            true_label=drawings[id_].true_label,
            decision=drawings[id_].decision,
            readings=readings[id_],
            opinions=opinions[id_],
        )
        for id_ in ids
        if id_ in drawings
    ]
