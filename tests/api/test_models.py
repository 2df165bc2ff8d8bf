from fastapi.testclient import TestClient


def test_models_are_listed_in_ladder_order(client: TestClient) -> None:
    models = client.get("/models").json()
    assert [model["name"] for model in models] == ["low", "middle", "high"]
    assert models[1] == {
        "name": "middle",
        "title": "Middle",
        "adds": "nothing at all",
        "version": 2,
        "parameters": 7850,
        "activation": "softmax",
        "classes": list("0123456789"),
        "accuracy": 0.91,
        "validation_accuracy": 0.96,
        "unsure_threshold": 0.5,
        "size_bytes": 1000,
        "default": False,
    }
    assert [model["default"] for model in models] == [False, False, True]


def test_a_models_metadata(client: TestClient) -> None:
    metadata = client.get("/models/middle").json()
    assert (metadata["name"], metadata["version"], metadata["temperature"]) == ("middle", 2, 1.0)
    assert client.get("/models/middle@1").json()["version"] == 1


def test_ready_names_the_served_models(client: TestClient) -> None:
    assert client.get("/ready").json() == {
        "status": "ready",
        "models": ["low", "middle", "high"],
        "database": "none",
        "limits": "process",
    }
