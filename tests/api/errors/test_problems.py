"""The contract's table of errors beyond the form of a body, which uploads/ has."""

import asyncio

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.engine.ladder import Ladder
from tests.api.asgi import call, request
from tests.api.conftest import PNG, application
from tests.drawings import draw, encode
from tests.engine.test_decoding import SVG, bomb, broken_checksum
from tests.fakes import fake_model

LIMIT = Settings().max_upload_bytes
PNG_TYPE = {"Content-Type": "image/png"}

# body, status, the end of the problem's type, a part of its detail
PICTURES: dict[str, tuple[bytes, int, str, str]] = {
    "one byte too many": (bytes(LIMIT + 1), 413, "body-too-large", f"at most {LIMIT} bytes"),
    "decompression bomb": (bomb(), 413, "too-many-pixels", "2500000000"),
    "empty": (b"", 422, "unreadable-picture", "got 0 bytes"),
    "SVG": (SVG, 422, "unreadable-picture", "b'<svg xml'"),
    "broken data checksum": (broken_checksum(b"IDAT"), 422, "unreadable-picture", "checksum"),
    "truncated": (PNG[: len(PNG) // 2], 422, "unreadable-picture", "whole"),
    "blank": (encode(Image.new("L", (280, 280), 255)), 422, "blank-drawing", "blank"),
    "a dot": (encode(draw([[(0.5, 0.5)]], pen_px=9)), 422, "blank-drawing", "only"),
}


@pytest.mark.parametrize("path", ["/predict/", "/predict/all"])
@pytest.mark.parametrize("case", PICTURES)
def test_a_picture_that_cannot_be_read_is_a_problem_in_words(
    client: TestClient, case: str, path: str
) -> None:
    body, status, kind, sentence = PICTURES[case]
    response = client.post(path, content=body, headers=PNG_TYPE)
    assert response.status_code == status, response.text
    problem = response.json()
    assert problem["type"].endswith(f":{kind}")
    assert sentence in problem["detail"]
    assert len(problem["detail"]) < 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/predict/", 405),
        ("POST", "/models", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/%00", 404),
        ("GET", "/..%2f..%2fREADME.md", 404),
        ("GET", "/models/resnet", 404),
    ],
)
def test_unknown_paths_and_methods_are_problems_too(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert ("allow" in response.headers) is (status == 405)


@pytest.mark.parametrize("path", ["/nowhere", "/predict/", "/models/", "/v2/models/high/infer"])
@pytest.mark.parametrize(("query", "host"), [(b"%ff", "test"), (b"", "["), (b"", "[::")])
def test_no_query_and_no_host_makes_an_error_unexpected(path: str, query: bytes, host: str) -> None:
    headers = {"Host": host, "Content-Type": "image/png"}
    scope = {**request("POST", path, headers.items()), "query_string": query}
    answer = asyncio.run(call(application(), scope, [b"no picture"]))
    assert 300 <= answer.status < 500


@pytest.mark.parametrize("model", ["resnet", "", "middle@7", "middle@", "@", "../low", "low\x00"])
def test_an_unknown_model_is_404_with_the_known_ones(client: TestClient, model: str) -> None:
    response = client.post("/predict/", content=PNG, headers=PNG_TYPE, params={"model": model})
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"].endswith(":unknown-model")
    assert problem["known"] == ["low", "middle", "high"]
    assert "expected one of" in problem["detail"]


def test_two_models_at_once_are_400(client: TestClient) -> None:
    response = client.post("/predict/?model=low&model=high", files={"file": PNG})
    assert response.status_code == 400
    assert "got it 2 times" in response.json()["detail"]


NOT_READY = [
    *(("GET", "/ready"), ("GET", "/models"), ("GET", "/reports"), ("POST", "/predict/")),
    *(("POST", "/predict/all"), ("GET", "/v2/health/ready"), ("GET", "/v2/models/low")),
    *(("GET", "/v2/models/low/ready"), ("POST", "/v2/models/low/infer")),
]


@pytest.mark.parametrize(("method", "path"), NOT_READY)
def test_not_ready_is_503_with_the_reason_and_retry_after(method: str, path: str) -> None:
    # without its lifespan, the application loads nothing
    client = TestClient(create_app(Settings(), ModelRegistry()))
    response = client.request(method, path, content=PNG, headers=PNG_TYPE)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1
    problem = response.json()
    assert problem["type"].endswith(":not-ready")
    assert problem["detail"] == "the models are still being loaded"
    assert problem.get("error") == (problem["detail"] if path.startswith("/v2") else None)


@pytest.mark.parametrize("path", ["/health", "/v2", "/v2/health/live", "/openapi.json", "/metrics"])
def test_what_needs_no_models_is_answered_before_they_are_loaded(path: str) -> None:
    assert TestClient(create_app(Settings(), ModelRegistry())).get(path).status_code == 200


def test_a_default_model_that_went_away_is_503_for_requests_that_name_none() -> None:
    registry = ModelRegistry(Ladder([fake_model("low")], default="high"))
    client = TestClient(create_app(Settings(), registry))
    nameless = client.post("/predict/", files={"file": PNG})
    assert nameless.status_code == 503
    assert nameless.json()["type"].endswith(":no-default-model")
    assert "'high'" in nameless.json()["detail"]
    assert int(nameless.headers["retry-after"]) >= 1
    for path, status in [("?model=low", 200), ("all", 200), ("?model=high", 404)]:
        assert client.post(f"/predict/{path}", files={"file": PNG}).status_code == status
    assert [model["default"] for model in client.get("/models").json()] == [False]
    assert client.get("/ready").status_code == 200
