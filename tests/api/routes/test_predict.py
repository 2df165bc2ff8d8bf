import base64
import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from ml_engine_and_backend.api import prediction_service
from ml_engine_and_backend.engine.decoding import Box, Picture, decode
from ml_engine_and_backend.engine.preprocessing import preprocess
from tests.api.conftest import PNG
from tests.api.scraping import Scrape


def post(client: TestClient, path: str = "/predict/", **changes: Any) -> Response:
    request = {"content": PNG, "headers": {"Content-Type": "image/png"}} | changes
    response: Response = client.post(path, **request)
    return response


def test_the_answer_has_every_field_of_the_contract(client: TestClient) -> None:
    answer = post(client).json()
    digit = preprocess(decode(PNG))
    assert set(answer) == {
        *("model", "version", "digit", "label", "confidence", "probabilities"),
        *("scores", "activation", "verdict", "found", "preprocessing"),
    }
    assert (answer["model"], answer["version"], answer["digit"]) == ("high", 1, 7)
    assert answer["label"] == "7"
    assert len(answer["probabilities"]) == len(answer["scores"]) == 10
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-9)
    assert answer["confidence"] == answer["probabilities"][7]
    assert answer["verdict"] == "sure"
    assert answer["preprocessing"]["inverted"] is True
    assert answer["preprocessing"]["box"] == list(digit.box)
    scheme, _, data = answer["preprocessing"]["image"].partition(",")
    assert scheme == "data:image/png;base64"
    seen = np.asarray(Image.open(BytesIO(base64.b64decode(data))))
    assert np.array_equal(seen, digit.field)


@pytest.mark.parametrize(
    ("model", "name", "version", "digit"),
    [("low", "low", 1, 1), ("middle", "middle", 2, 2), ("middle@1", "middle", 1, 7)],
)
@pytest.mark.parametrize("path", ["/predict", "/predict/"])
def test_the_query_parameter_names_the_model(
    client: TestClient, path: str, model: str, name: str, version: int, digit: int
) -> None:
    response = post(client, path, params={"model": model})
    assert response.status_code == 200  # and no redirect, which would lose the body
    answer = response.json()
    assert (answer["model"], answer["version"], answer["digit"]) == (name, version, digit)


@pytest.mark.parametrize("path", ["/predict/all", "/predict/all/"])
def test_all_models_answer_in_ladder_order(client: TestClient, path: str) -> None:
    answer = post(client, path).json()
    assert [(r["model"], r["version"], r["digit"]) for r in answer["results"]] == [
        ("low", 1, 1),
        ("middle", 2, 2),
        ("high", 1, 7),
    ]
    assert answer["agree"] is False
    assert answer["results"][2] == post(client, params={"model": "high"}).json()


def test_all_decodes_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(data: bytes, box: Box | None) -> Picture:
        calls.append(len(data))
        return decode(data, box=box)

    monkeypatch.setattr(prediction_service, "decode", counted)
    assert len(post(client, "/predict/all").json()["results"]) == 3
    assert calls == [len(PNG)]


def test_predictions_are_counted_by_model_digit_and_verdict(client: TestClient) -> None:
    before = Scrape()
    post(client, "/predict/all")
    post(client, params={"model": "middle@1"})
    after = Scrape()

    def labels(model: str, version: str, **more: str) -> frozenset[tuple[str, str]]:
        return frozenset({"model": model, "version": version, **more}.items())

    assert after.since(before, "ladder_predictions_total") == {
        labels("low", "1", digit="1", verdict="sure"): 1,
        labels("middle", "1", digit="7", verdict="sure"): 1,
        labels("middle", "2", digit="2", verdict="sure"): 1,
        labels("high", "1", digit="7", verdict="sure"): 1,
    }
    assert len(after.since(before, "ladder_inference_seconds_count")) == 4


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
