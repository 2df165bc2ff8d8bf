"""The Open Inference Protocol: tensors in, tensors out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from ml_engine_and_backend.api.dependencies import (
    LadderDep,
    NamePath,
    PredictionServiceDep,
    SettingsDep,
    VersionPath,
)
from ml_engine_and_backend.api.errors.problems import (
    ANY_OTHER_PROBLEM,
    HTTPProblemError,
    documented,
    shortened,
)
from ml_engine_and_backend.api.paths import OPEN_INFERENCE
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.api.routes.models import NOT_READY
from ml_engine_and_backend.api.routes.predict import UNKNOWN_MODEL
from ml_engine_and_backend.api.schemas import open_inference as schemas
from ml_engine_and_backend.api.tensor_service import encode, infer
from ml_engine_and_backend.api.uploads.body import read_body
from ml_engine_and_backend.api.uploads.picture import JSON
from ml_engine_and_backend.api.uploads.tensors import JSON_LENGTH_HEADER, read_inference
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model

OCTETS = "application/octet-stream"
REFERENCE = "#/components/schemas/{model}"

router = APIRouter(
    prefix=OPEN_INFERENCE, tags=["Open Inference Protocol"], responses=ANY_OTHER_PROBLEM
)


async def _newest(name: NamePath, ladder: LadderDep) -> Model:
    return ladder.find(name)


async def _of_version(name: NamePath, version: VersionPath, ladder: LadderDep) -> Model:
    return ladder.find(f"{name}@{version}")


NewestDep = Annotated[Model, Depends(_newest)]
OfVersionDep = Annotated[Model, Depends(_of_version)]

MODEL_PROBLEMS = UNKNOWN_MODEL | NOT_READY
INFER: dict[str, Any] = {
    "responses": MODEL_PROBLEMS
    | documented(
        (
            400,
            "malformed-inference-request",
            "The inference request is malformed",
            "inputs.0: expected finite values in 0..255, got -1.0 at place 0",
        ),
        (413, "body-too-large", "The body is too large", "expected at most 1048576 bytes, got 2e7"),
        (
            415,
            "unsupported-media-type",
            "This kind of body is not supported",
            f"expected Content-Type {JSON} or {OCTETS}, got text/plain",
        ),
    )
    | {
        200: {
            "model": schemas.InferenceResponse,
            "description": f"JSON; with {JSON_LENGTH_HEADER}, JSON and bytes behind it.",
            "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    "openapi_extra": {
        "parameters": [
            {
                "name": JSON_LENGTH_HEADER,
                "in": "header",
                "description": "How many bytes of the body are JSON; without it, all are.",
                "schema": {"type": "integer", "minimum": 0},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": {"$ref": REFERENCE.format(model="InferenceRequest")}},
                OCTETS: {"schema": {"type": "string", "format": "binary"}},
            },
        },
    },
}


@router.get("")
async def server_metadata(request: Request) -> schemas.ServerMetadata:
    """What serves here, and which extensions of the protocol it has."""
    return schemas.ServerMetadata(
        name="digit-ladder",
        version=request.app.version,
        extensions=[schemas.BINARY_EXTENSION],
    )


@router.get("/health/live")
async def server_live() -> schemas.ServerLive:
    """Answers while the process lives."""
    return schemas.ServerLive()


@router.get("/health/ready", responses=NOT_READY)
async def server_ready(_: LadderDep) -> schemas.ServerReady:
    """Answers 200 once every served model has answered a warm-up."""
    return schemas.ServerReady()


@router.get("/models/{name}", responses=MODEL_PROBLEMS)
async def model_metadata(model: NewestDep, ladder: LadderDep) -> schemas.ModelMetadata:
    """A model's versions and tensors."""
    return _described(model, ladder)


@router.get("/models/{name}/versions/{version}", responses=MODEL_PROBLEMS)
async def model_version_metadata(model: OfVersionDep, ladder: LadderDep) -> schemas.ModelMetadata:
    """The same, if there is this version."""
    return _described(model, ladder)


@router.get("/models/{name}/ready", responses=MODEL_PROBLEMS)
async def model_ready(model: NewestDep) -> schemas.ModelReady:
    """Answers 200 once the model has answered a warm-up."""
    return schemas.ModelReady(name=model.metadata.name)


@router.get("/models/{name}/versions/{version}/ready", responses=MODEL_PROBLEMS)
async def model_version_ready(model: OfVersionDep) -> schemas.ModelReady:
    """The same of one version."""
    return schemas.ModelReady(name=model.metadata.name)


@router.post("/models/{name}/infer", **INFER)
async def model_infer(
    request: Request, model: NewestDep, settings: SettingsDep, service: PredictionServiceDep
) -> Response:
    """Read a batch of 28×28 pictures with a model's highest version."""
    return await _infer(request, model, settings.max_upload_bytes, service)


@router.post("/models/{name}/versions/{version}/infer", **INFER)
async def model_version_infer(
    request: Request, model: OfVersionDep, settings: SettingsDep, service: PredictionServiceDep
) -> Response:
    """Read a batch of 28×28 pictures with one version of a model."""
    return await _infer(request, model, settings.max_upload_bytes, service)


def _described(model: Model, ladder: Ladder) -> schemas.ModelMetadata:
    name = model.metadata.name
    versions = [str(version) for version in ladder.versions(name)]
    shape = [-1, len(model.metadata.classes)]
    return schemas.ModelMetadata(
        name=name,
        versions=versions,
        outputs=[
            schemas.TensorMetadata(name=output, datatype="FP32", shape=shape)
            for output in ("probabilities", "logits")
        ],
    )


async def _infer(
    request: Request, model: Model, max_bytes: int, service: PredictionService
) -> Response:
    # the protocol's clients leave Content-Type out at times
    media_type = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if media_type not in (JSON, OCTETS):
        raise HTTPProblemError(
            415,
            "unsupported-media-type",
            "This kind of body is not supported",
            f"expected Content-Type {JSON} or {OCTETS}, got {shortened(media_type) or 'none'}",
            {"Accept-Post": f"{JSON}, {OCTETS}"},
        )
    body = await read_body(request, max_bytes)
    json_length = request.headers.get(JSON_LENGTH_HEADER)

    def work() -> tuple[bytes, bytes]:
        inference = read_inference(body, json_length)
        return encode(model, inference, infer(model, inference.pictures))

    # a batch takes milliseconds: too long for the event loop
    content, binary = await service.run_in_thread(work)
    if not binary:
        return Response(content, media_type=JSON)
    headers = {JSON_LENGTH_HEADER: str(len(content))}
    return Response(content + binary, headers=headers, media_type=OCTETS)
