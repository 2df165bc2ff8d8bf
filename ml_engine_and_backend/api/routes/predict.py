"""POST a drawing, get the ten probabilities."""

import base64
from dataclasses import asdict
from io import BytesIO
from typing import Any

from fastapi import APIRouter, Request
from PIL import Image

from ml_engine_and_backend.api import schemas
from ml_engine_and_backend.api.body import FIELD, JSON, MULTIPART, PICTURE_TYPES, read_picture
from ml_engine_and_backend.api.dependencies import LadderDep, ModelDep, ServingDep, SettingsDep
from ml_engine_and_backend.api.problems import documented
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.predictor import Rung
from ml_engine_and_backend.engine.preprocessing import Digit, preprocess

router = APIRouter(tags=["predict"])

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
        "over-capacity",
        "The service is over capacity",
        "expected at most 64 requests at once, got one more",
    ),
)
UNKNOWN_MODEL = documented(
    (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet'")
)


@router.post("/predict", include_in_schema=False, response_model=schemas.Prediction)
@router.post(
    "/predict/",
    responses=PICTURE_PROBLEMS | UNKNOWN_MODEL,
    openapi_extra=REQUEST_BODY,
)
async def predict(
    request: Request,
    serving: ServingDep,
    ladder: LadderDep,
    settings: SettingsDep,
    model: ModelDep,
) -> schemas.Prediction:
    """Read the digit in a picture with one model of the ladder."""
    rung = ladder.find(model)
    picture = await read_picture(request, settings.max_upload_bytes)
    (prediction,) = await serving.work(request.scope, lambda: _answers(picture, (rung,)))
    return prediction


@router.post("/predict/all/", include_in_schema=False, response_model=schemas.PredictionAll)
@router.post("/predict/all", responses=PICTURE_PROBLEMS, openapi_extra=REQUEST_BODY)
async def predict_all(
    request: Request, serving: ServingDep, ladder: LadderDep, settings: SettingsDep
) -> schemas.PredictionAll:
    """Read the digit in a picture with every model, in ladder order."""
    picture = await read_picture(request, settings.max_upload_bytes)
    results = await serving.work(request.scope, lambda: _answers(picture, ladder.rungs))
    return schemas.PredictionAll(
        results=results, agree=len({result.digit for result in results}) == 1
    )


def _answers(picture: bytes, rungs: tuple[Rung, ...]) -> list[schemas.Prediction]:
    """Every rung's answer; the picture is decoded and preprocessed once."""
    digit = preprocess(decode(picture))
    preprocessing = schemas.Preprocessing(
        inverted=digit.inverted, box=digit.box, image=_data_url(digit)
    )
    return [
        schemas.Prediction(**asdict(rung.predict(digit.field)), preprocessing=preprocessing)
        for rung in rungs
    ]


def _data_url(digit: Digit) -> str:
    png = BytesIO()
    Image.fromarray(digit.field).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
