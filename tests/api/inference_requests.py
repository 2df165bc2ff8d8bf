"""Inference requests, well-formed unless told otherwise."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = dict[str, Any]

PIXELS = 28 * 28


def tensor(**changes: object) -> Json:
    """One black picture as UINT8; a change to None takes the member away."""
    members: Json = {
        "name": "image",
        "datatype": "UINT8",
        "shape": [1, 28, 28, 1],
        "data": [0] * PIXELS,
    }
    return {name: value for name, value in (members | changes).items() if value is not None}


def body(*inputs: Json, **members: object) -> bytes:
    """A request as JSON; `body()` is one black picture."""
    return json.dumps({"inputs": list(inputs or [tensor()])} | members).encode()


def in_bytes(values: NDArray[Any], **members: object) -> tuple[bytes, int]:
    """A request with `values` as bytes behind the JSON, and the length of its JSON."""
    binary = values.tobytes()
    described = tensor(
        datatype={"uint8": "UINT8", "float32": "FP32"}[str(values.dtype)],
        shape=list(values.shape),
        data=None,
        parameters={"binary_data_size": len(binary)},
    )
    content = body(described, **members)
    return content + binary, len(content)


def digits(n: int) -> NDArray[np.uint8]:
    """Pictures (n, 28, 28, 1) that all differ."""
    return np.random.default_rng(0).integers(0, 256, (n, 28, 28, 1), np.uint8)
