"""What somebody has drawn, and what was read in it: nobody sees or deletes what is another's.

Every function takes the `owner` that asks. None, somebody unknown, owns nothing: drawings
without an owner are nobody's.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    delete,
    exists,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.feedback import UnknownPredictionError
from ml_engine_and_backend.database.tables import (
    Answer,
    ComputedBy,
    Drawing,
    Forgotten,
    UTCDateTime,
    predictions,
)
from ml_engine_and_backend.model_folder.errors import LadderError

# verdicts by which a drawing is a digit, namely the predicted one
READ_AS_DIGIT: Final = ("sure", "unsure")
# drawings that are read from the database at once, where all are wanted
CHUNK: Final = 200
# a moment, a drawing and, in a list of answers, an answer
_CURSOR: Final = re.compile(r"\A([-:.T0-9]+)/([0-9a-f]+)/([0-9a-f]*)\Z")

Item = TypeVar("Item")


class UnknownDrawingError(LadderError):
    """The caller has no such drawing."""


class BadCursorError(LadderError):
    """The cursor is none that a page has given."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which drawings are wanted; None wants all.

    `digit` and `right` are what `model` read. Without a model, any has read the digit, and
    `default_model` was right or wrong. `since` and `until` are days in UTC, both included.
    """

    label: str | None = None
    digit: int | None = None
    model: str | None = None
    right: bool | None = None
    since: date | None = None
    until: date | None = None
    default_model: str | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What one version of a model read; `is_right` is None while the drawing has no label."""

    id: str
    model: str
    version: int
    predicted_digit: int
    confidence: float
    probabilities: list[float]
    verdict: str
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class KeptDrawing:
    """A drawing with its answers, by model and version.

    `field` is uint8 (28, 28) row by row; None where it was not kept. `has_image` says whether
    the upload was.
    """

    id: str
    timestamp: datetime
    field: bytes | None
    has_image: bool
    found_kind: str
    digit_likeness: float
    found_count: int
    true_label: str | None
    labelled_at: datetime | None
    decision: str | None
    decided_at: datetime | None
    computed_by: ComputedBy
    request_id: str | None
    answers: list[KeptAnswer]


@dataclass(frozen=True, slots=True)
class KeptPrediction:
    """One answer with its drawing's label and picture: the upload, or else the field."""

    drawing_id: str
    timestamp: datetime
    computed_by: ComputedBy
    true_label: str | None
    field: bytes | None
    image_data: bytes | None
    image_type: str | None
    answer: KeptAnswer


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of a list; `next` is the cursor of what follows, None at the end."""

    items: list[Item]
    next: str | None


@dataclass(frozen=True, slots=True)
class ModelTally:
    """How many labelled drawings a model has answered, and read rightly."""

    model: str
    right: int
    labelled: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many drawings somebody has made and labelled; the models by name."""

    drawn: int
    labelled: int
    models: list[ModelTally]


def drawings(
    session: Session, owner: str | None, filters: Filters, limit: int, cursor: str | None = None
) -> Page[KeptDrawing]:
    """At most `limit` of the owner's drawings, newest first.

    Raises:
        BadCursorError: `cursor` is none of ours.
    """
    wanted = [_is_of(owner), *_conditions(filters)]
    if cursor is not None:
        moment, id_, _ = _read_cursor(cursor)
        wanted.append(_place(Drawing.timestamp, Drawing.id) < _place_of(moment, id_))
    rows = session.execute(
        _DRAWINGS.where(*wanted)
        .order_by(Drawing.timestamp.desc(), Drawing.id.desc())
        .limit(limit + 1)
    ).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        _with_answers(session, rows[:limit]),
        None if last is None else _cursor(last.timestamp, last.id),
    )


def drawing(session: Session, owner: str | None, id_: str) -> KeptDrawing:
    """One of the owner's drawings.

    Raises:
        UnknownDrawingError: the owner has none with this id.
    """
    rows = session.execute(_DRAWINGS.where(_is_of(owner), Drawing.id == id_)).all()
    if not rows:
        raise UnknownDrawingError(_expected("drawing", id_))
    return _with_answers(session, rows)[0]


