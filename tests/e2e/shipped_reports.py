"""The shipped reports, as the service answers them; for these no network is loaded."""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.ladder import Ladder
from ml_engine_and_backend.engine.predictor import Model
from ml_engine_and_backend.model_folder.gate import GATE
from ml_engine_and_backend.model_folder.metadata import Metadata
from tests.conftest import REPOSITORY
from tests.fakes import always, reads


@cache
def service() -> TestClient:
    """The shipped rungs, each of which would read a 7."""
    models = [
        Model(metadata, metadata.validation_accuracy, 1000, always(reads(7)))
        for file in sorted(REPOSITORY.glob("models/*/*/metadata.json"))
        if file.parts[-3] != GATE and (metadata := Metadata.model_validate_json(file.read_text()))
    ]
    return TestClient(create_app(Settings(), ModelRegistry(Ladder(models))))


@cache
def get(url: str) -> httpx.Response:
    """What the service answers to a GET of a path with its query."""
    answer: httpx.Response = service().get(url)
    return answer


def models() -> list[dict[str, Any]]:
    return list(get("/models").json())


def comparison(a: str, b: str) -> dict[str, Any]:
    return dict(get(f"/reports/compare?a={a}&b={b}").json())


def sheet() -> dict[str, Any]:
    return dict(get("/reports/digits").json())


def ranked(figure: str) -> list[str]:
    """The rungs' names, from the highest figure to the lowest."""
    rows = sorted(get("/reports").json(), key=lambda row: row[figure], reverse=True)
    return [row["name"] for row in rows]


NAMES = [model["name"] for model in models()]
