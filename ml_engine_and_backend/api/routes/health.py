"""For whoever watches the process."""

from fastapi import APIRouter, Request

from ml_engine_and_backend.api.accounts.limiter import Limiter
from ml_engine_and_backend.api.dependencies import LadderDep
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM
from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.api.routes.models import NOT_READY
from ml_engine_and_backend.api.schemas.predictions import Alive, Ready

router = APIRouter(tags=["health"], responses=ANY_OTHER_PROBLEM)


@router.get("/health")
async def health() -> Alive:
    """Answers while the process lives."""
    return Alive()


@router.get("/ready", responses=NOT_READY, response_model_exclude_none=True)
async def ready(request: Request, ladder: LadderDep) -> Ready:
    """Answers 200 once every served model has answered a warm-up.

    It says so too while the database or Redis is away: predictions are answered without them.
    """
    memory: Memory | None = request.app.state.memory
    limiter: Limiter = request.app.state.limiter
    is_away = memory is not None and not memory.writer.is_answering
    return Ready(
        models=ladder.names,
        database="none" if memory is None else "away" if is_away else "ok",
        database_detail=memory.writer.reason if memory and is_away else None,
        limits=limiter.counting,
        limits_detail=limiter.reason,
    )