def image(session: Session, owner: str | None, id_: str) -> tuple[bytes, str]:
    """The upload that one of the owner's drawings came as, and its media type.

    Raises:
        UnknownDrawingError: the owner has no drawing with this id whose upload is kept.
    """
    row = session.execute(
        select(Drawing.image_data, Drawing.image_type).where(
            _is_of(owner), Drawing.id == id_, Drawing.image_data.is_not(None)
        )
    ).first()
    if row is None:
        raise UnknownDrawingError(_expected("drawing whose upload is kept", id_))
    return row.image_data, row.image_type


def answers(
    session: Session, owner: str | None, limit: int, cursor: str | None = None
) -> Page[KeptPrediction]:
    """At most `limit` of the answers to the owner's drawings, newest first.

    Raises:
        BadCursorError: `cursor` is none of ours.
    """
    columns = predictions.c
    wanted = [columns.owner == literal(owner, String)]
    if cursor is not None:
        wanted.append(
            _place(columns.timestamp, columns.drawing_id, columns.id)
            < _place_of(*_read_cursor(cursor))
        )
    rows = session.execute(
        _ANSWERS.where(*wanted)
        .order_by(columns.timestamp.desc(), columns.drawing_id.desc(), columns.id.desc())
        .limit(limit + 1)
    ).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        [_prediction(row) for row in rows[:limit]],
        None if last is None else _cursor(last.timestamp, last.drawing_id, last.id),
    )


def answer(session: Session, owner: str | None, id_: str) -> KeptPrediction:
    """One of the answers to the owner's drawings.

    Raises:
        UnknownPredictionError: the owner has none with this id.
    """
    row = session.execute(
        _ANSWERS.where(predictions.c.owner == literal(owner, String), predictions.c.id == id_)
    ).first()
    if row is None:
        raise UnknownPredictionError(_expected("prediction", id_))
    return _prediction(row)


def delete_drawing(session: Session, owner: str | None, id_: str) -> None:
    """Delete one of the owner's drawings, with its answers and reviews.

    Raises:
        UnknownDrawingError: the owner has none with this id.
    """
    if _delete(session, _is_of(owner), Drawing.id == id_) == 0:
        raise UnknownDrawingError(_expected("drawing", id_))


def delete_answer(session: Session, owner: str | None, id_: str) -> None:
    """Delete the owner's drawing that this is an answer to, with all that was read in it.

    Raises:
        UnknownPredictionError: the owner has none with such an answer.
    """
    of_answer = select(Answer.drawing_id).where(Answer.id == id_).scalar_subquery()
    if _delete(session, _is_of(owner), Drawing.id == of_answer) == 0:
        raise UnknownPredictionError(_expected("prediction", id_))


def delete_all(session: Session, owner: str | None, until: datetime) -> int:
    """Forget what the owner has drawn until then; how many drawings they were.

    What still waits in a process's queue is not written either.
    """
    if session.get_bind().dialect.name == "postgresql":
        # whoever is writing drawings ends first, and whoever comes next sees who is forgotten
        session.execute(text("LOCK TABLE forgotten IN EXCLUSIVE MODE"))
    if owner is not None:
        session.merge(Forgotten(owner=owner, until=until))
    return _delete(session, _is_of(owner), Drawing.timestamp <= until)


def tally(session: Session, owner: str | None) -> Tally:
    """How the models did on what the owner drew and labelled."""
    drawn, labelled = session.execute(
        select(func.count(), func.count(Drawing.true_label)).where(_is_of(owner))
    ).one()
    columns = predictions.c
    models = session.execute(
        select(columns.model, func.sum(columns.is_right), func.count())
        .where(columns.owner == literal(owner, String), columns.true_label.is_not(None))
        .group_by(columns.model)
        .order_by(columns.model)
    )
    return Tally(drawn, labelled, [ModelTally(*row) for row in models])


def all_drawings(
    database: Database, owner: str | None, filters: Filters
) -> Iterator[list[tuple[KeptDrawing, bytes | None]]]:
    """Every drawing that the filters want, oldest first, with its upload, in lists of CHUNK.

    Each list is read in a transaction of its own, so that nothing is held while it is used.

    Raises:
        DatabaseAwayError: the database does not answer; some may have been given.
    """
    wanted = [_is_of(owner), *_conditions(filters)]
    after: list[ColumnElement[bool]] = []
    while True:
        with database.reading() as session:
            rows = session.execute(
                _DRAWINGS.add_columns(Drawing.image_data)
                .where(*wanted, *after)
                .order_by(Drawing.timestamp, Drawing.id)
                .limit(CHUNK)
            ).all()
            found = _with_answers(session, rows)
        if found:
            yield list(zip(found, (row.image_data for row in rows), strict=True))
        if len(found) < CHUNK:
            return
        place = _place_of(rows[-1].timestamp, rows[-1].id)
        after = [_place(Drawing.timestamp, Drawing.id) > place]


