"""The caller's own drawings and predictions: to see, to take along, and to delete."""

from datetime import UTC, date, datetime
from itertools import chain
from typing import Annotated, Final, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from ml_engine_and_backend.api.accounts.identity import CallerDep
from ml_engine_and_backend.api.data_urls import file_url, kept_field_url
from ml_engine_and_backend.api.dependencies import (
    DrawingPath,
    LadderDep,
    MemoryDep,
    PredictionPath,
)
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, documented
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas import history as schemas
from ml_engine_and_backend.api.schemas.feedback import as_label
from ml_engine_and_backend.database import export, history
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.history import Filters
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.model_folder.metadata import MOST_CLASSES

# another process may still have to write what was drawn before
WAIT_FOR_OTHERS_S: Final = 0.3
MOST: Final = 200

UNKNOWN_PREDICTION = documented(
    (
        404,
        "unknown-prediction",
        "There is no such prediction",
        "expected the id of a prediction of the caller's, got 'abc'",
    )
)
UNKNOWN_DRAWING = documented(
    (
        404,
        "unknown-drawing",
        "There is no such drawing",
        "expected the id of a drawing of the caller's, got 'abc'",
    )
)
BAD_CURSOR = documented(
    (400, "bad-cursor", "The cursor is not ours", "expected the `next` of a page, got 'abc'")
)

router = APIRouter(
    tags=["history"], responses=ANY_OTHER_PROBLEM | problems(), route_class=JSONRoute
)


class _Own(NamedTuple):
    database: Database
    owner: str | None


def _own(memory: MemoryDep, caller: CallerDep) -> _Own:
    # what was answered a moment ago is there too, and nothing deleted comes back
    memory.writer.flush()
    return _Own(memory.database, caller.owner)


OwnDep = Annotated[_Own, Depends(_own)]
CursorQuery = Annotated[
    str | None, Query(description="The `next` of the page before.", max_length=200)
]
LabelQuery = Annotated[
    str | None,
    Query(
        pattern="^([0-9]{1,3}|not_a_digit|several)$",
        description="Labelled so: a class by its number, `not_a_digit` or `several`.",
    ),
]


def _filters(
    ladder: LadderDep,
    label: LabelQuery = None,
    digit: Annotated[
        int | None,
        Query(ge=0, lt=MOST_CLASSES, description="Read as this class, by `model` or by any."),
    ] = None,
    model: Annotated[
        str | None,
        Query(pattern="^[a-z][a-z0-9_]*$", max_length=64, description="It has answered."),
    ] = None,
    right: Annotated[
        bool | None, Query(description="Read rightly or wrongly, by `model` or the default one.")
    ] = None,
    since: Annotated[date | None, Query(description="From this day on, in UTC.")] = None,
    until: Annotated[date | None, Query(description="Up to this day and with it, in UTC.")] = None,
) -> Filters:
    default = ladder.default.metadata.name if ladder.default else None
    return Filters(label, digit, model, right, since, until, default)


FiltersDep = Annotated[Filters, Depends(_filters)]


@router.get("/predictions", responses=BAD_CURSOR)
def list_predictions(
    own: OwnDep,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: CursorQuery = None,
) -> schemas.KeptPredictions:
    """The caller's predictions, newest first."""
    with own.database.reading() as session:
        page = history.answers(session, own.owner, limit, cursor)
    return schemas.KeptPredictions(items=[_prediction(each) for each in page.items], next=page.next)


@router.delete("/predictions")
def forget_me(own: OwnDep) -> schemas.Forgotten:
    """Delete all that the caller has drawn, with every answer to it."""
    with own.database.writing() as session:
        deleted = history.delete_all(session, own.owner, datetime.now(UTC))
    return schemas.Forgotten(deleted=deleted)


@router.get("/predictions/{id}", responses=UNKNOWN_PREDICTION)
def show_prediction(own: OwnDep, id: PredictionPath) -> schemas.KeptPrediction:  # noqa: A002
    """One of the caller's predictions."""
    with own.database.reading() as session:
        return _prediction(history.answer(session, own.owner, id))


@router.delete("/predictions/{id}", status_code=204, responses=UNKNOWN_PREDICTION)
def delete_prediction(own: OwnDep, id: PredictionPath) -> None:  # noqa: A002
    """Delete the drawing that this is an answer to, with every answer to it."""
    with own.database.writing() as session:
        history.delete_answer(session, own.owner, id)


