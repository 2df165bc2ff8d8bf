"""The networks that browsers run, from copies of shipped folders."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from ml_engine_and_backend.engine.predictor import LiteRTNetwork, Model, log_softmax, softmax
from ml_engine_and_backend.model_folder.folder import gate_paths, latest, read_folder
from ml_engine_and_backend.model_folder.record import describe_file
from tests.fakes import fake_metadata
from tests.model_folder.test_folder import edit

SHIPPED = REPOSITORY / "models"
MEMBERS = ("single_layer", "hidden_layer")
OUTPUT = {
    "name": "hidden",
    "shape": [1, 128],
    "meaning": "units after their ReLU",
    "places": None,
}


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rungs, the upper one with its inner values, their ensemble and the gate."""
    models_dir = tmp_path_factory.mktemp("models")
    members = []
    for name in MEMBERS:
        shutil.copytree(latest(SHIPPED, name), models_dir / name / "1")
        edit(models_dir / name / "1" / "metadata.json", version=1, inside=None)
        record = read_folder(models_dir / name / "1").metadata.files["model.tflite"]
        members.append({"name": name, "version": 1, **record.model_dump()})
    upper = models_dir / "hidden_layer" / "1"
    (upper / "inside.tflite").write_bytes(b"inner values")
    files = json.loads((upper / "metadata.json").read_text())["files"]
    files["inside.tflite"] = describe_file(b"inner values").model_dump()
    edit(upper / "metadata.json", files=files, inside={"outputs": [OUTPUT]})
    both = models_dir / "both" / "3"
    both.mkdir(parents=True)
    metadata = fake_metadata(
        "both", version=3, order=70, temperature=0.8, files={}, members=members
    )
    (both / "metadata.json").write_text(metadata.model_dump_json(exclude_none=True))
    (both / "report.json").write_text(json.dumps({"accuracy": 0.97}))
    gate = gate_paths(SHIPPED)[-1]
    shutil.copytree(gate, models_dir / "gate" / gate.name)
    return models_dir


@pytest.fixture(scope="module")
def client(models_dir: Path) -> Iterator[TestClient]:
    settings = Settings(models_dir=models_dir, reload_seconds=0, database_url=SecretStr("none"))
    with TestClient(create_app(settings)) as client:
        yield client


def fetch(client: TestClient, sha256: str) -> bytes:
    answer = client.get(f"/networks/{sha256}.tflite")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashlib.sha256(answer.content).hexdigest() == sha256
    return bytes(answer.content)


def logits(client: TestClient, network: dict[str, Any], field: np.ndarray) -> np.ndarray:
    found = LiteRTNetwork(fetch(client, network["sha256"]))(field)
    return found / float(network["temperature"])


def test_what_is_listed_gives_the_probabilities_of_the_service(
    client: TestClient, models_dir: Path
) -> None:
    field = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)
    rungs = client.get("/networks").json()["rungs"]
    assert [rung["model"] for rung in rungs] == [*MEMBERS, "both"]
    for rung in rungs:
        served = Model.load(read_folder(models_dir / rung["model"] / str(rung["version"])))
        if len(rung["networks"]) == 1:
            found = softmax(logits(client, rung["networks"][0], field).tolist())
        else:
            members = [log_softmax(logits(client, each, field)) for each in rung["networks"]]
            mean = np.log(np.exp(members).mean(axis=0))
            found = softmax((mean / rung["temperature"]).tolist())
        assert found == pytest.approx(served.predict(field).probabilities, abs=1e-6)
        for name in ("activation", "temperature", "unsure_threshold"):
            assert rung[name] == getattr(served.metadata, name)


def test_the_gate_is_listed(client: TestClient, models_dir: Path) -> None:
    gate = client.get("/networks").json()["gate"]
    metadata = json.loads((gate_paths(models_dir)[-1] / "metadata.json").read_text())
    for name in ("version", "temperature", "digit_from", "sure_from"):
        assert gate[name] == metadata[name]
    LiteRTNetwork(fetch(client, gate["sha256"]), outputs=3)


def test_inner_values_are_listed_where_there_are_any(client: TestClient) -> None:
    lower, upper, both = (rung["inside"] for rung in client.get("/networks").json()["rungs"])
    assert lower is both is None
    assert upper["outputs"] == [OUTPUT]
    assert fetch(client, upper["sha256"]) == b"inner values"


def test_a_network_that_is_kept_is_not_sent_again(client: TestClient) -> None:
    path = f"/networks/{client.get('/networks').json()['gate']['sha256']}.tflite"
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in again.headers["cache-control"]
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)


def test_nothing_but_whole_networks_that_are_served_is_given(
    client: TestClient, models_dir: Path
) -> None:
    keras = latest(models_dir, "single_layer") / "model.keras"
    unknown = describe_file(keras.read_bytes()).sha256
    changed = client.get("/networks").json()["rungs"][1]["inside"]["sha256"]
    inside = models_dir / "hidden_layer" / "1" / "inside.tflite"
    inside.write_bytes(b"others")
    try:
        for sha256 in (unknown, "..%2f..%2fREADME", changed):
            answer = client.get(f"/networks/{sha256}.tflite")
            assert answer.status_code == 404, sha256
            assert answer.headers["content-type"] == "application/problem+json"
        assert "changed or gone" in answer.json()["detail"]
        assert "immutable" not in answer.headers["cache-control"]
    finally:
        inside.write_bytes(b"inner values")