_DRAWINGS: Final = select(
    *(
        getattr(Drawing, field.name)
        for field in fields(KeptDrawing)
        if field.name not in ("has_image", "answers")
    ),
    Drawing.image_data.is_not(None).label("has_image"),
)
_OF_ANSWER: Final = tuple(predictions.c[field.name] for field in fields(KeptAnswer))
_ANSWERS: Final = select(
    *_OF_ANSWER,
    *(predictions.c[field.name] for field in fields(KeptPrediction) if field.name != "answer"),
)


def _is_of(owner: str | None) -> ColumnElement[bool]:
    # `owner = NULL` holds for no row, unlike `owner IS NULL`, which None alone would become
    return Drawing.owner == literal(owner, String)


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.label is not None:
        yield Drawing.true_label == filters.label
    if filters.since is not None:
        yield Drawing.timestamp >= datetime.combine(filters.since, time.min, UTC)
    if filters.until is not None:
        yield Drawing.timestamp <= datetime.combine(filters.until, time.max, UTC)
    columns = predictions.c
    reads = [
        columns.verdict.in_(READ_AS_DIGIT),
        columns.predicted_digit == filters.digit,
    ]
    is_so = [columns.is_right == int(filters.right or False)]
    if filters.model is not None:
        yield _is_answered(
            columns.model == filters.model,
            *(reads if filters.digit is not None else ()),
            *(is_so if filters.right is not None else ()),
        )
        return
    if filters.digit is not None:
        yield _is_answered(*reads)
    if filters.right is not None:
        yield _is_answered(columns.model == literal(filters.default_model, String), *is_so)


def _is_answered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(predictions.c.drawing_id == Drawing.id, *conditions))


def _with_answers(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[KeptDrawing]:
    by_drawing: dict[str, list[KeptAnswer]] = {row.id: [] for row in rows}
    found = session.execute(
        select(predictions.c.drawing_id, *_OF_ANSWER)
        .where(predictions.c.drawing_id.in_(by_drawing))
        .order_by(predictions.c.model, predictions.c.version)
    )
    for row in found:
        by_drawing[row.drawing_id].append(_kept_answer(row))
    return [
        KeptDrawing(
            **{
                field.name: getattr(row, field.name)
                for field in fields(KeptDrawing)
                if field.name != "answers"
            },
            answers=by_drawing[row.id],
        )
        for row in rows
    ]


def _prediction(row: Row[*tuple[Any, ...]]) -> KeptPrediction:
    return KeptPrediction(
        **{
            field.name: getattr(row, field.name)
            for field in fields(KeptPrediction)
            if field.name != "answer"
        },
        answer=_kept_answer(row),
    )


def _kept_answer(row: Row[*tuple[Any, ...]]) -> KeptAnswer:
    values = {field.name: getattr(row, field.name) for field in fields(KeptAnswer)}
    return KeptAnswer(**values | {"is_right": None if row.is_right is None else bool(row.is_right)})


def _delete(session: Session, *conditions: ColumnElement[bool]) -> int:
    ids = session.scalars(
        delete(Drawing)
        .where(*conditions)
        .returning(Drawing.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ids)


def _expected(what: str, id_: str) -> str:
    return f"expected the id of a {what} of the caller's, got {id_[:80]!r}"


def _place(*columns: Any) -> ColumnElement[Any]:
    return tuple_(*columns)


def _place_of(moment: datetime, *ids: str) -> ColumnElement[Any]:
    return tuple_(literal(moment, UTCDateTime), *(literal(id_, String) for id_ in ids))


def _cursor(moment: datetime, drawing_id: str, answer_id: str = "") -> str:
    """Where the next page begins; it says nothing that the page did not."""
    when = moment.replace(tzinfo=None).isoformat(timespec="microseconds")
    return base64.urlsafe_b64encode(f"{when}/{drawing_id}/{answer_id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str, str]:
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
        when, drawing_id, answer_id = _CURSOR.findall(text)[0]
        moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    except (ValueError, IndexError) as error:
        raise BadCursorError(f"expected the `next` of a page, got {cursor[:80]!r}") from error
    return moment, drawing_id, answer_id
