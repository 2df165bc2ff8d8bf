"""What the page answered by itself, to be kept as if the service had answered."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request

from ml_engine_and_backend.api.accounts.identity import claim_of
from ml_engine_and_backend.api.dependencies import LadderDep, MemoryDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, HTTPProblemError
from ml_engine_and_backend.api.prediction_service import QUICK_PIXELS, is_quick
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas import drawings as schemas
from ml_engine_and_backend.api.uploads.picture import picture_of
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.gate import Found
from ml_engine_and_backend.engine.preprocessing import preprocess

SIDE: Final = round(QUICK_PIXELS**0.5)
BAD_REQUEST: Final = (400, "bad-request", "The request is malformed")
NOT_A_DRAWING: Final = (422, "not-a-drawing", "This is not a drawing of the page's")
EXPECTED: Final = f"expected a PNG of up to {SIDE} × {SIDE} pixels"

router = APIRouter(tags=["history"], responses=ANY_OTHER_PROBLEM, route_class=JSONRoute)


@dataclass
class _Result:
    """A model's answer; `digit` is the likeliest."""

    model: str
    version: int
    probabilities: list[float]
    verdict: str
    id: str | None = None

    @property
    def confidence(self) -> float:
        return max(self.probabilities)

    @property
    def digit(self) -> int:
        return self.probabilities.index(self.confidence)


@router.post(
    "/drawings",
    responses=problems(
        (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet@1'"),
        (*NOT_A_DRAWING, f"{EXPECTED}, got 4 bytes that are none"),
        (422, "blank-drawing", "There is nothing drawn", "expected a digit, got a blank picture"),
    ),
)
def keep_drawing(
    request: Request, body: schemas.BrowserAnswer, ladder: LadderDep, memory: MemoryDep
) -> schemas.KeptBrowserAnswer:
    """Keep a drawing with what the caller's own copies of the served networks read in it.

    The 28×28 picture is made here, from the drawing: one that is trained on later must be what the
    drawing gives. What was read is kept as it is told, and marked `computed_by: browser`.
    """
    asked = [f"{each.model}@{each.version}" for each in body.results]
    for each in asked:
        ladder.find(each)
    if len(set(asked)) < len(asked):
        detail = f"body results: expected one answer of each model, got {', '.join(asked)}"
        raise HTTPProblemError(*BAD_REQUEST, detail)
    for result in body.results:
        if len(result.probabilities) != len(ladder.classes):
            detail = (
                f"body results: expected {len(ladder.classes)} probabilities, one a class, "
                f"got {len(result.probabilities)} of {result.model}"
            )
            raise HTTPProblemError(*BAD_REQUEST, detail)
    picture = picture_of(body.image)
    if not is_quick(picture):
        raise HTTPProblemError(*NOT_A_DRAWING, f"{EXPECTED}, got {len(picture)} bytes that are not")
    field = preprocess(decode(picture), ladder.preprocessing).field
    results = [_Result(**each.model_dump()) for each in body.results]
    found = Found(**body.found.model_dump())
    memory.keep(field, found, results, picture, claim_of(request), body.keep, "browser")
    return schemas.KeptBrowserAnswer(
        results=[
            schemas.KeptResult(model=each.model, version=each.version, id=each.id)
            for each in results
        ]
    )
