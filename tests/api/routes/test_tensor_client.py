"""A client library of the protocol against the real service, over a real socket."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

from ml_engine_and_backend.api.settings import REPOSITORY
from tests.api.conftest import PNG
from tests.api.test_server import free_port

START_S = 20


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "ml_engine_and_backend"],
        cwd=REPOSITORY,
        env=os.environ | {"LADDER_PORT": str(port), "LADDER_LOG_LEVEL": "warning"},
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[InferenceServerClient]:
    with InferenceServerClient(address) as client:
        deadline = time.monotonic() + START_S
        while not is_ready(client):
            assert time.monotonic() < deadline, f"not ready within {START_S} s"
            time.sleep(0.05)
        yield client


def is_ready(client: InferenceServerClient) -> bool:
    try:
        return bool(client.is_server_ready())
    except ConnectionRefusedError:
        return False


def given(values: NDArray[Any], *, binary: bool) -> list[InferInput]:
    datatype = {"uint8": "UINT8", "float32": "FP32"}[str(values.dtype)]
    tensor = InferInput("image", list(values.shape), datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    return [tensor]


def test_metadata_and_health(client: InferenceServerClient) -> None:
    assert client.is_server_live()
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    for version in ("", "1"):
        assert client.is_model_ready("cnn", version)
        metadata = client.get_model_metadata("cnn", version)
        assert (metadata["name"], metadata["versions"][0]) == ("cnn", "1")
    assert not client.is_model_ready("resnet")
    assert not client.is_model_ready("cnn", "999")


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_the_tensor_of_a_drawing_is_read_as_the_drawing(
    client: InferenceServerClient,
    address: str,
    dtype: type[np.generic],
    binary_in: bool,
    binary_out: bool,
) -> None:
    headers = {"Content-Type": "image/png"}
    url = f"http://{address}/predict/?model=cnn"
    answer = httpx.post(url, content=PNG, headers=headers).json()
    picture = Image.open(BytesIO(base64.b64decode(answer["preprocessing"]["image"][22:])))
    digit = np.asarray(picture)[None, :, :, None]
    black = np.zeros_like(digit)

    result = client.infer(
        "cnn",
        given(np.concatenate([black, digit]).astype(dtype), binary=binary_in),
        outputs=[
            InferRequestedOutput(name, binary_data=binary_out)
            for name in ("logits", "probabilities")
        ],
        request_id="7",
    )
    response = result.get_response()
    assert (response["id"], response["model_name"]) == ("7", "cnn")
    probabilities = result.as_numpy("probabilities")
    assert probabilities.shape == result.as_numpy("logits").shape == (2, 10)
    np.testing.assert_allclose(probabilities[1], answer["probabilities"], atol=1e-6)
    assert not np.allclose(probabilities[0], probabilities[1])


def test_without_a_wish_both_outputs_come_as_bytes(client: InferenceServerClient) -> None:
    result = client.infer("cnn", given(np.zeros((1, 28, 28, 1), np.float32), binary=True))
    for output in result.get_response()["outputs"]:
        assert output["parameters"]["binary_data_size"] == 40
        assert np.isfinite(result.as_numpy(output["name"])).all()


def test_fractions_of_a_grey_level_count(client: InferenceServerClient) -> None:
    pictures = np.full((2, 28, 28, 1), 100, np.float32)
    pictures[1] += 0.5
    one, other = client.infer("cnn", given(pictures, binary=True)).as_numpy("logits")
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("model", "values", "status", "message"),
    [
        ("cnn", np.full((1, 28, 28, 1), 300, np.float32), "400", "values in 0..255, got 300.0"),
        ("cnn", np.zeros((300, 28, 28, 1), np.uint8), "400", "n from 1 to 256, got (300,"),
        ("resnet", np.zeros((1, 28, 28, 1), np.uint8), "404", "got 'resnet'"),
        ("cnn", np.zeros((600, 28, 28, 1), np.float32), "413", "expected at most 1048576 bytes"),
    ],
)
def test_errors_reach_whoever_calls(
    client: InferenceServerClient, model: str, values: NDArray[Any], status: str, message: str
) -> None:
    with pytest.raises(InferenceServerException) as raised:
        client.infer(model, given(values, binary=True))
    assert raised.value.status() == status
    assert message in raised.value.message()
