"""Damaged pictures and tensors: read or refused with a reason, in little time and memory."""

import asyncio
import ctypes
import gc
import json
import time
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random

import psutil
import pytest
from PIL import Image

from tests.api.asgi import Answer, call
from tests.api.conftest import application
from tests.fuzz.campaign import inputs, random_for, replayable
from tests.fuzz.envelopes import picture_request
from tests.fuzz.message import Message
from tests.fuzz.tensors import tensor_request

PICTURES = 10_000
TENSORS = 500
# of processor time: wall time depends on what else the machine does
MAX_CPU_S = 3.0
# Of each fifth of the inputs. An allocator may keep much once, but a leak grows all the time.
MAX_GROWTH_BYTES = 1024 * 1024
MAX_DETAIL = 500
DOCUMENTED = {200, 400, 404, 413, 415, 422}


def check(answer: Answer) -> None:
    """A reading, or a documented problem with a reason of moderate length."""
    assert answer.status in DOCUMENTED, answer.body
    if answer.header("content-type") == "application/octet-stream":
        return
    content = json.loads(answer.body)
    if answer.status == 200:
        readings = content.get("results", [content])
        assert content.get("outputs") or {each["digit"] for each in readings} <= {1, 2, 7}
        return
    assert answer.header("content-type") == "application/problem+json"
    assert content["status"] == answer.status
    assert 0 < len(content["detail"]) <= MAX_DETAIL


async def statuses(
    make: Callable[[Random], Message], numbers: range, folder: Path
) -> tuple[Counter[int], int]:
    """How often each status came, and the least that a fifth of the inputs added in memory."""
    app = application()
    seen: Counter[int] = Counter()
    resident = []
    for number in numbers:
        if number % max(1, len(numbers) // 5) == 0:
            resident.append(resident_bytes())
        message = make(random_for(number))
        with replayable(number, message.wire(), folder):
            started = time.process_time()
            answer = await call(app, message.scope(), message.body)
            cpu_s = time.process_time() - started
            check(answer)
            assert cpu_s < MAX_CPU_S
        seen[answer.status] += 1
    return seen, min(late - early for early, late in pairwise(resident))


def resident_bytes() -> int:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


def read_all(folder: Path) -> tuple[Counter[int], int, list[str]]:
    """The statuses of every picture, the growth of this process, and what it was warned of."""
    # outside of tests a warning is logged, and remembered for as long as the process lives
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)  # as the service does
        seen, growth = asyncio.run(statuses(picture_request, inputs(PICTURES), folder))
    return seen, growth, [str(warning.message) for warning in told]


@pytest.mark.timeout(900)
def test_every_picture_is_read_or_refused(tmp_path: Path) -> None:
    # in a process of its own: what other tests left of the heap would grow on
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        seen, growth, told = process.submit(read_all, tmp_path).result()
    assert told == []
    assert growth < MAX_GROWTH_BYTES
    # each stage, from the headers to the digit, must have refused some
    assert min(seen[status] for status in (200, 400, 413, 422)) > len(inputs(PICTURES)) // 100, seen


def test_every_batch_of_tensors_is_answered_or_refused(tmp_path: Path) -> None:
    seen, _ = asyncio.run(statuses(tensor_request, inputs(TENSORS), tmp_path))
    assert seen[200] > 0
    assert seen[400] > seen[404]
    assert seen[422] == 0
