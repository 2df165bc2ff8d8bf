"""How good each rung is, and whether two of them really differ."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import FileResponse, JSONResponse

from ml_engine_and_backend.api.dependencies import LadderDep, NamePath, ReportsDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, documented
from ml_engine_and_backend.api.routes.models import NOT_READY
from ml_engine_and_backend.api.schemas import reports as schemas
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.model_folder.hard_ones import HardOnes
from ml_engine_and_backend.model_folder.report import Report

NOT_FOUND = documented(
    (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet'"),
    (
        404,
        "no-report",
        "There is no such report",
        "expected a readable cnn/1/report.json, got none",
    ),
)
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What `If-None-Match` names is still right; no body."}
}

# the routes read files, so they are no coroutines: FastAPI runs them beside the event loop
router = APIRouter(
    prefix="/reports",
    tags=["reports"],
    responses=ANY_OTHER_PROBLEM | NOT_READY | NOT_MODIFIED,
)

RungQuery = Annotated[str, Query(description="`<name>` or `<name>@<version>`.", examples=["cnn"])]
BAD_REQUEST = documented(
    (400, "bad-request", "The request is malformed", "query a: Field required")
)


@router.get("", responses=NOT_FOUND, response_model=list[schemas.ReportSummary])
def list_reports(request: Request, ladder: LadderDep, reports: ReportsDep) -> Response:
    """One row a rung in ladder order, with what each step up bought."""
    return _answer(request, ladder, lambda: reports.summaries(ladder))


@router.get("/compare", responses=NOT_FOUND | BAD_REQUEST, response_model=schemas.Comparison)
def compare_reports(
    request: Request, ladder: LadderDep, reports: ReportsDep, a: RungQuery, b: RungQuery
) -> Response:
    """Two rungs on the same test digits: the difference, whether it is real, and the digits."""
    model_a, model_b = ladder.find(a), ladder.find(b)
    return _answer(request, ladder, lambda: reports.comparison(model_a, model_b))


@router.get("/digits", responses=NOT_FOUND, response_model=schemas.DigitSheet)
def describe_digits(request: Request, ladder: LadderDep, reports: ReportsDep) -> Response:
    """Which test digits the sprite sheet shows, and what every rung reads in them."""
    image = f"{router.prefix}/digits.png?v={_etag(ladder).strip(chr(34))}"
    return _answer(request, ladder, lambda: reports.sheet(ladder, image))


@router.get("/digits.png", responses=NOT_FOUND, response_class=FileResponse)
def show_digits(request: Request, ladder: LadderDep, reports: ReportsDep) -> Response:
    """The sprite sheet: every test digit that a rung misreads, and examples of the others."""
    if _is_known(request, ladder):
        return _not_modified(ladder)
    return FileResponse(reports.sheet_image(), media_type="image/png", headers=_caching(ladder))


@router.get("/hard", responses=NOT_FOUND, response_model=HardOnes)
def list_hard_ones(request: Request, ladder: LadderDep, reports: ReportsDep) -> Response:
    """Drawings that some rungs misread and others read, in teaching order."""
    return _answer(request, ladder, reports.hard_ones)


@router.get("/{name}", responses=NOT_FOUND, response_model=Report)
def show_report(
    request: Request, name: NamePath, ladder: LadderDep, reports: ReportsDep
) -> Response:
    """A rung's whole report."""
    model = ladder.find(name)
    return _answer(request, ladder, lambda: reports.whole(model))


@router.get("/{name}/contact_sheet.png", responses=NOT_FOUND, response_class=FileResponse)
def show_contact_sheet(
    request: Request, name: NamePath, ladder: LadderDep, reports: ReportsDep
) -> Response:
    """Training digits, a row after each transform; only of rungs that learnt from such."""
    model = ladder.find(name)
    if _is_known(request, ladder):
        return _not_modified(ladder)
    path = reports.contact_sheet(model)
    return FileResponse(path, media_type="image/png", headers=_caching(ladder))


def _answer(request: Request, ladder: Ladder, build: Callable[[], Any]) -> Response:
    if _is_known(request, ladder):
        return _not_modified(ladder)
    return JSONResponse(jsonable_encoder(build()), headers=_caching(ladder))


def _etag(ladder: Ladder) -> str:
    """Changes with any served version; a model never changes under its version."""
    served = ",".join(f"{model.metadata.name}@{model.metadata.version}" for model in ladder.models)
    return f'"{hashlib.sha256(served.encode()).hexdigest()[:16]}"'


def _caching(ladder: Ladder) -> dict[str, str]:
    return {"ETag": _etag(ladder), "Cache-Control": "no-cache"}


def _is_known(request: Request, ladder: Ladder) -> bool:
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or _etag(ladder) in known


def _not_modified(ladder: Ladder) -> Response:
    return Response(status_code=304, headers=_caching(ladder))
