"""Bytes of an inference request -> pictures, and the outputs that are wanted."""

import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ml_engine_and_backend.api.errors.problems import HTTPProblemError, shortened
from ml_engine_and_backend.api.schemas.open_inference import (
    MAX_BATCH,
    InferenceRequest,
    OutputName,
    RequestInput,
)
from ml_engine_and_backend.engine.preprocessing import FIELD_PX

JSON_LENGTH_HEADER: Final = "Inference-Header-Content-Length"
# the extension's byte order is little-endian, whatever the machine's
DTYPES: Final[Mapping[str, np.dtype[Any]]] = {"FP32": np.dtype("<f4"), "UINT8": np.dtype("u1")}
SHAPE: Final = f"(n, {FIELD_PX}, {FIELD_PX}, 1) or (n, {FIELD_PX}, {FIELD_PX})"

Pictures = NDArray[np.float32] | NDArray[np.uint8]  # (n, 28, 28), 0..255


@dataclass(frozen=True, eq=False)
class Inference:
    """What a client wants to know: `binary` tells of each output whether it goes as bytes."""

    id: str | None
    pictures: Pictures
    binary: Mapping[OutputName, bool]


def read_inference(body: bytes, json_length: str | None) -> Inference:
    """Check and convert a request; takes milliseconds for a large batch in JSON.

    `json_length` is the value of the header Inference-Header-Content-Length: how many bytes of the
    body are JSON. Without it, all are.

    Raises:
        HTTPProblemError: 400 for anything but 1..MAX_BATCH pictures of finite values in 0..255 and
            outputs that we have.
    """
    length = _json_length(json_length, len(body))
    try:
        request = InferenceRequest.model_validate_json(body[:length])
    except ValidationError as error:
        raise malformed(_told(error, length)) from error
    wanted: dict[OutputName, bool] = {}
    for output in request.outputs:
        if output.name in wanted:
            raise malformed(f"outputs: expected each output once, got {output.name!r} twice")
        own = output.parameters.binary_data
        wanted[output.name] = request.parameters.binary_data_output if own is None else own
    return Inference(
        request.id,
        _pictures(request.inputs[0], memoryview(body)[length:]),
        wanted or dict.fromkeys(("probabilities", "logits"), request.parameters.binary_data_output),
    )


def malformed(detail: str) -> HTTPProblemError:
    """400, with what was expected and what came."""
    return HTTPProblemError(
        400, "malformed-inference-request", "The inference request is malformed", detail
    )


def _json_length(header: str | None, body_length: int) -> int:
    if header is None:
        return body_length
    # isdigit alone would let other scripts' digits through, and so many that int() refuses them
    if header.isascii() and header.isdigit() and len(header) < 20 and int(header) <= body_length:
        return int(header)
    raise malformed(
        f"{JSON_LENGTH_HEADER}: expected 0 to {body_length}, the bytes of the body, "
        f"got {shortened(header)!r}"
    )


def _told(error: ValidationError, length: int) -> str:
    """The first finding in one sentence."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "json_invalid":
            return f"expected JSON, got {length} bytes that are not: {first['msg']}"
        case "missing":
            return f"{where}: expected a value, got none"
        case "too_short" | "too_long":
            return f"{where}: expected one tensor, got {len(first['input'])}"
        case "extra_forbidden":
            return f"{where}: expected no such parameter, got {reprlib.repr(first['input'])}"
    expected = first["msg"].replace("Input should be", "expected")
    return f"{where or 'body'}: {expected}, got {reprlib.repr(first['input'])}"


def _pictures(tensor: RequestInput, binary: memoryview) -> Pictures:
    shape = tuple(tensor.shape)
    n = shape[0] if shape else 0
    if shape[1:] not in ((FIELD_PX, FIELD_PX, 1), (FIELD_PX, FIELD_PX)) or not 1 <= n <= MAX_BATCH:
        raise malformed(
            f"inputs.0.shape: expected {SHAPE} with n from 1 to {MAX_BATCH}, "
            f"got {reprlib.repr(shape)}"
        )
    size = tensor.parameters.binary_data_size
    if (size is None) == (tensor.data is None):
        came = "neither" if size is None else "both"
        raise malformed(f"inputs.0: expected data or else binary_data_size, got {came}")
    if tensor.data is None:
        values = _from_bytes(binary, size, math.prod(shape), DTYPES[tensor.datatype])
    elif binary:
        raise malformed(f"expected nothing behind the JSON, got {len(binary)} bytes")
    else:
        values = _from_json(tensor.data, shape, tensor.datatype)
    # comparisons with NaN are false, so that it counts as outside
    outside = np.flatnonzero(~((values >= 0) & (values <= 255)))
    if outside.size:
        raise malformed(
            f"inputs.0: expected finite values in 0..255, "
            f"got {values[outside[0]]} at place {outside[0]}"
        )
    pictures = values.reshape(n, FIELD_PX, FIELD_PX)
    return pictures.astype(np.uint8) if tensor.datatype == "UINT8" else pictures.astype(np.float32)


def _from_bytes(
    binary: memoryview, size: int | None, count: int, dtype: np.dtype[Any]
) -> NDArray[Any]:
    expected = count * dtype.itemsize
    if size != expected:
        raise malformed(
            f"inputs.0.parameters.binary_data_size: expected {expected}, "
            f"as shape and datatype say, got {reprlib.repr(size)}"
        )
    if len(binary) != expected:
        raise malformed(f"expected {expected} bytes behind the JSON, got {len(binary)}")
    return np.frombuffer(binary, dtype)


def _from_json(data: list[Any], shape: tuple[int, ...], datatype: str) -> NDArray[np.float64]:
    """The numbers (count,) of a flat list, or of one that is nested exactly as `shape` says.

    Level by level, and not by NumPy: it would make room for a number that is a string of a
    megabyte as often as there are numbers.
    """
    values = data
    if list in set(map(type, data)):
        values = [data]
        for depth, side in enumerate(shape):
            if set(map(type, values)) != {list} or set(map(len, values)) != {side}:
                raise malformed(
                    f"inputs.0.data: expected lists that are nested as the shape {shape} says, "
                    f"got others at depth {depth}"
                )
            values = list(chain.from_iterable(values))
    elif len(data) != math.prod(shape):
        raise malformed(
            f"inputs.0.data: expected {math.prod(shape)} numbers, as the shape says, "
            f"got {len(data)}"
        )
    allowed = {int} if datatype == "UINT8" else {int, float}
    if not set(map(type, values)) <= allowed:
        wrong = next(value for value in values if type(value) not in allowed)
        expected = "whole numbers" if datatype == "UINT8" else "numbers"
        raise malformed(f"inputs.0.data: expected {expected}, got {reprlib.repr(wrong)}")
    try:
        return np.array(values, np.float64)
    except OverflowError as error:  # an integer beyond the largest float
        raise malformed(f"inputs.0.data: expected values in 0..255 ({error})") from error
