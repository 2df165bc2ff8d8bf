import json
import logging
import math
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Route

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import Serving
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from ml_engine_and_backend.engine.predictor import Ladder
from tests.api.conftest import PNG
from tests.fakes import always, fake_ladder, fake_rung
from tests.model_folder.test_folder import write_folder

SHIPPED = REPOSITORY / "models"


def wait_for_the_outcome(client: TestClient) -> int:
    """/ready's status once loading has ended."""
    for _ in range(1_200):  # a minute
        response = client.get("/ready")
        if response.status_code == 200 or "being loaded" not in response.text:
            break
        time.sleep(0.05)
    return int(response.status_code)


def test_the_shipped_models_get_ready_and_the_best_on_validation_is_the_default() -> None:
    with TestClient(create_app(Settings(models_dir=SHIPPED))) as client:
        assert wait_for_the_outcome(client) == 200
        (default,) = [model["name"] for model in client.get("/models").json() if model["default"]]
        validation = {
            name: client.get(f"/models/{name}").json()["validation_accuracy"]
            for name in client.get("/ready").json()["models"]
        }
        assert validation[default] == max(validation.values())
        answer = client.post("/predict/", files={"file": PNG}).json()
        assert (answer["model"], answer["digit"]) == (default, 7)


def test_every_route_is_looked_for_once() -> None:
    # what FastAPI includes is a router in a router, which it asks for each request twice
    assert {isinstance(route, Route) for route in create_app(Settings()).routes} == {True}


def test_a_chosen_default_answers_where_no_model_is_named() -> None:
    settings = Settings(models_dir=SHIPPED, default_model="single_layer")
    with TestClient(create_app(settings)) as client:
        assert wait_for_the_outcome(client) == 200
        assert client.post("/predict/", files={"file": PNG}).json()["model"] == "single_layer"


def test_a_chosen_default_that_went_away_is_missed_by_those_who_name_no_model() -> None:
    serving = Serving(Ladder([fake_rung("low")], default="high"))
    with TestClient(create_app(Settings(), serving)) as client:
        nameless = client.post("/predict/", files={"file": PNG})
        assert nameless.status_code == 503
        assert nameless.json()["type"].endswith(":no-default-model")
        assert "'high'" in nameless.json()["detail"]
        assert int(nameless.headers["retry-after"]) >= 1
        for path, status in [("?model=low", 200), ("all", 200), ("?model=high", 404)]:
            response = client.post(f"/predict/{path}", files={"file": PNG})
            assert response.status_code == status
        assert [model["default"] for model in client.get("/models").json()] == [False]
        assert client.get("/ready").status_code == 200


def test_without_models_ready_says_where_they_were_expected(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(models_dir=tmp_path))) as client:
        assert wait_for_the_outcome(client) == 503
        assert str(tmp_path) in client.get("/ready").json()["detail"]


def test_a_network_that_does_not_load_is_left_out_with_its_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_folder(tmp_path)  # its network is none
    with (
        caplog.at_level(logging.WARNING),
        TestClient(create_app(Settings(models_dir=tmp_path))) as client,
    ):
        assert wait_for_the_outcome(client) == 503
    assert "expected a LiteRT model" in caplog.text


def test_a_network_that_answers_nonsense_is_left_out_with_its_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path)
    monkeypatch.setattr(
        "ml_engine_and_backend.engine.predictor.LiteRTNetwork", lambda _: always([math.nan] * 10)
    )
    with (
        caplog.at_level(logging.WARNING),
        TestClient(create_app(Settings(models_dir=tmp_path))) as client,
    ):
        assert wait_for_the_outcome(client) == 503
    assert "expected finite logits" in caplog.text


def test_cors_is_off_unless_set() -> None:
    origin = {"Origin": "https://school.example"}
    for allowed, header in [((), None), (("https://school.example",), "https://school.example")]:
        app = create_app(Settings(cors_origins=allowed), Serving(fake_ladder()))
        with TestClient(app) as client:
            response = client.post("/predict/", files={"file": PNG}, headers=origin)
            assert response.headers.get("access-control-allow-origin") == header
            exposed = response.headers.get("access-control-expose-headers", "")
            assert ("Retry-After" in exposed) is (header is not None)
            preflight = client.options(
                "/predict/", headers=origin | {"Access-Control-Request-Method": "POST"}
            )
            assert (preflight.status_code == 200) is (header is not None)


def test_openapi_carries_examples_and_every_error(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    predict = document["paths"]["/predict/"]["post"]
    assert set(predict["responses"]) == {
        *("200", "400", "404", "413", "415", "422", "503", "default")
    }
    kinds = {
        example["value"]["type"].rpartition(":")[2]
        for response in predict["responses"].values()
        for example in response["content"]
        .get("application/problem+json", {})
        .get("examples", {})
        .values()
    }
    assert kinds >= {"blank-drawing", "unknown-model", "over-capacity", "too-many-pixels"}
    assert "multipart/form-data" in predict["requestBody"]["content"]
    assert document["components"]["schemas"]["Prediction"]["examples"]
    assert "application/json" not in predict["responses"]["422"]["content"]
    assert "Problem" in document["components"]["schemas"]
    # FastAPI's own validation error never leaves this API
    assert "HTTPValidationError" not in json.dumps(document)
