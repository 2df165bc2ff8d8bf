"""A client library of the protocol against the real service, over a real socket."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput

from ml_engine_and_backend.model_folder.folder import latest
from tests.api.conftest import PNG
from tests.api.process import running
from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("service") / "log") as service:
        yield service.url.removeprefix("http://")


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[InferenceServerClient]:
    with InferenceServerClient(address) as client:
        yield client


def given(values: NDArray[Any], *, binary: bool) -> list[InferInput]:
    datatype = {"uint8": "UINT8", "float32": "FP32"}[str(values.dtype)]
    tensor = InferInput("image", list(values.shape), datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    return [tensor]


def test_metadata_and_health(client: InferenceServerClient) -> None:
    assert client.is_server_live()
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    newest = latest(REPOSITORY / "models", "cnn").name
    for version in ("", newest):
        assert client.is_model_ready("cnn", version)
        metadata = client.get_model_metadata("cnn", version)
        assert (metadata["name"], metadata["versions"][-1]) == ("cnn", newest)
    assert not client.is_model_ready("resnet")
    assert not client.is_model_ready("cnn", "999")


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_infer_reads_a_tensor_as_predict_reads_the_drawing(
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


def test_fractions_of_a_grey_level_count(client: InferenceServerClient) -> None:
    pictures = np.full((2, 28, 28, 1), 100, np.float32)
    pictures[1] += 0.5
    one, other = client.infer("cnn", given(pictures, binary=True)).as_numpy("logits")
    assert not np.array_equal(one, other)
