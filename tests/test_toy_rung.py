"""A rung that nobody prepared for: one spec, registered and trained, then asked over HTTP."""

import shutil
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from experiments.__main__ import main
from experiments.data.mnist import Mnist
from experiments.registry import LADDER
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import REPOSITORY, Settings
from tests.api.conftest import PNG
from tests.experiments.training.quick import few_disturbed, head
from tests.experiments.training.test_train import TOY


def test_a_new_rung_turns_up_in_the_api_between_its_neighbours(
    mnist: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "models", tmp_path / "models")
    models_dir = tmp_path / "models"
    monkeypatch.setattr(LADDER, "_specs", dict(LADDER._specs))
    LADDER.register(TOY)
    # few to learn from, all to be compared on
    few = head(mnist, train=10_000, validation=1_000)
    monkeypatch.setattr("experiments.__main__.load_mnist", lambda *_: few)
    options = ["--data-dir", str(tmp_path), "--models-dir", str(models_dir)]
    with few_disturbed():
        assert main(["train", TOY.name, "--epochs", "1", *options]) == 0

    with TestClient(create_app(Settings(models_dir=models_dir))) as client:
        while client.get("/ready").status_code != 200:
            time.sleep(0.02)
        models = client.get("/models").json()
        assert [model["name"] for model in models] == LADDER.names()
        assert [model["name"] for model in models][:3] == ["single_layer", "toy", "hidden_layer"]
        toy = models[1]
        assert (toy["title"], toy["parameters"], toy["version"]) == ("Toy", 1970, 1)
        assert toy["accuracy"] > 0.8

        answer = client.post("/predict/?model=toy", files={"file": PNG}).json()
        assert (answer["model"], answer["version"]) == ("toy", 1)
        everyone = client.post("/predict/all", files={"file": PNG}).json()["results"]
        assert [result["model"] for result in everyone] == LADDER.names()

        rows = client.get("/reports").json()
        assert [row["name"] for row in rows] == LADDER.names()
        assert rows[2]["step"]["below"] == "toy"
        assert client.get("/reports/toy").json()["accuracy"] == toy["accuracy"]
        compared = client.get("/reports/compare?a=toy&b=cnn").json()
        assert compared["b"]["accuracy"] - compared["a"]["accuracy"] == pytest.approx(
            compared["difference"]
        )
