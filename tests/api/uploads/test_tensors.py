from typing import Any

import numpy as np
import pytest

from ml_engine_and_backend.api.errors.problems import HTTPProblemError
from ml_engine_and_backend.api.uploads.tensors import read_inference
from tests.api.inference_requests import PIXELS, body, digits, in_bytes, tensor

BLACK = [0] * PIXELS


def sized(size: object) -> dict[str, Any]:
    return tensor(data=None, parameters={"binary_data_size": size})


def one_wrong(value: object, datatype: str = "FP32") -> bytes:
    return body(tensor(datatype=datatype, data=[*BLACK[1:], value]))


# body, Inference-Header-Content-Length, a part of the detail
MALFORMED: dict[str, tuple[bytes, str | None, str]] = {
    "empty": (b"", None, "expected JSON, got 0 bytes"),
    "not UTF-8": (b'{"id": "\xff"}', None, "expected JSON"),
    "half a pair": (b'{"id": "\\ud800"}', None, "expected JSON"),
    "a huge number": (b"9" * 9_999, None, "expected JSON"),
    "a list": (b"[]", None, "body: expected an object, got []"),
    "inputs empty": (b'{"inputs": []}', None, "inputs: expected one tensor, got 0"),
    "two inputs": (body(tensor(), tensor()), None, "inputs: expected one tensor, got 2"),
    "id a number": (body(id=42), None, "id: expected a valid string, got 42"),
    "another input": (body(tensor(name="x")), None, "inputs.0.name: expected 'image', got 'x'"),
    "FP64": (
        *(body(tensor(datatype="FP64")), None),
        "inputs.0.datatype: expected 'FP32' or 'UINT8', got 'FP64'",
    ),
    "no shape": (body(tensor(shape=None)), None, "inputs.0.shape: expected a value, got none"),
    "shape with a boolean": (body(tensor(shape=[True, 28, 28, 1])), None, "got True"),
    "no picture": (body(tensor(shape=[0, 28, 28, 1], data=[])), None, "got (0, 28, 28, 1)"),
    "too many": (body(tensor(shape=[257, 28, 28, 1])), None, "n from 1 to 256, got (257,"),
    "astronomically many": (body(tensor(shape=[10**30, 28, 28])), None, "got (1000000"),
    "channels first": (body(tensor(shape=[1, 1, 28, 28])), None, "got (1, 1, 28, 28)"),
    "no data": (body(tensor(data=None)), None, "data or else binary_data_size, got neither"),
    "data twice": (body(tensor(parameters={"binary_data_size": 784})), None, "got both"),
    "one number short": (body(tensor(data=BLACK[1:])), None, "expected 784 numbers"),
    "nested otherwise": (
        *(body(tensor(data=[np.zeros((28, 28)).tolist()] * 2)), None),
        "nested as the shape (1, 28, 28, 1) says, got others at depth 0",
    ),
    "ragged": (body(tensor(data=[[BLACK[:28]] * 27 + [BLACK[:27]]])), None, "got others at depth"),
    "NaN": (
        one_wrong(float("nan")),
        None,
        "expected finite values in 0..255, got nan at place 783",
    ),
    "negative": (one_wrong(-0.5), None, "got -0.5"),
    "256 as UINT8": (one_wrong(256, "UINT8"), None, "got 256.0"),
    "beyond floats": (one_wrong(10**400), None, "expected values in 0..255"),
    "a fraction as UINT8": (one_wrong(0.5, "UINT8"), None, "expected whole numbers, got 0.5"),
    "a boolean": (one_wrong(True), None, "expected numbers, got True"),
    "a long string": (one_wrong("0" * 500_000), None, "expected numbers, got '00000"),
    "an unknown output": (
        body(outputs=[{"name": "digit"}]),
        *(None, "outputs.0.name: expected 'probabilities' or 'logits', got 'digit'"),
    ),
    "an output twice": (body(outputs=[{"name": "logits"}] * 2), None, "got 'logits' twice"),
    "an output's parameter": (
        body(outputs=[{"name": "logits", "parameters": {"classification": 3}}]),
        *(None, "outputs.0.parameters.classification: expected no such parameter, got 3"),
    ),
    "size a string": (body(sized("784")), None, "binary_data_size: expected a valid integer"),
    "bytes that nobody asked for": (
        body() + bytes(784),
        *(str(len(body())), "expected nothing behind the JSON, got 784 bytes"),
    ),
    "bytes without the header": (in_bytes(digits(1))[0], None, "expected JSON"),
    "one byte short": (
        in_bytes(digits(1))[0][:-1],
        *(str(in_bytes(digits(1))[1]), "expected 784 bytes behind the JSON, got 783"),
    ),
    "NaN in bytes": (
        in_bytes(np.full((1, 28, 28), np.nan, np.float32))[0],
        str(in_bytes(np.full((1, 28, 28), np.nan, np.float32))[1]),
        "got nan at place 0",
    ),
    "length beyond the body": (body(), "1000000", "expected 0 to "),
    "length negative": (body(), "-1", "got '-1'"),
    "length astronomical": (body(), "9" * 5_000, "got '9999"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_requests_are_400_in_words(case: str) -> None:
    content, length, part = MALFORMED[case]
    with pytest.raises(HTTPProblemError) as raised:
        read_inference(content, length)
    assert raised.value.status == 400
    assert part in raised.value.detail
    assert len(raised.value.detail) < 300


@pytest.mark.parametrize("shape", [(2, 28, 28, 1), (2, 28, 28)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("form", ["flat", "nested", "bytes"])
def test_every_encoding_gives_the_same_pictures(
    shape: tuple[int, ...], dtype: type[np.generic], form: str
) -> None:
    values = digits(2).reshape(shape).astype(dtype)
    length = None
    if form == "bytes":
        content, length = in_bytes(values)
    else:
        content = body(
            tensor(
                datatype="UINT8" if dtype is np.uint8 else "FP32",
                shape=list(shape),
                data=(values.ravel() if form == "flat" else values).tolist(),
            )
        )
    pictures = read_inference(content, None if length is None else str(length)).pictures
    assert pictures.dtype == dtype
    np.testing.assert_array_equal(pictures, values.reshape(2, 28, 28))


OUTPUTS: list[tuple[dict[str, object], dict[str, bool]]] = [
    ({}, {"probabilities": False, "logits": False}),
    ({"outputs": []}, {"probabilities": False, "logits": False}),
    ({"parameters": {"binary_data_output": True}}, {"probabilities": True, "logits": True}),
    ({"outputs": [{"name": "logits"}]}, {"logits": False}),
    (
        {
            "outputs": [
                {"name": "logits", "parameters": {"binary_data": False}},
                {"name": "probabilities"},
            ],
            "parameters": {"binary_data_output": True},
        },
        {"logits": False, "probabilities": True},
    ),
    (
        {"outputs": [{"name": "logits", "parameters": {"binary_data": True}}]},
        {"logits": True},
    ),
]


@pytest.mark.parametrize(("members", "binary"), OUTPUTS)
def test_outputs_are_as_asked_and_in_that_order(
    members: dict[str, object], binary: dict[str, bool]
) -> None:
    assert list(read_inference(body(**members), None).binary.items()) == list(binary.items())
