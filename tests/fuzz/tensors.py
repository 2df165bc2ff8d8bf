"""Malformed requests of the Open Inference Protocol."""

import json
from random import Random
from typing import Any

import numpy as np

from tests.api.inference_requests import body, digits, in_bytes, tensor
from tests.fuzz.damage import any_number, damaged
from tests.fuzz.message import Message

LENGTH = "Inference-Header-Content-Length"
NAMES = (*["high"] * 12, "low", "middle", "none", "high@1", "high@", "%", "x" * 9_999)
VALUES: tuple[object, ...] = (
    *(None, True, 0, -1, 1.5, 1e400, -0.0, 2**63, 10**400, "", "image", "0", "\0", "é" * 999),
    *([], [[]], [None], [[[[0]]]], [0] * 9_999, {}, {"a": {}}, float("nan"), float("inf")),
)
SHAPES: tuple[object, ...] = (
    *([], [0, 28, 28], [-1, 28, 28], [2**40, 28, 28], [256, 28, 28], [257, 28, 28], [1, 784]),
    *([1, 28, 28, 1, 1], [784], [True, 28, 28], ["1", 28, 28], [1.0, 28, 28], "1,28,28"),
)


def tensor_request(random: Random) -> Message:
    """A batch as JSON or binary data, most often malformed."""
    name = random.choice(NAMES)
    path = f"/v2/models/{name}/infer"
    if random.random() < 0.1:
        version = random.choice(("1", "2", "0", "-1", "x", "9" * 99))
        path = f"/v2/models/{name}/versions/{version}/infer"
    message = random.choice((_in_json, _in_bytes))(random)
    message.path = path
    if random.random() < 0.05:
        kind = random.choice(("text/plain", "image/png", "", "application/json; charset=x", "\xff"))
        message.headers.append(("Content-Type", kind))
    return message


def _in_json(random: Random) -> Message:
    request: dict[str, Any] = json.loads(body(tensor(), id="x", outputs=[{"name": "logits"}]))
    if random.random() < 0.8:
        _replace_member(random, request)
    content = json.dumps(request).encode()
    if random.random() < 0.3:
        content = damaged(random, content)
    return Message(body=[content])


def _replace_member(random: Random, request: dict[str, Any]) -> None:
    """Replace or add one member."""
    (described,) = request["inputs"]
    match random.randrange(6):
        case 0:
            described["shape"] = random.choice(SHAPES)
        case 1:
            described["data"][random.randrange(784)] = random.choice(VALUES)
        case 2:
            described["data"] = [described["data"]] * random.choice((1, 2, 28))
        case 3:
            described[random.choice(list(described))] = random.choice(VALUES)
        case 4:
            request[random.choice(list(request))] = random.choice(VALUES)
        case 5:
            member = random.choice((request, described, request["outputs"][0]))
            parameter = random.choice(
                ("binary_data", "binary_data_size", "binary_data_output", "x")
            )
            member["parameters"] = {parameter: random.choice(VALUES)}


def _in_bytes(random: Random) -> Message:
    pictures = digits(random.choice((1, 1, 2, 9))).astype(random.choice((np.uint8, np.float32)))
    content, length = in_bytes(pictures, parameters={"binary_data_output": random.random() < 0.5})
    told = str(length)
    match random.randrange(6):
        case 0:
            content = content[:length] + damaged(random, content[length:])
        case 1:
            content = damaged(random, content)
        case 2:
            told = random.choice(
                ("", "-1", "0", str(length - 1), str(len(content)), "1e3", "9" * 99)
            )
        case 3:
            told = str(int.from_bytes(any_number(random, ">I")))
        case 4:
            content = (
                content[:length].replace(b'"binary_data_size": ', b'"binary_data_size": 1')
                + (content[length:])
            )
    return Message(headers=[(LENGTH, told)], body=[content])
