"""What routes ask for, named once."""

from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import AfterValidator

from ml_engine_and_backend.api.memory import Memory, memory_of
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.prediction_service import PredictionService
from ml_engine_and_backend.api.reports import Reports
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.engine.ladder import Ladder

# Coroutines, though most wait for nothing: FastAPI hands each function to a thread, which takes
# longer than what these do.


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _ladder(request: Request) -> Ladder:
    registry: ModelRegistry = request.app.state.registry
    return registry.ladder


async def _prediction_service(request: Request) -> PredictionService:
    service: PredictionService = request.app.state.prediction_service
    return service


async def _memory(request: Request) -> Memory:
    return memory_of(request.app.state)


SettingsDep = Annotated[Settings, Depends(_settings)]
LadderDep = Annotated[Ladder, Depends(_ladder)]
PredictionServiceDep = Annotated[PredictionService, Depends(_prediction_service)]

# both are a 404 where nothing is kept
MemoryDep = Annotated[Memory, Depends(_memory)]


async def _database(memory: MemoryDep) -> Database:
    return memory.database


DatabaseDep = Annotated[Database, Depends(_database)]

NamePath = Annotated[str, Path(description="A model of the ladder.", examples=["cnn"])]


def _without_nul(text: str) -> str:
    """PostgreSQL takes no NUL in a text, and no id has one."""
    return text.replace("\0", "")


_Id = Annotated[str, AfterValidator(_without_nul)]
PredictionPath = Annotated[_Id, Path(description="The `id` of a prediction.", max_length=64)]
DrawingPath = Annotated[_Id, Path(description="The `id` of a drawing.", max_length=64)]
VersionPath = Annotated[str, Path(description="One of its versions.", examples=["1"])]


async def _reports(settings: SettingsDep) -> Reports:
    return Reports(settings.models_dir)


ReportsDep = Annotated[Reports, Depends(_reports)]
