"""What routes ask for, named once."""

from typing import Annotated

from fastapi import Depends, Path, Request

from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.reports import Reports
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.predictor import Ladder

# Coroutines, though they wait for nothing: FastAPI hands each function to a thread, which takes
# longer than what these do.


async def _serving(request: Request) -> Serving:
    serving: Serving = request.app.state.serving
    return serving


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _ladder(serving: Annotated[Serving, Depends(_serving)]) -> Ladder:
    return serving.ladder


async def _reports(settings: Annotated[Settings, Depends(_settings)]) -> Reports:
    return Reports(settings.models_dir)


ServingDep = Annotated[Serving, Depends(_serving)]
SettingsDep = Annotated[Settings, Depends(_settings)]
ReportsDep = Annotated[Reports, Depends(_reports)]
LadderDep = Annotated[Ladder, Depends(_ladder)]

NamePath = Annotated[str, Path(description="A model of the ladder.", examples=["cnn"])]
VersionPath = Annotated[str, Path(description="One of its versions.", examples=["1"])]
