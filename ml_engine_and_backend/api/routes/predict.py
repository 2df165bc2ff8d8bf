"""POST a drawing, get the ten probabilities."""

from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, documented
from ml_engine_and_backend.api.lean_route import add_lean_route
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.prediction_service import (
    Answer,
    answers_of,
    asked_model,
    encode_all,
    encode_one,
    is_quick,
)
from ml_engine_and_backend.api.schemas import predictions as schemas
from ml_engine_and_backend.api.uploads.body import (
    FIELD,
    JSON,
    MULTIPART,
    PICTURE_TYPES,
    read_picture,
)
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.predictor import Rung
from ml_engine_and_backend.engine.preprocessing import preprocess

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
        "expected at most 1048576 bytes, got 20000000",
    ),
    (
        413,
        "too-many-pixels",
        "The picture has too many pixels",
        "expected at most 16777216 pixels, got 20000 × 20000 = 400000000",
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
MODEL_PARAMETER: dict[str, Any] = {
    "parameters": [
        {
            "name": "model",
            "in": "query",
            "required": False,
            "description": "`<name>` or `<name>@<version>`; without it, the default model answers.",
            "schema": {"type": "string"},
            "examples": {"latest": {"value": "cnn"}, "version": {"value": "cnn@1"}},
        }
    ]
}


PREDICT: dict[str, Any] = {
    "response_model": schemas.Prediction,
    "responses": PICTURE_PROBLEMS | UNKNOWN_MODEL | ANY_OTHER_PROBLEM,
    "openapi_extra": REQUEST_BODY | MODEL_PARAMETER,
    "tags": ["predict"],
}
PREDICT_ALL: dict[str, Any] = {
    "response_model": schemas.PredictionAll,
    "responses": PICTURE_PROBLEMS | ANY_OTHER_PROBLEM,
    "openapi_extra": REQUEST_BODY,
    "tags": ["predict"],
}


def add_predict(app: FastAPI) -> None:
    """Route the drawings; before all else, since they are most of the traffic."""
    for endpoint, documented_path, other_path, options in (
        (predict, "/predict/", "/predict", PREDICT),
        (predict_all, "/predict/all", "/predict/all/", PREDICT_ALL),
    ):
        for path in (documented_path, other_path):
            add_lean_route(
                app, path, endpoint, include_in_schema=path is documented_path, **options
            )


async def predict(request: Request) -> Response:
    """Read the digit in a picture with one model of the ladder."""
    serving: Serving = request.app.state.serving
    rung = serving.ladder.find(asked_model(request.scope["query_string"]))
    return _json(encode_one(await _answers(request, serving, (rung,))))


async def predict_all(request: Request) -> Response:
    """Read the digit in a picture with every model, in ladder order."""
    serving: Serving = request.app.state.serving
    return _json(encode_all(await _answers(request, serving, serving.ladder.rungs)))


async def _answers(request: Request, serving: Serving, rungs: tuple[Rung, ...]) -> list[Answer]:
    """Every rung's answer; the picture is decoded and preprocessed once."""
    admission = serving.admission
    picture = await read_picture(request, request.app.state.settings.max_upload_bytes, admission)
    with admission.place(request.scope):
        if is_quick(picture):
            return _read(picture, rungs)
        return await admission.in_thread(lambda: _read(picture, rungs))


def _read(picture: bytes, rungs: tuple[Rung, ...]) -> list[Answer]:
    return answers_of(preprocess(decode(picture)), rungs)


def _json(content: bytes) -> Response:
    return Response(content, media_type=JSON)
