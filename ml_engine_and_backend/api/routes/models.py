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
            name=model.metadata.name,
            title=model.metadata.title,
            adds=model.metadata.adds,
            version=model.metadata.version,
            parameters=model.metadata.parameters,
            activation=model.metadata.activation,
            classes=list(model.metadata.classes),
            accuracy=model.accuracy,
            validation_accuracy=model.metadata.validation_accuracy,
            unsure_threshold=min(model.metadata.unsure_threshold, 1.0),
            size_bytes=model.size_bytes,
            default=model is ladder.default,
        )
        for model in ladder.models
    ]


@router.get("/models/{name}", responses=UNKNOWN_MODEL | NOT_READY)
async def show_model(name: NamePath, ladder: LadderDep) -> Metadata:
    """A model's `metadata.json`; `<name>@<version>` shows an older version's."""
    return ladder.find(name).metadata
