"""Tensors that are not what they say: a batch is answered or refused in words."""

import asyncio
import json
from collections import Counter
from pathlib import Path

from tests.api.asgi import call
from tests.api.conftest import application
from tests.fuzz.campaign import inputs, random_for, replayable
from tests.fuzz.tensors import tensor_request

INPUTS = 500
DOCUMENTED = (200, 400, 404, 413, 415)


async def run(folder: Path) -> Counter[int]:
    """How often each status came."""
    app = application()
    statuses: Counter[int] = Counter()
    for number in inputs(INPUTS):
        message = tensor_request(random_for(number))
        with replayable(number, message.wire(), folder):
            answer = await call(app, message.scope(), message.body)
            assert answer.status in DOCUMENTED, answer.body
            if answer.status != 200:
                problem = json.loads(answer.body)
                assert answer.header("content-type") == "application/problem+json"
                assert problem["status"] == answer.status
                assert problem["error"] == problem["detail"]
                assert 0 < len(problem["detail"]) < 500
            elif answer.header("content-type") == "application/json":
                assert json.loads(answer.body)["outputs"]
        statuses[answer.status] += 1
    return statuses


def test_no_tensor_breaks_it(tmp_path: Path) -> None:
    statuses = asyncio.run(run(tmp_path))
    # what is always refused at the door tests nothing behind it
    assert statuses[200] > 0
    assert statuses[400] > statuses[404]
