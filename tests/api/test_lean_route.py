"""What the lean routes' description promises against what they answer."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.schemas import predictions as schemas
from tests.api.conftest import PNG

HEADERS = {"Content-Type": "image/png"}


@pytest.fixture
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_answers_are_what_is_described(client: TestClient, document: Any) -> None:
    for path, model in (
        ("/predict/", schemas.Prediction),
        ("/predict/all", schemas.PredictionAll),
    ):
        content = document["paths"][path]["post"]["responses"]["200"]["content"]
        reference = content["application/json"]["schema"]["$ref"]
        assert reference.endswith(f"/{model.__name__}")
        answer = client.post(path, content=PNG, headers=HEADERS)
        assert answer.headers["content-type"] == "application/json"
        # nothing is missing, of another type, out of range, or there beyond the description
        described = model.model_validate_json(answer.content, strict=False)
        assert described.model_dump(mode="json") == answer.json()


def test_the_query_parameter_is_described_as_it_is_taken(client: TestClient, document: Any) -> None:
    (parameter,) = document["paths"]["/predict/"]["post"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("model", "query", False)
    url = f"/predict/?{parameter['name']}="
    assert client.post(url + "low", content=PNG, headers=HEADERS).json()["model"] == "low"
    assert client.post(url + "l%6Fw", content=PNG, headers=HEADERS).json()["model"] == "low"
    assert client.post("/predict/", content=PNG, headers=HEADERS).json()["model"] == "high"
    twice = client.post("/predict/?model=low&model=high", content=PNG, headers=HEADERS)
    assert twice.status_code == 400
    assert "at most once" in twice.json()["detail"]


def test_every_problem_is_described(client: TestClient, document: Any) -> None:
    described = document["paths"]["/predict/"]["post"]["responses"]
    for request in (
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {"content": PNG, "headers": {"Content-Type": "text/plain"}},
        {"content": b"GIF", "headers": HEADERS},
        {"content": PNG, "headers": HEADERS, "params": {"model": "none"}},
        {"content": bytes(2_000_000), "headers": HEADERS},
    ):
        answer = client.post("/predict/", **request)
        assert answer.status_code >= 400
        assert str(answer.status_code) in described
