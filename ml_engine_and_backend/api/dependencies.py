"""What routes ask for, named once."""

from typing import Annotated

from fastapi import Depends, Query, Request

from ml_engine_and_backend.api.serving import Serving
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.predictor import Ladder


def _serving(request: Request) -> Serving:
    serving: Serving = request.app.state.serving
    return serving


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _ladder(serving: Annotated[Serving, Depends(_serving)]) -> Ladder:
    return serving.ladder


ServingDep = Annotated[Serving, Depends(_serving)]
SettingsDep = Annotated[Settings, Depends(_settings)]
LadderDep = Annotated[Ladder, Depends(_ladder)]
ModelQuery = Annotated[
    str | None,
    Query(
        alias="model",
        description="`<name>` or `<name>@<version>`; without it, the default model answers.",
        examples=["cnn", "cnn@1"],
    ),
]
