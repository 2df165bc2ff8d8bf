"""The networks themselves, for browsers that answer on their own."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter

from ml_engine_and_backend.api.dependencies import LadderDep, SettingsDep
from ml_engine_and_backend.api.errors.problems import (
    ANY_OTHER_PROBLEM,
    HTTPProblemError,
    documented,
    shortened,
)
from ml_engine_and_backend.api.middleware.page_headers import IMMUTABLE
from ml_engine_and_backend.api.routes.models import NOT_READY
from ml_engine_and_backend.api.schemas import networks as schemas
from ml_engine_and_backend.engine.errors import BrokenModelError
from ml_engine_and_backend.engine.gate import Gate
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.metadata import INSIDE_FILE, NETWORK_FILE
from ml_engine_and_backend.model_folder.record import read_file

MEDIA_TYPE = "application/octet-stream"
NO_NETWORK = documented(
    (
        404,
        "unknown-network",
        "There is no such network",
        "expected the SHA-256 of a network that is served, got 0123…",
    )
)

router = APIRouter(prefix="/networks", tags=["models"], responses=ANY_OTHER_PROBLEM | NOT_READY)


@router.get("")
async def list_networks(ladder: LadderDep) -> schemas.Networks:
    """The networks of the served models in ladder order, and the gate's."""
    return schemas.Networks(
        classes=list(ladder.classes),
        preprocessing=ladder.preprocessing,
        gate=_gate(ladder.gate) if ladder.gate else None,
        rungs=[_rung(ladder, model) for model in ladder.models],
    )


@router.get(
    "/{sha256}.tflite",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "What `If-None-Match` names is still right; no body."},
        **NO_NETWORK,
    },
)
def show_network(
    request: Request,
    sha256: Annotated[str, PathParameter(description="As `/networks` names it.")],
    ladder: LadderDep,
    settings: SettingsDep,
) -> Response:
    """A network's LiteRT file, as it lies in the model folder; it never changes under its name."""
    # read when it is asked for: held in memory, it would be there once more for the interpreter
    path = _files(ladder).get(sha256)
    if path is None:
        raise _unknown(f"got {shortened(sha256)!r}")
    headers = {"ETag": f'"{sha256}"', "Cache-Control": IMMUTABLE}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        content = read_file(settings.models_dir / path, sha256)
    except BrokenModelError as error:
        raise _unknown(f"whose file is whole, got {path} changed or gone") from error
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _rung(ladder: Ladder, model: Model) -> schemas.RungNetworks:
    metadata = model.metadata
    members = [ladder.find(f"{each.name}@{each.version}").metadata for each in metadata.members]
    return schemas.RungNetworks(
        model=metadata.name,
        version=metadata.version,
        activation=metadata.activation,
        temperature=metadata.temperature,
        unsure_threshold=metadata.unsure_threshold,
        networks=[
            schemas.Network(sha256=each.files[NETWORK_FILE].sha256, temperature=each.temperature)
            for each in members or [metadata]
        ],
        inside=schemas.InsideNetwork(
            sha256=metadata.files[INSIDE_FILE].sha256, outputs=metadata.inside.outputs
        )
        if metadata.inside
        else None,
    )


def _gate(gate: Gate) -> schemas.GateNetwork:
    metadata = gate.metadata
    return schemas.GateNetwork(
        sha256=metadata.files[NETWORK_FILE].sha256,
        **metadata.model_dump(include={"version", "temperature", "digit_from", "sure_from"}),
    )


def _files(ladder: Ladder) -> dict[str, Path]:
    """The path of every network that is served, below the models' folder, by its SHA-256."""
    records = [model.metadata for model in ladder.every_version]
    files = {
        metadata.files[name].sha256: Path(metadata.name, str(metadata.version), name)
        for metadata in records
        for name in (NETWORK_FILE, INSIDE_FILE)
        if name in metadata.files
    }
    if ladder.gate:
        metadata = ladder.gate.metadata
        path = Path(GATE, str(metadata.version), NETWORK_FILE)
        files[metadata.files[NETWORK_FILE].sha256] = path
    return files


def _unknown(came: str) -> HTTPProblemError:
    detail = f"expected the SHA-256 of a network that is served, {came}"
    return HTTPProblemError(404, "unknown-network", "There is no such network", detail)
