"""The protocol's routes over a fake ladder; what a request may hold is tested beside its parser."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from tests.api.inference_requests import body, digits, in_bytes
from tests.fakes import reads

JSON = {"Content-Type": "application/json"}
LENGTH = "Inference-Header-Content-Length"
INFER = "/v2/models/middle/infer"


def test_server_metadata(client: TestClient) -> None:
    assert client.get("/v2").json() == {
        "name": "digit-ladder",
        "version": "0.1.0",
        "extensions": ["binary_tensor_data"],
    }


ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("/v2/health/live", {"live": True}),
    ("/v2/health/ready", {"live": True, "ready": True}),
    ("/v2/models/middle/ready", {"name": "middle", "ready": True}),
    ("/v2/models/middle/versions/1/ready", {"name": "middle", "ready": True}),
]


@pytest.mark.parametrize(("path", "answer"), ANSWERS)
def test_health_and_readiness(client: TestClient, path: str, answer: dict[str, Any]) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, answer)


@pytest.mark.parametrize("path", ["/v2/models/middle", "/v2/models/middle/versions/1"])
def test_model_metadata(client: TestClient, path: str) -> None:
    assert client.get(path).json() == {
        "name": "middle",
        "versions": ["1", "2"],
        "platform": "litert_tflite",
        "inputs": [{"name": "image", "datatype": "FP32", "shape": [-1, 28, 28, 1]}],
        "outputs": [
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
            {"name": "logits", "datatype": "FP32", "shape": [-1, 10]},
        ],
    }


@pytest.mark.parametrize(
    ("path", "version", "digit"),
    [
        (INFER, "2", 2),
        ("/v2/models/middle/versions/1/infer", "1", 7),
        ("/v2/models/middle/versions/2/infer", "2", 2),
    ],
)
def test_infer_answers_with_the_version_of_the_path(
    client: TestClient, path: str, version: str, digit: int
) -> None:
    response = client.post(path, content=body(id="a"), headers=JSON)
    answer = response.json()
    assert response.headers["content-type"] == "application/json"
    assert (answer["id"], answer["model_name"], answer["model_version"]) == ("a", "middle", version)
    probabilities, logits = answer["outputs"]
    assert (logits["name"], logits["shape"]) == ("logits", [1, 10])
    assert logits["data"] == reads(digit)
    assert np.argmax(probabilities["data"]) == digit
    assert sum(probabilities["data"]) == pytest.approx(1, abs=1e-6)


def test_infer_takes_and_returns_binary_tensors(client: TestClient) -> None:
    content, length = in_bytes(digits(2), outputs=[{"name": "logits"}])
    headers = {LENGTH: str(length), "Content-Type": "application/octet-stream"}
    answer = client.post(INFER, content=content, headers=headers).json()
    assert answer["outputs"][0]["data"] == reads(2) * 2

    content, length = in_bytes(digits(2), parameters={"binary_data_output": True})
    response = client.post(INFER, content=content, headers=headers | {LENGTH: str(length)})
    assert response.headers["content-type"] == "application/octet-stream"
    binary = response.content[int(response.headers[LENGTH]) :]
    values = np.frombuffer(binary, "<f4").reshape(2, 2, 10)  # output, picture, digit
    np.testing.assert_array_equal(values[1], [reads(2)] * 2)


# method, path, body, headers, status, the end of the problem's type
PROBLEMS: dict[str, tuple[str, str, bytes, dict[str, str], int, str]] = {
    "a malformed request": ("POST", INFER, b"{}", JSON, 400, "malformed-inference-request"),
    "another model": ("GET", "/v2/models/resnet", b"", {}, 404, "unknown-model"),
    "a version with zeros": (
        *("POST", "/v2/models/middle/versions/01/infer", body(), JSON),
        *(404, "unknown-model"),
    ),
    "a path that is not there": ("GET", "/v2/models/middle/config", b"", {}, 404, "not-found"),
    "another method": ("GET", INFER, b"", {}, 405, "method-not-allowed"),
    "a form": ("POST", INFER, b"a=b", {"Content-Type": "text/plain"}, 415, "media-type"),
    "compressed": ("POST", INFER, b"", JSON | {"Content-Encoding": "gzip"}, 415, "encoding"),
    "too large": ("POST", INFER, bytes(13_000_000), JSON, 413, "body-too-large"),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_problems_below_v2_carry_error(client: TestClient, case: str) -> None:
    method, path, content, headers, status, kind = PROBLEMS[case]
    response = client.request(method, path, content=content, headers=headers)
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == problem["status"] == status
    assert problem["type"].endswith(kind)
    assert problem["error"] == problem["detail"]


@pytest.mark.parametrize("path", ["/models/resnet", "/v2nd", "/ready/v2"])
def test_problems_elsewhere_do_not_carry_error(client: TestClient, path: str) -> None:
    assert "error" not in client.get(path).json()
