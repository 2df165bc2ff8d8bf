"""A rung that nobody prepared for: defined, registered, trained, then asked over HTTP."""

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from experiments.__main__ import main
from experiments.registry import LADDER, Registry
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import Settings
from tests.api.conftest import PNG
from tests.experiments.training.quick import few_disturbed
from tests.experiments.training.test_train import TOY


def test_new_rung_is_served_between_its_neighbours(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["single_layer", "toy", "hidden_layer"]
    registry = Registry([LADDER.get("single_layer"), LADDER.get("hidden_layer"), TOY])
    monkeypatch.setattr("experiments.__main__.LADDER", registry)
    options = ["--data-dir", str(data_dir), "--models-dir", str(tmp_path)]
    with few_disturbed():
        assert main(["train", "--epochs", "4", *options]) == 0

    with TestClient(create_app(Settings(models_dir=tmp_path))) as client:
        while client.get("/ready").status_code != 200:
            time.sleep(0.02)
        models = client.get("/models").json()
        assert [model["name"] for model in models] == names
        toy = models[1]
        assert (toy["title"], toy["parameters"], toy["version"]) == ("Toy", 1970, 1)
        assert toy["accuracy"] > 0.7

        answer = client.post("/predict/?model=toy", files={"file": PNG}).json()
        assert (answer["model"], answer["version"]) == ("toy", 1)
        everyone = client.post("/predict/all", files={"file": PNG}).json()["results"]
        assert [result["model"] for result in everyone] == names

        rows = client.get("/reports").json()
        assert [row["name"] for row in rows] == names
        assert rows[2]["step"]["below"] == "toy"
        assert client.get("/reports/toy").json()["accuracy"] == toy["accuracy"]
        compared = client.get("/reports/compare?a=toy&b=hidden_layer").json()
        assert compared["b"]["accuracy"] - compared["a"]["accuracy"] == pytest.approx(
            compared["difference"]
        )
