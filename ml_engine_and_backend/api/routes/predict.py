"""POST a drawing, get the ten probabilities."""

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from ml_engine_and_backend.api.accounts.identity import claim_of
from ml_engine_and_backend.api.errors.problems import (
    ANY_OTHER_PROBLEM,
    HTTPProblemError,
    documented,
    shortened,
)
from ml_engine_and_backend.api.memory import KEEPS, Keep, Memory
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.api.schemas.predictions import Prediction, PredictionAll, Reading
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.api.uploads.picture import (
    FIELD,
    JSON,
    MULTIPART,
    PICTURE_TYPES,
    read_picture,
)
from ml_engine_and_backend.engine.decoding import Box
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model

_BINARY = {"schema": {"type": "string", "format": "binary"}}
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The picture: a drawing in any size, dark on light or light on dark.",
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            },
            **dict.fromkeys(PICTURE_TYPES, _BINARY),
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "properties": {
                        "image": {"type": "string", "description": "base64, or a data: URL"}
                    },
                },
                "example": {"image": "data:image/png;base64,iVBORw0KGgo…"},
            },
        },
    }
}
PICTURE_PROBLEMS = documented(
    (400, "malformed-body", "The body is malformed", "expected JSON, got 3 bytes that are not"),
    (
        413,
        "body-too-large",
        "The body is too large",
        "expected at most 12582912 bytes, got 20000000",
    ),
    (
        413,
        "too-many-pixels",
        "The picture has too many pixels",
        "expected at most 50000000 pixels, got 20000 × 20000 = 400000000",
    ),
    (
        415,
        "unsupported-media-type",
        "This kind of body is not supported",
        "expected Content-Type multipart/form-data, image/png, …, got text/plain",
    ),
    (
        422,
        "unreadable-picture",
        "This is not a picture we can read",
        "expected a PNG, JPEG, WEBP, GIF or BMP picture, got 4 bytes that begin with b'<svg'",
    ),
    (
        422,
        "blank-drawing",
        "There is nothing drawn",
        "expected a digit, got a blank picture",
    ),
    (503, "not-ready", "The service is not ready", "the models are still being loaded"),
    (
        503,
        "no-default-model",
        "The default model is not served",
        "expected the default model 'cnn' among those served, got single_layer, hidden_layer",
    ),
    (
        503,
        "over-capacity",
        "The service is over capacity",
        "expected at most 32 requests at once, got one more",
    ),
)
UNKNOWN_MODEL = documented(
    (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet'")
)
BOX: Final = re.compile(r"[0-9]{1,9}(,[0-9]{1,9}){3}")
BOX_PARAMETER: dict[str, Any] = {
    "name": "box",
    "in": "query",
    "required": False,
    "description": (
        "The part to read, `left,top,right,bottom` in pixels of the upright picture, right and "
        "bottom excluded; without it, all of the picture."
    ),
    "schema": {"type": "string", "pattern": f"^{BOX.pattern}$"},
}
KEEP_PARAMETER: dict[str, Any] = {
    "name": "keep",
    "in": "query",
    "required": False,
    "description": (
        "What may be remembered, where the service remembers at all: `field`, the 28×28 picture "
        "that the models saw, with their answers; `drawing`, a small PNG as it was sent too; or "
        "`nothing`, and then there is no `id`."
    ),
    "schema": {"type": "string", "enum": list(KEEPS), "default": "field"},
}
PARAMETERS: dict[str, Any] = {
    "parameters": [
        {
            "name": "model",
            "in": "query",
            "required": False,
            "description": "`<name>` or `<name>@<version>`; without it, the default model answers.",
            "schema": {"type": "string"},
            "examples": {"latest": {"value": "cnn"}, "version": {"value": "cnn@1"}},
        },
        BOX_PARAMETER,
    ]
}


class RawRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response as they are.

    FastAPI's solving of dependencies, and its validation of what was just validated, cost a third
    of what reading a digit does. It documents these routes; a test holds them to that.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


router = APIRouter(
    tags=["predict"], responses=PICTURE_PROBLEMS | ANY_OTHER_PROBLEM, route_class=RawRoute
)


@router.post("/predict", include_in_schema=False)
@router.post(
    "/predict/",
    response_model=Prediction,
    responses=UNKNOWN_MODEL,
    openapi_extra=REQUEST_BODY | {"parameters": [*PARAMETERS["parameters"], KEEP_PARAMETER]},
)
async def predict(request: Request) -> Response:
    """Read the digit in a picture with one model of the ladder."""
    ladder = _ladder(request)
    model = ladder.find(_asked_once(request, "model"))
    (prediction,) = await _predict(request, ladder, [model])
    return Response(prediction.model_dump_json(exclude_none=True), media_type=JSON)


@router.post("/predict/all/", include_in_schema=False)
@router.post(
    "/predict/all",
    response_model=PredictionAll,
    openapi_extra=REQUEST_BODY | {"parameters": [BOX_PARAMETER, KEEP_PARAMETER]},
)
async def predict_all(request: Request) -> Response:
    """Read the digit in a picture with every model, in ladder order."""
    ladder = _ladder(request)
    predictions = await _predict(request, ladder, ladder.models)
    told = {each.read.text if each.read else str(each.digit) for each in predictions}
    agree = len(told) == 1
    answer = PredictionAll(results=predictions, agree=agree)
    return Response(answer.model_dump_json(exclude_none=True), media_type=JSON)


@router.post("/read/", include_in_schema=False)
@router.post(
    "/read",
    response_model=Reading,
    responses=UNKNOWN_MODEL,
    openapi_extra=REQUEST_BODY | PARAMETERS,
)
async def read(request: Request) -> Response:
    """Read every digit in a picture with one model, in reading order."""
    ladder = _ladder(request)
    model, box = ladder.find(_asked_once(request, "model")), _asked_box(request)
    picture = await read_picture(request, _max_bytes(request))
    reading = await _service(request).read(picture, model, ladder.gate, box)
    return Response(reading.model_dump_json(), media_type=JSON)


async def _predict(request: Request, ladder: Ladder, models: Sequence[Model]) -> list[Prediction]:
    box = _asked_box(request)
    keep = _asked_keep(request)
    picture = await read_picture(request, _max_bytes(request))
    sight, predictions = await _service(request).predict(picture, models, ladder.gate, box)
    memory: Memory | None = request.app.state.memory
    if memory is not None:
        field = sight.digit.field
        memory.keep(field, sight.found, predictions, picture, claim_of(request), keep)
    return predictions


def _service(request: Request) -> PredictionService:
    service: PredictionService = request.app.state.prediction_service
    return service


def _max_bytes(request: Request) -> int:
    settings: Settings = request.app.state.settings
    return settings.max_upload_bytes


def _ladder(request: Request) -> Ladder:
    registry: ModelRegistry = request.app.state.registry
    return registry.ladder


def _asked_once(request: Request, name: str) -> str | None:
    asked = request.query_params.getlist(name)
    if len(asked) > 1:
        raise _malformed(
            f"expected the query parameter {name!r} at most once, got it {len(asked)} times"
        )
    return asked[0] if asked else None


def _asked_box(request: Request) -> Box | None:
    """The part of the picture that is to be read; whether it is in there shows later."""
    asked = _asked_once(request, "box")
    if asked is None:
        return None
    if not BOX.fullmatch(asked):
        raise _malformed(
            "expected the query parameter 'box' as left,top,right,bottom in whole pixels, "
            f"got {shortened(asked)!r}"
        )
    left, top, right, bottom = map(int, asked.split(","))
    return left, top, right, bottom


def _asked_keep(request: Request) -> Keep:
    """What may be kept: by default, what the models saw, and what they read in it."""
    asked = _asked_once(request, "keep")
    if asked is None:
        return "field"
    for keep in KEEPS:
        if keep == asked:
            return keep
    raise _malformed(
        f"expected the query parameter 'keep' as one of {', '.join(KEEPS)}, "
        f"got {shortened(asked)!r}"
    )


def _malformed(detail: str) -> HTTPProblemError:
    return HTTPProblemError(400, "bad-request", "The request is malformed", detail)
