"""Damaged, lying and oddly sent pictures: each is read or refused in words, soon, and forgotten."""

import asyncio
import ctypes
import gc
import json
import time
import warnings
from collections import Counter
from pathlib import Path

import psutil
import pytest
from fastapi import FastAPI
from PIL import Image

from tests.api.asgi import Answer, call
from tests.api.conftest import application
from tests.fuzz.campaign import inputs, random_for, replayable
from tests.fuzz.envelopes import picture_request

INPUTS = 10_000
MAX_CPU_S = 2.0
# Between a fifth of the inputs and all of them; what is freed lies in pieces, some of it for ever.
MAX_GROWTH_BYTES = 8 * 1024 * 1024
MAX_DETAIL = 500


def check_answer(answer: Answer, documented: set[str]) -> None:
    """A reading of a digit, or a documented problem that says what is wrong."""
    content = json.loads(answer.body)
    assert str(answer.status) in documented, content
    if answer.status == 200:
        readings = content.get("results", [content])
        assert {reading["digit"] for reading in readings} <= {1, 2, 7}
        return
    assert 400 <= answer.status < 500, content
    assert answer.header("content-type") == "application/problem+json"
    assert content["status"] == answer.status
    assert 0 < len(content["detail"]) <= MAX_DETAIL


async def run(app: FastAPI, folder: Path) -> tuple[Counter[int], int]:
    """How often each status came, and how many resident bytes the later inputs added."""
    paths = app.openapi()["paths"]
    statuses: Counter[int] = Counter()
    numbers = inputs(INPUTS)
    for number in numbers:
        if number == len(numbers) // 5:
            early = resident_bytes()
        message = picture_request(random_for(number))
        path = "/predict/" if message.path == "/predict" else message.path
        with replayable(number, message.wire(), folder):
            started = time.process_time()
            answer = await call(app, message.scope(), message.body)
            cpu_s = time.process_time() - started
            check_answer(answer, set(paths[path]["post"]["responses"]))
            assert cpu_s < MAX_CPU_S
        statuses[answer.status] += 1
    return statuses, resident_bytes() - early


def resident_bytes() -> int:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


@pytest.mark.timeout(900)
def test_no_picture_breaks_it_holds_it_or_stays_in_it(tmp_path: Path) -> None:
    app = application()
    # as outside of tests, where a warning is a line of the log and remembered for ever
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)  # as the service does
        statuses, growth = asyncio.run(run(app, tmp_path))
    assert [str(warning.message) for warning in told] == []
    assert growth < MAX_GROWTH_BYTES
    # what is always refused at the door tests nothing behind it
    assert min(statuses[status] for status in (200, 400, 413, 422)) > len(inputs(INPUTS)) // 100
