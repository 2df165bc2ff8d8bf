"""The baseline, over a model that is no network."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from benchmarks.baseline import MODEL_FILE, create_app
from benchmarks.picture import draw_seven, encode
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
def test_preprocesses_as_the_service_does(path: str, request_body: dict[str, Any]) -> None:
    model = FakeModel()
    answer = TestClient(create_app(model)).post(path, **request_body)
    assert answer.status_code == 200
    assert answer.json() == {"digit": 3, "scores": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]}
    assert model.digits.shape == (1, 28, 28, 1)
    assert (model.digits[0, :, :, 0] == preprocess(decode(PNG)).field).all()


def test_its_model_is_shipped() -> None:
    assert MODEL_FILE.is_file()