@router.get("/drawings", responses=BAD_CURSOR)
def list_drawings(
    own: OwnDep,
    ladder: LadderDep,
    filters: FiltersDep,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 24,
    cursor: CursorQuery = None,
) -> schemas.KeptDrawings:
    """The caller's drawings, newest first."""
    with own.database.reading() as session:
        page = history.drawings(session, own.owner, filters, limit, cursor)
    return schemas.KeptDrawings(
        items=[_drawing(each, ladder) for each in page.items], next=page.next
    )


@router.get("/drawings/tally")
def count_drawings(own: OwnDep, ladder: LadderDep) -> schemas.Tally:
    """How many drawings the caller has made and labelled, and how the models did on those."""
    with own.database.reading() as session:
        tally = history.tally(session, own.owner)
    models = sorted(tally.models, key=lambda row: _place(ladder, row.model))
    return schemas.Tally(
        drawn=tally.drawn,
        labelled=tally.labelled,
        models=[
            schemas.ModelTally(model=row.model, right=row.right, labelled=row.labelled)
            for row in models
        ],
    )


@router.get("/drawings/export", response_class=StreamingResponse)
def export_drawings(
    own: OwnDep,
    ladder: LadderDep,
    filters: FiltersDep,
    format: Annotated[  # noqa: A002
        Literal["zip", "idx"],
        Query(description="PNG files and JSON lines, or MNIST's two files of what is labelled."),
    ] = "zip",
) -> Response:
    """The caller's drawings as a ZIP file, oldest first."""
    drawings = history.all_drawings(own.database, own.owner, filters)
    written = export.as_idx if format == "idx" else export.as_zip
    parts = written(drawings, ladder.classes)
    name = "drawings-idx.zip" if format == "idx" else "drawings.zip"
    first = next(parts)  # what goes wrong at once is answered with its status
    return StreamingResponse(
        chain([first], parts),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/drawings/{id}", responses=UNKNOWN_DRAWING)
def show_drawing(own: OwnDep, ladder: LadderDep, id: DrawingPath) -> schemas.KeptDrawing:  # noqa: A002
    """One of the caller's drawings."""
    with own.database.reading() as session:
        return _drawing(history.drawing(session, own.owner, id), ladder)


@router.get("/drawings/{id}/image", responses=UNKNOWN_DRAWING, response_class=Response)
def show_image(own: OwnDep, id: DrawingPath) -> Response:  # noqa: A002
    """The upload that the drawing came as, where it was kept."""
    with own.database.reading() as session:
        content, media_type = history.image(session, own.owner, id)
    return Response(content, media_type=media_type)


@router.delete("/drawings/{id}", status_code=204, responses=UNKNOWN_DRAWING)
def delete_drawing(own: OwnDep, id: DrawingPath) -> None:  # noqa: A002
    """Delete the drawing, with every answer to it."""
    with own.database.writing() as session:
        history.delete_drawing(session, own.owner, id)


def _prediction(kept: history.KeptPrediction) -> schemas.KeptPrediction:
    answer = kept.answer
    upload = file_url(kept.image_data, kept.image_type or "") if kept.image_data else None
    return schemas.KeptPrediction(
        id=answer.id,
        drawing=kept.drawing_id,
        timestamp=kept.timestamp,
        model=answer.model,
        version=answer.version,
        predicted_digit=answer.predicted_digit,
        confidence=answer.confidence,
        probabilities=answer.probabilities,
        verdict=answer.verdict,
        computed_by=kept.computed_by,
        true_label=as_label(kept.true_label),
        is_right=answer.is_right,
        image_data=upload or _picture(kept.field),
    )


def _drawing(kept: history.KeptDrawing, ladder: Ladder) -> schemas.KeptDrawing:
    return schemas.KeptDrawing(
        id=kept.id,
        timestamp=kept.timestamp,
        true_label=as_label(kept.true_label),
        decision=as_label(kept.decision),
        image=_picture(kept.field),
        has_drawing=kept.has_image,
        found_kind=kept.found_kind,
        computed_by=kept.computed_by,
        results=[
            schemas.KeptAnswer(
                id=answer.id,
                model=answer.model,
                version=answer.version,
                predicted_digit=answer.predicted_digit,
                confidence=answer.confidence,
                verdict=answer.verdict,
                is_right=answer.is_right,
            )
            for answer in sorted(kept.answers, key=lambda answer: _place(ladder, answer.model))
        ],
    )


def _picture(field: bytes | None) -> str | None:
    return None if field is None else kept_field_url(field)


def _place(ladder: Ladder, model: str) -> tuple[int, str]:
    """In ladder order; what is not served any more comes last."""
    names = ladder.names
    return (names.index(model) if model in names else len(names), model)
