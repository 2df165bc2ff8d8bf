"""Retraining from the admin page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from ml_engine_and_backend.api.accounts.identity import NOT_SIGNED_IN, ROLE_NEEDED, AdminDep
from ml_engine_and_backend.api.dependencies import LadderDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM
from ml_engine_and_backend.api.memory import memory_of
from ml_engine_and_backend.api.retraining import (
    ELSEWHERE,
    HERE,
    Retraining,
    is_installed,
    log_of,
    status_of,
)
from ml_engine_and_backend.api.routes.json_route import JSONRoute, problems
from ml_engine_and_backend.api.schemas import retraining as schemas
from ml_engine_and_backend.database.tables import TrainingRun
from ml_engine_and_backend.engine.errors import UnknownModelError

LIMIT = 20
PROBLEMS = (
    (404, "unknown-model", "There is no such model", "expected one of cnn, …, got 'resnet'"),
    (
        409,
        "retraining-runs",
        "A retraining is running",
        "expected no retraining to be running, got one that Ada started at 2026-01-01 12:00 UTC",
    ),
    (
        409,
        "training-not-installed",
        "Training is not installed here",
        "Training is not installed where this service runs. …",
    ),
)
NOT_STOPPED = (
    (
        404,
        "unknown-retraining",
        "There is no such retraining",
        "expected the number of a retraining, got 7",
    ),
    (
        409,
        "retraining-ended",
        "The retraining has ended",
        "expected retraining 7 to be running; it has ended",
    ),
)

router = APIRouter(
    prefix="/retraining",
    tags=["promotions"],
    responses=ANY_OTHER_PROBLEM | problems(NOT_SIGNED_IN, ROLE_NEEDED),
    route_class=JSONRoute,
)


def _retraining(request: Request) -> Retraining:
    memory_of(request.app.state)  # a 404 where nothing is kept
    retraining: Retraining = request.app.state.retraining
    return retraining


RetrainingDep = Annotated[Retraining, Depends(_retraining)]


@router.get("")
def list_retrainings(retraining: RetrainingDep, _: AdminDep) -> schemas.Retraining:
    """Whether retraining is possible here, and what became of it so far. For admins."""
    available = is_installed()
    return schemas.Retraining(
        available=available,
        how=HERE if available else ELSEWHERE,
        runs=[_run(run) for run in retraining.runs(LIMIT)],
    )


@router.post("", status_code=202, responses=problems(NOT_SIGNED_IN, ROLE_NEEDED, *PROBLEMS))
def start_retraining(
    body: schemas.RetrainingRequest, retraining: RetrainingDep, ladder: LadderDep, account: AdminDep
) -> schemas.TrainingRun:
    """Retrain from what reviewers have settled, in a process of its own. For admins.

    It makes candidates and measures them; none is served before it is promoted.
    """
    for name in body.models:
        if name not in ladder.names:
            raise UnknownModelError(name, ladder.names, ladder.names)
    return _run(retraining.start(body.models, body.epochs, account.name))


@router.delete(
    "/{id}", status_code=204, responses=problems(NOT_SIGNED_IN, ROLE_NEEDED, *NOT_STOPPED)
)
def stop_retraining(
    id: Annotated[int, Path(description="Of a retraining.", ge=1, le=2**31 - 1)],  # noqa: A002
    retraining: RetrainingDep,
    _: AdminDep,
) -> None:
    """Tell a retraining to stop; its status says so once it has. For admins."""
    retraining.stop(id)


def _run(run: TrainingRun) -> schemas.TrainingRun:
    return schemas.TrainingRun.model_validate(
        {
            "id": run.id,
            "models": run.models,
            "by": run.started_by,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "status": status_of(run),
            "log": log_of(run),
        }
    )
