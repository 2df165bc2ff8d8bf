"""What can be asked, and how good it is."""

from fastapi import APIRouter

from ml_engine_and_backend.api.dependencies import LadderDep, NamePath
from ml_engine_and_backend.api.errors.problems import ANY_OTHER_PROBLEM, documented
from ml_engine_and_backend.api.routes.predict import UNKNOWN_MODEL
from ml_engine_and_backend.api.schemas.predictions import ModelSummary
from ml_engine_and_backend.model_folder.metadata import Metadata

router = APIRouter(tags=["models"], responses=ANY_OTHER_PROBLEM)

NOT_READY = documented(
    (503, "not-ready", "The service is not ready", "the models are still being loaded")
)


@router.get("/models", responses=NOT_READY)
async def list_models(ladder: LadderDep) -> list[ModelSummary]:
    """The served models in ladder order."""
    return [
        ModelSummary(
            name=rung.metadata.name,
            title=rung.metadata.title,
            adds=rung.metadata.adds,
            version=rung.metadata.version,
            parameters=rung.metadata.parameters,
            activation=rung.metadata.activation,
            accuracy=rung.accuracy,
            size_bytes=rung.size_bytes,
            default=rung is ladder.default,
        )
        for rung in ladder.rungs
    ]


@router.get("/models/{name}", responses=UNKNOWN_MODEL | NOT_READY)
async def show_model(name: NamePath, ladder: LadderDep) -> Metadata:
    """A model's `metadata.json`; `<name>@<version>` shows an older version's."""
    return ladder.find(name).metadata
