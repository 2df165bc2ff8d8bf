"""The baseline over a model that is no network."""

import ast
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from benchmarks.baseline import MODEL_FILE, create_app
from benchmarks.picture import draw_seven, encode
from ml_engine_and_backend.api.settings import REPOSITORY
from ml_engine_and_backend.engine.decoding import decode
from ml_engine_and_backend.engine.preprocessing import preprocess

PNG = encode(draw_seven())


class FakeModel:
    """Reads a 3 and keeps what it was given."""

    def predict(self, digits: NDArray[np.uint8], verbose: int = 1) -> NDArray[np.float32]:
        self.digits = digits
        return np.eye(10, dtype=np.float32)[[3]]


@pytest.mark.parametrize(
    ("path", "request_body"),
    [
        ("/predict/", {"files": {"file": PNG}}),
        ("/predict/raw", {"content": PNG, "headers": {"Content-Type": "image/png"}}),
    ],
)
def test_it_preprocesses_as_we_do(path: str, request_body: dict[str, Any]) -> None:
    model = FakeModel()
    answer = TestClient(create_app(model)).post(path, **request_body)
    assert answer.status_code == 200
    assert answer.json() == {"digit": 3, "scores": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]}
    assert model.digits.shape == (1, 28, 28, 1)
    assert (model.digits[0, :, :, 0] == preprocess(decode(PNG)).field).all()


def test_its_model_is_shipped() -> None:
    assert MODEL_FILE.is_file()


def test_nothing_else_here_loads_tensorflow() -> None:
    rooms = {}
    for path in sorted((REPOSITORY / "benchmarks").rglob("*.py")):
        rooms[path.name] = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
    loading = [name for name, loaded in rooms.items() if loaded & {"keras", "tensorflow"}]
    assert loading == ["baseline.py"]
