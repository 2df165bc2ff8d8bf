"""The application with real model folders: the shipped ones, and those that cannot be served."""

import math
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from tests.api.conftest import PNG
from tests.fakes import always
from tests.model_folder.test_folder import write_folder

SHIPPED = REPOSITORY / "models"


def test_shipped_models_are_served_and_the_best_on_validation_is_the_default() -> None:
    # it listens once it has loaded the models
    with TestClient(create_app(Settings(models_dir=SHIPPED))) as client:
        assert client.get("/ready").status_code == 200
        (default,) = [model["name"] for model in client.get("/models").json() if model["default"]]
        validation = {
            name: client.get(f"/models/{name}").json()["validation_accuracy"]
            for name in client.get("/ready").json()["models"]
        }
        assert validation[default] == max(validation.values())
        answer = client.post("/predict/", files={"file": PNG}).json()
        assert (answer["model"], answer["digit"]) == (default, 7)


def test_the_default_model_that_is_set_answers_where_none_is_named() -> None:
    settings = Settings(models_dir=SHIPPED, default_model="single_layer")
    with TestClient(create_app(settings)) as client:
        assert client.get("/ready").status_code == 200
        assert client.post("/predict/", files={"file": PNG}).json()["model"] == "single_layer"


def test_without_models_ready_says_where_they_were_expected(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(models_dir=tmp_path))) as client:
        assert client.get("/ready").status_code == 503
        assert str(tmp_path) in client.get("/ready").json()["detail"]


def test_a_network_that_does_not_load_is_left_out_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path)  # its network is none
    with TestClient(create_app(Settings(models_dir=tmp_path))) as client:
        assert client.get("/ready").status_code == 503
    assert "expected a LiteRT model" in capsys.readouterr().err


def test_a_network_that_answers_nonsense_is_left_out_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path)
    monkeypatch.setattr(
        "ml_engine_and_backend.engine.predictor.LiteRTNetwork", lambda *_: always([math.nan] * 10)
    )
    with TestClient(create_app(Settings(models_dir=tmp_path))) as client:
        assert client.get("/ready").status_code == 503
    assert "expected finite logits" in capsys.readouterr().err
